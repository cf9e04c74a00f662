"""The ledger on the wire."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.days import day_on_wire
from queue_server.contract.times import rfc3339
from queue_server.domain.audit import Entry

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class AuditEntry(Answer, frozen=True, kw_only=True):
    """One act: who (`actor`, `staff`), what (`act`), when, about which ticket, why, from where."""

    n: int
    """Its place in the hall's ledger, from 1, without gaps."""
    id: str
    """The event's, as in the archive."""
    at: str
    day: str
    act: str
    """The event's name, or what was noted: `signed_in`, `read`, `refused`, `address`, `hall_file` ..."""
    actor: str
    staff: str | UnsetType = UNSET
    ticket: str | UnsetType = UNSET
    number: str | UnsetType = UNSET
    window: int | UnsetType = UNSET
    queue: str | UnsetType = UNSET
    service: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    whence: str | UnsetType = UNSET
    """The address: its own, or from which this actor was last known to speak."""
    facts: dict[str, Any]
    """Whatever else the entry says."""
    hash: str
    """SHA-256 of the digest before it and of its text."""


class AuditHead(Answer, frozen=True, kw_only=True):
    n: int
    hash: str


class AuditPage(Answer, frozen=True, kw_only=True):
    entries: list[AuditEntry]
    next: int | None
    """What to ask for as `after` for more; null when there is no more."""
    head: AuditHead
    """The end of the whole ledger."""


OWN_FIELDS = frozenset({"staff", "ticket", "number", "window", "queue", "service", "reason", "whence"})
TOLD = OWN_FIELDS | {"n", "hall", "id", "at", "day", "act", "actor"}


def audit_entry(entry: Entry, whence: str) -> AuditEntry:
    """An entry as it is told; `whence` is the address where it says none itself."""
    said = _decode(entry.text)
    own = {name: said[name] for name in OWN_FIELDS if name in said}
    return AuditEntry(
        **{"whence": whence or UNSET, **own}, n=entry.n, id=str(entry.id), at=rfc3339(entry.at),
        day=day_on_wire(entry.day), act=entry.act, actor=entry.actor, hash=entry.hash,
        facts={name: value for name, value in said.items() if name not in TOLD},
    )  # fmt: skip
