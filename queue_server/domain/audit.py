"""The ledger of a hall: who did what, why, when, from where. Pure.

An entry is a text; each carries the digest of itself and of all before it, so none can be changed, left out or put in
without every later digest being another one. The same events make the same ledger.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from queue_server.domain.events import Event
from queue_server.domain.rules import Fact

NOT_STAFF = frozenset({"", "visitor", "kiosk", "display", "system"})
"""Whose acts are no acts of staff; a role that is not named here is one of staff."""
NEVER = frozenset(
    {
        "CallShown", "CallUnseen", "CallEscalated", "TicketNear", "TicketFollowed", "NumbersLeased", "ReminderDue",
        "DiversionProposed", "DiversionAnswered", "RatingGiven", "PeopleCounted",
    }
)  # fmt: skip
"""What devices and visitors do, and what is only foreseen, through whomever it comes."""
ALWAYS = frozenset(
    {
        "ActNoted", "DayClosed", "BookingsPardoned", "DiversionStarted", "DiversionEnded", "DiversionDismissed",
        "CaseOpened", "CaseChanged", "StaffChanged", "WindowPaused", "WindowClosed",
        "TicketExpired", "TicketMissed", "TicketTransferred",
    }
)  # fmt: skip
"""What a rule of the hall does stands in the ledger as well as what staff do."""
DEVICE_CHANGES = frozenset({"added", "removed", "doubled"})
"""The others are how a device is, not who may speak for the hall."""
LEFT_OUT = frozenset(
    {
        "since", "waited_ms", "handled_ms", "p10_s", "p50_s", "p90_s", "climbed", "coming", "phone", "was_step", "step",
        "near", "shown", "shown_queue", "shown_at", "shown_times", "shown_step", "shown_language", "how", "ordinal",
        "gain_mean_s", "gain_p90_s", "effect_mean_s", "effect_p90_s", "language",
    }
)  # fmt: skip
"""Facts that follow from others, or say nothing of who did what and why."""


class AuditPlan(Fact, frozen=True, kw_only=True):
    """How long a hall keeps its ledger."""

    keep_days: int = 1095
    """Three years."""


class Head(Struct, frozen=True, kw_only=True):
    """The last entry of a ledger, and the digest of all of it. `n` is 0 where there is none yet."""

    n: int
    hash: str


class Entry(Struct, frozen=True, kw_only=True):
    """A line of the ledger. What stands beside `text` says what it says, to be found by."""

    n: int
    id: int
    """Of the event, as the archive counts."""
    day: str
    at: int
    act: str
    actor: str
    staff: str
    ticket: str
    text: bytes
    hash: str


class Break(Struct, frozen=True, kw_only=True):
    """Where a ledger is no longer what was written. `why` is one of the words of `ops.audit.wording`."""

    n: int
    why: str


def is_audited(event: Event) -> bool:
    """Whether an event stands in the ledger."""
    if event.name in NEVER:
        return False
    if event.name == "DeviceChanged":
        return event.fact("change") in DEVICE_CHANGES
    return event.name in ALWAYS or event.actor.partition(":")[0] not in NOT_STAFF


def beginning(hall: str) -> Head:
    """The head of a hall's ledger before its first entry."""
    return Head(n=0, hash=hashlib.sha256(b"greenwave audit " + hall.encode()).hexdigest())


def link(before: str, text: bytes) -> str:
    """The digest of an entry after the one that has the digest `before`."""
    return hashlib.sha256(bytes.fromhex(before) + text).hexdigest()


def canonical(document: dict[str, Any]) -> bytes:
    """JSON in the one way in which it is hashed: keys in their order, no spaces, UTF-8."""
    return msgspec.json.encode(document, order="sorted")


def entered(hall: str, head: Head, event_id: int, day: str, event: Event) -> Entry:
    """The entry of an event after the ledger's head."""
    act = str(event.fact("act") or "") or event.name
    ticket = event.ticket or str(event.fact("ticket") or "")
    facts = {name: value for name, value in event.facts.items() if name not in LEFT_OUT}
    said: dict[str, Any] = {
        "number": event.number, "queue": event.queue, "service": event.service, "window": event.window,
        "status": event.status, "was": event.was, "staff": event.staff, "ticket": ticket,
    }  # fmt: skip
    document = {
        **facts, **{name: value for name, value in said.items() if value},
        "n": head.n + 1, "hall": hall, "id": event_id, "day": day, "at": event.at, "act": act, "event": event.name,
        "actor": event.actor,
    }  # fmt: skip
    text = canonical(document)
    return Entry(
        n=head.n + 1, id=event_id, day=day, at=event.at, act=act, actor=event.actor, staff=event.staff, ticket=ticket,
        text=text, hash=link(head.hash, text),
    )  # fmt: skip


def head_of(entry: Entry) -> Head:
    """The ledger's head once it ends with this entry."""
    return Head(n=entry.n, hash=entry.hash)


def first_break(hall: str, head: Head, entries: Iterable[Entry]) -> tuple[Head, Break | None]:
    """Follows entries from a head on: the last head that holds, and the first break after it."""
    for entry in entries:
        why = _wrong(hall, head, entry)
        if why:
            return head, Break(n=head.n + 1, why=why)
        head = head_of(entry)
    return head, None


def _wrong(hall: str, head: Head, entry: Entry) -> str:
    """What is wrong with an entry after a head; empty for nothing."""
    if entry.n != head.n + 1:
        return "missing"
    if link(head.hash, entry.text) != entry.hash:
        return "changed"
    try:
        said = msgspec.json.decode(entry.text)
    except msgspec.DecodeError:
        return "unreadable"
    found = {name: said.get(name, "") for name in ("n", "id", "day", "at", "act", "actor", "staff", "ticket", "hall")}
    beside = {
        "n": entry.n, "id": entry.id, "day": entry.day, "at": entry.at, "act": entry.act, "actor": entry.actor,
        "staff": entry.staff, "ticket": entry.ticket, "hall": hall,
    }  # fmt: skip
    return "" if found == beside else "misfiled"
