"""Advice: every few minutes the forecast is asked what would help, and the hall is told."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from redis.asyncio import Redis

from ops.caretaker.elsewhere import SOONER_S, elsewhere
from ops.caretaker.foresight import Foresight
from queue_server.flows.ports import Clock

if TYPE_CHECKING:
    from ops.caretaker.proposing import Proposing
    from queue_server.diversion.advise import Advised

MINUTE_S = 60.0
SHARE, MOST_S = 10, 60.0
"""Between two rounds lies ten times what one costs, up to a minute: rounds of a rehearsal follow fast, and questions
wait for them."""


class Advice:
    """The advice for one hall of several. `speed` is that of a rehearsal, whose minutes and seconds are shorter."""

    def __init__(
        self, foresight: Foresight, halls: Mapping[str, Foresight], store: "Redis", clock: Clock, speed: float
    ) -> None:
        self._foresight = foresight
        self._halls = halls
        self._speed = speed
        self._store = store
        self._clock = clock
        self._every_s = foresight.hall.diversion.every_min * MINUTE_S / speed
        self._cost_s = 0.0
        self._proposing: Proposing | None = None

    async def step(self) -> None:
        """Waits for the next round, and proposes what is advised in it. Where nobody waited there is none."""
        await asyncio.sleep(max(self._every_s, min(SHARE * self._cost_s, MOST_S)))
        if self._foresight.is_awake:
            began = time.monotonic()
            await self._propose()
            self._cost_s = time.monotonic() - began

    async def _propose(self) -> None:
        from ops.caretaker.proposing import Proposing  # here: most caretakers of a test or a night need none of it
        from queue_server.diversion.advise import advise  # here: it brings numpy and numba with it

        proposing = self._proposing = self._proposing or Proposing(self._foresight.hall, self._store, self._clock)
        hall, running = self._foresight.hall, await proposing.running()
        others = elsewhere(
            (hall, self._foresight.told),
            [(other.hall, other.told) for other in self._halls.values()],
            SOONER_S / self._speed,
        )
        advised = await self._foresight.ask(lambda forecaster: advise(forecaster, hall, running, others))
        await proposing.propose(_shorter(advised, self._speed))
        await proposing.tell(await self._foresight.effects(), self._speed)


def _shorter(advised: "Sequence[Advised]", speed: float) -> "list[Advised]":
    """The same advice in the clock's own seconds."""
    return [
        (
            measure,
            replace(
                gain,
                mean_s=gain.mean_s / speed,
                p90_s=gain.p90_s / speed,
                mean_low_s=gain.mean_low_s / speed,
                mean_high_s=gain.mean_high_s / speed,
            ),
            needs,
            cost_min,
            round(lead_s / speed),
        )
        for measure, gain, needs, cost_min, lead_s in advised
    ]
