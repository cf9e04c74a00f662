"""A storm: visitors who take tickets and clerks who call them, all at once, and a record of every answer they got."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from random import Random
from typing import Any

from aiohttp import ClientError
from redis.asyncio import Redis

from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.support.audit import RawHall, audit
from tests.support.client import Answer, HallClient
from tests.support.ledger import Ledger

VISITORS = 16
PATIENCE_S = 60.0


class Storm:
    """`rage` for a while; what was acknowledged stands in `tickets` and `calls`.

    Lost answers are unknown: each is asked for again, with its key, until it comes.
    """

    def __init__(self, hall: HallClient, seed: str, services: Sequence[str], queues: Sequence[str]) -> None:
        self.hall = hall
        self.seed = seed
        self.services = services
        self.queues = queues
        self.windows = range(1, 9)
        self.tickets: dict[str, str] = {}
        self.calls: Counter[tuple[str, int]] = Counter()
        self.refused: Counter[str] = Counter()
        self.asked_again = 0
        self._keys = 0
        self._over = asyncio.Event()

    async def open(self) -> None:
        for window in self.windows:
            await self.ask(f"/windows/{window}/open", {"staff": f"clerk {window}", "queues": list(self.queues)})

    async def rage(self, meanwhile: Awaitable[Any]) -> None:
        """Everybody acts until `meanwhile` is over and all answers have come."""
        self._over.clear()
        crowd = [self._visitor(Random(f"{self.seed}/visitor {number}")) for number in range(VISITORS)]
        clerks = [self._clerk(window, Random(f"{self.seed}/clerk {window}")) for window in self.windows]
        tasks = [asyncio.create_task(someone) for someone in crowd + clerks]
        try:
            await meanwhile
            self._over.set()
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def ask(self, path: str, body: Any = None) -> Answer:
        """One act; while its answer is lost or the store is away, asked again with the same key."""
        self._keys += 1
        key, patience = f"{self.seed}-{self._keys}", asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            try:
                answer = await self.hall.post(path, body, key)
            except (ClientError, TimeoutError, OSError):
                answer = None
            if answer is not None and answer.status != 503:
                assert answer.status < 500, f"{path}: {answer}"
                if answer.status >= 400:
                    self.refused[answer["code"]] += 1
                return answer
            assert asyncio.get_running_loop().time() < patience, f"{path} was never answered"
            self.asked_again += 1
            await asyncio.sleep(0.05)

    async def _visitor(self, rng: Random) -> None:
        while not self._over.is_set():
            taken = await self.ask("/tickets", {"service": rng.choice(self.services), "channel": "kiosk"})
            assert taken.status == 201, taken
            assert taken["id"] not in self.tickets, f"{taken['number']} was given to two visitors"
            self.tickets[taken["id"]] = taken["number"]
            if rng.random() < 0.4:
                await self.ask(f"/tickets/{taken['id']}/cancel")
            await asyncio.sleep(rng.random() * 0.03)

    async def _clerk(self, window: int, rng: Random) -> None:
        while not self._over.is_set():
            called = await self.ask(f"/windows/{window}/call-next")
            if called.status != 200:
                await asyncio.sleep(0.01)
                continue
            self.calls[called["id"], window] += 1
            await self._serve(f"/windows/{window}", rng)

    async def _serve(self, window: str, rng: Random) -> None:
        chance = rng.random()
        if chance < 0.1:
            await self.ask(f"{window}/undo")
        elif chance < 0.25:
            await self.ask(f"{window}/no-show")
        else:
            await self.ask(f"{window}/start")
            if chance < 0.5:
                place = rng.choice(("back", "front", "seniority"))
                to: dict[str, Any] = rng.choice(
                    ({"queue": rng.choice(self.queues)}, {"window": rng.choice(self.windows)})
                )
                await self.ask(f"{window}/transfer", {**to, "place": place})
            else:
                await self.ask(f"{window}/finish")

    async def check(self, client: "Redis", ledger: Ledger) -> RawHall:
        """Everything that was acknowledged happened, once, and nothing else did; all invariants hold."""
        raw = await audit(client, HallStore(client, lambda: load_library(client)), self.hall.hall, ledger)
        assert ledger.number == self.tickets, "tickets differ from those that were acknowledged"
        assert ledger.calls == self.calls, "calls differ from those that were acknowledged"
        return raw
