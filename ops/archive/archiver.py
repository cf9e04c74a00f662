"""The archiver: from the stream of each hall into the archive, event by event, each exactly once.

It reads by pages and writes each in one transaction with the position after it. Only then it tells the store up to
where all is archived, and only behind that the store trims the stream: whatever is down, nothing is lost.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog
from redis.asyncio import Redis

from ops.archive.counting import count_one
from ops.archive.course import Mark, mark_of, next_life, packed_at
from ops.archive.database import Archive, ArchiveAway
from ops.archive.halls import keep_hall
from ops.archive.purge import purge
from ops.archive.rules import bare
from ops.archive.stream import Entry, Streams
from ops.archive.telling import Telling
from ops.archive.writing import Overtaken, write
from queue_server.domain.hall import Hall
from queue_server.store.catalogue import Catalogue

PAGE = 2000
"""Events of one transaction."""
GATHER_S = 0.5
"""While events come one by one they are gathered for so long, so that each is not a transaction of its own."""
LISTEN_MS = 2000
RETRY_S = 2.0
"""How often a database that is away is tried."""

Answer = TypeVar("Answer")

log = structlog.get_logger()


class Archiver:
    """Archives every hall of a store. `step` and `rest` raise `StoreDown`; for a database that is away they wait."""

    def __init__(self, store: "Redis", archive: Archive, clock: Callable[[], int], page: int = PAGE) -> None:
        self._archive = archive
        self._page = page
        self._streams = Streams(store)
        self._catalogue = Catalogue(store)
        self._telling = Telling(self._streams, clock)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._clock = clock
        self._news: bytes | None = None
        self._halls: list[Hall] = []
        self._marks: dict[str, Mark] = {}
        self._prepared = False
        self._counted: set[str] = set()
        """Halls whose closed days are all counted for reports."""

    @property
    def trouble(self) -> str:
        """Why the archive cannot be used; empty while it can."""
        return self._telling.trouble

    async def step(self) -> bool:
        """Archives up to one page of each hall. Whether there is more to do at once."""
        await self._look_for_news()
        more = False
        for hall in self._halls:
            try:
                more |= await self._advance(hall)
            except Overtaken:
                self._marks.pop(hall.id, None)
                more = True
            except ArchiveAway as error:
                await self._fail(error)
                return False
        return more

    async def rest(self) -> None:
        """Until there is something to do, or a moment has passed."""
        if self._telling.trouble or not self._marks:
            await asyncio.sleep(RETRY_S)
            return
        await asyncio.sleep(GATHER_S)
        await self._streams.wait({hall: mark.position for hall, mark in self._marks.items()}, LISTEN_MS)

    def close(self) -> None:
        """Lets go of the database, after what is under way."""
        self._thread.shutdown()
        self._archive.close()

    async def _look_for_news(self) -> None:
        news = await self._streams.news()
        if news == self._news:
            return
        self._halls = await self._catalogue.halls()
        for hall in self._halls:
            await self._streams.begin(hall.id)
            self._marks.pop(hall.id, None)
        self._news = news

    async def _advance(self, hall: Hall) -> bool:
        mark = self._marks.get(hall.id) or await self._begin(hall)
        page = await self._streams.page(hall.id, max(mark.position, 1), self._page + 1)
        if mark.position and not _goes_on(mark, page):
            mark = await self._begin_life(mark)
            page = await self._streams.page(hall.id, max(mark.position, 1), self._page + 1)
        fresh = [entry for entry in page if entry.position > mark.position][: self._page]
        if fresh:
            before, mark = mark, await self._do(write, self._archive, hall, mark, fresh)
            await self._streams.archived(hall.id, mark.position)
            if before.day != mark.day:
                await self._purge(mark)
        self._marks[hall.id] = mark
        await self._telling.went_well(mark, is_full=len(fresh) == self._page)
        return len(fresh) == self._page or await self._count(hall)

    async def _count(self, hall: Hall) -> bool:
        """Counts a closed day that is not counted yet, as those of an older program are; whether there was one."""
        if hall.id in self._counted:
            return False
        if not await self._do(count_one, self._archive, hall):
            self._counted.add(hall.id)
        return hall.id not in self._counted

    async def _begin(self, hall: Hall) -> Mark:
        if not self._prepared:
            await self._do(self._archive.prepare)
            self._prepared = True
        await self._do(keep_hall, self._archive, hall)
        mark = await self._do(mark_of, self._archive, hall.id)
        await self._streams.archived(hall.id, mark.position)
        await self._purge(mark)
        return mark

    async def _purge(self, mark: Mark) -> None:
        if mark.day:
            await self._do(purge, self._archive, mark.hall, mark.day, self._clock())

    async def _begin_life(self, mark: Mark) -> Mark:
        """The store went back in time, or is another one."""
        ends = await self._streams.ends(mark.hall)
        low, high = max(ends.first - 1, 0), min(mark.position, ends.last)
        while low < high:  # the last position at which both have the same event
            middle = (low + high + 1) // 2
            entry = (await self._streams.page(mark.hall, middle, 1))[0]
            same = await self._do(packed_at, self._archive, mark.hall, middle) == bare(entry.packed)
            low, high = (middle, high) if same else (low, middle - 1)
        log.warning("the store was put back or replaced: its new life is archived from here", hall=mark.hall, after=low)
        fresh = await self._do(next_life, self._archive, mark, low)
        await self._streams.archived(mark.hall, fresh.position)
        return fresh

    async def _fail(self, error: ArchiveAway) -> None:
        self._counted.clear()
        self._marks.clear()  # what is known of the archive may not be so when it is back
        self._prepared = False
        await self._telling.failed([hall.id for hall in self._halls], error)

    async def _do(self, work: Callable[..., Answer], *what: Any) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*what))


def _goes_on(mark: Mark, page: list[Entry]) -> bool:
    """Whether this is the stream that was archived up to the mark: it has the same event there, or had it once."""
    if not page:
        return False
    return page[0].position > mark.position or bare(page[0].packed) == mark.last
