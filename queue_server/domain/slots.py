"""When a hall can be booked, and for how many at once: the slots of a day, out of its hours, windows and pace."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from queue_server.domain.calendar import MOST_KNOWN, bounds_of_date, local, moment, periods
from queue_server.domain.hall import SELF_SERVICE, Hall, Service

MINUTE_MS = 60_000


class Slot(Struct, frozen=True, kw_only=True, gc=False):
    """A span of time (ms since the epoch) that so many visitors may book."""

    start: int
    end: int
    capacity: int


def pool_of(hall: Hall, service: str, window: int = 0) -> str:
    """Where an item's bookings are counted: its queue, or `@N` for a window that is booked by its number.

    Empty for what cannot be booked there.
    """
    item = hall.service_by_id.get(service)
    if item is None or not _takes_bookings(hall, item):
        return ""
    if not window:
        return item.queue
    plan = hall.window_by_number.get(window)
    serves = plan is not None and plan.bookable and any(share.queue == item.queue for share in plan.queues)
    return f"@{window}" if serves else ""


def _takes_bookings(hall: Hall, service: Service) -> bool:
    """A device needs no booking, and a hall that keeps all its time for walk-ins takes none."""
    return service.appointment != "none" and service.queue != SELF_SERVICE and hall.bookings.walk_in_pct < 100


def slots_of(hall: Hall, pool: str, day: date, always: bool = False) -> tuple[Slot, ...]:
    """The slots of a pool that begin on a local day, in order; `always` counts every day as open around the clock.

    They begin at each opening and follow one another until the closing; none goes beyond it, none overlaps another.
    """
    known = hall.known_days
    slots: tuple[Slot, ...] | None = known.get((pool, day, always))
    if slots is None:
        if len(known) >= MOST_KNOWN:
            known.clear()
        slots = known[pool, day, always] = tuple(_slots(hall, pool, day, always))
    return slots


def _slots(hall: Hall, pool: str, day: date, always: bool) -> Iterator[Slot]:
    length_ms, capacity = hall.bookings.slot_min * MINUTE_MS, _capacity(hall, pool)
    if not capacity:
        return
    for opens, closes in _open(hall, pool, day, always):
        # moments, not minutes on the wall, are added up: a night may have 23 hours or 25
        for start in range(opens, closes - length_ms + 1, length_ms):
            yield Slot(start=start, end=start + length_ms, capacity=capacity)


def _open(hall: Hall, pool: str, day: date, always: bool) -> list[tuple[int, int]]:
    """When the windows of a pool serve on a day, in moments."""
    if always or not hall.hours:
        return [bounds_of_date(hall, day)]
    own = periods(hall, day, _home(hall, pool))
    return [(moment(hall, day, opens), moment(hall, day, closes)) for opens, closes in own]


def _home(hall: Hall, pool: str) -> str:
    """The queue whose hours and pace are those of a pool."""
    return hall.window_by_number[int(pool[1:])].queues[0].queue if pool.startswith("@") else pool


def _capacity(hall: Hall, pool: str) -> int:
    """How many visits fit into a slot beside the walk-ins; one at least where there is a window, 0 where there is none.

    A window that serves several queues gives each its part, and one that is booked by its number gives them none.
    """
    windows = Fraction(1) if pool.startswith("@") else _windows(hall, pool)
    if not windows:
        return 0
    rules, pace_ms = hall.bookings, hall.mean_handling_ms.get(_home(hall, pool), 0)
    time_ms = windows * rules.slot_min * MINUTE_MS * (100 - rules.walk_in_pct) / 100
    return max(int(time_ms / pace_ms), 1) if pace_ms else 1


def _windows(hall: Hall, queue: str) -> Fraction:
    plans = (hall.window_by_number[number] for number in hall.windows_of_queue.get(queue, ()))
    return sum((Fraction(1, len(plan.queues)) for plan in plans if not plan.bookable), Fraction(0))


def between(hall: Hall, pool: str, since: int, until: int, always: bool = False) -> Iterator[Slot]:
    """The slots of a pool that begin at `since` or later and before `until` (ms), in order."""
    day, last = local(hall, since).date(), local(hall, until).date()
    while day <= last:
        for slot in slots_of(hall, pool, day, always):
            if since <= slot.start < until:
                yield slot
        day += timedelta(days=1)


def find_slot(hall: Hall, service: str, start: int, window: int = 0, always: bool = False) -> Slot | None:
    """The slot of an item that begins at a moment (ms), if there is one; whether it is past is not asked here."""
    pool = pool_of(hall, service, window)
    return next(between(hall, pool, start, start + 1, always), None) if pool else None


def horizon(hall: Hall, at: int) -> int:
    """Until when (ms) slots can be booked: the end of the last day that the hall opens its book for."""
    return bounds_of_date(hall, local(hall, at).date() + timedelta(days=hall.bookings.days_ahead))[1]
