"""Lockers (E邮柜): what is ready is handed out by a code, without a queue."""

from msgspec import Struct

from queue_server.domain.rules import Fact, Names

CODE_DIGITS = 8
MOST_TRIES = 10
"""So many wrong codes from one device in the time below, and it takes none for the rest of it."""
TRIES_MS = 10 * 60_000
STATES = ("in", "collected", "returned")
"""What lies in a box, and what became of it: its visitor came, or staff took it out again."""
NOT_TOLD, TOLD, REMINDED = 0, 1, 2
"""How far a visitor was told: of the code, and before the time is over."""


class Locker(Fact, frozen=True, kw_only=True):
    """A cabinet of boxes, numbered from 1."""

    id: str
    names: Names
    zone: str
    boxes: int


class LockerRules(Fact, frozen=True, kw_only=True):
    """How long things stay in a box, and how long before that their visitor is reminded; 0 for never."""

    keep_days: int = 3
    remind_h: int = 24


class ParcelRecord(Struct, array_like=True, kw_only=True):
    """One thing to be collected, as the store keeps it. `digest` and `seed` are of its code, which stands nowhere."""

    locker: str
    box: int
    status: str
    ticket: str
    number: str
    queue: str
    service: str
    contacts: list[str]
    """Sealed: how its visitor is reached. Emptied, like `seed`, as soon as it is out of the box."""
    language: str
    digest: str
    seed: str
    told: int
    put_at: int
    until_at: int
    remind_at: int
    ended_at: int
    by: str


class LockerCounts(Struct, frozen=True, kw_only=True):
    """How many boxes of a locker are taken, and how many of those past their time."""

    taken: int = 0
    overdue: int = 0
