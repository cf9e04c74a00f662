"""The past of a hall, as the workers and the forecast read it. Days are local, `YYMMDD`."""

from typing import NoReturn, Protocol

from msgspec import Struct

from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.domain.refusals import Refusal
from queue_server.domain.report import Asked, Counted

USUAL_DAYS = 8
"""A usual day is the mean of so many days of its weekday."""
WEEKS_DAYS = 28
"""How far back the forecast's error of the last weeks reaches."""


class PastDay(Struct, frozen=True, kw_only=True):
    """A closed day."""

    day: str
    visits: int
    mean_wait_s: int | None
    """None where nobody was called."""


class UsualSlot(Struct, frozen=True, kw_only=True):
    """A quarter of an hour of a usual day; `minute` is when it begins by the hall's clock."""

    minute: int
    issued: float
    """Tickets that are issued in it."""
    waiting: float
    """How many wait when it begins."""
    mean_wait_s: int | None
    """The wait of those who begin to wait in it; None where nobody ever did."""


class UsualDay(Struct, frozen=True, kw_only=True):
    days: int
    """How many days were looked at; with none there are no slots."""
    slots: tuple[UsualSlot, ...]


class TellingError(Struct, frozen=True, kw_only=True):
    """How far what visitors were told was from how long they waited."""

    tickets: int
    mean_error_s: int
    """Mean of the differences, whichever way."""
    bias_s: int
    """Mean of told less real: below 0, visitors were told too little."""
    covered_pct: int
    """How many of a hundred waited between the p10 and the p90 that they were told."""


class Accuracy(Struct, frozen=True, kw_only=True):
    """Of one queue, or of the whole hall (`queue` is empty). None where nobody was told and then called."""

    queue: str
    today: TellingError | None
    yesterday: TellingError | None
    weeks: TellingError | None


class Learnt(Struct, frozen=True, kw_only=True):
    """What the forecast knew at the end of a day."""

    day: str
    blob: bytes


class PastTicket(Struct, frozen=True, kw_only=True):
    """One time that a ticket waited, and what became of it. Moments are ms, 0 where they did not come."""

    day: str
    visit: int
    leg: int
    """Visit and leg are the archive's own numbers."""
    ticket: str
    number: str
    queue: str
    service: str
    window: int
    channel: str
    stop: int
    stops: int
    waits_since: int
    called_at: int
    started_at: int
    finished_at: int
    status: str
    outcome: str
    score: int


class PastTickets(Struct, frozen=True, kw_only=True):
    """Some of those that were asked for; `after` is where the next ones are asked for, None after the last."""

    rows: tuple[PastTicket, ...]
    after: tuple[str, int, int] | None


class Past(Protocol):
    """Everything refuses `ARCHIVE_AWAY` while the archive cannot be read."""

    async def days(self, hall: str) -> list[PastDay]:
        """Closed days, newest first."""
        ...

    async def day_events(self, hall: str, day: str, after: int, limit: int) -> list[StoredEvent]:
        """Up to `limit` events of a day after a position, in order. Positions are the archive's own."""
        ...

    async def usual(self, hall: str, weekday: int) -> UsualDay:
        """The usual day of a weekday (0 is Monday)."""
        ...

    async def accuracy(self, hall: str, day: str) -> list[Accuracy]:
        """The error of what was told on a day, on the last one with visits before it (on a Monday that is Friday), and
        in the weeks before: the hall, then its queues."""
        ...

    async def learnt(self, hall: str) -> Learnt | None:
        """The newest that was kept."""
        ...

    async def keep_learnt(self, hall: str, day: str, blob: bytes) -> None:
        """Keeps what the forecast knew at the end of a day, for a few days."""
        ...

    async def counted(self, hall: Hall, first: str, last: str, by: str) -> Counted:
        """What the days from first to last came to, today so far, broken down by a dimension of `domain.report`."""
        ...

    async def tickets(self, hall: Hall, asked: Asked) -> PastTickets:
        """The tickets behind a figure of a report, in order; perhaps only some of them."""
        ...


def _away(*_: object) -> NoReturn:
    raise Refusal("ARCHIVE_AWAY")


class NoPast:
    """The past of a server without an archive."""

    async def days(self, hall: str) -> list[PastDay]:
        _away(hall)

    async def day_events(self, hall: str, day: str, after: int, limit: int) -> list[StoredEvent]:
        _away(hall, day, after, limit)

    async def usual(self, hall: str, weekday: int) -> UsualDay:
        _away(hall, weekday)

    async def accuracy(self, hall: str, day: str) -> list[Accuracy]:
        _away(hall, day)

    async def learnt(self, hall: str) -> Learnt | None:
        _away(hall)

    async def keep_learnt(self, hall: str, day: str, blob: bytes) -> None:
        _away(hall, day, blob)

    async def counted(self, hall: Hall, first: str, last: str, by: str) -> Counted:
        _away(hall, first, last, by)

    async def tickets(self, hall: Hall, asked: Asked) -> PastTickets:
        _away(hall, asked)
