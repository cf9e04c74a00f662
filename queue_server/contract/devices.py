"""Devices on the wire: how they enrol, say how they are, tell what they showed, and call for help."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from queue_server.contract.answer import Answer
from queue_server.contract.asks import AddDevice, Ask, Id, Installation, Line, Moment, WindowNumber

PartKind = Literal[
    "printer", "scanner", "idcard", "speaker", "panel", "keypad", "clock", "journal", "network", "screen"
]
Word = Annotated[Line, Meta(max_length=80)]


class AskCode(AddDevice, frozen=True, kw_only=True):
    """A one-time code with which a device enrols itself."""


class Enrol(Ask, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1, max_length=32)]


class Part(Ask, frozen=True, kw_only=True):
    """One part of a device, as it says itself. `code` is empty while it works."""

    kind: PartKind
    name: Word = ""
    ok: bool
    code: Word = ""
    warnings: Annotated[list[Word], Meta(max_length=16)] = field(default_factory=list)
    facts: Annotated[dict[Word, Word | int | float | bool], Meta(max_length=32)] = field(default_factory=dict)


class NumbersLeft(Ask, frozen=True, kw_only=True):
    queue: Id
    left: Annotated[int, Meta(ge=0)]


class PaperUse(Ask, frozen=True, kw_only=True):
    printed: Annotated[int, Meta(ge=0)]
    left_percent: Annotated[int, Meta(ge=0, le=100)] | None = None
    ends_at: Moment | None = None


class ReportHealth(Ask, frozen=True, kw_only=True):
    """How a device is, every ten seconds and at once on a change."""

    installation: Installation
    version: Word = ""
    parts: Annotated[list[Part], Meta(max_length=32)] = field(default_factory=list)
    pending: Annotated[int, Meta(ge=0)] = 0
    leases: Annotated[list[NumbersLeft], Meta(max_length=64)] = field(default_factory=list)
    paper: PaperUse | None = None


class ShownCall(Ask, frozen=True, kw_only=True):
    window: WindowNumber
    number: Annotated[str, Meta(min_length=1, max_length=16)]
    times: Annotated[int, Meta(ge=1, le=1000)]


class ShowCalls(Ask, frozen=True, kw_only=True):
    """Calls that this device really showed or spoke."""

    how: Literal["screen", "window_screen", "flash", "voice", "panel"]
    calls: Annotated[list[ShownCall], Meta(min_length=1, max_length=50)]


class DeviceHealth(Answer, frozen=True, kw_only=True):
    """What a device last said of itself, and whether it has fallen silent since."""

    ok: bool
    code: str
    seen_at: str
    silent: bool
    doubled: bool
    """Two installations speak with this device's token."""
    version: str
    parts: list[Part]
    pending: int
    leases: list[NumbersLeft]
    paper: PaperUse | None = None


class Heard(Answer, frozen=True, kw_only=True):
    """`others`: another installation speaks with the same token."""

    at: str
    others: bool
    epoch: str
    """The life of the store: another one means that it was restored, and that kiosks hand their day in again."""


class EnrolCode(Answer, frozen=True, kw_only=True):
    code: str
    expires_at: str


class Enrolled(Answer, frozen=True, kw_only=True):
    hall: str
    id: str
    role: str
    name: str
    window: int | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    token: str


class Help(Answer, frozen=True, kw_only=True):
    id: str
    device: str
    name: str
    zone: str
    called_at: str
    answered_at: str | UnsetType = UNSET


class Helps(Answer, frozen=True, kw_only=True):
    help: list[Help]
