"""The ledger, pure: what stands in it, how it hangs together, and how often what is repeated is noted."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ops.audit.following import head_written
from ops.audit.wording import WHY
from queue_server.contract.audit import audit_entry
from queue_server.domain.audit import (
    NEVER,
    Entry,
    beginning,
    canonical,
    entered,
    first_break,
    head_of,
    is_audited,
)
from queue_server.domain.events import EVENTS, Event
from queue_server.flows.noting import AGAIN_MS, MOST_LATELY, Lately
from queue_server.languages import in_use
from queue_server.languages.texts import texts_of

NOTED = {"signed_in", "read", "refused", "address", "hall_file", "exported"}
"""What the program notes beside events."""


def event(name: str = "TicketHeld", actor: str = "window:1", **more: Any) -> Event:
    fields: dict[str, Any] = {
        "at": 1, "ticket": "261122-0000001", "number": "A001", "queue": "A", "service": "A-1", "window": 1,
        "status": "held", "was": "serving", "priority": "normal", "turn": 0, "staff": "2048", "facts": {},
    }  # fmt: skip
    return Event(**fields | {"name": name, "actor": actor} | more)


def chain(count: int) -> list[Entry]:
    head, entries = beginning("small"), []
    for number in range(count):
        entries.append(entered("small", head, number + 10, "261122", event(at=number)))
        head = head_of(entries[-1])
    return entries


@pytest.mark.parametrize(
    ("name", "actor", "facts", "stands"),
    [
        ("TicketCalled", "window:3", {}, True),
        ("TicketCalled", "window:3:p-17", {}, True),
        ("TicketIssued", "desk:ab12", {}, True),
        ("TicketIssued", "kiosk:ab12", {}, False),
        ("TicketIssued", "visitor", {}, False),
        ("TicketCancelled", "", {}, False),
        ("CallShown", "admin", {}, False),
        ("RatingGiven", "window:3", {}, False),
        ("DiversionStarted", "system", {}, True),
        ("TicketExpired", "system", {}, True),
        ("TicketReinstated", "system", {}, False),
        ("DeviceChanged", "admin", {"change": "added"}, True),
        ("DeviceChanged", "kiosk:ab12", {"change": "health"}, False),
        ("DeviceChanged", "admin", {"change": "silent"}, False),
        ("ActNoted", "", {"act": "refused"}, True),
        ("TicketCalled", "a role of tomorrow:7", {}, True),
    ],
)  # fmt: skip
def test_staff_and_rules_stand_in_the_ledger_and_nobody_else(
    name: str, actor: str, facts: dict[str, Any], stands: bool
) -> None:
    assert is_audited(event(name, actor, facts=facts)) == stands


def test_an_entry_says_what_its_event_says_and_nothing_that_follows_from_it() -> None:
    held = event(facts={"reason": "papers", "handled_ms": 5, "minutes": 10, "shown_at": 3})
    said = json.loads(entered("small", beginning("small"), 7, "261122", held).text)
    assert said == {
        "n": 1, "hall": "small", "id": 7, "day": "261122", "at": 1, "act": "TicketHeld", "event": "TicketHeld",
        "actor": "window:1", "staff": "2048", "ticket": "261122-0000001", "number": "A001", "queue": "A",
        "service": "A-1", "window": 1, "status": "held", "was": "serving", "reason": "papers", "minutes": 10,
    }  # fmt: skip


def test_a_fact_never_stands_in_the_place_of_what_an_entry_is() -> None:
    """Facts are named by others: one named like a field of the entry does not hide it."""
    odd = event("ActNoted", "admin", facts={"n": 99, "id": 1, "actor": "nobody", "act": "read", "day": "2020"})
    entry = entered("small", beginning("small"), 7, "261122", odd)
    said = json.loads(entry.text)
    assert (said["n"], said["id"], said["actor"], said["day"], entry.act) == (1, 7, "admin", "261122", "read")
    assert first_break("small", beginning("small"), [entry])[1] is None


@given(st.dictionaries(st.text(max_size=9), st.one_of(st.text(max_size=20), st.integers(-(2**53), 2**53)), max_size=5))
def test_the_text_is_the_json_that_everybody_writes(document: dict[str, Any]) -> None:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair: no text of any event
        return
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert json.loads(canonical(document)) == json.loads(plain)
    if all(ord(letter) >= 32 for letter in plain.decode()) and b"\\u" not in plain:
        assert canonical(document) == plain


@pytest.mark.parametrize("at", [0, 1, 5, 9])
@pytest.mark.parametrize("field", ["text", "hash", "actor", "staff", "ticket", "act", "day", "at", "id", "n", "gone"])
def test_any_change_is_found_at_the_first_entry_that_differs(at: int, field: str) -> None:
    entries = chain(10)
    changed: dict[str, Any] = {"text": b"{}", "hash": hashlib.sha256(b"").hexdigest(), "at": 99, "id": 99, "n": 99}
    if field == "gone":
        entries = [entry for index, entry in enumerate(entries) if index != at]
    else:
        entries[at] = replace(entries[at], **{field: changed.get(field, "else")})
    head, broken = first_break("small", beginning("small"), entries)
    if field == "gone" and at == 9:
        assert (head.n, broken) == (9, None), "only a head that was kept shows a cut at the end"
    else:
        assert broken is not None and (head.n, broken.n) == (at, at + 1) and broken.why in WHY


def test_an_entry_that_was_written_anew_with_its_digest_breaks_the_next_one() -> None:
    entries = chain(5)
    forged = entered("small", head_of(entries[1]), entries[2].id, "261122", event(at=2, staff="somebody else"))
    head, broken = first_break("small", beginning("small"), [*entries[:2], forged, *entries[3:]])
    assert broken is not None and (head.n, broken.n, broken.why) == (3, 4, "changed")


def test_one_halls_ledger_is_no_other_halls() -> None:
    assert first_break("other", beginning("other"), chain(2))[1] is not None


def test_a_head_is_read_as_it_is_printed() -> None:
    head = head_of(chain(3)[-1])
    assert head_written(f"{head.n}:{head.hash}") == head


def test_an_entry_is_told_with_its_address_and_whatever_else_it_says() -> None:
    entry = entered("small", beginning("small"), 7, "261122", event(facts={"reason": "papers", "minutes": 10}))
    told = audit_entry(entry, "10.0.0.7")
    assert (told.whence, told.reason, told.day, told.id) == ("10.0.0.7", "papers", "2026-11-22", "7")
    assert told.facts == {"minutes": 10, "status": "held", "was": "serving", "event": "TicketHeld"}
    noted = event("ActNoted", "desk:1", facts={"act": "address", "whence": "10.0.0.8"})
    assert audit_entry(entered("small", beginning("small"), 7, "261122", noted), "10.0.0.7").whence == "10.0.0.8"


@pytest.mark.parametrize("lang", in_use())
def test_every_act_that_may_stand_in_the_ledger_has_its_word(lang: str) -> None:
    words = set(texts_of(lang)["audit"]["act"])
    assert NOTED | (set(EVENTS) - NEVER - {"ActNoted"}) <= words


def test_what_is_repeated_is_counted_until_it_is_due() -> None:
    lately = Lately()
    assert lately.count(("a",), 0, AGAIN_MS) == 1
    assert [lately.count(("a",), at, AGAIN_MS) for at in (1, 2, AGAIN_MS - 1)] == [0, 0, 0]
    assert lately.count(("b",), 2, AGAIN_MS) == 1
    assert lately.count(("a",), AGAIN_MS, AGAIN_MS) == 4
    assert lately.count(("a",), AGAIN_MS + 1, AGAIN_MS) == 0


def test_what_was_long_ago_is_forgotten_before_it_fills_the_memory() -> None:
    lately = Lately()
    for number in range(MOST_LATELY + 1):
        lately.count((str(number),), 0, AGAIN_MS)
    assert lately.count((str(MOST_LATELY),), 1, AGAIN_MS) == 0
    assert lately.count(("0",), 1, AGAIN_MS) == 1
