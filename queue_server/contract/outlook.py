"""What is expected of a hall, and what would be if: for visitors the waits, for managers the whole."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from queue_server.contract.answer import Answer
from queue_server.contract.answers import Names, WaitRange
from queue_server.contract.asks import Ask, Id, WindowNumber


class LaterWait(Answer, frozen=True, kw_only=True):
    """The wait of a visitor who comes at a later time."""

    at: str
    wait_s: WaitRange | None


class QueueWait(Answer, frozen=True, kw_only=True):
    """A queue as whoever may come looks at it; `later` is empty while there is no forecast."""

    queue: str
    names: Names
    zone: str
    waiting: int
    open_windows: int
    wait_s: WaitRange | None
    later: list[LaterWait]


class Outlook(Answer, frozen=True, kw_only=True):
    """Waits now and in the next two hours. `trusted` is false while they are a mere estimate."""

    at: str
    trusted: bool
    queues: list[QueueWait]


class People(Answer, frozen=True, kw_only=True):
    """How many: the 10th, 50th and 90th percentile."""

    p10: int
    p50: int
    p90: int


class Expected(Answer, frozen=True, kw_only=True):
    """What is expected at a moment: the wait of a visitor who comes then, and how many wait."""

    at: str
    wait_s: WaitRange | None
    waiting: People


class QueueForecast(Answer, frozen=True, kw_only=True):
    queue: str
    names: Names
    zone: str
    waiting: int
    open_windows: int
    wait_s: WaitRange | None
    pace_s: int
    """Seconds by which one more visitor ahead makes the wait longer; 0 while there is no forecast."""
    later: list[Expected]


class Doubt(Answer, frozen=True, kw_only=True):
    """What the forecast does not trust: a queue's or a window's where one is named, else the hall's."""

    code: str
    queue: str | UnsetType = UNSET
    window: int | UnsetType = UNSET


class Foresight(Answer, frozen=True, kw_only=True):
    """The forecast of a hall. `age_s` is None while there is none; the waits are a simple estimate then."""

    at: str
    age_s: int | None
    trusted: bool
    doubts: list[Doubt]
    queues: list[QueueForecast]
    hall: list[Expected]
    cost_ms: int


class TellingError(Answer, frozen=True, kw_only=True):
    """How far what visitors were told was from how long they waited; below 0, `bias_s` says that it was too little."""

    tickets: int
    mean_error_s: int
    bias_s: int
    covered_pct: int


class AccuracyRow(Answer, frozen=True, kw_only=True):
    """Of one queue, or of the whole hall (`queue` is empty). `yesterday` is the last day before today with visits."""

    queue: str
    today: TellingError | None
    yesterday: TellingError | None
    weeks: TellingError | None


class Forecast(Foresight, frozen=True, kw_only=True):
    """`accuracy` is empty while the archive cannot be read."""

    accuracy: list[AccuracyRow]


class Change(Ask, frozen=True, kw_only=True):
    """One thing to try: an action of diversion, `close_window {window}` or `move_window {window, queues}`."""

    action: Annotated[str, Meta(min_length=1, max_length=32)]
    window: WindowNumber | UnsetType = UNSET
    queue: Id | UnsetType = UNSET
    service: Id | UnsetType = UNSET
    to: Id | UnsetType = UNSET
    queues: Annotated[list[Id], Meta(min_length=1, max_length=64)] | UnsetType = UNSET


class WhatIf(Ask, frozen=True, kw_only=True):
    changes: Annotated[list[Change], Meta(min_length=1, max_length=8)]


class Gain(Answer, frozen=True, kw_only=True):
    """What the waits of all visitors of the next 90 minutes fall by; positive is good."""

    mean_s: float
    p90_s: float
    mean_low_s: float
    mean_high_s: float


class Waits(Answer, frozen=True, kw_only=True):
    mean_s: float
    p90_s: float


class QueueGain(Answer, frozen=True, kw_only=True):
    queue: str
    mean_gain_s: float


class WhatIfAnswer(Answer, frozen=True, kw_only=True):
    gain: Gain
    without: Waits
    with_: Waits = field(name="with")
    queues: list[QueueGain]
