"""Advice: every few minutes the forecast is asked what would help, and the hall is told."""

import asyncio
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from ops.caretaker.foresight import Foresight
from queue_server.flows.ports import Clock

if TYPE_CHECKING:
    from ops.caretaker.proposing import Proposing

MINUTE_S = 60.0


class Advice:
    """The advice for one hall. `speed` is that of a rehearsal, whose minutes are shorter."""

    def __init__(self, foresight: Foresight, store: "Redis", clock: Clock, speed: float) -> None:
        self._foresight = foresight
        self._store = store
        self._clock = clock
        self._every_s = foresight.hall.diversion.every_min * MINUTE_S / speed
        self._proposing: Proposing | None = None

    async def step(self) -> None:
        """Waits for the next round, and proposes what is advised in it. Where nobody waited there is none."""
        await asyncio.sleep(self._every_s)
        if self._foresight.is_awake:
            await self._propose()

    async def _propose(self) -> None:
        from queue_server.diversion.advise import advise  # here: it brings numpy and numba with it

        from ops.caretaker.proposing import Proposing  # here: most caretakers of a test or a night need none of it

        proposing = self._proposing = self._proposing or Proposing(self._foresight.hall, self._store, self._clock)
        hall, running = self._foresight.hall, await proposing.running()
        await proposing.propose(await self._foresight.ask(lambda forecaster: advise(forecaster, hall, running)))
