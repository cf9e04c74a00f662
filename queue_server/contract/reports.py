"""Reports on the wire: what a span of days came to."""

from msgspec import field

from queue_server.contract.answer import Answer


class ReportWaits(Answer, frozen=True, kw_only=True):
    """Of those who waited and were called. Shares are from 0 to 1; null of nobody."""

    mean: int | None
    p50: int | None
    p90: int | None
    over_15_min: float | None
    over_30_min: float | None
    over_60_min: float | None


class ReportHandling(Answer, frozen=True, kw_only=True):
    mean: int | None


class ReportForecast(Answer, frozen=True, kw_only=True):
    """How far what visitors were told was from how long they waited: as `GET /forecast` tells it of days."""

    tickets: int
    mean_error_s: int | None
    bias_s: int | None
    covered: float | None
    """The share of those who waited between the p10 and the p90 that they were told."""


class ReportJourneys(Answer, frozen=True, kw_only=True):
    """Visits of several stops."""

    visits: int
    next_stops: int
    """Times that such a visitor was called to a stop after the first."""
    green: float | None
    """The share of those where nobody had to wait: less than two minutes."""
    through_s: int | None
    """Mean time from the ticket to the end of the last stop, of visits that came to it."""


class ReportRow(Answer, frozen=True, kw_only=True):
    """What belongs to one queue, item, window ...; `key` is empty where none is known."""

    key: str
    names: dict[str, str]
    """By language, where the key has names."""
    visits: int
    """Tickets given here; who went on elsewhere counts where the visit began."""
    waited: int
    """Times that somebody waited and was called: more than visits where people go on to another queue."""
    wait_s: ReportWaits
    served: int
    handling_s: ReportHandling
    missed: int
    cancelled: int
    expired: int
    abandoned: int
    """Cancelled or expired."""
    diverted: int
    """Helped otherwise, on the advice of a diversion."""
    booked: int
    """Visits that came with a booking."""
    bookings: int
    """Made in this span, whenever they are for."""
    no_shows: int
    ratings: int
    rating_mean: float | None
    satisfied: float | None
    """The share of ratings of 3 and better."""
    low: int
    """Ratings of 1 or 2."""
    rating_rate: float | None
    """Ratings for each stop that was served."""
    cases: int
    """Opened."""
    cases_closed: int
    cases_on_time: float | None
    """The share of the closed ones of which every step came before it was due."""
    forecast: ReportForecast
    journeys: ReportJourneys


class ReportDay(Answer, frozen=True, kw_only=True):
    day: str
    """As `2026-01-31`."""
    visits: int
    wait_mean_s: int | None
    wait_p90_s: int | None


class ReportHour(Answer, frozen=True, kw_only=True):
    """A quarter of an hour of a single day; `minute` is when it begins."""

    minute: int
    visits: int
    wait_mean_s: int | None


class ReportDiversion(Answer, frozen=True, kw_only=True):
    """Diversions of one kind that ended: how much shorter the mean wait was to become, and became."""

    action: str
    ended: int
    measured: int
    gain_mean_s: int | None
    effect_mean_s: int | None


class Report(Answer, frozen=True, kw_only=True):
    """A span of days. `from` and `to` are its first and last; it may go on."""

    span: str
    by: str
    first: str = field(name="from")
    last: str = field(name="to")
    goes_on: bool
    """Whether the last day has not come to its end."""
    missing: list[str]
    """Days that are closed, but not counted yet: ask again."""
    rows: list[ReportRow]
    total: ReportRow
    days: list[ReportDay]
    hours: list[ReportHour]
    """Of a single day alone."""
    diversions: list[ReportDiversion]


class ReportTicket(Answer, frozen=True, kw_only=True):
    """One time that a ticket waited, and what became of it."""

    ticket: str
    number: str
    day: str
    queue: str
    service: str
    window: int | None
    channel: str
    stop: int
    stops: int
    waits_since: str | None
    called_at: str | None
    wait_s: int | None
    handled_s: int | None
    status: str
    outcome: str
    score: int | None


class ReportTickets(Answer, frozen=True, kw_only=True):
    """Tickets behind a figure, perhaps fewer than were asked for: `next` is what to ask with as `after`, null after the
    last."""

    figure: str
    tickets: list[ReportTicket]
    next: str | None
