"""A report as a table with headings in words: what files, the printed page and mails are made of. Pure."""

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct

from queue_server.contract.reports import Report, ReportRow
from queue_server.languages import Words

Kind = Literal["text", "count", "minutes", "share", "score"]
Cell = str | int | float | None


class Column(Struct, frozen=True, kw_only=True):
    id: str
    label: str
    kind: Kind


class Table(Struct, frozen=True, kw_only=True):
    """Minutes have one digit after the point; shares are from 0 to 1. The last row is the whole hall."""

    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)


FIGURES: tuple[tuple[str, Kind, Callable[[ReportRow], Cell]], ...] = (
    ("visits", "count", lambda row: row.visits),
    ("waited", "count", lambda row: row.waited),
    ("wait_mean", "minutes", lambda row: _minutes(row.wait_s.mean)),
    ("wait_p50", "minutes", lambda row: _minutes(row.wait_s.p50)),
    ("wait_p90", "minutes", lambda row: _minutes(row.wait_s.p90)),
    ("over_15", "share", lambda row: row.wait_s.over_15_min),
    ("over_30", "share", lambda row: row.wait_s.over_30_min),
    ("over_60", "share", lambda row: row.wait_s.over_60_min),
    ("served", "count", lambda row: row.served),
    ("handling", "minutes", lambda row: _minutes(row.handling_s.mean)),
    ("missed", "count", lambda row: row.missed),
    ("cancelled", "count", lambda row: row.cancelled),
    ("expired", "count", lambda row: row.expired),
    ("diverted", "count", lambda row: row.diverted),
    ("booked", "count", lambda row: row.booked),
    ("bookings", "count", lambda row: row.bookings),
    ("no_shows", "count", lambda row: row.no_shows),
    ("ratings", "count", lambda row: row.ratings),
    ("rating_rate", "share", lambda row: row.rating_rate),
    ("rating_mean", "score", lambda row: row.rating_mean),
    ("satisfied", "share", lambda row: row.satisfied),
    ("low", "count", lambda row: row.low),
    ("cases", "count", lambda row: row.cases),
    ("cases_closed", "count", lambda row: row.cases_closed),
    ("cases_on_time", "share", lambda row: row.cases_on_time),
    ("told", "count", lambda row: row.forecast.tickets),
    ("forecast_error", "minutes", lambda row: _minutes(row.forecast.mean_error_s)),
    ("covered", "share", lambda row: row.forecast.covered),
    ("several", "count", lambda row: row.journeys.visits),
    ("next_stops", "count", lambda row: row.journeys.next_stops),
    ("green", "share", lambda row: row.journeys.green),
    ("through", "minutes", lambda row: _minutes(row.journeys.through_s)),
)
"""Every figure: its id, what kind of number it is, where it stands in a row."""


def table_of(report: Report, words: Words, names: Mapping[str, str]) -> Table:
    """The table of a report of the hall of these names."""
    say = words.say
    head = (
        Column(id="key", label=say("reports.column.key"), kind="text"),
        Column(id="name", label=say(f"reports.by.{report.by}"), kind="text"),
    )
    figures = tuple(Column(id=name, label=say(f"reports.column.{name}"), kind=kind) for name, kind, _ in FIGURES)
    rows = [_cells(row.key, name_of(row, report.by, words), row) for row in report.rows]
    return Table(
        title=say("reports.heading", hall=words.pick(names), span=say(f"reports.span.{report.span}")),
        about=span_in_words(report, words),
        columns=(*head, *figures),
        rows=(*rows, _cells("", say("reports.total"), report.total)),
    )


def span_in_words(report: Report, words: Words) -> str:
    """From when to when, and whether it goes on."""
    whole = report.first if report.first == report.last else f"{report.first} – {report.last}"
    return words.say("reports.so_far", days=whole) if report.goes_on else whole


def name_of(row: ReportRow, by: str, words: Words) -> str:
    """What a row is called: by its names, else by its key."""
    if not row.key:
        return words.say("reports.none_known")
    if row.names:
        return words.pick(row.names)
    if by == "window":
        return words.say("common.window_n", window=row.key)
    return words.name("channel", row.key) if by == "channel" else row.key


def _cells(key: str, name: str, row: ReportRow) -> tuple[Cell, ...]:
    return (key, name, *(read(row) for _, _, read in FIGURES))
