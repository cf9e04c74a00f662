"""What is expected of a hall, as its visitors and its managers are told."""

from collections.abc import Iterable
from typing import Any

from msgspec import UNSET, convert

from queue_server.contract import outlook as told
from queue_server.contract.times import rfc3339
from queue_server.domain.calendar import day_of
from queue_server.domain.outlook import Doubt, Later, Outlook, QueueOutlook
from queue_server.domain.refusals import Refusal
from queue_server.flows import estimates, wire
from queue_server.flows.past import Past
from queue_server.flows.running import RunningHall
from queue_server.flows.views import numbered_queues

AWAY = Doubt(code="FORECAST_AWAY")
"""The server's own doubt: the last outlook, if there ever was one, is too old."""


def for_visitors(running: RunningHall, at: int) -> told.Outlook:
    """Waits now, and of those who come later."""
    outlook = estimates.believed(running, at)
    return told.Outlook(
        at=rfc3339(outlook.at if outlook else at),
        trusted=estimates.is_trusted(running, at),
        queues=[_queue_wait(running, outlook, queue, at) for queue in numbered_queues(running.hall)],
    )


def _queue_wait(running: RunningHall, outlook: Outlook | None, queue: str, at: int) -> told.QueueWait:
    later = _row(running, outlook, queue).later
    return told.QueueWait(
        **_now(running, queue, at),
        later=[told.LaterWait(at=rfc3339(row.at), wait_s=wire.wait_range(row.wait_s)) for row in later],
    )


def _row(running: RunningHall, outlook: Outlook | None, queue: str) -> QueueOutlook:
    """What the outlook says of a queue; nothing of one that it does not know."""
    row = running.queue_outlooks.get(queue) if outlook else None
    return row or QueueOutlook(queue=queue, waiting=0, wait_s=None, pace_s=0)


def _now(running: RunningHall, queue: str, at: int) -> dict[str, Any]:
    row = running.hall.queue_by_id[queue]
    return {
        "queue": queue,
        "names": row.names,
        "zone": row.zone,
        "waiting": running.live.waiting(queue),
        "open_windows": len(running.open_windows(queue)),
        "wait_s": wire.wait_range(estimates.of_newcomer(running, queue, at)),
    }


def foresight(running: RunningHall, at: int) -> told.Foresight:
    """The whole forecast as managers see it, with what it doubts."""
    return told.Foresight(**_foresight(running, at))


async def forecast(running: RunningHall, past: Past, at: int) -> told.Forecast:
    """The same with how right it has been: nothing of that while the archive cannot be read."""
    try:
        rows = await past.accuracy(running.hall.id, day_of(running.hall, at))
    except Refusal:
        rows = []
    accuracy = [convert(row, told.AccuracyRow, from_attributes=True) for row in rows]
    return told.Forecast(**_foresight(running, at), accuracy=accuracy)


def _foresight(running: RunningHall, at: int) -> dict[str, Any]:
    outlook, last = estimates.believed(running, at), running.outlook
    doubts = outlook.doubts if outlook else (AWAY,)
    return {
        "at": rfc3339(outlook.at if outlook else at),
        "age_s": max(at - last.at, 0) // 1000 if last else None,
        "trusted": estimates.is_trusted(running, at),
        "doubts": [
            told.Doubt(code=doubt.code, queue=doubt.queue or UNSET, window=doubt.window or UNSET) for doubt in doubts
        ],
        "queues": [_queue_forecast(running, outlook, queue, at) for queue in numbered_queues(running.hall)],
        "hall": _expected(outlook.hall) if outlook else [],
        "cost_ms": outlook.cost_ms if outlook else 0,
    }


def _queue_forecast(running: RunningHall, outlook: Outlook | None, queue: str, at: int) -> told.QueueForecast:
    row = _row(running, outlook, queue)
    return told.QueueForecast(**_now(running, queue, at), pace_s=row.pace_s, later=_expected(row.later))


def _expected(rows: Iterable[Later]) -> list[told.Expected]:
    return [
        told.Expected(
            at=rfc3339(row.at),
            wait_s=wire.wait_range(row.wait_s),
            waiting=told.People(p10=row.waiting[0], p50=row.waiting[1], p90=row.waiting[2]),
        )
        for row in rows
    ]
