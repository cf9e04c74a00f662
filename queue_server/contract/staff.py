"""Staff on the wire: accounts, what they may do, how they sign in, and when they work."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, field

from queue_server.contract.answer import Answer
from queue_server.contract.asks import Ask, Id, Language, Line, Moment, WindowNumber

StaffRole = Literal["manager", "desk", "window"]
Number = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}(?![\s\S])")]
"""A staff number (工号)."""
SignInName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@+-]{0,63}(?![\s\S])")]
Name = Annotated[Line, Meta(min_length=1, max_length=64)]
Secret = Annotated[str, Meta(min_length=1, max_length=256)]
Code = Annotated[str, Meta(pattern=r"^[0-9 ]{6,8}(?![\s\S])")]
LinkCode = Annotated[str, Meta(min_length=1, max_length=128)]
Minute = Annotated[int, Meta(ge=0, le=1440)]
DAY = "20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
Day = Annotated[str, Meta(pattern=rf"^{DAY}(?![\s\S])")]


class SkillRow(Ask, frozen=True, kw_only=True):
    """A queue that someone can serve, in these minutes of the day; its visitors count so much later there."""

    queue: Id
    handicap_min: Annotated[int, Meta(ge=0, le=480)] = 0
    from_min: Minute = 0
    to_min: Minute = 1440


class CertificateRow(Ask, frozen=True, kw_only=True):
    name: Annotated[Line, Meta(min_length=1, max_length=80)]
    until: Annotated[str, Meta(pattern=rf"^(?:|{DAY})(?![\s\S])")] = ""
    """The last day on which it is good; without one it has no end."""
    queue: Annotated[Line, Meta(max_length=64)] = ""
    """The queue that they may not serve once it has ended; empty where it is only shown."""


class Duties(Ask, frozen=True, kw_only=True):
    """What someone does at this hall. Departments and windows narrow it; none means the whole hall."""

    role: StaffRole
    departments: Annotated[list[Id], Meta(max_length=64)] = field(default_factory=list)
    windows: Annotated[list[WindowNumber], Meta(max_length=512)] = field(default_factory=list)
    skills: Annotated[list[SkillRow], Meta(max_length=64)] = field(default_factory=list)
    certificates: Annotated[list[CertificateRow], Meta(max_length=64)] = field(default_factory=list)


class NewColleague(Duties, frozen=True, kw_only=True):
    """One form. `sign_in` is the staff number where nobody says otherwise."""

    name: Name
    number: Number
    sign_in: SignInName | None = None
    language: Language = "zh"


class SignIn(Ask, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Secret
    code: Code | None = None


class Welcome(Ask, frozen=True, kw_only=True):
    """By the code of a one-time link: a password, or a passkey."""

    code: LinkCode
    password: Secret | None = None
    passkey: dict[str, Any] | None = None
    label: Annotated[Line, Meta(max_length=40)] = ""


class WelcomeOptions(Ask, frozen=True, kw_only=True):
    code: LinkCode


class ChangePassword(Ask, frozen=True, kw_only=True):
    old: Secret
    new: Secret


class ConfirmTotp(Ask, frozen=True, kw_only=True):
    code: Code


class Confirm(Ask, frozen=True, kw_only=True):
    """The password once more, for what weakens an account."""

    password: Secret


class AddPasskey(Ask, frozen=True, kw_only=True):
    passkey: dict[str, Any]
    label: Annotated[Line, Meta(max_length=40)] = ""


class UsePasskey(Ask, frozen=True, kw_only=True):
    passkey: dict[str, Any]


class Break(Ask, frozen=True, kw_only=True):
    start: Moment
    end: Moment


class PlanShift(Ask, frozen=True, kw_only=True):
    """Someone works here from `start` to `end`, on one day of the hall."""

    person: Id
    start: Moment
    end: Moment
    window: WindowNumber | None = None
    breaks: Annotated[list[Break], Meta(max_length=8)] = field(default_factory=list)


class Colleague(Answer, frozen=True, kw_only=True):
    """Someone with an account, as this hall sees them."""

    id: str
    name: str
    number: str
    sign_in: str
    language: str
    role: str
    departments: list[str]
    windows: list[int]
    skills: list[SkillRow]
    certificates: list[CertificateRow]
    disabled: bool
    set_up: bool
    """Whether they have chosen how to sign in."""
    second: bool
    """Whether a password alone is not enough."""
    locked_until: str | UnsetType = UNSET
    elsewhere: bool
    """Whether they work at other halls too: then the admin alone resets and disables the account."""
    yours: bool
    """Whether the one who asks may change the account."""
    link: str | UnsetType = UNSET
    """The path of their one-time link; in the answer that makes it alone."""
    link_until: str | UnsetType = UNSET


class Colleagues(Answer, frozen=True, kw_only=True):
    staff: list[Colleague]


class Place(Answer, frozen=True, kw_only=True):
    """What someone does at one hall, and where."""

    hall: str
    names: dict[str, str]
    role: str
    departments: list[str]
    windows: list[int]


class KeyRow(Answer, frozen=True, kw_only=True):
    id: str
    label: str
    added_at: str


class SessionRow(Answer, frozen=True, kw_only=True):
    id: str
    begun_at: str
    how: str
    here: bool


class Me(Answer, frozen=True, kw_only=True):
    """The one who is signed in."""

    id: str
    name: str
    number: str
    sign_in: str
    password: bool
    totp: bool
    places: list[Place]
    passkeys: list[KeyRow]
    logins: list[str]
    sessions: list[SessionRow]


class SignedIn(Answer, frozen=True, kw_only=True):
    """`arrive`: where a browser goes next to be signed in, once. A program takes the token."""

    token: str
    expires_at: str
    arrive: str


class Options(Answer, frozen=True, kw_only=True):
    """What the browser's own passkey call takes."""

    options: dict[str, Any]


class Totp(Answer, frozen=True, kw_only=True):
    """A new secret, to be confirmed with its first code within a quarter of an hour."""

    secret: str
    uri: str
    picture: str
    """The same as an SVG picture of a QR code."""


class Shift(Answer, frozen=True, kw_only=True):
    id: str
    person: str
    name: str
    number: str
    window: int | UnsetType = UNSET
    start: str
    end: str
    breaks: list[Break]


class Shifts(Answer, frozen=True, kw_only=True):
    shifts: list[Shift]
