"""The tickets behind a figure as lines of a table, so many at a time: no list is too long to be written. Pure."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from queue_server.contract.days import day_on_wire
from queue_server.flows.past import PastTicket
from queue_server.flows.report_files import BOM, safe
from queue_server.languages import Words

COLUMNS = ("number", "day", "queue", "service", "window", "since", "wait", "handled", "status", "score")
MINUTES = frozenset({"wait", "handled"})


def headings(words: Words) -> bytes:
    """The first line of the file."""
    labels = {name: words.say(f"reports.ticket.{name}") for name in COLUMNS}
    told = [f"{label} (min)" if name in MINUTES else label for name, label in labels.items()]
    return (BOM + _lines([[*told, words.say("reports.by.channel")]])).encode()


def lines_of(tickets: Iterable[PastTicket], words: Words, timezone: str) -> bytes:
    """A line for each, moments by the clock in the hall."""
    zone = ZoneInfo(timezone)
    return _lines(_cells(ticket, words, zone) for ticket in tickets).encode()


def _cells(row: PastTicket, words: Words, zone: ZoneInfo) -> list[str]:
    is_elsewhere = row.status == "transferred"
    return [
        safe(row.number), day_on_wire(row.day), safe(row.queue), safe(row.service), str(row.window or ""),
        datetime.fromtimestamp(row.waits_since // 1000, zone).strftime("%Y-%m-%d %H:%M:%S") if row.waits_since else "",
        _minutes(row.waits_since, row.called_at), _minutes(row.started_at, row.finished_at),
        words.say("reports.ticket.transferred") if is_elsewhere else words.name("status", row.status),
        str(row.score or ""), words.name("channel", row.channel),
    ]  # fmt: skip


def _minutes(start: int, end: int) -> str:
    return str(round(max(end - start, 0) / 60_000, 1)) if start and end else ""


def _lines(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
