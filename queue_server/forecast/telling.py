"""From futures to an outlook: what is told of tickets, queues and the next two hours."""

import numpy as np
from msgspec import Struct

from queue_server.domain.outlook import Later, Outlook, QueueOutlook, Range
from queue_server.forecast.correction import Correction
from queue_server.forecast.doubting import doubts_of
from queue_server.forecast.kernel.inputs import Found
from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.learning.quantiles import Array
from queue_server.forecast.parts import Part

STEP_S, STEPS = 900, 8
MOMENTS = STEP_S * np.arange(1.0, STEPS + 1)
"""An outlook's moments: every 15 minutes of two hours."""
SHARES = (0.1, 0.5, 0.9)
ENOUGH = 15
"""Visitors to come, over all futures, from whom the wait at a moment is told."""
CREDIT_S = 1.0
"""Who counts as having come so much earlier goes before others."""
NEVER = 0.5
"""Who is never called in more of the futures than this is not expected to be called."""


class View(Struct, frozen=True, kw_only=True):
    """One part of a hall, and its futures. The last rows are the unreal newcomers, one a queue."""

    part: Part
    tickets: list[str]
    services: list[str]
    found: Found
    horizon_s: float


def whole(know: Knowledge, correction: Correction, views: list[View], position: int) -> Outlook:
    """All parts together."""
    tickets: dict[str, Range] = {}
    queues: list[QueueOutlook] = []
    for view in views:
        for row, ticket in enumerate(view.tickets):
            waits = view.found.waits[:, row]
            if is_never(waits, view.horizon_s):
                continue
            stayed = waits[waits >= 0]
            tickets[ticket] = correction.corrected(_shares(stayed if len(stayed) else np.zeros(1)))
        queues += [_queue(know, correction, view, index) for index in range(len(view.part.queues))]
    served = {queue.id for queue in know.hall.queues}
    told = [queue for queue in queues if queue.queue in served or queue.waiting]
    return Outlook(
        at=know.now, position=position, tickets=tickets, queues=tuple(told), hall=_hall(know, correction, views),
        doubts=tuple(doubts_of(know)),
    )  # fmt: skip


def is_never(waits: Array, horizon_s: float) -> bool:
    """Whether somebody is not expected to be called at all, as far as anybody sees."""
    return float((waits >= horizon_s).mean()) > NEVER


def _shares(values: Array) -> Array:
    return np.quantile(values, SHARES)


def _queue(know: Knowledge, correction: Correction, view: View, index: int) -> QueueOutlook:
    queue = view.part.queues[index]
    waits = view.found.waits[:, len(view.tickets) + index]
    served = bool(view.part.windows) and not is_never(waits, view.horizon_s)
    now = correction.corrected(_shares(waits)) if served else None
    waiting = know.scene.waiting(queue)
    moments = MOMENTS + know.now / 1000
    lengths = _lengths(view, index)
    came = _came(know, view, {queue})
    later = tuple(
        Later(at=int(at * 1000), wait_s=_at_moment(correction, came, moment, now), waiting=_whole(lengths[:, step]))
        for step, (at, moment) in enumerate(zip(moments, MOMENTS, strict=True))
    )
    pace_s = _pace_s(know, view, queue, now, waiting)
    return QueueOutlook(queue=queue, waiting=waiting, wait_s=now, pace_s=pace_s, later=later if served else ())


def _lengths(view: View, index: int) -> Array:
    """[run, moment] how many really wait in a queue."""
    unreal = view.found.waits[:, len(view.tickets) + index]
    return np.asarray(view.found.lengths[:, :, index] - (unreal[:, None] > MOMENTS[None, :]))


def _came(know: Knowledge, view: View, queues: set[str]) -> Array:
    """[visitor, 2] when those to come to some queues come, and how long they wait; of all futures.

    Only who has no credit counts: who is told of a later time is a visitor of normal priority.
    """
    rows = [service for service, name in enumerate(view.services) if know.queue_of(name) in queues]
    found = view.found
    parts = [found.came[run, : found.came_count[run]] for run in range(len(found.came_count))]
    every = np.concatenate(parts) if parts else np.zeros((0, 4))
    return every[np.isin(every[:, 1], rows) & (every[:, 3] < CREDIT_S)][:, (0, 2)]


def _at_moment(correction: Correction, came: Array, moment: float, now: Range | None) -> Range:
    """The wait of who comes at about a moment; where too few do, of who comes near it, or now."""
    for width in (STEP_S / 2, STEP_S, 2 * STEP_S):
        near = came[np.abs(came[:, 0] - moment) <= width]
        if len(near) >= ENOUGH:
            return correction.corrected(_shares(near[:, 1]))
    return now or (0, 0, 0)


def _whole(values: Array) -> Range:
    low, middle, high = (max(round(float(value)), 0) for value in _shares(values))
    return low, middle, high


def _pace_s(know: Knowledge, view: View, queue: str, now: Range | None, waiting: int) -> int:
    """By how much one more visitor ahead makes a wait longer: as those do who wait already, else by the windows."""
    if now and waiting >= 3:
        return max(round(now[1] / (waiting + 1)), 1)
    handlers = sum(
        1 / max(len(know.queues_of(window)), 1)
        for window in view.part.windows
        if (counter := know.scene.counters.get(window)) and counter.open and queue in dict(know.queues_of(window))
    )
    return max(round(know.handling.mean_s(f"queue:{queue}") / max(handlers, 1.0)), 1)


def _hall(know: Knowledge, correction: Correction, views: list[View]) -> tuple[Later, ...]:
    """All queues together, moment by moment."""
    came = [_came(know, view, set(view.part.queues)) for view in views]
    every = np.concatenate(came) if came else np.zeros((0, 2))
    runs = min((len(view.found.came_count) for view in views), default=1)
    total = np.zeros((runs, STEPS))
    for view in views:
        for index in range(len(view.part.queues)):
            total += _lengths(view, index)[:runs]
    return tuple(
        Later(
            at=know.now + int(moment * 1000), wait_s=_at_moment(correction, every, moment, None),
            waiting=_whole(total[:, step]),
        )
        for step, moment in enumerate(MOMENTS)
    )  # fmt: skip
