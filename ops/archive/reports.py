"""What reports ask of the archive. Everything here runs in a thread."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field
from sqlalchemy import ColumnElement, Connection, Select, select

from ops.archive.counting import counted_day, events_of, read_helped, read_tallies, uncounted
from ops.archive.course import read_mark
from ops.archive.database import Archive
from ops.archive.figures import listed
from ops.archive.legs import Leg
from ops.archive.reading import read_legs
from ops.archive.tables import days, tallies, visits
from ops.archive.tallies import ACTIONS, EVENTS, MADE
from ops.archive.totals import SLOT_MIN, Slot, slot_moments, slots
from queue_server.domain.hall import Hall
from queue_server.domain.report import Asked, Counted, Helped, Tally, added

AT_ONCE_DAYS = 7
"""So many closed days that nobody has counted yet are counted while somebody waits for a report; more are told."""

_read_slots = msgspec.msgpack.Decoder(list[Slot]).decode

SEARCHED_DAYS = 20
"""So many days are searched for tickets at a time."""

Cursor = tuple[str, int, int]
Hours = dict[int, tuple[int, float | None]]


class _Found(Struct, kw_only=True):
    """What is gathered of the days of a span."""

    rows: dict[str, list[Tally]] = field(default_factory=lambda: defaultdict(list))
    days: dict[str, Tally] = {}
    actions: dict[str, list[Helped]] = field(default_factory=lambda: defaultdict(list))

    def take(self, day: str, dimension: str, broken: Mapping[str, Tally], by: str) -> None:
        if dimension == "hall":
            self.days[day] = broken.get("", Tally())
        if dimension == by:
            for key, tally in broken.items():
                self.rows[key].append(tally)

    def take_actions(self, actions: Mapping[str, Helped]) -> None:
        for action, row in actions.items():
            self.actions[action].append(row)


def count(archive: Archive, hall: Hall, first: str, last: str, by: str) -> Counted:
    """What the days of a span came to, the one that goes on so far. Raises `ArchiveAway`."""
    by, department_of = ("service", _departments(hall)) if by == "department" else (by, None)
    found = _Found()
    with archive.reading() as connection:
        _take_counted(connection, hall.id, first, last, by, found)
        missing = uncounted(connection, hall.id, first, last)
        at_once = missing if len(missing) <= AT_ONCE_DAYS else []
        legs: list[Leg] = []
        for day in (*at_once, *_open_day(connection, hall.id, first, last)):
            legs = _take_uncounted(connection, hall, day, by, found)
        hours = _hours(connection, hall, first, legs) if first == last else {}
    rows = found.rows if department_of is None else _grouped(found.rows, department_of)
    return Counted(
        rows={key: added(parts) for key, parts in rows.items()},
        days=dict(sorted(found.days.items())),
        actions={action: _together(parts) for action, parts in found.actions.items()},
        missing=tuple(sorted(missing)) if not at_once else (),
        hours=hours,
    )


def _take_counted(connection: Connection, hall: str, first: str, last: str, by: str, found: _Found) -> None:
    here = tallies.c.hall == hall, tallies.c.day >= first, tallies.c.day <= last, tallies.c.made == MADE
    asked = select(tallies.c.day, tallies.c.dimension, tallies.c.packed)
    wanted = {"hall", by, ACTIONS}
    for row in connection.execute(asked.where(tallies.c.dimension.in_(sorted(wanted)), *here)):
        if row.dimension == ACTIONS:
            found.take_actions(read_helped(row.packed))
        else:
            found.take(row.day, row.dimension, read_tallies(row.packed), by)


def _open_day(connection: Connection, hall: str, first: str, last: str) -> list[str]:
    """The day that the hall is in, where it lies in the span."""
    mark = read_mark(connection, hall)
    if mark is None or not first <= mark.day <= last:
        return []
    is_closed = connection.execute(select(days.c.day).where(days.c.hall == hall, days.c.day == mark.day)).first()
    return [] if is_closed else [mark.day]


def _take_uncounted(connection: Connection, hall: Hall, day: str, by: str, found: _Found) -> list[Leg]:
    """Counts a day now; its legs."""
    legs = read_legs(connection, visits.c.hall == hall.id, visits.c.day == day)
    broken, actions = counted_day(connection, hall.id, day, legs, events_of(connection, hall.id, day, EVENTS), [by])
    found.take(day, "hall", broken["hall"], by)
    if by != "hall":
        found.take(day, by, broken.get(by, {}), by)
    found.take_actions(actions)
    return legs


def _hours(connection: Connection, hall: Hall, day: str, legs: list[Leg]) -> Hours:
    """Of a closed day as they were written down, else of the legs so far."""
    packed = connection.execute(select(days.c.slots).where(days.c.hall == hall.id, days.c.day == day)).scalar()
    found = _read_slots(packed) if packed is not None else slots(legs, slot_moments(hall.timezone, day))
    return {
        number * SLOT_MIN: (slot.issued, slot.waited_s / slot.called if slot.called else None)
        for number, slot in enumerate(found)
        if slot.issued or slot.called
    }


def _departments(hall: Hall) -> dict[str, str]:
    return {service.id: service.department for service in hall.services}


def _grouped(rows: Mapping[str, list[Tally]], group_of: Mapping[str, str]) -> dict[str, list[Tally]]:
    grouped: dict[str, list[Tally]] = defaultdict(list)
    for key, parts in rows.items():
        grouped[group_of.get(key, "")] += parts
    return grouped


def _together(parts: Iterable[Helped]) -> Helped:
    whole = Helped()
    for part in parts:
        whole.ended += part.ended
        whole.measured += part.measured
        whole.gain_s += part.gain_s
        whole.effect_s += part.effect_s
    return whole


# ---- the tickets behind a figure ----


def tickets(archive: Archive, hall: Hall, asked: Asked) -> tuple[list[Leg], Cursor | None]:
    """Those after `asked.after`, in the order of their days and visits, and where the next ones are asked for.

    It may be fewer than were asked for, even none, though there are more: so many days are searched at a time. Raises
    `ArchiveAway`.
    """
    found: list[Leg] = []
    with archive.reading() as connection:
        for searched, day in enumerate(_days_with(connection, hall, asked)):
            if searched == SEARCHED_DAYS:
                return found, (day, 0, 0)
            room = asked.limit - len(found)
            found += [Leg(**row._mapping) for row in connection.execute(listed(hall, asked, day, room))]
            if len(found) == asked.limit:
                return found, (found[-1].day, found[-1].visit, found[-1].leg)
    return found, None


def _days_with(connection: Connection, hall: Hall, asked: Asked) -> Iterator[str]:
    """Days of the span that may have such tickets: those counted without any are not searched."""
    first = max(asked.first, asked.after[0]) if asked.after else asked.first
    counted = _figure_by_day(connection, hall, asked, first)
    here = visits.c.hall == hall.id, visits.c.day <= asked.last
    day = connection.scalar(_next_day(*here, visits.c.day >= first))
    while day is not None:
        if counted.get(day, 1):
            yield day
        day = connection.scalar(_next_day(*here, visits.c.day > day))


def _figure_by_day(connection: Connection, hall: Hall, asked: Asked, first: str) -> dict[str, int]:
    """How often the figure was counted on each counted day: of the row, or of the whole hall."""
    dimension = "hall" if asked.key is None else "service" if asked.by == "department" else asked.by
    departments = _departments(hall)
    asked_rows = select(tallies.c.day, tallies.c.packed).where(
        tallies.c.hall == hall.id, tallies.c.dimension == dimension, tallies.c.made == MADE,
        tallies.c.day >= first, tallies.c.day <= asked.last,
    )  # fmt: skip
    found: dict[str, int] = {}
    for row in connection.execute(asked_rows):
        broken = read_tallies(row.packed)
        if asked.key is None or asked.by == "hall":
            parts = list(broken.values())
        elif asked.by == "department":
            parts = [tally for key, tally in broken.items() if departments.get(key, "") == asked.key]
        else:
            parts = [broken.get(asked.key, Tally())]
        found[row.day] = sum(_figure(tally, asked.figure) for tally in parts)
    return found


def _next_day(*where: ColumnElement[bool]) -> Select[Any]:
    return select(visits.c.day).where(*where).order_by(visits.c.day).limit(1)


def _figure(tally: Tally, figure: str) -> int:
    return tally.cancelled + tally.expired if figure == "abandoned" else int(getattr(tally, figure))
