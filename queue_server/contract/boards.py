"""What screens and cockpits get: the anonymous board and the state of a hall."""

from msgspec import UNSET, UnsetType

from queue_server.contract.alarms import Alarm
from queue_server.contract.answer import Answer
from queue_server.contract.answers import Names, QueueShare, WaitRange
from queue_server.contract.diversions import Diversion
from queue_server.contract.messages import MessagesState
from queue_server.contract.outlook import Foresight


class Call(Answer, frozen=True, kw_only=True):
    number: str
    window: int
    zone: str
    called_at: str
    times: int
    step: str
    language: str
    coming: bool | UnsetType = UNSET
    """The visitor has seen the call and is on the way."""


class BoardWindow(Answer, frozen=True, kw_only=True):
    """`number` is the ticket that is there now, `serving` when its service has begun; `reason` why it is paused."""

    window: int
    zone: str
    status: str
    number: str | UnsetType = UNSET
    serving: bool | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class BoardQueue(Answer, frozen=True, kw_only=True):
    queue: str
    names: Names
    zone: str
    waiting: int
    wait_s: WaitRange | None


class Notice(Answer, frozen=True, kw_only=True):
    text: Names


class Board(Answer, frozen=True, kw_only=True):
    """The anonymous hall board. `calls` are the latest call of each window, latest first."""

    hall: str
    at: str
    calls: list[Call]
    windows: list[BoardWindow]
    waiting: list[BoardQueue]
    notices: list[Notice]
    last_event_id: str


class RatingsState(Answer, frozen=True, kw_only=True):
    """Today's ratings; `scores` from 1 to 5. Shares are None where there is nothing to share."""

    count: int
    low: int
    scores: list[int]
    satisfied_pct: int | None
    rated_pct: int | None
    """Of the finished stops; a rating of yesterday's visit counts too."""


class QueueState(Answer, frozen=True, kw_only=True):
    """A queue today. `mean_s` and `p90_s` are of those called today, `longest_s` of those who wait now."""

    queue: str
    names: Names
    zone: str
    waiting: int
    open_windows: int
    windows: int
    serving: int
    issued: int
    called: int
    done: int
    missed: int
    cancelled: int
    mean_s: float | None
    p90_s: float | None
    longest_s: int
    wait_s: WaitRange | None
    ratings: RatingsState


class WindowState(Answer, frozen=True, kw_only=True):
    """A window as the cockpit sees it; `since` is when it took its present status."""

    window: int
    zone: str
    status: str
    reason: str
    staff: str
    queues: list[QueueShare]
    since: str
    ticket: str
    number: str
    called_at: str | None
    times: int
    step: str
    shown: bool
    serving: bool


class Totals(Answer, frozen=True, kw_only=True):
    waiting: int
    open_windows: int
    windows: int
    serving: int
    issued: int
    called: int
    done: int
    missed: int
    cancelled: int
    active: int
    silent: int
    """Calls of today that needed no voice; `flashed` and `voiced` went up the ladder, `unseen` no device showed."""
    flashed: int
    voiced: int
    unseen: int
    mean_s: float | None
    p90_s: float | None
    longest_s: int
    ratings: RatingsState


class DevicesState(Answer, frozen=True, kw_only=True):
    """Devices that report: well, not well, silent; and the tickets that kiosks have still to hand in."""

    ok: int
    wrong: int
    silent: int
    pending: int


class ArchiveState(Answer, frozen=True, kw_only=True):
    """`status` is `ok`, `behind` or `silent`; `behind` counts events that are not archived yet, `lost` those that never
    will be; the store can keep what waits for `lasts_s`. `trouble` says why: `away`, `full`, `damaged`, `newer`.
    """

    status: str
    behind: int
    since: str | None
    lasts_s: int | None
    trouble: str
    lost: int


class State(Answer, frozen=True, kw_only=True):
    """Everything a cockpit shows."""

    hall: str
    at: str
    day: str
    open: bool
    last_event_id: str
    totals: Totals
    queues: list[QueueState]
    windows: list[WindowState]
    devices: DevicesState
    messages: MessagesState
    alarms: list[Alarm]
    """What to look at now, the gravest first."""
    outlook: Foresight
    diversions: tuple[Diversion, ...] = ()
    """Those of today, the newest first."""
    archive: ArchiveState | None = None
