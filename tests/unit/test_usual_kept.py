"""The usual crowd is known to the hall's alarms, whoever was the first to ask the archive for it."""

from queue_server.domain.callers import Caller
from queue_server.domain.orders import StoredEvent
from queue_server.flows.acting import Ask
from queue_server.flows.past import NoPast, UsualDay, UsualSlot
from queue_server.flows.running import RunningHall
from queue_server.flows.usual import UsualFlows
from tests.support.clocks import HandClock
from tests.support.halls import small_hall

NOON_MIN = 12 * 60


class ThePast(NoPast):
    """An archive that is away at first."""

    def __init__(self) -> None:
        self.is_there = False

    async def usual(self, hall: str, weekday: int) -> UsualDay:
        if not self.is_there:
            return await super().usual(hall, weekday)
        return UsualDay(days=1, slots=(UsualSlot(minute=NOON_MIN, issued=9.0, waiting=40.0, mean_wait_s=None),))

    async def day_events(self, *_: object) -> list[StoredEvent]:
        return []


async def test_a_manager_who_looks_first_leaves_the_alarms_their_usual_crowd() -> None:
    past, running = ThePast(), RunningHall(small_hall())
    flows, ask = UsualFlows(past, HandClock()), Ask(running=running, caller=Caller(role="system"))
    await flows.keep(ask)
    past.is_there = True
    await flows.usual(running)
    await flows.keep(ask)
    assert running.usual == {NOON_MIN: 40.0}
