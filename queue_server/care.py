"""What a hall needs without being asked: the turn of the day, held tickets, silent calls, silent devices, bookings."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from queue_server.domain.calendar import day_of
from queue_server.domain.callers import Caller
from queue_server.domain.orders import Order
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.health import HealthFlows
from queue_server.flows.ladder import LadderFlows
from queue_server.flows.running import RunningHall
from queue_server.store.archive import archive_states
from queue_server.store.asking import StoreDown

TICK_S = 1.0
LOOK_AT_DEVICES = 3
"""Ticks between two looks at the devices."""
LOOK_AT_ARCHIVE_S = 5.0
SYSTEM = Caller(role="system")

Step = Callable[[Ask], Awaitable[None]]
"""One thing that is looked after each second."""

log = structlog.get_logger()


class ArchiveLook:
    """Lets a hall know how its archive fares. A step of care."""

    def __init__(self, store: "Redis") -> None:
        self._store = store
        self._again_at: dict[str, float] = {}

    async def look(self, ask: Ask) -> None:
        hall, now = ask.running.hall.id, asyncio.get_running_loop().time()
        if now >= self._again_at.get(hall, 0.0):
            self._again_at[hall] = now + LOOK_AT_ARCHIVE_S
            ask.running.archive = (await archive_states(self._store)).get(hall)


class Care:
    """Looks after every hall once a second. Several workers may: each act happens once."""

    def __init__(
        self,
        halls: Mapping[str, RunningHall],
        acting: Acting,
        ladder: LadderFlows,
        health: HealthFlows,
        steps: tuple[Step, ...] = (),
    ) -> None:
        self.up_since = 0
        """Since when (ms) devices could reach us."""
        self._halls = halls
        self._acting = acting
        self._ladder = ladder
        self._health = health
        self._steps = steps
        self._looks = 0

    async def run(self, after_each: Callable[[], Awaitable[None]]) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            self._looks += 1
            for running in list(self._halls.values()):
                await self._look_after(running)
            await after_each()

    async def _look_after(self, running: RunningHall) -> None:
        ask = Ask(running=running, caller=SYSTEM)
        try:
            await self._turn_day(running)
            if any(ticket.status == "held" for ticket in running.live.tickets.values()):
                await self._acting.act(ask, "wake", Order(**self._acting.common(ask)))
            await self._ladder.climb(ask)
            for step in self._steps:
                await step(ask)
            if self._looks % LOOK_AT_DEVICES == 0:
                await self._health.watch(ask, self.up_since)
        except (StoreDown, RedisError):
            return  # it is tried again in a second; the feed reports the outage
        except Refusal as refusal:
            log.warning("care refused", hall=running.hall.id, code=refusal.code)

    async def _turn_day(self, running: RunningHall) -> None:
        now = self._acting.clock()
        day = day_of(running.hall, now)
        if running.live.day and day > running.live.day:
            await self._acting.halls.close_day(running.hall.id, now, day)
