"""The archiver as a task of the caretaker: it begins with a store's first event, and goes on through any outage."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from ops.archive.past import NONE
from ops.caretaker.foresight import Foresight
from queue_server.flows.ports import Clock
from queue_server.store.archive import without_archive
from queue_server.store.feed import History

if TYPE_CHECKING:
    from ops.archive.archiver import Archiver

LOOK_S = 2.0


class Archiving:
    """Archives what happens. `store` is a connection of its own: nothing else waits for it."""

    def __init__(self, store: "Redis", url: str, halls: Mapping[str, Foresight], clock: Clock) -> None:
        self._store = store
        self._url = url
        self._halls = halls
        self._clock = clock
        self._history = History(store)
        self._archiver: Archiver | None = None

    async def step(self) -> None:
        """Archives what there is, then waits for more. Raises `StoreDown`."""
        if self._url in ("", NONE):
            await without_archive(self._store, list(self._halls))
            await asyncio.sleep(LOOK_S)
        elif self._archiver is not None:
            if not await self._archiver.step():
                await self._archiver.rest()
        elif await self._has_begun():
            self._archiver = await asyncio.to_thread(self._make)
        else:
            await asyncio.sleep(LOOK_S)

    async def _has_begun(self) -> bool:
        """Whether anything ever happened: the archive of an empty store would be empty."""
        return any([await self._history.position(hall) for hall in list(self._halls)])

    def _make(self) -> "Archiver":
        from ops.archive.archiver import Archiver  # here: it brings SQLAlchemy with it
        from ops.archive.database import Archive

        return Archiver(self._store, Archive(self._url), self._clock)

    def close(self) -> None:
        if self._archiver is not None:
            self._archiver.close()
