"""Legs of visits out of the archive."""

from typing import Any

from sqlalchemy import Connection, select

from ops.archive.legs import Leg
from ops.archive.tables import visits

IN_ORDER = visits.c.visit + 0
"""The order of visits, as a sum: SQLite would otherwise walk through all visits of a hall, which are in this order,
rather than find those of one day and sort them."""


def read_legs(connection: Connection, *where: Any) -> list[Leg]:
    """Legs in the order of their visits."""
    names = Leg.__struct_fields__
    asked = select(*(visits.c[name] for name in names)).where(*where).order_by(IN_ORDER, visits.c.leg)
    return [Leg(**dict(zip(names, row, strict=True))) for row in connection.execute(asked)]
