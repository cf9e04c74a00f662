"""Offer another hall (邻厅): by what is forecast there, not by who waits there now, so that halls do not oscillate."""

from collections.abc import Iterator

from queue_server.diversion.measures import Action, Plea, Site
from queue_server.domain.diversion import Measure
from queue_server.forecast.builder import Tweak

PRICE_S = 30.0
ACCEPT = 0.08
LEAD_S = 600
MOST = 4


def pleas(site: Site) -> Iterator[Plea]:
    """Items of the queues with long waits that another hall does sooner; `elsewhere` is the halls' own forecasts."""
    know, told = site.knowledge, 0
    for to, service, _ in sorted(site.elsewhere, key=lambda row: row[2]):
        queue, measure = know.queue_of(service), Measure(action="offer_hall", service=service, to=to)
        if queue not in site.pressed or site.runs(measure) or told >= MOST:
            continue
        told += 1
        share = know.accepted.share("offer_hall", ACCEPT)
        yield Plea(
            measure=measure, tweak=Tweak(leave=((service, share),)), queues=(queue,), needs="", cost_min=0,
            lead_s=LEAD_S, price_s=PRICE_S,
        )  # fmt: skip


ACTION = Action(name="offer_hall", pleas=pleas)
