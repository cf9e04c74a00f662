"""What a hall does about a crowd: nothing, a rule of thumb, or what the forecast advises."""

from collections.abc import Callable
from random import Random
from typing import Any

from ops.backtest.diverting import Measures
from ops.backtest.scores import mean, quantile
from ops.backtest.world import World

Document = dict[str, Any]
THRESHOLDS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""People waiting per open window, of which the tuned rule takes the best."""
MOST_AT_ONCE = 3


def take_advice(world: World, accepted: float = 1.0) -> Measures:
    """Carries out what is proposed at each tick, best first; a manager may pass over a share of it."""
    measures = Measures(world)
    rng = Random(f"manager {world.day.midnight}")

    def consider(proposals: list[Document]) -> None:
        for proposal in proposals[:MOST_AT_ONCE]:
            if proposal["gain"]["mean_s"] > 0 and rng.random() < accepted:
                measures.begin(proposal)

    world.consider = consider
    return measures


def keep_rule(world: World, threshold: float, floor_too: bool = False) -> Measures:
    """Opens a window when the people who wait for one open window of a queue pass the threshold.

    With `floor_too` it also sends helpers there and guides to devices.
    """
    measures = Measures(world)

    def consider(_: list[Document]) -> None:
        ranked = sorted(_crowding(world).items(), key=lambda entry: -entry[1])
        for queue, crowding in ranked[:MOST_AT_ONCE]:
            if crowding > threshold:
                _relieve(world, measures, queue, floor_too)

    world.consider = consider
    return measures


def _crowding(world: World) -> dict[str, float]:
    serving = dict.fromkeys((queue.id for queue in world.hall.queues), 0)
    for window in world.windows.values():
        for queue in window.shares if window.status == "open" else ():
            serving[queue] += 1
    return {queue: world.queues.count(queue) / max(windows, 1) for queue, windows in serving.items()}


def _relieve(world: World, measures: Measures, queue: str, floor_too: bool) -> None:
    for window in measures.shut_windows():
        if queue in window.shares and measures.begin({"action": "open_window", "window": window.number}):
            return
    if floor_too:
        measures.begin({"action": "send_helpers", "queue": queue})
        for service in world.hall.services:
            if service.queue == queue:
                measures.begin({"action": "guide_to_device", "service": service.id})


def best_threshold(worlds: Callable[[], list[World]], floor_too: bool = False) -> float:
    """The threshold with the least half of mean and half of p90 over these days."""

    def loss(threshold: float) -> float:
        total = 0.0
        for world in worlds():
            keep_rule(world, threshold, floor_too)
            waits = alone(world)
            total += mean(waits) + quantile(waits, 0.9)
        return total

    return min(THRESHOLDS, key=loss)


def alone(world: World) -> list[float]:
    """Plays the day with nobody to ask; the waits of its visitors in seconds."""
    for _ in world.events():
        pass
    return world.waits_s()
