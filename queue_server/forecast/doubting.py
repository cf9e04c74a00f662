"""What a forecast does not trust: told to the manager, and kept out of what is counted on."""

from collections.abc import Iterator

from queue_server.domain.outlook import Doubt
from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.scene import FREE

STUCK_MS = 2 * 3_600_000
"""A visit that takes longer was forgotten, as far as anybody knows."""
FOREIGN = 0.5
"""A history of which so many visits are for services that the hall has not is another hall's."""


def doubts_of(know: Knowledge) -> Iterator[Doubt]:
    """Everything that is doubted now, in a stable order."""
    yield from (know.doubts[key] for key in sorted(know.doubts))
    if not know.presence.seen_days:
        yield Doubt(code="NO_HISTORY")
    elif _is_foreign(know):
        yield Doubt(code="STRANGE_HISTORY")
    for window, counter in sorted(know.scene.counters.items()):
        if counter.ticket and counter.phase != FREE and know.now - counter.since > STUCK_MS:
            yield Doubt(code="STUCK_TICKET", window=window)
    served = {queue for window in know.windows() for queue, _ in know.queues_of(window)}
    for queue, waiting in sorted(know.scene.queues.items()):
        if waiting and queue not in served:
            yield Doubt(code="NO_WINDOW", queue=queue)


def _is_foreign(know: Knowledge) -> bool:
    total = sum(float(counts.sum()) for counts in know.arrivals.counts.values())
    known = know.hall.service_by_id
    foreign = sum(float(counts.sum()) for service, counts in know.arrivals.counts.items() if service not in known)
    return bool(known) and foreign > FOREIGN * max(total, 1.0)
