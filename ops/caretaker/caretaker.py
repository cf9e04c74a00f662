"""A candidate for the office of a store's caretaker, who works while it is elected."""

import asyncio
import contextlib
import secrets

import structlog
from redis.exceptions import RedisError

from ops.caretaker.election import RENEW_S, STAND_BY_S, Election
from ops.caretaker.term import Term
from ops.charge import Charge
from queue_server.flows.ports import Clock
from queue_server.store.asking import StoreDown
from queue_server.store.connect import connect

PATIENCE_S = 2.0
"""How long the store may take to say who is elected."""
BLOCKED_S = 30.0

log = structlog.get_logger()


class Caretaker:
    """One process's candidate."""

    def __init__(self, charge: Charge, clock: Clock) -> None:
        url = charge.settings.store
        self._settings = charge.settings
        self._clock = clock
        self._election = Election(connect(url, PATIENCE_S), charge.instance or secrets.token_hex(8))
        self._store, self._archive_store = connect(url, BLOCKED_S), connect(url, BLOCKED_S)
        self._term: Term | None = None
        self._held: bool | None = None
        self._is_lost = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. Raises what ended a task: the process had better be started again."""
        try:
            while not stop.is_set():
                await self._look()
                pause_s = min(RENEW_S, self._election.left_s) if self._term else STAND_BY_S
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause_s)
        finally:
            await self._resign()

    async def _look(self) -> None:
        try:
            held = await self._claimed()
            if held and self._term is None:
                await self._election.begin()
            self._is_lost = False
        except (StoreDown, RedisError) as error:
            if not self._is_lost:
                log.warning("the caretaker waits for the store", error=str(error)[:200])
            self._is_lost = True
            return  # its tasks wait for the store too, until their term lapses
        if held != self._held:
            log.info("this caretaker is elected" if held else "another caretaker is elected: this one stands by")
            self._held = held
        if held and self._term is None:
            self._term = Term(self._settings, self._election.name, self._store, self._archive_store, self._clock)
        elif not held and self._term is not None:
            await self._end_term()
        elif self._term is not None:
            self._term.check()

    async def _claimed(self) -> bool:
        """Whether this candidate is elected. A term that lapsed asks once more, then ends, whatever the store does."""
        claim = await self._asked(self._election.left_s)
        if self._term is not None and not self._election.left_s and not _is_answered(claim):
            claim = await self._asked(RENEW_S, claim)  # perhaps this process was late, not the store
            if not _is_answered(claim):
                log.warning("the office lapsed: this caretaker works no more until it is elected again")
                await self._end_term()
        return await claim

    async def _asked(self, most_s: float, before: "asyncio.Task[bool] | None" = None) -> "asyncio.Task[bool]":
        """A claim, after so long at the most; the one before, where its answer may still be on its way."""
        claim = before if before and not before.done() else asyncio.create_task(self._election.claim())
        await asyncio.wait([claim], timeout=most_s)
        return claim

    async def _end_term(self) -> None:
        term, self._term = self._term, None
        if term is not None:
            await term.end()
            await term.close()

    async def _resign(self) -> None:
        """Works no more, and lets another begin at once."""
        if self._term is not None:
            await self._term.end()
        await self._election.release()
        await self._end_term()


def _is_answered(claim: "asyncio.Task[bool]") -> bool:
    return claim.done() and claim.exception() is None
