"""Reads of finished stops, their ratings and cases; what changes them are acts of the hall."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from queue_server.domain.rating import CaseRecord, RatedStop
from queue_server.store.halls import prefix
from queue_server.store.pipe import Pipe


class FoundCase(Struct, array_like=True, kw_only=True):
    """A case as read."""

    id: str
    record: CaseRecord


_stops = msgspec.msgpack.Decoder(list[tuple[int, RatedStop]]).decode
_finished = msgspec.msgpack.Decoder(list[tuple[str, int, RatedStop]]).decode
_cases = msgspec.msgpack.Decoder(list[FoundCase]).decode
_comments = msgspec.msgpack.Decoder(list[tuple[str, int, RatedStop]]).decode
_due = msgspec.msgpack.Decoder(tuple[int, int]).decode


class StoredRatings:
    """What the halls of one store keep of ratings and cases. Raises `StoreDown`."""

    def __init__(self, store: "Redis", load_library: Callable[[], Awaitable[None]]) -> None:
        self._pipe = Pipe(store, load_library)

    async def stops(self, hall: str, ticket: str) -> list[tuple[int, RatedStop]]:
        """The finished stops of a ticket, first to last; none for no such ticket."""
        return _stops(await self._read("read_stops", hall, ticket))

    async def finished(self, hall: str, window: int) -> tuple[str, int, RatedStop] | None:
        """What a window finished last today: ticket, stop, and its record."""
        return next(iter(_finished(await self._read("read_finished", hall, window))), None)

    async def open_cases(self, hall: str) -> list[tuple[str, CaseRecord]]:
        return await self._cases(hall, "open")

    async def ended_cases(self, hall: str) -> list[tuple[str, CaseRecord]]:
        """Those of the last thirty days."""
        return await self._cases(hall, "ended")

    async def case(self, hall: str, case: str) -> CaseRecord | None:
        found = await self._cases(hall, case)
        return found[0][1] if found else None

    async def comments(self, hall: str, day: str) -> list[tuple[str, int, RatedStop]]:
        """What visitors wrote or touched with their ratings on a day (`YYMMDD`), as long as it is kept."""
        return _comments(await self._read("read_comments", hall, day))

    async def project(self, hall: str, code: str) -> tuple[str, CaseRecord] | None:
        """The project of a code, with its id."""
        return next(((row.id, row.record) for row in _cases(await self._read("read_project", hall, code))), None)

    async def due(self, hall: str, at: int) -> tuple[int, int]:
        """How many cases are open, and how many of them are overdue at a moment (ms)."""
        return _due(await self._read("read_due", hall, at))

    async def _cases(self, hall: str, which: str) -> list[tuple[str, CaseRecord]]:
        return [(row.id, row.record) for row in _cases(await self._read("read_cases", hall, which))]

    async def _read(self, name: str, hall: str, *args: str | int) -> Any:
        return await self._pipe.call("FCALL_RO", f"gw_{name}", 1, prefix(hall), *args)
