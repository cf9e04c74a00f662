"""Which items other halls are expected to do sooner, for those who would have to get there first. Pure."""

from collections.abc import Iterable

from queue_server.domain.hall import SELF_SERVICE, Hall
from queue_server.domain.outlook import Later, Outlook

ON_THE_WAY = 2
"""Who is sent elsewhere comes there by the outlook's third moment, in about half an hour."""
SOONER_S = 600
"""What the way must be worth."""

Known = tuple[Hall, Outlook | None]
"""A hall, and what was last told of it; None where nothing was."""
Elsewhere = tuple[tuple[str, str, float], ...]
"""(hall, service, seconds of wait there) each."""


def elsewhere(here: Known, others: Iterable[Known], sooner_s: float = SOONER_S) -> Elsewhere:
    """By forecast, not by who waits now: a hall that fills up is not recommended, one that empties is."""
    own, found = _waits(here), []
    for hall, outlook in others:
        waits = _waits((hall, outlook))
        for service in hall.services:
            there, mine = waits.get(service.id), own.get(service.id)
            if hall.id != here[0].id and there is not None and mine is not None and there + sooner_s <= mine:
                found.append((hall.id, service.id, there))
    return tuple(found)


def _waits(known: Known) -> dict[str, float]:
    """By service: the middle of the wait of whoever comes then; nothing where nobody is expected to serve."""
    hall, outlook = known
    rows = {row.queue: row for row in outlook.queues if row.wait_s is not None} if outlook else {}
    services = [service for service in hall.services if service.queue != SELF_SERVICE and service.queue in rows]
    return {service.id: _then(rows[service.queue].later) for service in services if rows[service.queue].later}


def _then(later: tuple[Later, ...]) -> float:
    return float(later[min(ON_THE_WAY, len(later) - 1)].wait_s[1])
