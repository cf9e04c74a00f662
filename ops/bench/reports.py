"""How long reports take over a year of a hall with ten thousand visits a day, on SQLite.

The year is made up: visits as the archive keeps them, each day closed by the archive's own hand, and a last day that
goes on, with its events. Events of closed days are left out: no report reads them.
"""

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import asdict, replace
from rich.console import Console
from rich.progress import track
from sqlalchemy import insert

from ops.archive.course import mark_of
from ops.archive.database import Archive
from ops.archive.legs import Leg
from ops.archive.queries import Queries
from ops.archive.tables import events, positions, visits
from ops.archive.writing import close_day
from ops.bench.figures import Figure
from ops.bench.hall import demo_hall
from queue_server.contract.days import day_on_wire
from queue_server.domain.events import EVENTS
from queue_server.domain.hall import SELF_SERVICE, Hall
from queue_server.domain.report import Asked, bounds
from queue_server.flows.report_files import csv_of, xlsx_of
from queue_server.flows.report_lists import lines_of
from queue_server.flows.report_tables import table_of
from queue_server.flows.reports import LISTED_AT_ONCE, report_of
from queue_server.languages import Words
from queue_server.store.events import PackedEvent

LAST = date(2026, 11, 20)
MOST_S = 2.0
MOST_CLOSE_S = 10.0
BY = ("hall", "department", "queue", "service", "window", "channel")
RARE = ("low", "green", "over_60", "diverted")
ALL = Asked(first="", last="", by="queue", key=None, figure="visits", limit=LISTED_AT_ONCE)
MINUTE_MS = 60_000

_pack = msgspec.msgpack.Encoder().encode


def measure(folder: Path, days: int, visits_per_day: int) -> list[Figure]:
    """A year made up, then every report asked of it."""
    hall, archive = demo_hall(), Archive(f"sqlite:///{folder / 'archive.db'}")
    archive.prepare()
    mark_of(archive, hall.id)
    close_s = [_fill(archive, hall, day, visits_per_day) for day in _worked(days)]
    _begin_today(archive, hall, visits_per_day)
    figures = [
        Figure(name="visits in the archive", value=float((days + 1) * visits_per_day)),
        Figure(name="days of it that are closed", value=float(days)),
        Figure(name="  size of the archive", value=(folder / "archive.db").stat().st_size / 1e9, unit="GB"),
        Figure(name="  closing a day, the slowest", value=max(close_s), unit="s", most=MOST_CLOSE_S),
    ]
    queries = Queries(archive)
    for span in ("day", "today", "week", "month", "year"):
        figures += _slowest(queries, hall, span)
    figures += [_listed(queries, hall), *_files(queries, hall), *_exported(queries, hall)]
    archive.close()
    return figures


def _worked(count: int) -> Iterator[date]:
    """So many weekdays up to the last; a bar says how far it is."""
    found: list[date] = []
    day = LAST - timedelta(days=1)
    while len(found) < count:
        if day.weekday() < 5:
            found.append(day)
        day -= timedelta(days=1)
    console = Console(stderr=True)
    yield from track(found[::-1], "days", console=console, transient=True, disable=not console.is_terminal)


def _fill(archive: Archive, hall: Hall, day: date, count: int) -> float:
    """Makes a day up and closes it; how long the closing took."""
    name = day.strftime("%y%m%d")
    rows = [{"hall": hall.id, **asdict(leg)} for leg in legs_of(hall, day, count)]
    with archive.writing() as connection:
        connection.execute(insert(visits), rows)
    began = time.monotonic()
    with archive.writing() as connection:
        close_day(connection, hall, name)
    return time.monotonic() - began


def legs_of(hall: Hall, day: date, count: int) -> Iterator[Leg]:
    """A day of visits: two peaks, some who leave, some who are rated, one in eight with a second stop."""
    rng, name = Random(day.toordinal()), day.strftime("%y%m%d")
    opens = int(datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZoneInfo(hall.timezone)).timestamp()) * 1000
    services = [service for service in hall.services if service.queue != SELF_SERVICE]
    first = day.toordinal() * 100_000
    for number in range(count):
        service = services[int(len(services) * rng.random() ** 2)]
        came = opens + int(rng.triangular(0, 450, 90) * MINUTE_MS)
        several = rng.random() < 0.125
        leg = _leg(rng, hall, service.id, service.queue, name, first + number, came)
        leg.stops = 2 if several else 1
        yield leg
        if several and leg.status == "done":
            leg.outcome, other = "next", rng.choice(services)
            second = _leg(rng, hall, other.id, other.queue, name, first + number, leg.finished_at)
            second.leg, second.stop, second.stops, second.issued_at = 2, 2, 2, leg.issued_at
            yield second


def _leg(rng: Random, hall: Hall, service: str, queue: str, day: str, visit: int, since: int) -> Leg:
    wait_ms = int(rng.expovariate(1 / 14) * MINUTE_MS)
    leg = Leg(
        visit=visit, leg=1, day=day, ticket=f"{day}-{visit % 100_000:07d}", number=f"{queue}{visit % 1000:03d}",
        queue=queue, service=service, priority="normal", channel=rng.choice(("kiosk", "kiosk", "phone", "desk")),
        issued_at=since, waits_since=since, told_at=since, p10_s=240, p50_s=720, p90_s=1500, status="cancelled",
        booked=since if rng.random() < 0.1 else 0,
    )  # fmt: skip
    ends = rng.random()
    if ends < 0.04:
        leg.finished_at = since + wait_ms
        leg.outcome = "diverted" if ends < 0.01 else ""
        return leg
    leg.called_at, leg.at_window = since + wait_ms, rng.choice(hall.windows_of_queue.get(queue) or (1,))
    if ends < 0.07:
        leg.finished_at, leg.status = leg.called_at + MINUTE_MS, "missed"
        return leg
    leg.started_at = leg.called_at + 20_000
    leg.finished_at = leg.started_at + int(rng.gammavariate(4, 1.5) * MINUTE_MS)
    leg.status, leg.outcome = "done", "done"
    leg.score = rng.choices((0, 5, 4, 3, 2, 1), (70, 18, 8, 3, 0.7, 0.3))[0]
    return leg


def _begin_today(archive: Archive, hall: Hall, count: int) -> None:
    """The last day, which goes on: its visits, and as many events as they come to."""
    day = LAST.strftime("%y%m%d")
    made = list(legs_of(hall, LAST, count))
    names = ("TicketIssued", "TicketCalled", "ServiceStarted", "ServiceFinished")
    rows = []
    for number, leg in enumerate(leg for leg in made for _ in names):
        name = names[number % len(names)]
        event = PackedEvent(
            name=EVENTS.index(name) + 1, at=leg.issued_at, ticket=leg.ticket, number=leg.number, queue=leg.queue,
            service=leg.service, window=leg.at_window, status=0, was=0, priority="normal", before_ms=0, actor="",
            staff="", facts=[],
        )  # fmt: skip
        row = {"hall": hall.id, "id": number + 1, "day": day, "at": event.at, "name": name}
        rows.append({**row, "packed": _pack(event)})
    with archive.writing() as connection:
        connection.execute(insert(visits), [{"hall": hall.id, **asdict(leg)} for leg in made])
        connection.execute(insert(events), rows)
        connection.execute(positions.update().values(day=day, position=len(rows)))


def _timed(work: Callable[[], object]) -> float:
    """The best of three: what the work takes, not what else goes on."""
    took_s = []
    for _ in range(3):
        began = time.monotonic()
        work()
        took_s.append(time.monotonic() - began)
    return min(took_s)


def _days(span: str) -> tuple[str, str]:
    day = LAST if span in ("today", "year", "month", "week") else LAST - timedelta(days=1)
    first, last = bounds("day" if span == "today" else span, day)
    if span == "year":
        first = last - timedelta(days=365)
    return first.strftime("%y%m%d"), last.strftime("%y%m%d")


def _slowest(queries: Queries, hall: Hall, span: str) -> list[Figure]:
    """How long one waits for it, and how much of that is its own work: on a busy machine the two are not the same."""
    first, last = _days(span)
    times = {by: _timed(partial(queries.counted, hall, first, last, by)) for by in BY}
    slow = max(times, key=lambda by: times[by])
    began = time.process_time()
    queries.counted(hall, first, last, slow)
    work_s = time.process_time() - began
    return [
        Figure(name=f"report of {span}, the slowest (by {slow})", value=times[slow], unit="s", most=MOST_S),
        Figure(name="  its work", value=work_s, unit="s"),
    ]


def _listed(queries: Queries, hall: Hall) -> Figure:
    """Rare figures of small rows are the slowest: many days are searched for a page of them."""
    first, last = _days("year")
    keys = {"queue": hall.queues[-1].id, "service": hall.services[-1].id, "window": str(hall.windows[-1].window)}
    times = {
        f"{figure} by {by}": _timed(
            partial(queries.tickets, hall, replace(ALL, first=first, last=last, by=by, key=key, figure=figure))
        )
        for by, key in keys.items()
        for figure in RARE
    }
    slow = max(times, key=lambda name: times[name])
    return Figure(
        name=f"tickets behind a figure of the year, the slowest ({slow})", value=times[slow], unit="s", most=MOST_S
    )


def _exported(queries: Queries, hall: Hall) -> list[Figure]:
    """A month of visits as lines, as a worker writes them: some thousand at a time."""
    first, last = _days("month")
    asked: Asked | None = replace(ALL, first=first, last=last)
    count, began = 0, time.monotonic()
    while asked is not None:
        page = queries.tickets(hall, asked)
        lines_of(page.rows, Words("en"), hall.timezone)
        count += len(page.rows)
        asked = replace(asked, after=page.after) if page.after else None
    took_s = time.monotonic() - began
    return [Figure(name="  tickets of the month as CSV", value=count / took_s, unit="/s")]


def _files(queries: Queries, hall: Hall) -> list[Figure]:
    first, last = _days("year")
    counted = queries.counted(hall, first, last, "service")
    report = report_of(hall, "year", "service", (first, last, last), counted)
    table = table_of(report, Words("en"), hall.names)
    return [
        Figure(name=f"  as {name} from {day_on_wire(first)}", value=_timed(partial(write, table)), unit="s")
        for name, write in (("CSV", csv_of), ("XLSX", xlsx_of))
    ]
