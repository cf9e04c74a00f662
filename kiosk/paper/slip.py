"""Everything that a slip says."""

from datetime import datetime

from msgspec import Struct

Names = dict[str, str]
"""A text by language; `zh` is always there."""
LANGUAGES = ("zh", "en", "de", "ja", "ko", "ru")
"""Those that paper speaks."""


class Slip(Struct, frozen=True, kw_only=True):
    """One ticket's paper: no personal data. Chinese first, the visitor's language beside it.

    `offline` leaves out what nobody can promise then: how many are ahead, and the wait. `copy` marks a reprint.
    """

    hall: Names
    item: Names
    number: str
    at: datetime
    timezone: str = "Asia/Shanghai"
    language: str = "zh"
    zone: Names = {}
    floor: int | None = None
    queue: Names = {}
    """Stands in for the item where that has no name."""
    ahead: int | None = None
    wait_s: tuple[float, float] | None = None
    """From and to."""
    path: tuple[tuple[Names, Names, datetime | None], ...] = ()
    """The stops of a visit that has several: item, zone, and from when, where time must pass first."""
    booked: datetime | None = None
    """When the visitor's booked time is."""
    windows: tuple[int, ...] = ()
    outside: bool = False
    """Where it is full inside: the visitor waits at the door until called in."""
    missing: tuple[Names, ...] = ()
    """Papers that a guide did not find."""
    url: str = ""
    """The ticket's live page, as a QR code."""
    hint: Names = {}
    """One line; without it the usual one."""
    hotline: str = ""
    offline: bool = False
    copy: bool = False
    test: bool = False
    """A page that shows what the printer can do; it is no ticket."""
