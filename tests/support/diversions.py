"""Diversions as the caretaker proposes them, and forecasts as it publishes them, in a worker of this process."""

from typing import Any

from queue_server.domain.callers import Caller
from queue_server.domain.diversion import Diversion, Gain, Measure
from queue_server.domain.outlook import Later, Outlook, QueueOutlook, Range
from queue_server.flows.acting import Ask
from queue_server.flows.diversions import DiversionFlows
from queue_server.flows.running import RunningHall
from queue_server.web.context import SERVICES, Services
from tests.support.client import HallClient

SYSTEM = Caller(role="system")
LEARN = {"action": "reskill_window", "window": 3, "queue": "A"}
HELPERS = {"action": "send_helpers", "queue": "A"}


def services_of(hall: HallClient) -> Services:
    """The use cases of the worker that this client calls."""
    app: Any = hall.http.app  # type: ignore[union-attr]
    services: Services = app[SERVICES]
    return services


def running_of(hall: HallClient, name: str = "") -> RunningHall:
    return services_of(hall).halls[name or hall.hall]


def flows_of(hall: HallClient) -> DiversionFlows:
    return services_of(hall).diverting.flows


def ask_of(hall: HallClient) -> Ask:
    return Ask(running=running_of(hall), caller=SYSTEM)


async def advise(hall: HallClient, *measures: Measure, gain_s: float = 300) -> list[Diversion]:
    """One round of advice: each of these measures would save so many seconds."""
    gain = Gain(mean_s=gain_s, p90_s=2 * gain_s, mean_low_s=gain_s / 2, mean_high_s=1.5 * gain_s)
    return await flows_of(hall).propose(ask_of(hall), [(measure, gain, "clerk", 30, 120) for measure in measures])


async def time_passes(hall: HallClient) -> None:
    """What the hall's care does about diversions each second."""
    await running_of(hall).caught_up()
    await flows_of(hall).look_after(ask_of(hall))
    await running_of(hall).caught_up()


async def by_id(hall: HallClient) -> dict[str, dict[str, object]]:
    """The hall's diversions as they are told."""
    return {row["id"]: row for row in (await hall.get("/diversions"))["diversions"]}


def foresee(
    running: RunningHall, at: int, queue: str, wait_s: Range, *, pace_s: int = 120, later: tuple[Later, ...] = ()
) -> None:
    """A forecast that says this much of one queue and of nobody's ticket."""
    row = QueueOutlook(queue=queue, waiting=running.live.waiting(queue), wait_s=wait_s, pace_s=pace_s, later=later)
    running.take_outlook(Outlook(at=at, position=running.position, tickets={}, queues=(row,)))
