"""Open a window (潮汐窗口): a clerk in reserve opens one that has been shut all day."""

from collections.abc import Iterator

from queue_server.diversion.measures import Action, Plea, Site
from queue_server.domain.diversion import Measure
from queue_server.forecast.builder import Tweak

LEAD_S = 300
PRICE_S = 10.0
COST_MIN = 120
TRIED = 6
SOON_S = 1200.0
"""A window that is expected to open by itself within this time needs nobody in reserve."""
UNKNOWN_RESERVE = 4
"""Clerks that may be asked for where the hall file does not tell how many there are."""


def pleas(site: Site) -> Iterator[Plea]:
    """Shut windows that would serve the queues with the longest waits."""
    plan = site.hall.diversion
    reserve = plan.reserve_clerks or (0 if plan.helper_teams else UNKNOWN_RESERVE)
    if site.count("open_window") >= reserve:
        return
    ranked = sorted((_rank(site, window), window) for window in site.hall.window_by_number if _is_shut(site, window))
    for rank, window in [row for row in ranked if row[0] < len(site.pressed)][:TRIED]:
        del rank
        yield Plea(
            measure=Measure(action="open_window", window=window), tweak=Tweak(opens=((window, float(LEAD_S)),)),
            queues=tuple(queue for queue, _ in site.knowledge.queues_of(window)), needs="clerk", cost_min=COST_MIN,
            lead_s=LEAD_S, price_s=PRICE_S,
        )  # fmt: skip


def _is_shut(site: Site, window: int) -> bool:
    """Shut all day, not about to open, and not asked for already."""
    counter = site.knowledge.scene.counters.get(window)
    if counter is not None and (counter.open or counter.opened_at or counter.ticket):
        return False
    soon = site.knowledge.presence.opens_soon(window, site.knowledge.now, SOON_S)
    return not soon and not site.runs(Measure(action="open_window", window=window))


def _rank(site: Site, window: int) -> float:
    """How well a window's queues match those with long waits: less is better."""
    places = [site.pressed.index(queue) for queue, _ in site.knowledge.queues_of(window) if queue in site.pressed]
    return sum(places) / len(places) - 0.1 * len(places) if places else float(len(site.pressed))


ACTION = Action(name="open_window", pleas=pleas)
