"""Which halls there are: their files as read, kept in the store so that every worker runs the same ones."""

import msgspec
from redis.asyncio import Redis

from queue_server.domain.hall import Hall
from queue_server.store.asking import ask
from queue_server.store.feed import HALLS, NEWS, read_streams

_decode = msgspec.json.Decoder(Hall).decode


class Catalogue:
    """Keeps and reads hall files. Raises `StoreDown`."""

    def __init__(self, store: "Redis") -> None:
        self._store = store

    async def keep(self, hall: Hall) -> None:
        """Keeps a hall and tells every worker; running queues go on."""
        written = msgspec.json.encode(hall)
        if await ask(self._store, "HGET", HALLS, hall.id) == written:
            return
        await ask(self._store, "HSET", HALLS, hall.id, written)
        await ask(self._store, "XADD", NEWS, "MAXLEN", "~", 100, "*", "hall", hall.id)

    async def hall(self, hall_id: str) -> Hall | None:
        """One hall as it is kept."""
        row = await ask(self._store, "HGET", HALLS, hall_id)
        return _decode(row) if row else None

    async def news(self, after: str, within_ms: int) -> str:
        """The place of the latest change; `after` again when nothing changes in time."""
        answer = await ask(self._store, "XREAD", "BLOCK", within_ms, "STREAMS", NEWS, after)
        return next((rows[-1][0].decode() for _, rows in read_streams(answer)), after)

    async def halls(self) -> list[Hall]:
        """All halls, by id."""
        rows = await ask(self._store, "HGETALL", HALLS)
        return [_decode(rows[key]) for key in sorted(rows)]
