"""One caretaker for each store: whoever holds a key that lapses when it is not renewed."""

import contextlib
import time

from redis.asyncio import Redis

from queue_server.store.asking import StoreDown, ask
from queue_server.store.outlooks import OFFICE

TERMS = "gw:caretakers"
"""Hash: how often a caretaker began (`starts`), how often another one than before (`takeovers`), and who was `last`."""
HELD_MS = 3000
RENEW_S = 1.0
STAND_BY_S = 0.5
"""How often who is not elected tries: together with the lapse it takes over within 4 s."""

CLAIM = """\
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Election:
    """One candidate. A process that was started again under the same name goes on at once."""

    def __init__(self, store: "Redis", name: str) -> None:
        self._store = store
        self.name = name
        self._lapses_at = 0.0

    @property
    def left_s(self) -> float:
        """For how long nobody else can be elected, as far as this candidate knows: the store may be away."""
        return max(self._lapses_at - time.monotonic(), 0.0)

    async def claim(self) -> bool:
        """Whether this candidate holds the office, for `HELD_MS` from now. Raises `StoreDown`."""
        asked_at = time.monotonic()
        held = bool(await ask(self._store, "EVAL", CLAIM, 1, OFFICE, self.name, HELD_MS))
        if held:
            self._lapses_at = asked_at + HELD_MS / 1000
        return held

    async def begin(self) -> None:
        """Counts a new term. Raises `StoreDown`."""
        last = await ask(self._store, "HGET", TERMS, "last")
        await ask(self._store, "HSET", TERMS, "last", self.name)
        await ask(self._store, "HINCRBY", TERMS, "starts", 1)
        if last is not None and last.decode() != self.name:
            await ask(self._store, "HINCRBY", TERMS, "takeovers", 1)

    async def release(self) -> None:
        """Gives the office up, so that another need not wait."""
        self._lapses_at = 0.0
        with contextlib.suppress(StoreDown):
            await ask(self._store, "EVAL", RELEASE, 1, OFFICE, self.name)
