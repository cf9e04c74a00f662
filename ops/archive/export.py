"""`greenwave export`: a day's events as JSON lines, from the archive and, what is not there yet, from the stream."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from redis.asyncio import Redis
from sqlalchemy import func, select

from ops.archive.course import Mark, read_mark
from ops.archive.database import Archive
from ops.archive.files import progress, written
from ops.archive.halls import kept_halls
from ops.archive.queries import Queries
from ops.archive.reaching import Hopeless, has_archive, perhaps_connected
from ops.archive.stream import Streams
from ops.archive.tables import events
from ops.archive.writing import rows_of
from queue_server.contract.days import day_on_wire
from queue_server.contract.events import for_staff
from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue

PAGE = 2000

_encode_lines = msgspec.json.Encoder().encode_lines


async def export(settings: Settings, day: str, hall_id: str, out: Path | None) -> int:
    """How many events were written. Raises `Hopeless`, `ArchiveAway`, and OSError of the file."""
    archive = Archive(settings.archive, make=False) if has_archive(settings) else None
    async with perhaps_connected(settings) as store:
        halls = {hall.id: hall for hall in await Catalogue(store).halls()} if store else {}
        if archive is not None:
            halls = kept_halls(archive) | halls
        count = 0
        hall = chosen(halls, hall_id)
        with written(out) as file, progress("events", _expected(archive, hall.id, day)) as shown:
            async for page in _pages(archive, store, hall, day):
                file.write(_encode_lines([for_staff(hall, row.position, row.event) for row in page]))
                count += len(page)
                shown.update(shown.task_ids[0], completed=count)
            if not count:
                raise Hopeless(f"nothing is kept of {day_on_wire(day)} in {hall.id}{_known(archive, hall.id)}")
    return count


def chosen(halls: dict[str, Hall], hall_id: str) -> Hall:
    """The hall that was asked for, or the only one. Raises `Hopeless`."""
    if hall_id in halls:
        return halls[hall_id]
    if not hall_id and len(halls) == 1:
        return next(iter(halls.values()))
    if not halls:
        raise Hopeless("there is no hall: give the --data folder or the --store of a server")
    known = ", ".join(sorted(halls))
    raise Hopeless(f"there is no hall `{hall_id}`; there are {known}" if hall_id else f"say which --hall: {known}")


def _known(archive: Archive | None, hall: str) -> str:
    """Which days there are, as the end of a sentence."""
    found = Queries(archive).days(hall) if archive is not None else []
    return f"; there are days from {day_on_wire(found[-1].day)} to {day_on_wire(found[0].day)}" if found else ""


def _expected(archive: Archive | None, hall: str, day: str) -> int:
    if archive is None:
        return 0
    with archive.reading() as connection:
        asked = select(func.count()).where(events.c.hall == hall, events.c.day == day)
        return connection.execute(asked).scalar() or 0


async def _pages(
    archive: Archive | None, store: "Redis | None", hall: Hall, day: str
) -> AsyncIterator[list[StoredEvent]]:
    mark, after = None, 0
    if archive is not None:
        with archive.reading() as connection:
            mark = read_mark(connection, hall.id)  # before the events, so that nothing falls between the two
        while page := Queries(archive).day_events(hall.id, day, after, PAGE):
            yield page
            after = page[-1].position
    if store is None:
        return
    mark = mark or Mark(hall=hall.id, life=1, fork=0, shift=0, position=0, day="", lost=0, last=b"")
    async for found in _of_stream(Streams(store), hall, mark):
        if fresh := [row for of_day, row in found if of_day == day and row.position > after]:
            yield fresh


async def _of_stream(streams: Streams, hall: Hall, mark: Mark) -> AsyncIterator[list[tuple[str, StoredEvent]]]:
    """Pages after a mark, each event with its day."""
    while page := await streams.page(hall.id, mark.position + 1, PAGE):
        rows, day = rows_of(hall, mark, page)
        yield [(row.day, StoredEvent(position=row.id, event=row.event)) for row in rows if row.event is not None]
        mark = msgspec.structs.replace(mark, position=page[-1].position, day=day)
