"""Compiles the forecast before anybody waits for it: `python -m queue_server.forecast.warm`, once after an install.

It tells the future of a tiny hall, and numba keeps what it compiled on the way beside the code or in the user's cache.
Prints nothing. Where nothing can be kept, or compiled, it ends well all the same: the first forecast says so then.
"""

import contextlib

from queue_server.domain.hall import Department, Hall, Queue, QueueShare, Service, WindowPlan, Zone
from queue_server.forecast.heard import Heard

NOON = 1_767_240_000_000
"""A noon in UTC, in ms since the epoch."""
NAMES = {"en": "warm"}


def tiny_hall() -> Hall:
    """One queue, one item, one window."""
    return Hall(
        id="warm", names=NAMES, timezone="UTC", zones=(Zone(id="Z", names=NAMES),),
        departments=(Department(id="D", names=NAMES, queue="A"),), queues=(Queue(id="A", names=NAMES, zone="Z"),),
        services=(
            Service(
                id="A1", names=NAMES, department="D", mode="window", queue="A", mean_min=5.0, p90_min=9.0, visits=9
            ),
        ),
        windows=(WindowPlan(window=1, zone="Z", queues=(QueueShare(queue="A"),)),),
    )  # fmt: skip


def warm() -> None:
    """Asks a forecaster for everything that it can tell."""
    from queue_server.forecast.builder import Tweak  # here: they bring numpy and numba with them
    from queue_server.forecast.forecaster import Forecaster

    forecaster = Forecaster(tiny_hall())
    forecaster.hear(Heard(name="WindowOpened", at=NOON, window=1, queues=(("A", 0),)))
    forecaster.hear(Heard(name="TicketIssued", at=NOON, ticket="1", queue="A", service="A1", turn=NOON))
    forecaster.ticket("1")
    forecaster.outlook()
    for part in forecaster.knowledge.parts():
        forecaster.imagine(part, Tweak(), 600.0)


if __name__ == "__main__":
    with contextlib.suppress(Exception):  # an install never fails for what is only slower without it
        warm()
