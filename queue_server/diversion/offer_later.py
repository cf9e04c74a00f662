"""Offer a later time (错峰): some of those who are about to come come an hour later."""

from collections.abc import Iterator

from queue_server.diversion.measures import Action, Plea, Site, services_of
from queue_server.domain.diversion import Measure
from queue_server.forecast.builder import Tweak

PRICE_S = 25.0
ACCEPT = 0.12
"""The share of visitors who accept."""
PRESSED = 3
LAST_S = 3 * 3600.0
"""Nobody is asked to come later so near to closing."""


def pleas(site: Site) -> Iterator[Plea]:
    """The queues with the longest waits, while it is not late."""
    know = site.knowledge
    if know.presence.closing_s(know.now) < LAST_S:
        return
    for queue in site.pressed[:PRESSED]:
        measure = Measure(action="offer_later", queue=queue)
        if not site.runs(measure):
            share = know.accepted.share("offer_later", ACCEPT)
            later = tuple((service, share) for service in services_of(site, queue))
            yield Plea(
                measure=measure,
                tweak=Tweak(later=later),
                queues=(queue,),
                needs="",
                cost_min=0,
                lead_s=0,
                price_s=PRICE_S,
            )


ACTION = Action(name="offer_later", pleas=pleas)
