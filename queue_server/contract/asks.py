"""What callers send: one struct for each body, with the bounds that the edge enforces."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Id = Annotated[str, Meta(min_length=1, max_length=64)]
TicketId = Annotated[str, Meta(min_length=1, max_length=32)]
Line = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]*(?![\s\S])")]
"""Text without control characters: it goes to screens, to paper and into files."""
Reason = Annotated[Line, Meta(min_length=1, max_length=200)]
Staff = Annotated[Line, Meta(min_length=1, max_length=64)]
Language = Literal["zh", "en", "de", "ja", "ko", "ru"]
Channel = Literal["kiosk", "phone", "desk"]
Outcome = Literal["done", "next", "papers_due", "passed_on", "advice_only", "not_done"]
Place = Literal["back", "front", "seniority"]
Role = Literal["manager", "window", "desk", "kiosk", "display"]
Minutes = Annotated[int, Meta(ge=1, le=480)]
WindowNumber = Annotated[int, Meta(ge=1, le=9999)]
Moment = Annotated[
    str,
    Meta(
        pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
        r"(\.[0-9]{1,6})?Z(?![\s\S])"
    ),
]
"""RFC 3339 in UTC."""
DayOrMoment = Annotated[
    str,
    Meta(
        pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z)?(?![\s\S])"
    ),
]
"""A day of the hall's, to its end, or a moment."""
Typed = Annotated[str, Meta(min_length=1, max_length=32)]
"""A booking's code however it was typed: small letters, blanks and hyphens count for nothing."""
Installation = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}(?![\s\S])")]
"""One data folder of one agent: its numbers are its own, even when two agents have one token."""


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body. Unknown fields are mistakes: a misspelt one must not be lost in silence."""


class Nothing(Ask, frozen=True, kw_only=True):
    """A body with nothing in it; an empty body will do as well."""


class Visitor(Ask, frozen=True, kw_only=True):
    """Who comes, where that is known. It leaves the request only as a keyed hash."""

    id_number: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    phone: Annotated[str, Meta(min_length=1, max_length=32)] | None = None


class Position(Ask, frozen=True, kw_only=True):
    """Where a phone is, in degrees (WGS 84). `accuracy_m`: it may be so far off."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, Meta(ge=0, le=1_000_000)] = 0.0


class IssueTicket(Ask, frozen=True, kw_only=True):
    """One of `service`, `services` and `journey`; with a `booking` it is that one's check-in, and they may be left out.

    `insist` asks for a window where the item is meant for a device.
    """

    service: Id | UnsetType = UNSET
    services: Annotated[list[Id], Meta(min_length=1, max_length=10)] | UnsetType = UNSET
    journey: Id | UnsetType = UNSET
    """All that a life event takes, planned as one visit."""
    plan: bool = False
    """The order of `services` is the hall's to find, and what one window can do at once is one stop."""
    channel: Channel
    priority: Id = "normal"
    language: Language = "zh"
    visitor: Visitor | None = None
    insist: bool = False
    voice: bool = False
    """The visitor asks to be called by voice."""
    booking: Typed | UnsetType = UNSET
    position: Position | None = None
    """Where the phone is, for a hall that gives tickets nearby alone."""


class PostponeTicket(Ask, frozen=True, kw_only=True):
    minutes: Annotated[int, Meta(ge=1, le=240)]


class OpenWindow(Ask, frozen=True, kw_only=True):
    staff: Staff
    queues: Annotated[list[Id], Meta(min_length=1, max_length=64)] | None = None


class PauseWindow(Ask, frozen=True, kw_only=True):
    reason: Reason


class CallTicket(Ask, frozen=True, kw_only=True):
    """`ticket` by its id or number; `reason` says why out of turn."""

    ticket: TicketId
    reason: Reason | None = None


class HoldTicket(Ask, frozen=True, kw_only=True):
    reason: Reason
    minutes: Minutes | None = None


class PromiseAsked(Ask, frozen=True, kw_only=True):
    """What is promised beyond the visit, and until when: `at`, or so many working days; else as is usual."""

    kind: Literal["papers", "result", "decision"]
    at: DayOrMoment | None = None
    days: Annotated[int, Meta(ge=1, le=250)] | None = None
    papers: Annotated[list[Id], Meta(max_length=20)] = []
    note: Annotated[Line, Meta(min_length=1, max_length=200)] | None = None


class FinishTicket(Ask, frozen=True, kw_only=True):
    """`promise` suits the outcome: `papers` one with papers due, the others what is done, goes on or is passed on."""

    outcome: Outcome | None = None
    promise: PromiseAsked | None = None


class TransferTicket(Ask, frozen=True, kw_only=True):
    """One of `queue` and `window`."""

    queue: Id | UnsetType = UNSET
    window: WindowNumber | UnsetType = UNSET
    place: Place = "seniority"


class AddDevice(Ask, frozen=True, kw_only=True):
    """`window` is the number of the window that a `window` device speaks for."""

    role: Role
    name: Annotated[Line, Meta(min_length=1, max_length=80)]
    window: WindowNumber | None = None
    zone: Id | None = None
