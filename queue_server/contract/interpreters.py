"""Interpreters (翻译掌柜), who asks for them, and papers looked at beforehand, on the wire."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.asks import Ask, Id, Line

Tongue = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(?![\s\S])")]
"""A language by its ISO 639 code; sign languages too."""
Hour = Annotated[str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)(?![\s\S])")]
Person = Annotated[str, Meta(min_length=1, max_length=16)]
Name = Annotated[
    str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x20\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*(?![\s\S])")
]
Note = Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*(?![\s\S])")]


class ShiftAsk(Ask, frozen=True, kw_only=True):
    """`day`: 1 is Monday. Times are the hall's own."""

    day: Annotated[int, Meta(ge=1, le=7)]
    begins: Hour
    ends: Hour


class KeepInterpreter(Ask, frozen=True, kw_only=True):
    """Whoever has no `shifts` is here whenever they say so."""

    name: Name
    languages: Annotated[tuple[Tongue, ...], Meta(min_length=1, max_length=16)]
    phone: Annotated[Line, Meta(max_length=32)] = ""
    shifts: Annotated[tuple[ShiftAsk, ...], Meta(max_length=28)] = ()
    account: Annotated[str, Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9_.-]{0,31})?(?![\s\S])")] = ""
    """The staff number of who signs in as this interpreter."""


class Duty(Ask, frozen=True, kw_only=True):
    on: bool


class AskInterpreter(Ask, frozen=True, kw_only=True):
    language: Tongue


class AssignInterpreter(Ask, frozen=True, kw_only=True):
    interpreter: Person


class NoteInterpreting(Ask, frozen=True, kw_only=True):
    note: Note


class CheckPapers(Ask, frozen=True, kw_only=True):
    """What of the item's papers is missing; nothing where all are there."""

    missing: Annotated[tuple[Id, ...], Meta(max_length=64)]


class ShiftRow(Answer, frozen=True, kw_only=True):
    day: int
    begins: str
    ends: str


class Interpreter(Answer, frozen=True, kw_only=True):
    id: str
    name: str
    languages: list[str]
    phone: str
    shifts: list[ShiftRow]
    state: str
    """`off`, `free` or `busy`."""
    on_shift: bool
    since: str
    ticket: str | UnsetType = UNSET
    """Whom they go with."""
    today: int
    """With how many they went today."""
    account: str
    """The staff number of who signs in as this interpreter; empty for one without an account."""


class Request(Answer, frozen=True, kw_only=True):
    """A visitor's wish for an interpreter."""

    ticket: str
    number: str
    queue: str
    service: str
    zone: str
    language: str
    channel: str
    status: str
    """`asked`, `assigned`, `done` with one, or `dropped` where it ended otherwise."""
    ticket_status: str
    """Empty once the visit is over."""
    window: int | UnsetType = UNSET
    ahead: int
    interpreter: str | UnsetType = UNSET
    asked_at: str
    assigned_at: str | UnsetType = UNSET
    ended_at: str | UnsetType = UNSET
    note: str


class TicketInterpreter(Answer, frozen=True, kw_only=True):
    language: str
    assigned: bool
    """Whether somebody goes with them now."""
    waits: bool
    """Its turn has come, and it is called as soon as somebody is free."""
    nobody: bool | UnsetType = UNSET
    """Nobody who speaks it is on duty now."""
    from_at: str | UnsetType = UNSET
    """When the next shift of one who speaks it begins, within a week, as far as somebody knows."""


class Interpreters(Answer, frozen=True, kw_only=True):
    interpreters: list[Interpreter]
    requests: list[Request]
    """Of today; who asked first stands first."""
    me: str | UnsetType = UNSET
    """Who of them asks for this list, signed in."""


class SpokenRow(Answer, frozen=True, kw_only=True):
    language: str
    here: int
    """How many of those who speak it are on duty."""
    free: int


class Spoken(Answer, frozen=True, kw_only=True):
    """For which languages an interpreter can be asked."""

    languages: list[SpokenRow]
