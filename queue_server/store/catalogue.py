"""Which halls there are: their files as read, kept in the store so that every worker runs the same ones."""

from typing import Any

import msgspec
from redis.asyncio import Redis

from queue_server.domain.hall import Hall
from queue_server.store.feed import HALLS, NEWS
from queue_server.store.pipe import as_refusal

_decode = msgspec.json.Decoder(Hall).decode


class Catalogue:
    """Keeps and reads hall files. Raises `StoreDown`."""

    def __init__(self, store: "Redis") -> None:
        self._store = store

    async def keep(self, hall: Hall) -> None:
        """Keeps a hall and tells every worker; running queues go on."""
        written = msgspec.json.encode(hall)
        if await self._ask("HGET", HALLS, hall.id) == written:
            return
        await self._ask("HSET", HALLS, hall.id, written)
        await self._ask("XADD", NEWS, "MAXLEN", "~", 100, "*", "hall", hall.id)

    async def halls(self) -> list[Hall]:
        """All halls, by id."""
        rows = await self._ask("HGETALL", HALLS)
        return [_decode(rows[key]) for key in sorted(rows)]

    async def _ask(self, *command: Any) -> Any:
        try:
            return await self._store.execute_command(*command)
        except Exception as error:
            raise as_refusal(error) from error
