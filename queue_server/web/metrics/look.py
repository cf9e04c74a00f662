"""Reads what works behind the halls, once for each time that the figures are asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from redis.asyncio import Redis

from queue_server.domain.archive import ArchiveState
from queue_server.domain.calendar import day_of
from queue_server.domain.diversion import DiversionRecord
from queue_server.domain.refusals import Refusal
from queue_server.flows.past import Accuracy, Past
from queue_server.flows.running import RunningHall
from queue_server.store.archive import archive_states
from queue_server.store.asking import StoreDown, ask
from queue_server.store.outlooks import OFFICE, TERMS
from queue_server.web.metrics.figure import Backstage

WITHIN_S = 1.0
"""Whoever asks for figures is answered in any case."""
ERRORS_MS = 60_000
"""The error of what was told is a question to the archive: it is not asked each time."""


class Looking:
    """What one worker reads for its figures."""

    def __init__(
        self,
        store: "Redis",
        halls: Mapping[str, RunningHall],
        diversions: Callable[[str], Awaitable[dict[str, DiversionRecord]]],
        past: Past,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._halls = halls
        self._diversions = diversions
        self._past = past
        self._clock = clock
        self._accuracy: dict[str, tuple[Accuracy, ...]] = {}
        self._asked_at = -ERRORS_MS

    async def look(self) -> Backstage:
        """Never raises; where the store is away it says so and nothing else."""
        try:
            async with asyncio.timeout(WITHIN_S):
                archive = await archive_states(self._store)
                elected, starts, takeovers = await self._caretaker()
                diversions = {hall: tuple((await self._diversions(hall)).values()) for hall in list(self._halls)}
        except (StoreDown, TimeoutError):
            return Backstage()
        return Backstage(
            store_up=True, elected=elected, starts=starts, takeovers=takeovers, archive=archive,
            diversions=diversions, accuracy=await self._errors(archive),
        )  # fmt: skip

    async def _caretaker(self) -> tuple[int, int, int]:
        held = await ask(self._store, "GET", OFFICE)
        starts, takeovers = await ask(self._store, "HMGET", TERMS, "starts", "takeovers")
        return int(held is not None), int(starts or 0), int(takeovers or 0)

    async def _errors(self, archive: Mapping[str, ArchiveState]) -> dict[str, tuple[Accuracy, ...]]:
        """Of each hall that is archived; nothing of one where the archive is away."""
        now = self._clock()
        if now - self._asked_at >= ERRORS_MS:
            self._asked_at = now
            for hall, running in list(self._halls.items()):
                if hall in archive:
                    await self._measure(hall, day_of(running.hall, now))
        return dict(self._accuracy)

    async def _measure(self, hall: str, day: str) -> None:
        try:
            async with asyncio.timeout(WITHIN_S):
                self._accuracy[hall] = tuple(await self._past.accuracy(hall, day))
        except (Refusal, TimeoutError):
            self._accuracy.pop(hall, None)
