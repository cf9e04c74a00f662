"""One caretaker for each store: whoever holds a key that lapses when it is not renewed."""

import contextlib
import time

from redis.asyncio import Redis

from queue_server.store.asking import StoreDown, ask
from queue_server.store.outlooks import OFFICE, TERMS

HELD_MS = 3000
RENEW_S = 1.0
STAND_BY_S = 0.5
"""How often who is not elected tries: together with the lapse it takes over within 4 s."""

CLAIM = """\
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
if ARGV[3] ~= '' and redis.call('HGET', KEYS[2], 'starts') ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""A term that lapsed goes on where none began since; else it must end before its candidate is elected again."""
BEGIN = """\
local last = redis.call('HGET', KEYS[1], 'last')
redis.call('HSET', KEYS[1], 'last', ARGV[1])
if last and last ~= ARGV[1] then redis.call('HINCRBY', KEYS[1], 'takeovers', 1) end
return redis.call('HINCRBY', KEYS[1], 'starts', 1)
"""
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Election:
    """One candidate. A process that was started again under the same name goes on at once."""

    def __init__(self, store: "Redis", name: str) -> None:
        self._store = store
        self.name = name
        self._lapses_at = 0.0
        self._term = ""
        """Which one this candidate has begun, counted through all; empty before, and once it is over."""

    @property
    def left_s(self) -> float:
        """For how long nobody else can be elected, as far as this candidate knows: the store may be away."""
        return max(self._lapses_at - time.monotonic(), 0.0)

    async def claim(self) -> bool:
        """Whether this candidate holds the office, for `HELD_MS` from now; in its term, if it began one.

        Raises `StoreDown`.
        """
        asked_at = time.monotonic()
        held = bool(await ask(self._store, "EVAL", CLAIM, 2, OFFICE, TERMS, self.name, HELD_MS, self._term))
        if held:
            self._lapses_at = asked_at + HELD_MS / 1000
        else:
            self._term = ""
        return held

    async def begin(self) -> None:
        """Counts a new term. Raises `StoreDown`."""
        self._term = str(await ask(self._store, "EVAL", BEGIN, 1, TERMS, self.name))

    async def release(self) -> None:
        """Gives the office up, so that another need not wait."""
        self._lapses_at, self._term = 0.0, ""
        with contextlib.suppress(StoreDown):
            await ask(self._store, "EVAL", RELEASE, 1, OFFICE, self.name)
