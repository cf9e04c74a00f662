"""Visits of several stops, as this worker's fold knows them."""

from collections import Counter
from collections.abc import Iterator

from queue_server.domain.ticket import STATUSES
from queue_server.flows.running import RunningHall
from queue_server.web.metrics.figure import Figure, Row, of_halls

UNDER_WAY = tuple(status for status in STATUSES if status not in {"done", "cancelled", "expired"})


def _several(running: RunningHall, _: int) -> Iterator[Row]:
    found = Counter(ticket.status for ticket in running.live.tickets.values() if ticket.stops > 1)
    for status in UNDER_WAY:
        yield (status,), found[status]


FIGURES = (
    Figure(
        name="greenwave_several_stops",
        help="Visits of several stops that are under way, by status",
        labels=("hall", "status"),
        rows=of_halls(_several),
    ),
)
