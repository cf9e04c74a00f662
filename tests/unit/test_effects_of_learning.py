"""What is predicted of a window that learns the queue of windows it had nothing to do with."""

from typing import Any

from queue_server.diversion.effects import Effects
from queue_server.forecast.heard import Heard
from tests.support.forecasts import Telling


def test_a_window_that_learned_a_strange_queue_and_helped_is_trusted_more() -> None:
    told = Telling()
    effects = Effects(told.forecaster)

    def tell(name: str, after_s: float = 0, **facts: Any) -> None:
        told.tell(name, after_s, **facts)
        effects.hear(Heard(name=name, at=told.at, **facts))

    told.open(3, shares={"B": 0})
    told.open(4)
    waiting = told.crowd(20, "B1")
    measure: dict[str, Any] = {"diversion": "D-1", "action": "reskill_window", "window": 4, "queue": "B"}
    tell("DiversionStarted", **measure)
    tell("WindowOpened", window=4, queues=(("A", 0), ("B", 0)))
    for number, ticket in enumerate(waiting):
        window = 3 + number % 2
        tell("TicketCalled", 60, ticket=ticket, window=window)
        tell("ServiceFinished", ticket=ticket, window=window)
    tell("DiversionEnded", **measure)
    tell("TicketIssued", 4 * 3600, ticket="LATER", service="C1", queue="C")
    (effect,) = effects.told()
    assert effect.mean_s > 600
    assert told.forecaster.knowledge.trust.factor("reskill_window") > 1
