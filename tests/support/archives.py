"""An archive of a real store, and what a hall's stream says it should hold."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis
from sqlalchemy import Table, select

from ops.archive.archiver import Archiver
from ops.archive.course import readable
from ops.archive.database import Archive
from ops.archive.legs import ACTS, Leg, Legs, follow, opened
from ops.archive.stream import Entry, Streams
from ops.archive.tables import events, visits
from ops.bench.seed import lives, openings, pour
from queue_server.domain.archive import ArchiveState
from queue_server.domain.hall import Hall
from queue_server.store.archive import archive_states
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.support.clocks import NOON, HandClock
from tests.support.halls import small_hall

DAY_MS = 24 * 3_600_000


class ArchivedHall:
    """The small hall with an archiver that works when it is told to."""

    def __init__(self, store: EmbeddedStore, client: "Redis", url: str, page: int) -> None:
        self.hall: Hall = small_hall()
        self.socket = str(store.socket)
        self.client = client
        self.url = url
        self.clock = HandClock()
        self.streams = Streams(client)
        self.page = page
        self.begin_anew()

    def begin_anew(self) -> None:
        """Another archiver, that knows nothing."""
        self.archive = Archive(self.url)
        self.archiver = Archiver(self.client, self.archive, self.clock, self.page)

    async def catch_up(self) -> None:
        while await self.archiver.step():
            pass

    def visits(self, count: int, at: int = NOON) -> None:
        """So many visits from issue to finish, every window open."""
        pour(self.socket, self.hall.id, openings(self.hall, at))
        pour(self.socket, self.hall.id, lives(self.hall, count, at))

    async def close_day(self, day: str, at: int) -> None:
        async def load() -> None:
            await load_library(self.client)

        await HallStore(self.client, load).close_day(self.hall.id, at, day)

    async def stream(self) -> list[Entry]:
        return await self.streams.page(self.hall.id, 1, 1_000_000)

    async def state(self) -> ArchiveState:
        return (await archive_states(self.client))[self.hall.id]

    def rows(self, table: Table) -> list[dict[str, Any]]:
        asked = select(table).order_by(*table.primary_key)
        with self.archive.reading() as connection:
            return [dict(row._mapping) for row in connection.execute(asked)]

    async def assert_whole(self) -> None:
        """The archive holds the stream, each event once, and the visits that these events make."""
        entries = await self.stream()
        kept = [(row["id"], row["packed"]) for row in self.rows(events)]
        assert kept == [(entry.position, entry.packed) for entry in entries]
        kept_legs = [{name: row[name] for name in Leg.__struct_fields__} for row in self.rows(visits)]
        unnamed = {} if self.hall.reports.staff else {"staff": ""}
        assert kept_legs == [{**msgspec.structs.asdict(leg), **unnamed} for leg in folded(entries)]


def folded(entries: Iterable[Entry]) -> Legs:
    """All legs, folded in memory from the first event to the last."""
    latest: dict[str, Legs] = {}
    whole: list[Legs] = []
    day = ""
    for entry in entries:
        event = readable(entry.packed)
        assert event is not None
        day = day or str(event.fact("next_day"))
        if event.ticket and event.name in ACTS:
            if event.name == "TicketIssued":
                whole.append([opened(entry.position, day, event)])
                latest[event.ticket] = whole[-1]
            follow(latest[event.ticket], event)
        if event.name == "DayClosed":
            day = str(event.fact("next_day"))
    return [leg for legs in whole for leg in legs]


def inside(folder: Path) -> list[str]:
    """The names of what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


@asynccontextmanager
async def archived_hall(store: EmbeddedStore, url: str, page: int = 2000) -> AsyncIterator[ArchivedHall]:
    """The small hall on a store that has nothing else; nothing is archived yet."""
    client = connect(store.url)
    try:
        await client.flushall()
        await load_library(client)
        hall = ArchivedHall(store, client, url, page)
        await Catalogue(client).keep(hall.hall)
        yield hall
        hall.archiver.close()
    finally:
        await client.aclose()
