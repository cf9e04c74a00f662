"""Legs of visits out of the archive, and where the events of a day lie in it."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from ops.archive.legs import Leg
from ops.archive.tables import events, visits

IN_ORDER = visits.c.visit + 0
"""The order of visits, as a sum: SQLite would otherwise walk through all visits of a hall, which are in this order,
rather than find those of one day and sort them."""


def read_legs(connection: Connection, *where: Any) -> list[Leg]:
    """Legs in the order of their visits."""
    names = Leg.__struct_fields__
    asked = select(*(visits.c[name] for name in names)).where(*where).order_by(IN_ORDER, visits.c.leg)
    return [Leg(**dict(zip(names, row, strict=True))) for row in connection.execute(asked).all()]


def events_of_day(connection: Connection, hall: str, day: str) -> tuple[ColumnElement[bool], ...] | None:
    """What the events of a day are found by; None where there are none.

    Their ids say where they lie: by the day alone SQLite would walk through all events of the hall, in their order.
    """
    asked = select(func.min(events.c.id), func.max(events.c.id)).where(events.c.hall == hall, events.c.day == day)
    first, last = connection.execute(asked).one()
    if first is None:
        return None
    return events.c.hall == hall, events.c.id >= first, events.c.id <= last, events.c.day == day


def pages_of_day(connection: Connection, hall: str, day: str, size: int) -> Iterator[Sequence[Row[Any, Any]]]:
    """The events of a day as they are archived, id and packed, so many at a time."""
    here = events_of_day(connection, hall, day)
    last = 0
    while here is not None:
        asked = select(events.c.id, events.c.packed).where(*here, events.c.id > last)
        found = connection.execute(asked.order_by(events.c.id).limit(size)).all()
        if not found:
            return
        yield found
        last = found[-1].id
