"""Reads of promises that outlive a visit; what changes them are acts of the hall."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from queue_server.domain.promise import PromiseRecord
from queue_server.store.halls import prefix
from queue_server.store.pipe import Pipe


class FoundPromise(Struct, array_like=True, kw_only=True):
    """A promise as read."""

    id: str
    record: PromiseRecord
    contacts: list[str] = []
    """How to reach its visitor: sealed; read with reminders alone."""


_rows = msgspec.msgpack.Decoder(list[FoundPromise]).decode
_due = msgspec.msgpack.Decoder(tuple[int, int, int]).decode


class StoredPromises:
    """What the halls of one store have promised. Raises `StoreDown`."""

    def __init__(self, store: "Redis", load_library: Callable[[], Awaitable[None]]) -> None:
        self._pipe = Pipe(store, load_library)

    async def open(self, hall: str) -> list[tuple[str, PromiseRecord]]:
        return await self._listed("read_promises", hall, "open")

    async def ended(self, hall: str) -> list[tuple[str, PromiseRecord]]:
        """Those of the last thirty days."""
        return await self._listed("read_promises", hall, "ended")

    async def one(self, hall: str, promise: str) -> PromiseRecord | None:
        found = await self._listed("read_promises", hall, promise)
        return found[0][1] if found else None

    async def of_ticket(self, hall: str, ticket: str, stops: int) -> list[tuple[str, PromiseRecord]]:
        """Those that were made at one of the first stops of a ticket."""
        return await self._listed("read_promises_of", hall, ticket, stops)

    async def due(self, hall: str, at: int) -> tuple[int, int, int]:
        """How many stand; how many of the hall's own, and how many of visitors, are overdue at a moment (ms)."""
        return _due(await self._read("read_promises_due", hall, at))

    async def reminders(self, hall: str, at: int, limit: int) -> list[tuple[str, PromiseRecord, list[str]]]:
        """Those whose first reminder is due at a moment (ms), with how to reach their visitors."""
        rows = _rows(await self._read("read_reminders", hall, at, limit))
        return [(row.id, row.record, row.contacts) for row in rows]

    async def _listed(self, name: str, hall: str, *args: str | int) -> list[tuple[str, PromiseRecord]]:
        return [(row.id, row.record) for row in _rows(await self._read(name, hall, *args))]

    async def _read(self, name: str, hall: str, *args: str | int) -> Any:
        return await self._pipe.call("FCALL_RO", f"gw_{name}", 1, prefix(hall), *args)
