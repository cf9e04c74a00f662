"""Reads of the interpreters and of who asks for them; what changes them are acts of the hall."""

from collections.abc import Awaitable, Callable

import msgspec
from redis.asyncio import Redis

from queue_server.domain.interpreting import InterpreterRecord, RequestRecord
from queue_server.store.halls import prefix
from queue_server.store.pipe import Pipe

Found = tuple[list[tuple[str, InterpreterRecord]], list[tuple[str, RequestRecord]]]
_found = msgspec.msgpack.Decoder(Found).decode


class StoredInterpreters:
    """The rosters of the halls of one store. Raises `StoreDown`."""

    def __init__(self, store: "Redis", load_library: Callable[[], Awaitable[None]]) -> None:
        self._pipe = Pipe(store, load_library)

    async def read(self, hall: str) -> Found:
        """The roster, and today's requests by ticket."""
        found: Found = _found(await self._pipe.call("FCALL_RO", "gw_read_interpreters", 1, prefix(hall)))
        return found
