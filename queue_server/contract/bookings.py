"""Bookings, one-time codes and check-in on the wire."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from queue_server.contract.answer import Answer
from queue_server.contract.asks import Ask, Id, Language, Line, Position, Reason, Typed, WindowNumber

Phone = Annotated[str, Meta(pattern=r"^\+?(?:[ ()-]{0,2}[0-9]){5,20}(?![\s\S])")]
"""A number of any country: 5 to 20 digits; blanks, brackets and hyphens may stand between them."""
IdNumber = Annotated[Line, Meta(min_length=1, max_length=64)]
Digits = Annotated[str, Meta(pattern=r"^[0-9]{6}(?![\s\S])")]
Scanned = Annotated[str, Meta(min_length=1, max_length=200)]
DATE = (
    r"20(?:[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[02468][048]|[13579][26])-02-29)"
)
"""A day that a calendar has, of this century."""
Day = Annotated[str, Meta(pattern=rf"^{DATE}(?![\s\S])")]
Start = Annotated[
    str, Meta(pattern=rf"^{DATE}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?Z(?![\s\S])")
]
"""RFC 3339 in UTC, on a day that a calendar has."""
Places = Annotated[int, Meta(ge=1, le=20)]


class Booker(Ask, frozen=True, kw_only=True):
    """Who books. The phone is where messages go; both leave the request only hashed or sealed."""

    phone: Phone
    id_number: IdNumber | None = None


class BookPlace(Ask, frozen=True, kw_only=True):
    """`start` is that of a free slot. `window` books that window, where it can be booked by its number."""

    service: Id
    start: Start
    visitor: Booker
    language: Language = "zh"
    places: Places = 1
    companion: bool = False
    window: WindowNumber | None = None


class JoinWaitingList(Ask, frozen=True, kw_only=True):
    """For any place of a day (`YYYY-MM-DD` in the hall) that is full."""

    service: Id
    day: Day
    visitor: Booker
    language: Language = "zh"


class Confirm(Ask, frozen=True, kw_only=True):
    """`code` is the one-time code, where the hall asks for one."""

    code: Digits | None = None


class Move(Ask, frozen=True, kw_only=True):
    start: Start
    window: WindowNumber | None = None


class Messages(Ask, frozen=True, kw_only=True):
    """About this booking. With `all` and not `on`: none from this hall at all, codes aside, until they are on again."""

    on: bool
    all: bool = False


class CheckInHere(Ask, frozen=True, kw_only=True):
    """Check-in of the booking in the path. A phone says where it is, where the hall asks for that.

    Where bookings are bound the staff and the kiosks say whom they see; `phone` is for the staff.
    """

    position: Position | None = None
    priority: Id = "normal"
    voice: bool = False
    id_number: IdNumber | None = None
    phone: Phone | None = None


class CheckIn(Ask, frozen=True, kw_only=True):
    """One of `pass`, as scanned off the visitor's phone, and `code`, as typed."""

    pass_: Scanned | UnsetType = field(default=UNSET, name="pass")
    code: Typed | UnsetType = UNSET
    priority: Id = "normal"
    voice: bool = False
    id_number: IdNumber | None = None
    """As in `CheckInHere`; so is the phone."""
    phone: Phone | None = None


class AskCode(Ask, frozen=True, kw_only=True):
    """A one-time code to this phone; in the language of the request where none is named."""

    phone: Phone
    language: Language | None = None


class Prove(Ask, frozen=True, kw_only=True):
    phone: Phone
    code: Digits


class PardonBookings(Ask, frozen=True, kw_only=True):
    """One of `visitor` and `booking`: whose missed bookings are forgiven."""

    visitor: Booker | UnsetType = UNSET
    booking: Typed | UnsetType = UNSET
    reason: Reason


class BookingTicket(Answer, frozen=True, kw_only=True):
    id: str
    number: str
    token: str | UnsetType = UNSET
    """For the booking's own visitor alone."""


class Booking(Answer, frozen=True, kw_only=True):
    """A booking, without a word about whose it is. `token` comes in the answer that makes it.

    `start` and `end` are those of its slot; of the day for one that is `listed`. Check-in is from `opens_at` on, and
    keeps the place until `late_at`.
    """

    code: str
    hall: str
    status: str
    start: str
    end: str
    opens_at: str | UnsetType = UNSET
    late_at: str | UnsetType = UNSET
    service: str
    queue: str
    zone: str
    window: int | UnsetType = UNSET
    places: int
    companion: bool
    language: str
    messages: bool
    made_at: str
    hold_until: str | UnsetType = UNSET
    confirm: str | UnsetType = UNSET
    """`code` while a one-time code is needed to keep the place, `none` while a word will do."""
    retry_after_s: int | UnsetType = UNSET
    """When another code may be asked for."""
    ticket: BookingTicket | UnsetType = UNSET
    token: str | UnsetType = UNSET


class Pass(Answer, frozen=True, kw_only=True):
    """What a phone shows to be scanned: good for a moment and for one ticket."""

    pass_: str = field(name="pass")
    expires_at: str


class CodeSent(Answer, frozen=True, kw_only=True):
    """The same whatever the phone: nobody learns here who is known."""

    expires_at: str
    retry_after_s: int


class Proof(Answer, frozen=True, kw_only=True):
    """Who someone is, for a while: to be sent as `Greenwave-Person`, or by the cookie that came with it."""

    proof: str
    expires_at: str


class Pardoned(Answer, frozen=True, kw_only=True):
    pardoned: bool


class SignIn(Answer, frozen=True, kw_only=True):
    """A service that visitors may sign in with, at `/m/{hall}/sign-in/{id}`."""

    id: str
    names: dict[str, str]


class SignIns(Answer, frozen=True, kw_only=True):
    sign_ins: list[SignIn]
