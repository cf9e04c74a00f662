"""What the archive forgets of its events, and after how many days. Pure.

By construction it never has names, telephone numbers, or hashes of persons: the stream has none. What remains is who
served at a window, what staff wrote as a reason, and the codes of bookings.
"""

from collections.abc import Callable
from datetime import date, timedelta

import msgspec
from msgspec import Struct

from queue_server.domain.events import FACTS
from queue_server.domain.ticket import PAUSES
from queue_server.store.events import PackedEvent

STAFF_DAYS = 90
"""Long enough to look into a complaint of the last quarter."""
WORDS_DAYS = 90
BOOKING_CODE_DAYS = 40
"""As long as the store keeps a booking after its slot."""
KNOWN_WORDS = frozenset({*PAUSES, "diverted", "late", "window_closed"})
"""Reasons that are words of ours, not of a person."""

REASON, NAME, BOOKING = FACTS.index("reason") + 1, FACTS.index("name") + 1, FACTS.index("booking") + 1

_decode = msgspec.msgpack.Decoder(PackedEvent).decode
_encode = msgspec.msgpack.Encoder().encode


class Rule(Struct, frozen=True, kw_only=True):
    """`forget` takes one kind of thing out of an event; it says whether there was anything."""

    name: str
    days: int
    """How long it is kept."""
    forget: Callable[[PackedEvent], bool]


def _drop(event: PackedEvent, facts: tuple[int, ...], keep: frozenset[str] = frozenset()) -> bool:
    pairs = list(zip(event.facts[::2], event.facts[1::2], strict=True))
    kept = [pair for pair in pairs if pair[0] not in facts or pair[1] in keep]
    event.facts = [part for pair in kept for part in pair]
    return len(kept) < len(pairs)


def forget_staff(event: PackedEvent) -> bool:
    """Who served. Which window, and which device acted, stays."""
    found = bool(event.staff)
    event.staff = ""
    return found


def forget_words(event: PackedEvent) -> bool:
    """What somebody typed: reasons that are no words of ours, and names that devices were given."""
    return _drop(event, (REASON, NAME), KNOWN_WORDS)


def forget_booking_codes(event: PackedEvent) -> bool:
    return _drop(event, (BOOKING,))


RULES = (
    Rule(name="staff", days=STAFF_DAYS, forget=forget_staff),
    Rule(name="words", days=WORDS_DAYS, forget=forget_words),
    Rule(name="booking_codes", days=BOOKING_CODE_DAYS, forget=forget_booking_codes),
)


def last_day_to_forget(rule: Rule, today: str) -> str:
    """The latest day (`YYMMDD`) that this rule no longer keeps."""
    year, month, number = 2000 + int(today[:2]), int(today[2:4]), int(today[4:])
    return (date(year, month, number) - timedelta(days=rule.days + 1)).strftime("%y%m%d")


def without(packed: bytes, rules: tuple[Rule, ...] = RULES) -> bytes | None:
    """The event without what these rules forget; None where it has nothing of it, or cannot be read."""
    try:
        event = _decode(packed)
    except msgspec.MsgspecError:
        return None
    forgotten = [rule.forget(event) for rule in rules]
    return _encode(event) if any(forgotten) else None


def bare(packed: bytes) -> bytes:
    """What no rule ever changes of an event: the same before and after any purge."""
    try:
        event = _decode(packed)
    except msgspec.MsgspecError:
        return packed
    for rule in RULES:
        rule.forget(event)
    return _encode(event)
