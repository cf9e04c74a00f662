"""Re-skill a window (多能): for a while it serves a queue more, which its clerk may learn."""

from collections.abc import Iterator

from queue_server.diversion.measures import Action, Plea, Site
from queue_server.domain.diversion import Measure
from queue_server.forecast.builder import Tweak

LEAD_S = 60
PRICE_S = 15.0
COST_MIN = 5
TRIED = 8
PRESSED = 3


def pleas(site: Site) -> Iterator[Plea]:
    """Open windows that may learn one of the queues with the longest waits, those without long waits first."""
    found = []
    for place, queue in enumerate(site.pressed[:PRESSED]):
        for window, plan in site.hall.window_by_number.items():
            counter = site.knowledge.scene.counters.get(window)
            if counter and counter.open and not counter.paused and queue in plan.may_learn:
                found.append((place + _strain(site, window), window, queue))
    for _, window, queue in sorted(found)[:TRIED]:
        measure, served = Measure(action="reskill_window", window=window, queue=queue), site.knowledge.queues_of(window)
        if queue in dict(served) or any(m.action == "reskill_window" and m.window == window for m in site.running):
            continue
        yield Plea(
            measure=measure, tweak=Tweak(queues=((window, (*served, (queue, 0))),)),
            queues=(queue, *(name for name, _ in served)), needs="clerk", cost_min=COST_MIN, lead_s=LEAD_S,
            price_s=PRICE_S,
        )  # fmt: skip


def _strain(site: Site, window: int) -> float:
    """How long the waits are that a window serves already, by the rank of its worst queue."""
    places = [site.pressed.index(queue) for queue, _ in site.knowledge.queues_of(window) if queue in site.pressed]
    return float(len(site.pressed) - min(places)) if places else 0.0


ACTION = Action(name="reskill_window", pleas=pleas)
