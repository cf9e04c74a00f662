"""How the caretaker puts advice to a hall: by the same flow as everyone, as nobody's act."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from queue_server.domain.callers import Caller
from queue_server.domain.diversion import Diversion, Measure
from queue_server.domain.hall import Hall
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.diversions import Advised, DiversionFlows
from queue_server.flows.ports import Clock
from queue_server.flows.running import RunningHall
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library

if TYPE_CHECKING:
    from queue_server.diversion.effects import Effect


class Proposing:
    """One hall's diversions, as the caretaker sees them. Everything raises `StoreDown`."""

    def __init__(self, hall: Hall, store: "Redis", clock: Clock) -> None:
        self._store = store
        self._ask = Ask(running=RunningHall(hall), caller=Caller(role="system"))
        self._flows = DiversionFlows(Acting(HallStore(store, self._load_library), clock, _no_heal), {})

    async def running(self) -> tuple[Measure, ...]:
        """Measures that are being carried out."""
        return tuple(row.measure for row in await self._flows.all_of(self._ask) if row.status == "started")

    async def propose(self, advised: Sequence[Advised]) -> None:
        """One round of advice; one without any says that nothing would help now."""
        await self._flows.propose(self._ask, advised)

    async def tell(self, effects: "Sequence[Effect]", speed: float) -> None:
        """What ended diversions have brought, where it was not told before."""
        unmeasured = {row.id for row in await self._flows.all_of(self._ask) if _is_unmeasured(row)} if effects else ()
        for effect in effects:
            if effect.diversion in unmeasured:
                await self._flows.measure(self._ask, effect.diversion, effect.mean_s / speed, effect.p90_s / speed)

    async def _load_library(self) -> None:
        await load_library(self._store)


def _is_unmeasured(row: Diversion) -> bool:
    return row.status == "ended" and row.effect_mean_s is None


async def _no_heal(_: str) -> None:
    """A caretaker promised nobody anything: workers heal a store that was restored."""
