"""What the forecast expects of a hall: waits of those who wait, of those who would come, and the next two hours."""

from msgspec import Struct

Range = tuple[int, int, int]
"""Seconds until the first call: p10, p50 and p90, never negative and in order."""

MOST_AGE_MS = 60_000
"""An outlook older than this is not believed any more: the forecast has stopped."""


class Doubt(Struct, frozen=True, kw_only=True, array_like=True):
    """Something that the forecast does not trust, and does not count on."""

    code: str
    """One word, such as `STUCK_TICKET`, `CLOCK_BACK`, `NO_WINDOW`, `NO_HISTORY`, `STRANGE_HISTORY`, `BEHIND`."""
    queue: str = ""
    window: int = 0


class Later(Struct, frozen=True, kw_only=True, array_like=True):
    """What is expected at a moment to come (ms since the epoch)."""

    at: int
    wait_s: Range
    """The wait of a visitor who comes then."""
    waiting: Range
    """How many wait then (p10, p50, p90)."""


class QueueOutlook(Struct, frozen=True, kw_only=True, array_like=True):
    queue: str
    waiting: int
    """How many waited when it was worked out: the wait of a newcomer grows with those who came since."""
    wait_s: Range | None
    """The wait of a visitor of normal priority who comes now; None where nobody is expected to be served."""
    pace_s: int
    """Seconds by which one more visitor ahead makes the wait longer."""
    later: tuple[Later, ...] = ()
    """Every 15 minutes of the next two hours."""


class Outlook(Struct, frozen=True, kw_only=True, array_like=True):
    """What is expected of a hall, as worked out at one moment. Published whole; the newest replaces the one before."""

    at: int
    """When, in ms since the epoch."""
    position: int
    """The position in the hall's stream up to which it knows."""
    tickets: dict[str, Range]
    """By ticket id, of those who wait: seconds from `at`."""
    queues: tuple[QueueOutlook, ...]
    hall: tuple[Later, ...] = ()
    """All queues together."""
    doubts: tuple[Doubt, ...] = ()
    cost_ms: int = 0
    """How long it took to work out."""
