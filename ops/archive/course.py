"""How far a hall's stream is archived, through all lives of its store. Everything here runs in a thread.

The archive numbers events by itself: the id of an event is its position in the stream plus the `shift` of the life in
which the store is. In the first life that is 0. When the store no longer has, at the last archived position, the event
that was archived there, it was put back or replaced: a new life begins behind the last event that both have, and its
ids go on after the last one archived.
"""

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, func, select

from ops.archive.database import Archive, add
from ops.archive.rules import bare
from ops.archive.tables import events, positions
from queue_server.domain.events import Event
from queue_server.store.events import unpack_event


class Mark(Struct, frozen=True, kw_only=True):
    """Up to where a hall is archived."""

    hall: str
    life: int
    fork: int
    shift: int
    position: int
    """In the stream."""
    day: str
    """The day that the hall was in after that; empty while nobody knows."""
    lost: int
    """Events that were gone before they came."""
    last: bytes
    """The event there, without what is purged; empty before the first."""

    @property
    def id(self) -> int:
        """Of the last archived event."""
        return self.position + self.shift


def readable(packed: bytes) -> Event | None:
    """The event; None for one that a newer program wrote."""
    try:
        return unpack_event(packed)
    except (ValueError, IndexError):  # msgspec's errors are ValueErrors
        return None


def day_after(event: Event | None, day: str) -> str:
    """The day that a hall is in after an event of `day`."""
    return str(event.fact("next_day")) if event is not None and event.name == "DayClosed" else day


def mark_of(archive: Archive, hall: str) -> Mark:
    """Where a hall stands; one that is not archived yet begins. Raises `ArchiveAway`."""
    with archive.writing() as connection:
        mark = read_mark(connection, hall)
        if mark is None:  # never there, or lost: then the events say where it stood
            last = connection.execute(select(func.max(events.c.id)).where(events.c.hall == hall)).scalar() or 0
            _add_life(connection, {"hall": hall, "life": 1, "fork": 0, "shift": 0, "position": last, "lost": 0})
            mark = read_mark(connection, hall)
        assert mark is not None
        return mark


def read_mark(connection: Connection, hall: str) -> Mark | None:
    """Where a hall stands; None for one that is not archived yet."""
    row = connection.execute(_lives(hall).limit(1)).first()
    if row is None:
        return None
    archived = _event(connection, hall, row.position + row.shift)
    return Mark(**row._mapping, last=bare(archived.packed) if archived else b"")


def packed_at(archive: Archive, hall: str, position: int) -> bytes | None:
    """The archived event at a position of the store's present stream, without what is purged."""
    with archive.reading() as connection:
        row = _at(connection, hall, position)
        return bare(row.packed) if row else None


def next_life(archive: Archive, mark: Mark, fork: int) -> Mark:
    """Begins a life that shares its past with that of `mark` up to position `fork`."""
    with archive.writing() as connection:
        row: dict[str, Any] = {"hall": mark.hall, "life": mark.life + 1, "fork": fork, "position": fork}
        _add_life(connection, {**row, "shift": mark.id - fork, "lost": mark.lost}, _at(connection, mark.hall, fork))
    return mark_of(archive, mark.hall)


def _add_life(connection: Connection, row: dict[str, Any], at: Any = None) -> None:
    here = at or _event(connection, row["hall"], row["position"] + row["shift"])
    day = day_after(readable(here.packed), here.day) if here else ""
    add(connection, positions, [{**row, "day": day}])  # who is overtaken takes what is there


def _lives(hall: str) -> Select[Any]:
    return select(positions).where(positions.c.hall == hall).order_by(positions.c.life.desc())


def _at(connection: Connection, hall: str, position: int) -> Any:
    """The archived event at a position: it lies in the latest life that had begun by then."""
    for life in connection.execute(_lives(hall)).all():
        if position > life.fork:
            return _event(connection, hall, position + life.shift)
    return None


def _event(connection: Connection, hall: str, event_id: int) -> Any:
    here = (events.c.hall == hall) & (events.c.id == event_id)
    return connection.execute(select(events.c.day, events.c.packed).where(here)).first()
