"""Reports of days, weeks, months and years, and the tickets behind their figures."""

from collections.abc import Mapping

from queue_server.contract import reports
from queue_server.contract.bookings import DATE as DAY
from queue_server.contract.days import day_asked, day_on_wire
from queue_server.domain.refusals import Refusal
from queue_server.domain.report import DIMENSIONS, SPANS, Asked
from queue_server.flows.report_files import CSV, XLSX, csv_of, file_name, xlsx_of
from queue_server.flows.report_tables import table_of
from queue_server.flows.reports import after_of, span_of
from queue_server.languages import Words
from queue_server.web.context import At
from queue_server.web.query import whole
from queue_server.web.route import MANAGERS, Answered, Lines, Param, Route

MOST_TICKETS = 500
FIGURES = (
    "visits", "waited", "over_15", "over_30", "over_60", "served", "missed", "cancelled", "expired", "abandoned",
    "diverted", "booked", "ratings", "satisfied", "low", "told", "several", "next_stops", "green",
)  # fmt: skip
"""Those that have tickets."""


async def report(at: At) -> Answered:
    hall, query = at.hall.hall, at.request.query
    span = at.request.match_info["span"]
    found = await at.services.reports.report(
        hall, span, day_of_query(at.request.query), query.get("by", "queue"), at.services.clock()
    )
    kind = _wanted(at.request.headers.get("Accept", ""))
    if kind is None:
        return 200, found
    table = table_of(found, Words(at.language), hall.names)
    body = xlsx_of(table) if kind == XLSX else csv_of(table)
    return 200, Lines(body=body, type=kind, name=file_name(hall.id, found, kind))


def _wanted(accept: str) -> str | None:
    """The kind of file that is asked for; None for JSON."""
    kinds = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    return next((kind for kind in kinds if kind in (CSV, XLSX)), None)


def day_of_query(query: Mapping[str, str]) -> str:
    """The day that was asked about, `YYMMDD`; empty for today."""
    text = query.get("date")
    day = day_asked(text) if text is not None else ""
    if day is None:
        raise Refusal("INVALID", {"field": "date", "problem": "expected a day like 2026-01-31"})
    return day


async def tickets(at: At) -> Answered:
    hall, query = at.hall.hall, at.request.query
    first, last, _ = span_of(hall, query.get("span", "day"), day_of_query(at.request.query), at.services.clock())
    figure = query.get("figure", "visits")
    if figure not in FIGURES:
        raise Refusal("INVALID", {"field": "figure", "problem": f"expected one of {', '.join(FIGURES)}"})
    asked = Asked(
        first=first, last=last, by=query.get("by", "queue"), key=query.get("key"), figure=figure,
        after=after_of(query.get("after", "")), limit=whole(query, "limit", MOST_TICKETS, 100),
    )  # fmt: skip
    if _wanted(at.request.headers.get("Accept", "")) != CSV:
        return 200, await at.services.reports.tickets(hall, asked)
    rest = at.services.reports.listed(hall, asked, Words(at.language))
    name = f"{hall.id}-tickets-{figure}-{day_on_wire(first)}_{day_on_wire(last)}.csv"
    return 200, Lines(body=await anext(rest), rest=rest, type=CSV, name=name)  # what is refused is, before it begins


TEXT = {"type": "string"}
DATE = Param(name="date", schema={"type": "string", "pattern": f"^{DAY}$"}, about="A day of the span; today by default")
BY = Param(name="by", schema={"enum": list(DIMENSIONS)}, about="What each row is about; `queue` by default")
LISTED = (
    Param(name="span", schema={"enum": list(SPANS)}, about="`day` by default"),
    DATE,
    BY,
    Param(name="key", schema=TEXT, about="Of the row; the whole hall without it"),
    Param(name="figure", schema={"enum": list(FIGURES)}, about="`visits` by default"),
    Param(name="after", schema=TEXT, about="`next` of the answer before"),
    Param(name="limit", schema={"type": "integer", "minimum": 1, "maximum": MOST_TICKETS}, about="How many at most"),
)

ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/reports/{span}", handler=report, roles=MANAGERS, query=(DATE, BY),
        answers={200: reports.Report}, refusals=("INVALID", "ARCHIVE_AWAY"), noted="report",
        about="What a day, week, month or year came to. With `Accept: text/csv`, or the type of XLSX, it is a file.",
    ),
    Route(
        method="GET", path="/halls/{hall}/reports/tickets", handler=tickets, roles=MANAGERS, query=LISTED,
        answers={200: reports.ReportTickets}, refusals=("INVALID", "ARCHIVE_AWAY"), noted="report",
        about="The tickets behind a figure of a report, in order. With `Accept: text/csv` all of them, as a file.",
    ),
)  # fmt: skip
