"""Which slot a booking gets, and what becomes of it by the clock: when it is late, missed, reminded of."""

import secrets
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from queue_server.contract.times import rfc3339
from queue_server.domain.calendar import bounds_of_date, local
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.domain.slots import Slot, between, find_slot, horizon, pool_of
from queue_server.flows.admission import Shut

MINUTE_MS = 60_000
REMIND_HOUR = 18
"""The day before, when people are at home."""
REMIND_MS = 2 * 60 * MINUTE_MS

_dice = secrets.SystemRandom()


class Wish(Struct, frozen=True, kw_only=True):
    """A slot that someone wants: it, its pool, or what speaks against it. Without a slot its numbers are 0."""

    pool: str
    slot: Slot
    window: int = 0
    shut: Shut = ("", ())


def wish(hall: Hall, service: str, start: int, window: int, at: int, always: bool) -> Wish:
    """The slot of an item that begins at `start` (ms). Refuses `NO_SUCH_SERVICE` and `NO_SUCH_WINDOW`."""
    check_known(hall, service, window)
    pool = pool_of(hall, service, window)
    slot = find_slot(hall, service, start, window, always) if pool else None
    found = slot or Slot(start=start, end=start, capacity=0)
    return Wish(pool=pool, window=window, slot=found, shut=_shut(hall, pool, slot, start, at))


def _shut(hall: Hall, pool: str, slot: Slot | None, start: int, at: int) -> Shut:
    if not pool:
        return "NOT_BOOKABLE", ()
    if start < at:
        return "SLOT_PAST", ("start_at", rfc3339(start))
    if slot is None or not slot.capacity or start >= horizon(hall, at):
        return "NO_SUCH_SLOT", ("start_at", rfc3339(start))
    return "", ()


def check_known(hall: Hall, service: str, window: int = 0) -> None:
    if service not in hall.service_by_id:
        raise Refusal("NO_SUCH_SERVICE", {"service": service})
    if window and window not in hall.window_by_number:
        raise Refusal("NO_SUCH_WINDOW", {"window": window})


def day_asked(hall: Hall, text: str) -> tuple[int, int]:
    """When a day `YYYY-MM-DD` begins and ends in the hall."""
    return bounds_of_date(hall, date.fromisoformat(text))


def open_slots(hall: Hall, pool: str, begins: int, ends: int, at: int, always: bool) -> list[Slot]:
    """The slots of a pool in a span that can still be booked, full or not."""
    until = min(ends, horizon(hall, at))
    return [slot for slot in between(hall, pool, max(begins, at), until, always) if slot.capacity]


def dates(hall: Hall, start: int, at: int) -> dict[str, Any]:
    """When a booked place goes back to the hall, when its visitor has missed it, and what to remind of when."""
    late_at = start + hall.bookings.after_min * MINUTE_MS
    today = local(hall, start)
    evening_before = (today - timedelta(days=1)).replace(hour=REMIND_HOUR, minute=0, second=0, microsecond=0)
    reminders = (("day", int(evening_before.timestamp() * 1000)), ("hours", start - REMIND_MS))
    return {
        "late_at": late_at,
        "miss_at": max(bounds_of_date(hall, today.date())[1], late_at),
        "remind_at": tuple((what, when) for what, when in reminders if when > at),
    }


def opens_at(hall: Hall, start: int) -> int:
    """From when on one may check in for a slot: on its day, for a ticket is good for the day on which it was given."""
    begins, _ = bounds_of_date(hall, local(hall, start).date())
    return max(start - hall.bookings.before_min * MINUTE_MS, begins)


def reopening_ms(hall: Hall) -> int:
    """How long a place that was given up stays taken: by chance, so that nobody can hand it over (黄牛)."""
    least, most = hall.bookings.reopen_min
    return round(_dice.uniform(least, most) * MINUTE_MS)
