"""What days come to, counted so that any number of them can be added up: reports are made of these. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import astuple

from queue_server.domain.rules import Fact
from queue_server.domain.waits import quantile_s

SPANS = ("day", "week", "month", "year")
DIMENSIONS = ("hall", "department", "queue", "service", "window", "channel", "staff")
"""What a report can be broken down by."""
OVER_MIN = (15, 30, 60)
"""A wait longer than so many minutes is counted as such."""
GREEN_MS = 120_000
"""Who comes to a next window and waits less than this has had a green wave."""
SATISFIED_FROM = 3
"""The lowest score that means somebody was satisfied: basically satisfied."""
LOW_UP_TO = 2


class ReportMail(Fact, frozen=True, kw_only=True):
    """A report that goes to somebody by itself when a span is over."""

    to: str
    every: str = "week"
    """A span: `day`, `week`, `month`."""
    at_min: int = 420
    """When, in minutes after midnight of the day that follows."""
    language: str = "zh"


class ReportPlan(Fact, frozen=True, kw_only=True):
    """What a hall's reports may say, and to whom they go: `reports` of its file."""

    staff: bool = False
    """Whether they may be broken down by who served; otherwise the archive's visits never know it."""
    mail: tuple[ReportMail, ...] = ()


class Tally(Struct, array_like=True, kw_only=True, gc=False):
    """Counts and sums of some legs of visits. Whoever changes its fields raises `MADE` of `ops.archive.tallies`."""

    visits: int = 0
    """Visits that began here."""
    waited: int = 0
    """Times that somebody waited and was called; the next line is how long they waited, together."""
    waited_ms: int = 0
    over_15: int = 0
    over_30: int = 0
    over_60: int = 0
    served: int = 0
    handled_ms: int = 0
    missed: int = 0
    cancelled: int = 0
    """Given up before they were served; those who were helped otherwise are `diverted`."""
    expired: int = 0
    diverted: int = 0
    booked: int = 0
    """Visits that came with a booking."""
    bookings: int = 0
    """Bookings made, whenever they are for; the next line are those whose slot passed without their visitor."""
    no_shows: int = 0
    ratings: int = 0
    score: int = 0
    satisfied: int = 0
    low: int = 0
    cases: int = 0
    """Opened."""
    cases_closed: int = 0
    cases_on_time: int = 0
    told: int = 0
    """Times that somebody was told a wait, and called; then sums of how far what was told was off."""
    error_ms: int = 0
    bias_ms: int = 0
    covered: int = 0
    several: int = 0
    """Visits of several stops."""
    next_stops: int = 0
    """Times that such a visit was called to a stop after its first."""
    green: int = 0
    """Of those, where nobody had to wait: see `GREEN_MS`."""
    through: int = 0
    """Visits of several stops that came to their end; then how long they took from the ticket to it."""
    through_ms: int = 0
    waits: dict[int, int] = {}
    """How many waits fell into each bucket of `domain.waits`."""


COUNTS = Tally.__struct_fields__[:-1]


class Helped(Struct, array_like=True, kw_only=True):
    """What one kind of diversion came to: sums over those that ended."""

    ended: int = 0
    measured: int = 0
    gain_s: float = 0.0
    """What they were expected to bring in mean wait, together; then what they brought. Of those measured alone."""
    effect_s: float = 0.0


def added(tallies: Iterable[Tally]) -> Tally:
    """All of them as one."""
    columns = list(zip(*map(astuple, tallies), strict=True))  # by columns: a year by window is 60,000 of them
    if not columns:
        return Tally(waits={})
    waits: dict[int, int] = {}
    so_far = waits.get
    for of_one in columns.pop():
        for bucket, count in of_one.items():
            waits[bucket] = so_far(bucket, 0) + count
    return Tally(**dict(zip(COUNTS, map(sum, columns), strict=True)), waits=waits)


def wait_quantile_s(tally: Tally, share: float) -> float | None:
    """The wait that `share` of those who were called did not pass; None of nobody."""
    return quantile_s(tally.waits, share)


class Counted(Struct, frozen=True, kw_only=True):
    """What the archive has counted of some days."""

    rows: Mapping[str, Tally]
    """By the values of what was asked for."""
    days: Mapping[str, Tally]
    """The whole hall by days (`YYMMDD`), in order; days on which nothing was archived are left out."""
    actions: Mapping[str, Helped]
    missing: tuple[str, ...] = ()
    """Closed days that are not counted yet."""
    hours: Mapping[int, tuple[int, float | None]] = {}
    """Of a single day: minute of each quarter of an hour → tickets issued in it, and their mean wait in s."""


class Asked(Struct, frozen=True, kw_only=True):
    """Which tickets of a report are asked for: a figure of one of its rows, or (no `key`) of the whole."""

    first: str
    last: str
    by: str
    key: str | None
    figure: str
    after: tuple[str, int, int] | None = None
    """The day, visit and leg of the last one that is known already."""
    limit: int = 100


def bounds(span: str, day: date) -> tuple[date, date]:
    """The first and the last day of the span that a day lies in. Weeks begin on Monday."""
    if span == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if span == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    if span == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day
