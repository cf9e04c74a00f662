"""Reads of what lies in lockers; what changes it are acts of the hall."""

from collections.abc import Awaitable, Callable

import msgspec
from redis.asyncio import Redis

from queue_server.domain.lockers import ParcelRecord
from queue_server.store.halls import prefix
from queue_server.store.pipe import Pipe

Rows = list[tuple[str, ParcelRecord]]
_rows = msgspec.msgpack.Decoder(Rows).decode


class StoredLockers:
    """The lockers of the halls of one store. Raises `StoreDown`."""

    def __init__(self, store: "Redis", load_library: Callable[[], Awaitable[None]]) -> None:
        self._pipe = Pipe(store, load_library)

    async def parcels(self, hall: str) -> Rows:
        """All that lies in boxes, and what came out of them lately."""
        found: Rows = _rows(await self._pipe.call("FCALL_RO", "gw_read_parcels", 1, prefix(hall)))
        return found

    async def to_tell(self, hall: str, at: int) -> Rows:
        """Those whose visitor is to be told something at a moment (ms)."""
        found: Rows = _rows(await self._pipe.call("FCALL_RO", "gw_read_told", 1, prefix(hall), at))
        return found
