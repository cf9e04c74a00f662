"""What is asked of the archive. Everything here runs in a thread."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, select

from ops.archive import reports
from ops.archive.course import readable
from ops.archive.database import Archive, put
from ops.archive.legs import Leg
from ops.archive.reading import events_of_day, read_legs
from ops.archive.tables import days, events, learnt, visits
from ops.archive.totals import SLOT_MIN, Slot, Told, added, telling_error, told
from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.domain.report import Asked, Counted
from queue_server.flows.past import (
    USUAL_DAYS,
    WEEKS_DAYS,
    Accuracy,
    Learnt,
    PastDay,
    PastTicket,
    PastTickets,
    UsualDay,
    UsualSlot,
)

MOST_DAYS = 400
LEARNT_DAYS = 7
"""How many of them are kept."""

_slots = msgspec.msgpack.Decoder(list[Slot]).decode
_told = msgspec.msgpack.Decoder(list[Told]).decode


class Queries:
    """Questions to one archive. All of them raise `ArchiveAway`."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def days(self, hall: str) -> list[PastDay]:
        """Newest first, at most `MOST_DAYS`."""
        asked = select(days).where(days.c.hall == hall).order_by(days.c.day.desc()).limit(MOST_DAYS)
        with self._archive.reading() as connection:
            return [
                PastDay(day=row.day, visits=row.visits, mean_wait_s=_mean(row.waited_s, row.called))
                for row in connection.execute(asked)
            ]

    def day_events(self, hall: str, day: str, after: int, limit: int) -> list[StoredEvent]:
        """What this program cannot read is left out."""
        known = events.c.id > after, events.c.name != ""
        with self._archive.reading() as connection:
            here = events_of_day(connection, hall, day)
            if here is None:
                return []
            asked = select(events.c.id, events.c.packed).where(*here, *known).order_by(events.c.id).limit(limit)
            read = [(row.id, readable(row.packed)) for row in connection.execute(asked)]
        return [StoredEvent(position=event_id, event=event) for event_id, event in read if event is not None]

    def usual(self, hall: str, weekday: int) -> UsualDay:
        here = days.c.hall == hall, days.c.weekday == weekday, days.c.visits > 0
        asked = select(days.c.slots).where(*here).order_by(days.c.day.desc()).limit(USUAL_DAYS)
        with self._archive.reading() as connection:
            found = [_slots(packed) for packed in connection.execute(asked).scalars()]
        slots = (_usual_slot(index, same) for index, same in enumerate(zip(*found, strict=True)))
        return UsualDay(days=len(found), slots=tuple(slots))

    def accuracy(self, hall: str, day: str) -> list[Accuracy]:
        """The hall first, then its queues in order of their ids."""
        first = days_before(day, WEEKS_DAYS)
        here = days.c.hall == hall, days.c.day >= first, days.c.day < day, days.c.visits > 0
        asked = select(days.c.told).where(*here).order_by(days.c.day.desc())
        with self._archive.reading() as connection:
            today = told(read_legs(connection, visits.c.hall == hall, visits.c.day == day, visits.c.called_at > 0))
            past = [_told(packed) for packed in connection.execute(asked).scalars()]
        spans = [today, past[0] if past else [], [row for rows in past for row in rows]]
        queues = ["", *sorted({row.queue for rows in spans for row in rows})]
        return [_accuracy(queue, spans) for queue in queues]

    def learnt(self, hall: str) -> Learnt | None:
        """The newest that was kept."""
        here = learnt.c.hall == hall
        asked = select(learnt.c.day, learnt.c.blob).where(here).order_by(learnt.c.day.desc()).limit(1)
        with self._archive.reading() as connection:
            row = connection.execute(asked).first()
        return Learnt(day=row.day, blob=bytes(row.blob)) if row else None

    def keep_learnt(self, hall: str, day: str, blob: bytes) -> None:
        """Beside those of the days before; the oldest go."""
        with self._archive.writing() as connection:
            put(connection, learnt, [{"hall": hall, "day": day, "blob": blob}])
            newest = select(learnt.c.day).where(learnt.c.hall == hall).order_by(learnt.c.day.desc()).limit(LEARNT_DAYS)
            last = min(connection.execute(newest).scalars())
            connection.execute(delete(learnt).where(learnt.c.hall == hall, learnt.c.day < last))

    def counted(self, hall: Hall, first: str, last: str, by: str) -> Counted:
        return reports.count(self._archive, hall, first, last, by)

    def tickets(self, hall: Hall, asked: Asked) -> PastTickets:
        found, after = reports.tickets(self._archive, hall, asked)
        return PastTickets(rows=tuple(map(_ticket, found)), after=after)


def _ticket(leg: Leg) -> PastTicket:
    """What is told of a leg: not who served."""
    names = (name for name in PastTicket.__struct_fields__ if name != "window")
    return PastTicket(**{name: getattr(leg, name) for name in names}, window=leg.at_window)


def _mean(total: int, count: int) -> int | None:
    return round(total / count) if count else None


def _usual_slot(index: int, same: Sequence[Slot]) -> UsualSlot:
    """One quarter of an hour of several days."""
    return UsualSlot(
        minute=index * SLOT_MIN,
        issued=round(sum(slot.issued for slot in same) / len(same), 1),
        waiting=round(sum(slot.waiting for slot in same) / len(same), 1),
        mean_wait_s=_mean(sum(slot.waited_s for slot in same), sum(slot.called for slot in same)),
    )


def _accuracy(queue: str, spans: list[list[Told]]) -> Accuracy:
    today, yesterday, weeks = (telling_error(added(row for row in rows if queue in ("", row.queue))) for rows in spans)
    return Accuracy(queue=queue, today=today, yesterday=yesterday, weeks=weeks)


def days_before(day: str, many: int) -> str:
    """The day so many days before a day (`YYMMDD`)."""
    return (datetime.strptime(day, "%y%m%d") - timedelta(days=many)).strftime("%y%m%d")
