"""Numbers that a kiosk holds, and the tickets that it hands in later, on the wire."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field

from queue_server.contract.answer import Answer
from queue_server.contract.answers import Ticket
from queue_server.contract.asks import Ask, Id, Installation, Language, Moment

Day = Annotated[str, Meta(pattern=r"^[0-9]{6}(?![\s\S])")]
Number = Annotated[int, Meta(ge=1, le=999_999)]
Ordinal = Annotated[int, Meta(ge=1, le=9_999_999)]
Person = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22}(?![\s\S])")]


class WantedNumbers(Ask, frozen=True, kw_only=True):
    queue: Id
    count: Annotated[int, Meta(ge=1, le=500)]


class HeldNumbers(Ask, frozen=True, kw_only=True):
    id: Id
    queue: Id
    first: Number
    last: Number
    first_ordinal: Ordinal
    day: Day


class SeenNumber(Ask, frozen=True, kw_only=True):
    queue: Id
    number: Number


class LeaseNumbers(Ask, frozen=True, kw_only=True):
    """`held` and `seen` are what the kiosk knows to be promised: a server restored from a copy skips past it."""

    installation: Installation
    wanted: Annotated[list[WantedNumbers], Meta(max_length=64)] = field(default_factory=list)
    held: Annotated[list[HeldNumbers], Meta(max_length=512)] = field(default_factory=list)
    seen: Annotated[list[SeenNumber], Meta(max_length=64)] = field(default_factory=list)


class TakenTicket(Ask, frozen=True, kw_only=True):
    """A ticket with a leased number. `person` is the keyed hash that the hall's key gives."""

    lease: Id
    day: Day
    queue: Id
    number: Number
    ordinal: Ordinal
    service: Id
    priority: Id = "normal"
    language: Language = "zh"
    voice: bool = False
    insist: bool = False
    person: Person | None = None
    taken_at: Moment
    printed: bool


class HandIn(Ask, frozen=True, kw_only=True):
    installation: Installation
    tickets: Annotated[list[TakenTicket], Meta(min_length=1, max_length=50)]


class LeaseRow(Answer, frozen=True, kw_only=True):
    """`first` to `last` of a queue, and the tickets' live-page tokens in the same order."""

    id: str
    queue: str
    first: int
    last: int
    first_ordinal: int
    day: str
    tokens: list[str]


class Leases(Answer, frozen=True, kw_only=True):
    """`person_key` hides who visitors are as this hall does; it is kept in memory alone."""

    at: str
    day: str
    day_ends_at: str
    leases: list[LeaseRow]
    hotline: str
    person_key: str
    epoch: str
    """The life of the store: another one means that it was restored, and that kiosks hand their day in again."""


class HandedIn(Answer, frozen=True, kw_only=True):
    """`outcome`: `waiting`; `known`, it was handed in before; `late`, its day is over; `refused`, see `problem`."""

    number: str
    outcome: str
    ticket: Ticket | UnsetType = UNSET
    problem: dict[str, Any] | UnsetType = UNSET


class AllHandedIn(Answer, frozen=True, kw_only=True):
    tickets: list[HandedIn]
