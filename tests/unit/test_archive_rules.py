"""What the archive forgets, and what it never does."""

from typing import Any

import msgspec

from ops.archive.course import readable
from ops.archive.rules import BOOKING_CODE_DAYS, RULES, STAFF_DAYS, bare, last_day_to_forget, without
from queue_server.domain.events import EVENTS, FACTS, STATES
from queue_server.store.events import PackedEvent

RULE = {rule.name: rule for rule in RULES}


def packed(name: str = "WindowPaused", staff: str = "", **facts: Any) -> bytes:
    pairs = [part for fact, value in facts.items() for part in (FACTS.index(fact) + 1, value)]
    return msgspec.msgpack.encode(
        PackedEvent(
            name=EVENTS.index(name) + 1, at=5_000, ticket="", number="", queue="A", service="", window=3, was=0,
            status=STATES.index("open") + 1, priority="", before_ms=0, actor="window:3", staff=staff, facts=pairs,
        )
    )  # fmt: skip


def left(event: bytes, rule: str) -> Any:
    kept = without(event, (RULE[rule],))
    return readable(kept) if kept is not None else None


def test_who_served_is_forgotten_and_the_window_stays() -> None:
    event = left(packed("WindowOpened", staff="Lin", queues=[["A", 0]]), "staff")
    assert (event.staff, event.window, event.actor) == ("", 3, "window:3")
    assert event.fact("queues") == [("A", 0)]


def test_what_somebody_typed_is_forgotten_and_our_own_words_stay() -> None:
    assert left(packed(reason="went to see Mr. Lin"), "words").fact("reason") is None
    assert left(packed(reason="lunch"), "words") is None, "there is nothing to forget"


def test_codes_of_bookings_are_forgotten() -> None:
    event = left(packed("BookingMade", booking="ABCD2345", places=2), "booking_codes")
    assert event.facts == {"places": 2}


def test_an_event_is_known_again_after_any_purge() -> None:
    whole = packed("BookingsPardoned", staff="Lin", reason="was ill", booking="ABCD2345", places=1)
    purged = without(whole)
    assert purged is not None and purged != whole
    assert bare(purged) == bare(whole) != bare(packed("BookingsPardoned", staff="Lin", places=2))


def test_what_a_newer_program_wrote_is_left_alone() -> None:
    assert without(b"\x91\x01") is None
    assert bare(b"\x91\x01") == b"\x91\x01"


def test_rules_keep_whole_days() -> None:
    assert (STAFF_DAYS, BOOKING_CODE_DAYS) == (90, 40)
    assert last_day_to_forget(RULE["staff"], "270301") == "261130"
    assert last_day_to_forget(RULE["booking_codes"], "270301") == "270119"
