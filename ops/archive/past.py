"""The past as workers read it, from SQL. A worker that nobody asks about the past never loads what reads it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import structlog

from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.domain.refusals import Refusal
from queue_server.domain.report import Asked, Counted
from queue_server.flows.past import Accuracy, Learnt, NoPast, Past, PastDay, PastTickets, UsualDay

if TYPE_CHECKING:
    from ops.archive.database import Archive
    from ops.archive.queries import Queries

NONE = "none:"
"""The address of no archive."""
THREADS = 2
"""A database that hangs holds up those who ask about the past, and nobody else."""

Answer = TypeVar("Answer")

log = structlog.get_logger()


def past_of(url: str) -> Past:
    """The past that is kept there."""
    return NoPast() if url in ("", NONE) else SqlPast(url)


class SqlPast:
    """A `Past`. It makes no tables: until an archiver has, the archive is away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="past")
        self._archive: Archive | None = None
        self._trouble = ""
        """What was wrong the last time: it is logged once."""

    async def days(self, hall: str) -> list[PastDay]:
        return await self._ask(lambda queries: queries.days(hall))

    async def day_events(self, hall: str, day: str, after: int, limit: int) -> list[StoredEvent]:
        return await self._ask(lambda queries: queries.day_events(hall, day, after, limit))

    async def usual(self, hall: str, weekday: int) -> UsualDay:
        return await self._ask(lambda queries: queries.usual(hall, weekday))

    async def accuracy(self, hall: str, day: str) -> list[Accuracy]:
        return await self._ask(lambda queries: queries.accuracy(hall, day))

    async def learnt(self, hall: str) -> Learnt | None:
        return await self._ask(lambda queries: queries.learnt(hall))

    async def keep_learnt(self, hall: str, day: str, blob: bytes) -> None:
        await self._ask(lambda queries: queries.keep_learnt(hall, day, blob))

    async def counted(self, hall: Hall, first: str, last: str, by: str) -> Counted:
        return await self._ask(lambda queries: queries.counted(hall, first, last, by))

    async def tickets(self, hall: Hall, asked: Asked) -> PastTickets:
        return await self._ask(lambda queries: queries.tickets(hall, asked))

    async def _ask(self, question: "Callable[[Queries], Answer]") -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, question)

    def _answer(self, question: "Callable[[Queries], Answer]") -> Answer:
        from ops.archive.database import Archive, ArchiveAway
        from ops.archive.queries import Queries

        try:
            if self._archive is None:
                self._archive = Archive(self._url, make=False)
            answer = question(Queries(self._archive))
        except ArchiveAway as error:
            is_new = self._archive is not None and self._archive.is_empty()
            if self._trouble != error.trouble and not is_new:
                log.warning("the archive cannot be read", trouble=error.trouble, said=str(error))
            self._trouble = "" if is_new else error.trouble
            raise Refusal("ARCHIVE_AWAY") from None
        self._trouble = ""
        return answer
