"""Reports: the days that the archive has counted, as they are told."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from queue_server.contract.days import day_on_wire
from queue_server.contract.reports import (
    Report,
    ReportDay,
    ReportDiversion,
    ReportForecast,
    ReportHandling,
    ReportHour,
    ReportJourneys,
    ReportRow,
    ReportTicket,
    ReportTickets,
    ReportWaits,
)
from queue_server.contract.times import rfc3339_or_none
from queue_server.domain.calendar import day_of
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.domain.report import DIMENSIONS, SPANS, Asked, Counted, Helped, Tally, added, bounds, wait_quantile_s
from queue_server.flows.past import Past, PastTicket
from queue_server.flows.report_lists import headings, lines_of
from queue_server.languages import Words

FRESH_MS = 10_000
"""Who asks for the same again within this time, as the charts of a page do, is answered from what was counted."""
MOST_KEPT = 32
LISTED_AT_ONCE = 1000
"""So many tickets are read for a file at a time: a worker has other things to do between them."""

Key = tuple[str, str, str, str]


class ReportFlows:
    """Reads them from the past. Everything refuses `ARCHIVE_AWAY` while it cannot be read."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._kept: OrderedDict[Key, tuple[int, Hall, asyncio.Future[Counted]]] = OrderedDict()

    async def report(self, hall: Hall, span: str, day: str, by: str, at: int) -> Report:
        """Of the span that a day (`YYMMDD`, today where it is empty) lies in. Refuses `INVALID`."""
        first, last, today = span_of(hall, span, day, at)
        check_by(hall, by)
        counted = await self._counted(hall, (hall.id, first, last, by), at)
        return report_of(hall, span, by, (first, last, today), counted)

    async def _counted(self, hall: Hall, key: Key, at: int) -> Counted:
        """Those who ask at once share one answer."""
        asked_at, of_hall, task = self._kept.pop(key, (0, hall, None))
        failed = task is not None and task.done() and (task.cancelled() or task.exception() is not None)
        if task is None or failed or of_hall != hall or at - asked_at > FRESH_MS:
            asked_at, task = at, asyncio.ensure_future(self._past.counted(hall, *key[1:]))
        self._kept[key] = (asked_at, hall, task)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return await asyncio.shield(task)

    async def tickets(self, hall: Hall, asked: Asked) -> ReportTickets:
        """Those behind a figure."""
        check_by(hall, asked.by)
        found = await self._past.tickets(hall, asked)
        after = ".".join(map(str, found.after)) if found.after else None
        return ReportTickets(figure=asked.figure, tickets=[_ticket(row) for row in found.rows], next=after)

    async def listed(self, hall: Hall, asked: Asked, words: Words) -> AsyncIterator[bytes]:
        """All those behind a figure as a CSV, part by part: never more than one part is held."""
        check_by(hall, asked.by)
        after, begun = asked.after, False
        while after is not None or not begun:
            found = await self._past.tickets(hall, replace(asked, after=after, limit=LISTED_AT_ONCE))
            lines = lines_of(found.rows, words, hall.timezone)
            yield lines if begun else headings(words) + lines
            after, begun = found.after, True


def span_of(hall: Hall, span: str, day: str, at: int) -> tuple[str, str, str]:
    """The first day of a span, its last, and today. A day that has not come is refused."""
    if span not in SPANS:
        raise Refusal("INVALID", {"field": "span", "problem": f"expected one of {', '.join(SPANS)}"})
    today = day_of(hall, at)
    if day > today:
        raise Refusal("INVALID", {"field": "date", "problem": f"expected a day up to today, {day_on_wire(today)}"})
    first, last = bounds(span, _date(day or today))
    return first.strftime("%y%m%d"), last.strftime("%y%m%d"), today


def check_by(hall: Hall, by: str) -> None:
    known = DIMENSIONS if hall.reports.staff else tuple(name for name in DIMENSIONS if name != "staff")
    if by not in known:
        raise Refusal("INVALID", {"field": "by", "problem": f"expected one of {', '.join(known)}"})


def _date(day: str) -> date:
    return datetime.strptime(day, "%y%m%d").date()


def report_of(hall: Hall, span: str, by: str, days: tuple[str, str, str], counted: Counted) -> Report:
    """What was counted, as it is told; `days` are the first, the last and today."""
    first, last, today = days
    return Report(
        span=span,
        by=by,
        first=day_on_wire(first),
        last=day_on_wire(last),
        goes_on=last >= today,
        missing=[day_on_wire(day) for day in counted.missing],
        rows=[row_of(key, _names(hall, by, key), tally) for key, tally in _ordered(hall, by, counted.rows)],
        total=row_of("", {}, added(counted.days.values())),
        days=[_day(day, tally) for day, tally in counted.days.items()],
        hours=[
            ReportHour(minute=minute, visits=visits, wait_mean_s=_whole(mean_s))
            for minute, (visits, mean_s) in sorted(counted.hours.items())
        ],
        diversions=[_diversion(action, row) for action, row in sorted(counted.actions.items())],
    )


def _ordered(hall: Hall, by: str, rows: Mapping[str, Tally]) -> Iterable[tuple[str, Tally]]:
    """As the hall's file has them; then those that it no longer knows, what belongs to nothing last."""
    places = {key: place for place, key in enumerate(_known(hall, by))}
    ordered = sorted(rows, key=lambda key: (not key and by != "hall", places.get(key, len(places)), key))
    return [(key or (hall.id if by == "hall" else ""), rows[key]) for key in ordered]


def _known(hall: Hall, by: str) -> Iterable[str]:
    if by == "window":
        return [str(plan.window) for plan in hall.windows]
    listed: Mapping[str, Mapping[str, object]] = {
        "department": hall.department_by_id, "queue": hall.queue_by_id, "service": hall.service_by_id
    }  # fmt: skip
    return listed.get(by, {})


def _names(hall: Hall, by: str, key: str) -> dict[str, str]:
    if by == "hall":
        return hall.names
    if by == "department" and key in hall.department_by_id:
        return hall.department_by_id[key].names
    if by == "queue" and key in hall.queue_by_id:
        return hall.queue_by_id[key].names
    return hall.service_by_id[key].names if by == "service" and key in hall.service_by_id else {}


# ---- one row ----


def row_of(key: str, names: Mapping[str, str], tally: Tally) -> ReportRow:
    """A row of counts, as it is told."""
    return ReportRow(
        key=key,
        names=dict(names),
        visits=tally.visits,
        waited=tally.waited,
        wait_s=ReportWaits(
            mean=_mean_s(tally.waited_ms, tally.waited),
            p50=_whole(wait_quantile_s(tally, 0.5)),
            p90=_whole(wait_quantile_s(tally, 0.9)),
            over_15_min=_share(tally.over_15, tally.waited),
            over_30_min=_share(tally.over_30, tally.waited),
            over_60_min=_share(tally.over_60, tally.waited),
        ),
        served=tally.served,
        handling_s=ReportHandling(mean=_mean_s(tally.handled_ms, tally.served)),
        missed=tally.missed,
        cancelled=tally.cancelled,
        expired=tally.expired,
        abandoned=tally.cancelled + tally.expired,
        diverted=tally.diverted,
        booked=tally.booked,
        bookings=tally.bookings,
        no_shows=tally.no_shows,
        ratings=tally.ratings,
        rating_mean=round(tally.score / tally.ratings, 2) if tally.ratings else None,
        satisfied=_share(tally.satisfied, tally.ratings),
        low=tally.low,
        rating_rate=_share(tally.ratings, tally.served),
        cases=tally.cases,
        cases_closed=tally.cases_closed,
        cases_on_time=_share(tally.cases_on_time, tally.cases_closed),
        forecast=ReportForecast(
            tickets=tally.told,
            mean_error_s=_mean_s(tally.error_ms, tally.told),
            bias_s=_mean_s(tally.bias_ms, tally.told),
            covered=_share(tally.covered, tally.told),
        ),
        journeys=ReportJourneys(
            visits=tally.several,
            next_stops=tally.next_stops,
            green=_share(tally.green, tally.next_stops),
            through_s=_mean_s(tally.through_ms, tally.through),
        ),
    )


def _mean_s(total_ms: int, count: int) -> int | None:
    return round(total_ms / count / 1000) if count else None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _day(day: str, tally: Tally) -> ReportDay:
    return ReportDay(
        day=day_on_wire(day), visits=tally.visits, wait_mean_s=_mean_s(tally.waited_ms, tally.waited),
        wait_p90_s=_whole(wait_quantile_s(tally, 0.9)),
    )  # fmt: skip


def _diversion(action: str, row: Helped) -> ReportDiversion:
    gain, effect = (_whole(total / row.measured) if row.measured else None for total in (row.gain_s, row.effect_s))
    return ReportDiversion(
        action=action, ended=row.ended, measured=row.measured, gain_mean_s=gain, effect_mean_s=effect
    )  # fmt: skip


# ---- tickets ----


def after_of(text: str) -> tuple[str, int, int] | None:
    """What a cursor says; None for an empty one. Refuses `INVALID`."""
    if not text:
        return None
    day, *numbers = text.split(".")
    is_whole = all(part.isascii() and part.isdigit() and len(part) < 19 for part in (day, *numbers))
    if len(day) != 6 or len(numbers) != 2 or not is_whole:
        raise Refusal("INVALID", {"field": "after", "problem": "expected `next` of the answer before"})
    return day, int(numbers[0]), int(numbers[1])


def _ticket(row: PastTicket) -> ReportTicket:
    return ReportTicket(
        ticket=row.ticket,
        number=row.number,
        day=day_on_wire(row.day),
        queue=row.queue,
        service=row.service,
        window=row.window or None,
        channel=row.channel,
        stop=row.stop,
        stops=row.stops,
        waits_since=rfc3339_or_none(row.waits_since),
        called_at=rfc3339_or_none(row.called_at),
        wait_s=_span_s(row.waits_since, row.called_at),
        handled_s=_span_s(row.started_at, row.finished_at),
        status=row.status,
        outcome=row.outcome,
        score=row.score or None,
    )


def _span_s(start: int, end: int) -> int | None:
    return max(end - start, 0) // 1000 if start and end else None
