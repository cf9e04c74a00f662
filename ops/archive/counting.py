"""Days are counted for reports when they close, in the same transaction; those that were not are counted later."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, delete, select, update

from ops.archive.course import readable
from ops.archive.database import Archive, put
from ops.archive.legs import Leg
from ops.archive.reading import events_of_day, read_legs
from ops.archive.tables import cases, days, events, tallies, visits
from ops.archive.tallies import ACTIONS, EVENTS, MADE, OF_LEGS, Broken, EndedCase
from ops.archive.tallies import tallies as tallies_of
from queue_server.domain.events import Event
from queue_server.domain.hall import Hall
from queue_server.domain.report import Helped, Tally

_pack = msgspec.msgpack.Encoder().encode
read_tallies = msgspec.msgpack.Decoder(dict[str, Tally]).decode
read_helped = msgspec.msgpack.Decoder(dict[str, Helped]).decode


def count_closed(connection: Connection, hall: Hall, day: str, legs: list[Leg]) -> None:
    """Counts a day that closes, and anew those before it whose visitors rated them only now."""
    happened = events_of(connection, hall.id, day, EVENTS | {"RatingGiven"})
    _count(connection, hall, day, legs, (event for event in happened if event.name in EVENTS))
    late = {event.ticket for event in happened if event.name == "RatingGiven"}
    for before in sorted(_days_of(connection, hall.id, late, day)):
        count_day(connection, hall, before)


def count_day(connection: Connection, hall: Hall, day: str) -> None:
    """Counts a day from its visits and events."""
    legs = read_legs(connection, visits.c.hall == hall.id, visits.c.day == day)
    _count(connection, hall, day, legs, events_of(connection, hall.id, day, EVENTS))


def _count(connection: Connection, hall: Hall, day: str, legs: list[Leg], happened: Iterable[Event]) -> None:
    dimensions = [name for name in OF_LEGS if name != "staff" or hall.reports.staff]
    broken, actions = counted_day(connection, hall.id, day, legs, happened, dimensions)
    connection.execute(delete(tallies).where(tallies.c.hall == hall.id, tallies.c.day == day))
    packed = {**{dimension: _pack(rows) for dimension, rows in broken.items()}, ACTIONS: _pack(actions)}
    rows = [
        {"hall": hall.id, "dimension": dimension, "day": day, "made": MADE, "packed": blob}
        for dimension, blob in packed.items()
    ]
    put(connection, tallies, rows)


def counted_day(
    connection: Connection, hall: str, day: str, legs: list[Leg], happened: Iterable[Event], dimensions: Iterable[str]
) -> tuple[Broken, dict[str, Helped]]:
    """What a day comes to, so far, by these dimensions."""
    here = cases.c.hall == hall, cases.c.ended_day == day
    asked = select(cases.c.queue, cases.c.service, cases.c.window, cases.c.late).where(*here)
    ended = [
        EndedCase(queue=row.queue, service=row.service, window=row.window, late=bool(row.late))
        for row in connection.execute(asked)
    ]
    return tallies_of(legs, happened, ended, dimensions)


def events_of(connection: Connection, hall: str, day: str, names: frozenset[str]) -> list[Event]:
    """The events of these names of a day, in order."""
    here = events_of_day(connection, hall, day)
    if here is None:
        return []
    named = events.c.name.in_(sorted(names))
    packed = connection.execute(select(events.c.packed).where(*here, named).order_by(events.c.id)).scalars()
    return [event for event in map(readable, packed) if event is not None]


def _days_of(connection: Connection, hall: str, tickets: set[str], before: str) -> set[str]:
    """Closed days before this one on which these tickets came."""
    found: set[str] = set()
    listed = sorted(tickets)
    for at in range(0, len(listed), 500):
        here = visits.c.hall == hall, visits.c.ticket.in_(listed[at : at + 500])
        found |= set(connection.execute(select(visits.c.day).where(*here)).scalars())
    return {day for day in found if day < before}  # asked for days, SQLite would walk through all visits of the hall


def forget_who_served(connection: Connection, hall: str, day: str) -> None:
    """What a report by staff was made of; every other figure stays."""
    connection.execute(update(visits).where(visits.c.hall == hall, visits.c.day == day).values(staff=""))
    here = tallies.c.hall == hall, tallies.c.day == day, tallies.c.dimension == "staff"
    connection.execute(delete(tallies).where(*here))


def uncounted(connection: Connection, hall: str, first: str = "", last: str = "999999") -> list[str]:
    """Closed days that are not counted, or by other rules, newest first."""
    counted = select(tallies.c.day).where(
        tallies.c.hall == hall, tallies.c.dimension == "hall", tallies.c.made == MADE,
        tallies.c.day >= first, tallies.c.day <= last,
    )  # fmt: skip
    here = days.c.hall == hall, days.c.day >= first, days.c.day <= last, days.c.day.not_in(counted)
    return list(connection.execute(select(days.c.day).where(*here).order_by(days.c.day.desc())).scalars())


def count_one(archive: Archive, hall: Hall) -> bool:
    """Counts the newest closed day that is not; whether there was one. Raises `ArchiveAway`."""
    with archive.reading() as connection:
        waiting = uncounted(connection, hall.id)
    if waiting:
        with archive.writing() as connection:
            count_day(connection, hall, waiting[0])
    return bool(waiting)
