"""Helpers (帮代办) and staff on the floor (下窗口): papers are in order before the window, so visits are shorter."""

from collections.abc import Iterator
from math import log

from queue_server.diversion.measures import Action, Plea, Site
from queue_server.domain.diversion import Measure
from queue_server.forecast.builder import Tweak

LEAD_S = 300
PRICE_S = 12.0
COST_MIN = 60
QUICKER = log(0.85)
"""By how much visits get shorter, as a logarithm."""
PRESSED = 4


def pleas(site: Site) -> Iterator[Plea]:
    """The queues with the longest waits, while there is a team."""
    if site.count("send_helpers") >= site.hall.diversion.helper_teams:
        return
    for queue in site.pressed[:PRESSED]:
        measure = Measure(action="send_helpers", queue=queue)
        if not site.runs(measure):
            yield Plea(
                measure=measure, tweak=Tweak(quick=((queue, QUICKER),)), queues=(queue,), needs="helper",
                cost_min=COST_MIN, lead_s=LEAD_S, price_s=PRICE_S,
            )  # fmt: skip


ACTION = Action(name="send_helpers", pleas=pleas)
