"""The stream of a hall as the archive reads it: packed events with their positions. Everything raises `StoreDown`."""

from typing import Any

from msgspec import Struct
from redis.asyncio import Redis

from queue_server.domain.archive import ArchiveState
from queue_server.store.archive import archived_key, keep_state
from queue_server.store.asking import ask
from queue_server.store.events import unpack_event
from queue_server.store.feed import NEWS
from queue_server.store.halls import prefix

LATEST = 1000
"""The rate of events is that of so many latest ones."""
UNLIMITED_SHARE = 0.5
"""A store without a limit of its own may be taken to have this share of its machine's memory."""


class Entry(Struct, frozen=True, kw_only=True):
    position: int
    packed: bytes


class Ends(Struct, frozen=True, kw_only=True):
    """The first and the last position that a stream still has; 0 for one without any events."""

    first: int
    last: int


def _entry(row: Any) -> Entry:
    entry, pairs = row
    return Entry(position=int(entry.split(b"-")[0]), packed=pairs[b"e"])


class Streams:
    """The streams of all halls of one store."""

    def __init__(self, store: "Redis") -> None:
        self._store = store

    async def page(self, hall: str, position: int, limit: int) -> list[Entry]:
        """Up to `limit` entries from a position on, itself included."""
        key = f"{prefix(hall)}:e"
        return [_entry(row) for row in await ask(self._store, "XRANGE", key, f"{position}-0", "+", "COUNT", limit)]

    async def ends(self, hall: str) -> Ends:
        key = f"{prefix(hall)}:e"
        first = await ask(self._store, "XRANGE", key, "-", "+", "COUNT", 1)
        last = await ask(self._store, "XREVRANGE", key, "+", "-", "COUNT", 1)
        if not first or not last:
            return Ends(first=0, last=0)
        return Ends(first=_entry(first[0]).position, last=_entry(last[0]).position)

    async def begin(self, hall: str) -> None:
        """From now on the stream is trimmed behind the archive alone, though nothing is archived yet."""
        await ask(self._store, "SET", archived_key(hall), 0, "NX")

    async def archived(self, hall: str, position: int) -> None:
        """Everything up to this position is archived for good: the stream may be trimmed behind it."""
        await ask(self._store, "SET", archived_key(hall), position)

    async def archived_up_to(self, hall: str) -> int:
        """What was last said of that."""
        return int(await ask(self._store, "GET", archived_key(hall)) or 0)

    async def news(self) -> bytes:
        """Changes when any hall's file does."""
        rows = await ask(self._store, "XREVRANGE", NEWS, "+", "-", "COUNT", 1)
        return rows[0][0] if rows else b""

    async def wait(self, positions: dict[str, int], most_ms: int) -> None:
        """Until a hall has an event after its position, or this long."""
        keys = {f"{prefix(hall)}:e": f"{position}-0" for hall, position in positions.items()}
        await ask(self._store, "XREAD", "COUNT", 1, "BLOCK", most_ms, "STREAMS", *keys, *keys.values())

    async def tell(self, hall: str, state: ArchiveState) -> None:
        await keep_state(self._store, hall, state)

    async def bytes_per_s(self, hall: str) -> float:
        """How fast the stream grows: as lately or as all along, whichever is faster. A hall that sleeps will wake."""
        key = f"{prefix(hall)}:e"
        ends = await self.ends(hall)
        used, length = await ask(self._store, "MEMORY", "USAGE", key), await ask(self._store, "XLEN", key)
        if not ends.last or not length or not used:
            return 0.0
        [first], [last] = [await self.page(hall, position, 1) for position in (ends.first, ends.last)]
        [lately] = await self.page(hall, max(ends.last - LATEST, ends.first), 1)
        return float(used / length) * max(_events_per_s(since, last) for since in (first, lately))

    async def room_bytes(self) -> int:
        """How much more the store can hold."""
        return room_bytes(await ask(self._store, "INFO", "memory"))


def _events_per_s(first: Entry, last: Entry) -> float:
    lasted_s = (unpack_event(last.packed).at - unpack_event(first.packed).at) / 1000
    return (last.position - first.position) / max(lasted_s, 1.0)


def room_bytes(memory: dict[str, Any]) -> int:
    """What the store's own account of its memory leaves for more."""
    limit = int(memory.get("maxmemory", 0))
    return (limit or int(memory.get("total_system_memory", 0) * UNLIMITED_SHARE)) - int(memory["used_memory"])
