"""A page of a hall's stream into the archive: its events, the visits they make, the days they close, at once."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import Connection, delete, update

from ops.archive.audit import Heard, enter, tell_heads
from ops.archive.cases import fold_cases
from ops.archive.counting import count_closed
from ops.archive.course import Mark, day_after, readable
from ops.archive.database import Archive, add, put
from ops.archive.legs import ACTS, Legs, follow, opened
from ops.archive.reading import read_legs
from ops.archive.rules import bare
from ops.archive.stream import Entry
from ops.archive.tables import days, events, positions, visits
from ops.archive.totals import totals
from queue_server.domain.calendar import day_of
from queue_server.domain.events import Event
from queue_server.domain.hall import Hall

_pack = msgspec.msgpack.Encoder().encode


class Overtaken(Exception):
    """Somebody else archived this hall in the meantime: look again where it stands."""


class Row(Struct, frozen=True, kw_only=True):
    """An event as it is archived."""

    id: int
    day: str
    packed: bytes
    event: Event | None
    """None for one that this program cannot read."""


def rows_of(hall: Hall, mark: Mark, page: Sequence[Entry]) -> tuple[list[Row], str]:
    """The rows of a page that follows a mark, and the day after them."""
    day, rows = mark.day, []
    for entry in page:
        event = readable(entry.packed)
        if not day and event is not None:  # the first event names the day; where that is lost, the clock does
            day = day_after(event, "") or day_of(hall, event.at)
        rows.append(Row(id=entry.position + mark.shift, day=day, packed=entry.packed, event=event))
        day = day_after(event, day)
    return rows, day


def write(archive: Archive, hall: Hall, mark: Mark, page: Sequence[Entry]) -> Mark:
    """Archives a page, whole or not at all; the mark after it. Raises `ArchiveAway`, `Overtaken`."""
    rows, day = rows_of(hall, mark, page)
    gap = page[0].position - mark.position - 1
    moved = replace(
        mark, position=page[-1].position, day=day, lost=mark.lost + gap, last=bare(page[-1].packed)
    )  # fmt: skip
    with archive.writing() as connection:
        _claim(connection, mark, moved)
        add(connection, events, [_columns(hall.id, row) for row in rows])
        fold(connection, hall, rows)
        heard = [Heard(id=row.id, day=row.day, event=row.event) for row in rows if row.event is not None]
        heads = enter(connection, hall.id, heard)
        for row in rows:
            if row.event is not None and row.event.name == "DayClosed" and row.event.fact("day"):
                close_day(connection, hall, str(row.event.fact("day")))
    tell_heads(heads)
    return moved


def _claim(connection: Connection, mark: Mark, moved: Mark) -> None:
    here = positions.c.hall == mark.hall, positions.c.life == mark.life, positions.c.position == mark.position
    changes = {"position": moved.position, "day": moved.day, "lost": moved.lost}
    if connection.execute(update(positions).where(*here).values(changes)).rowcount != 1:
        raise Overtaken


def _columns(hall: str, row: Row) -> dict[str, Any]:
    event = row.event
    at, name = (event.at, event.name) if event is not None else (0, "")
    return {"hall": hall, "id": row.id, "day": row.day, "at": at, "name": name, "packed": row.packed}


def fold(connection: Connection, hall: Hall, rows: Iterable[Row]) -> None:
    """Moves the visits on by these events."""
    rows = list(rows)
    fold_cases(connection, hall.id, ((row.day, row.event) for row in rows if row.event is not None))
    told = [row for row in rows if row.event is not None and row.event.ticket and row.event.name in ACTS]
    begun = {row.event.ticket for row in told if row.event is not None and row.event.name == "TicketIssued"}
    known = _visits(connection, hall.id, {row.event.ticket for row in told if row.event is not None} - begun)
    had = {ticket: len(legs) for ticket, legs in known.items()}
    for row in told:
        assert row.event is not None
        ticket = row.event.ticket
        if ticket not in known and row.event.name == "RatingGiven":
            continue  # its visit was lost, or is purged
        if row.event.name == "TicketIssued" or ticket not in known:
            known[ticket] = [opened(row.id, row.day, row.event)]
        follow(known[ticket], row.event)
    unnamed = {} if hall.reports.staff else {"staff": ""}
    kept = [{"hall": hall.id, **asdict(leg), **unnamed} for legs in known.values() for leg in legs]
    put(connection, visits, kept)
    for ticket, legs in known.items():
        if had.get(ticket, 0) > len(legs):  # a transfer was undone
            gone = visits.c.hall == hall.id, visits.c.visit == legs[0].visit, visits.c.leg > len(legs)
            connection.execute(delete(visits).where(*gone))


def _visits(connection: Connection, hall: str, tickets: set[str]) -> dict[str, Legs]:
    """The latest visit of each ticket that is known."""
    if not tickets:
        return {}
    here = visits.c.hall == hall, visits.c.ticket.in_(sorted(tickets))
    found: dict[str, Legs] = {}
    for leg in read_legs(connection, *here):
        legs = found.setdefault(leg.ticket, [])
        if legs and legs[0].visit != leg.visit:
            legs.clear()
        legs.append(leg)
    return found


def close_day(connection: Connection, hall: Hall, day: str) -> None:
    """Writes down what a day came to; a day that was written down before is worked out anew."""
    legs = read_legs(connection, visits.c.hall == hall.id, visits.c.day == day)
    found = asdict(totals(legs, hall.timezone, day))
    weekday = date(2000 + int(day[:2]), int(day[2:4]), int(day[4:])).weekday()
    packed = {name: _pack(found[name]) for name in ("slots", "told")}
    put(connection, days, [{"hall": hall.id, "day": day, "weekday": weekday, **found, **packed}])
    count_closed(connection, hall, day, legs)
