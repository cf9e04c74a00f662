"""Shifts planned ahead, as the days of the windows at which they are worked. Pure."""

from collections.abc import Iterable
from itertools import pairwise

from queue_server.domain.calendar import local, moment
from queue_server.domain.hall import Hall
from queue_server.domain.staff_orders import ShiftRecord
from queue_server.forecast.learning.day_plan import DayPlan, Pause, is_long
from queue_server.forecast.learning.presence import MOST_PAUSES


def plans_of(hall: Hall, rows: Iterable[ShiftRecord]) -> dict[int, DayPlan]:
    """Each window's day: from its first shift to its last, with the breaks, and with the time that nobody is planned.

    A shift without a window says nothing of any.
    """
    by_window: dict[int, list[ShiftRecord]] = {}
    for row in rows:
        if row.window:
            by_window.setdefault(row.window, []).append(row)
    return {window: _day(hall, sorted(mine, key=lambda row: row.start_at)) for window, mine in by_window.items()}


def _day(hall: Hall, rows: list[ShiftRecord]) -> DayPlan:
    midnight = moment(hall, local(hall, rows[0].start_at).date(), 0)

    def minute(at: int) -> float:
        return (at - midnight) / 60_000

    rests = [rest for row in rows for rest in row.breaks]
    rests += [(one.end_at, other.start_at) for one, other in pairwise(rows) if one.end_at < other.start_at]
    pauses = [_pause(minute(begins), minute(ends)) for begins, ends in sorted(rests)]
    return DayPlan(minute(rows[0].start_at), minute(max(row.end_at for row in rows)), pauses[: 3 * MOST_PAUSES])


def _pause(begins: float, ends: float) -> Pause:
    return Pause(begins, ends - begins, is_long("", ends - begins))
