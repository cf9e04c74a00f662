"""Guide to devices (自助引导): visitors whose item a device does as well are offered it."""

from collections.abc import Iterator

from queue_server.diversion.measures import Action, Plea, Site
from queue_server.domain.diversion import Measure
from queue_server.domain.hall import SELF_SERVICE
from queue_server.forecast.builder import Tweak

LEAD_S = 120
PRICE_S = 5.0
COST_MIN = 30
ACCEPT = 0.35
"""The share of visitors who accept, before the hall has taught otherwise."""
TRIED = 8


def pleas(site: Site) -> Iterator[Plea]:
    """Items of the queues with long waits that a device does too, those with most visitors first."""
    know, found = site.knowledge, []
    for service in site.hall.services:
        queue = know.queue_of(service.id)
        if "self" in service.alternatives and queue != SELF_SERVICE and queue in site.pressed:
            waiting = sum(1 for v in know.scene.queues.get(queue, {}).values() if v.service == service.id)
            found.append((-waiting, site.pressed.index(queue), service.id, queue))
    for _, _, name, queue in sorted(found)[:TRIED]:
        measure = Measure(action="guide_to_device", service=name)
        if not site.runs(measure):
            share = know.accepted.share("guide_to_device", ACCEPT)
            yield Plea(
                measure=measure, tweak=Tweak(leave=((name, share),)), queues=(queue,), needs="guide",
                cost_min=COST_MIN, lead_s=LEAD_S, price_s=PRICE_S,
            )  # fmt: skip


ACTION = Action(name="guide_to_device", pleas=pleas)
