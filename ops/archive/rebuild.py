"""`greenwave archive rebuild`: what is lost of the archive comes back from the stream, as far as the stream reaches."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from redis.asyncio import Redis
from rich.console import Console
from rich.progress import track
from sqlalchemy import delete, select

from ops.archive.archiver import Archiver
from ops.archive.counting import count_day, uncounted
from ops.archive.course import read_mark, readable
from ops.archive.database import Archive, ArchiveAway
from ops.archive.reaching import connected
from ops.archive.reading import pages_of_day
from ops.archive.tables import events, positions, visits
from ops.archive.writing import Row, close_day, fold
from queue_server.domain.hall import Hall
from queue_server.store.catalogue import Catalogue

PAGE = 2000

Step = TypeVar("Step")


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def rebuild(url: str, store_url: str, say: Callable[[str], None]) -> None:
    """Raises `ArchiveAway` and `Hopeless`. Harmless beside a running hall, and when nothing is lost."""
    archive = _usable(url, say)
    async with connected(store_url) as store:
        await _fill(archive, store)
        for hall in await Catalogue(store).halls():
            for day in bar(_days(archive, hall.id), hall.id):
                refold(archive, hall, day)
            count_all(archive, hall)
            say(_told(archive, hall.id))
    archive.close()


def _usable(url: str, say: Callable[[str], None]) -> Archive:
    """The archive with its tables; a file that is damaged is set aside for another one."""
    archive = Archive(url)
    try:
        archive.prepare()
    except ArchiveAway as error:
        if error.trouble != "damaged" or not archive.is_sqlite:
            raise
        archive.close()
        aside = archive.file.with_name(f"{archive.file.name}.damaged-{now_ms()}")
        archive.file.rename(aside)
        for suffix in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                archive.file.with_name(archive.file.name + suffix).unlink()
        say(f"the archive was damaged ({error}); it is kept as {aside}")
        archive = Archive(url)
        archive.prepare()
    return archive


async def _fill(archive: Archive, store: "Redis") -> None:
    archiver = Archiver(store, archive, now_ms)
    while await archiver.step():
        pass
    if archiver.trouble:
        raise ArchiveAway(archiver.trouble, "the archive cannot be written")


def bar(steps: Sequence[Step], about: str) -> Iterable[Step]:
    """The steps of a long work, with a bar that says how far it is where somebody looks on."""
    console = Console(stderr=True)
    return track(steps, about, console=console, transient=True, disable=not console.is_terminal)


def count_all(archive: Archive, hall: Hall) -> int:
    """Counts every closed day that is not counted for reports; how many. Raises `ArchiveAway`."""
    with archive.reading() as connection:
        waiting = uncounted(connection, hall.id)
    for day in bar(waiting, hall.id):
        with archive.writing() as connection:
            count_day(connection, hall, day)
    return len(waiting)


def _days(archive: Archive, hall: str) -> list[str]:
    with archive.reading() as connection:
        asked = select(events.c.day).where(events.c.hall == hall).distinct().order_by(events.c.day)
        return list(connection.execute(asked).scalars())


def refold(archive: Archive, hall: Hall, day: str) -> None:
    """Makes a day's visits and totals anew from its events. Raises `ArchiveAway`."""
    with archive.writing() as connection:
        connection.execute(select(positions).where(positions.c.hall == hall.id).with_for_update())  # no page meanwhile
        connection.execute(delete(visits).where(visits.c.hall == hall.id, visits.c.day == day))
        is_closed = False
        for found in pages_of_day(connection, hall.id, day, PAGE):
            rows = [Row(id=row.id, day=day, packed=row.packed, event=readable(row.packed)) for row in found]
            fold(connection, hall, rows)
            is_closed |= any(row.event is not None and row.event.fact("day") == day for row in rows)
        if is_closed:
            close_day(connection, hall, day)


def _told(archive: Archive, hall: str) -> str:
    with archive.reading() as connection:
        mark = read_mark(connection, hall)
    if mark is None:
        return f"{hall}: nothing to archive"
    lost = f"; {mark.lost:,} events were no longer in the store and cannot be recovered" if mark.lost else ""
    return f"{hall}: {mark.id - mark.lost:,} events archived{lost}"
