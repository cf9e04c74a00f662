"""The feed: one reader per worker that moves its halls on, event by event, without gaps.

It also carries the news of the whole store: which halls there are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from queue_server.domain.events import Event
from queue_server.domain.orders import FoundTicket, Snapshot, StoredEvent
from queue_server.domain.outlook import Outlook
from queue_server.domain.staff_orders import ShiftRecord
from queue_server.store.asking import StoreDown, ask
from queue_server.store.events import unpack_event
from queue_server.store.halls import PAGE, HallStore, prefix
from queue_server.store.outlooks import outlooks_key, unpack_outlook

NEWS = "gw:news"
HALLS = "gw:halls"
BLOCK_MS = 2000
AT_ONCE = 512
LONGEST_PAUSE_S = 1.0

Entry = tuple[bytes, dict[bytes, bytes]]

_shift = msgspec.msgpack.Decoder(ShiftRecord).decode

log = structlog.get_logger()


class Taker(Protocol):
    """A hall that is fed."""

    @property
    def position(self) -> int: ...
    def start(self, snapshot: Snapshot, pages: Iterable[list[FoundTicket]]) -> None: ...
    def take(self, position: int, event: Event) -> None: ...
    def take_outlook(self, outlook: Outlook) -> None: ...


def _position(entry_id: bytes) -> int:
    return int(entry_id.split(b"-")[0])


class History:
    """Past events of a hall, from the store."""

    def __init__(self, store: "Redis") -> None:
        self._store = store

    async def events_after(self, hall: str, position: int, limit: int) -> list[StoredEvent]:
        """Up to `limit` events after a position, in order. Raises `StoreDown`."""
        rows = await ask(self._store, "XRANGE", f"{prefix(hall)}:e", f"({position}-0", "+", "COUNT", limit)
        return [_stored(entry) for entry in rows]

    async def events_soon(self, hall: str, position: int, limit: int, within_ms: int) -> list[StoredEvent]:
        """The same, after waiting so long (at least 1 ms) for the first of them. Raises `StoreDown`."""
        key, after = f"{prefix(hall)}:e", f"{position}-0"
        streams = await ask(self._store, "XREAD", "COUNT", limit, "BLOCK", within_ms, "STREAMS", key, after)
        return [_stored(entry) for _, rows in read_streams(streams) for entry in rows]

    async def day(self, hall: str) -> tuple[str, int]:
        """The hall's day, and the position after which it began. Raises `StoreDown`."""
        day, began = await ask(self._store, "HMGET", prefix(hall), "day", "day_began")
        return (day or b"").decode(), int(began or 0)

    async def position(self, hall: str) -> int:
        """The position of the latest event. Raises `StoreDown`."""
        return int(await ask(self._store, "HGET", prefix(hall), "position") or 0)

    async def shifts(self, hall: str, day: str) -> list[ShiftRecord]:
        """Who is planned to work on a day (`YYMMDD`). Raises `StoreDown`."""
        rows = await ask(self._store, "HGETALL", f"{prefix(hall)}:sh:{day}")
        return [_shift(raw) for raw in rows.values()]

    async def first_position(self, hall: str) -> int:
        """The oldest event still there; 0 for a hall without any."""
        rows = await ask(self._store, "XRANGE", f"{prefix(hall)}:e", "-", "+", "COUNT", 1)
        return _position(rows[0][0]) if rows else 0


def _stored(entry: Entry) -> StoredEvent:
    return StoredEvent(position=_position(entry[0]), event=unpack_event(entry[1][b"e"]))


def read_streams(answer: Any) -> list[tuple[str, list[Entry]]]:
    """What XREAD answers, by the streams' keys. RESP3: {key: [[entry, entry ...]]}."""
    return [(key.decode(), entries[0]) for key, entries in (answer or {}).items()]


class Feed:
    """Reads every hall's stream from where the hall stands; starts a hall from a snapshot, and again after a gap."""

    def __init__(
        self,
        store: "Redis",
        halls: HallStore,
        takers: dict[str, Taker],
        on_news: Callable[[], Awaitable[None]],
        heal: Callable[[str], Awaitable[None]],
    ) -> None:
        self._store = store
        self._halls = halls
        self._takers = takers
        self._on_news = on_news
        self._heal = heal
        self._started: set[str] = set()
        self._news = "0-0"
        self._outlooks: dict[str, str] = {}
        """By hall: which of its outlooks was read last."""
        self.up = False
        self.lost_at = 0.0
        """When the store was lost, by the loop's clock; 0 while it is there."""

    def begin_again(self, hall: str) -> None:
        """Starts a hall from a new snapshot: what was known of it is not so any more."""
        self._started.discard(hall)

    async def run(self) -> None:
        """Until cancelled. Through any outage of the store it tries again, soon."""
        pause_s = 0.05
        while True:
            try:
                await self._round()
                pause_s = 0.05
            except (StoreDown, RedisError) as error:  # a store in turmoil says many things; all of them pass
                if self.up:
                    log.warning("store lost", error=str(error))
                self.up = False
                self.lost_at = self.lost_at or asyncio.get_running_loop().time()
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _round(self) -> None:
        if not self.up:
            await self._check_streams()
        for hall in list(self._takers):
            if hall not in self._started:
                await self._start(hall)
        if not self.up:
            log.info("store reached", halls=len(self._takers))
            self.up, self.lost_at = True, 0.0
        keys = {f"{prefix(hall)}:e": hall for hall in self._takers}
        told = {outlooks_key(hall): hall for hall in self._takers}
        after = [f"{self._takers[hall].position}-0" for hall in keys.values()]
        after += [self._outlooks[hall] for hall in told.values()]
        command = ("XREAD", "COUNT", AT_ONCE, "BLOCK", BLOCK_MS, "STREAMS", *keys, *told, NEWS, *after, self._news)
        for key, rows in read_streams(await ask(self._store, *command)):
            if key == NEWS:
                self._news = rows[-1][0].decode()
                await self._on_news()
            elif key in told:
                self._take_outlook(told[key], rows[-1])
            else:
                self._feed(keys[key], rows)

    def _take_outlook(self, hall: str, entry: Entry) -> None:
        self._outlooks[hall] = entry[0].decode()
        outlook = unpack_outlook(entry[1][b"o"])
        if outlook is not None:
            self._takers[hall].take_outlook(outlook)

    def _feed(self, hall: str, entries: list[Entry]) -> None:
        taker = self._takers[hall]
        for entry, fields in entries:
            position = _position(entry)
            if position != taker.position + 1:
                log.warning("gap in the stream: starting afresh", hall=hall, at=taker.position, got=position)
                self._started.discard(hall)
                return
            taker.take(position, unpack_event(fields[b"e"]))

    async def _check_streams(self) -> None:
        """After an outage: a store that was replaced by an older one knows less than we do, and we start afresh."""
        for hall, taker in self._takers.items():
            last = await ask(self._store, "XREVRANGE", f"{prefix(hall)}:e", "+", "-", "COUNT", 1)
            if (_position(last[0][0]) if last else 0) < taker.position:
                log.warning("the store went back in time: starting afresh", hall=hall, at=taker.position)
                self._started.discard(hall)

    async def _start(self, hall: str) -> None:
        await self._heal(hall)
        snapshot = await self._halls.snapshot(hall)
        pages = []
        # in the order in which tickets move, so that none slips between two pages
        for index in [*(f"q:{queue}" for queue in snapshot.queues), "park"]:
            first = 0
            while page := await self._halls.page(hall, index, first):
                pages.append(page)
                if len(page) < PAGE:
                    break
                first += PAGE // 2  # pages overlap, since the queue moves while it is read
        pages.append(await self._halls.page(hall, "w", 0))
        await self._read_last_outlook(hall)
        self._takers[hall].start(snapshot, pages)
        self._started.add(hall)

    async def _read_last_outlook(self, hall: str) -> None:
        self._outlooks[hall] = "0-0"
        for entry in await ask(self._store, "XREVRANGE", outlooks_key(hall), "+", "-", "COUNT", 1):
            self._take_outlook(hall, entry)
