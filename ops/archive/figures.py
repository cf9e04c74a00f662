"""Each figure of a report as a question to the legs, so that its tickets can be listed.

They say the same as `ops.archive.tallies`; a test holds the two against each other.
"""

from typing import Any

from sqlalchemy import Select, and_, or_, select, tuple_

from ops.archive.legs import DIVERTED, Leg
from ops.archive.reading import IN_ORDER
from ops.archive.tables import visits
from queue_server.domain.hall import Hall
from queue_server.domain.report import GREEN_MS, LOW_UP_TO, SATISFIED_FROM, Asked

_at = visits.c
_waited = and_(_at.called_at > 0, _at.waits_since > 0)
_wait_ms = _at.called_at - _at.waits_since
_undiverted = _at.outcome != DIVERTED
_told = and_(_at.called_at > 0, _at.told_at > 0, _at.p10_s.is_not(None), _at.p50_s.is_not(None), _at.p90_s.is_not(None))

FIGURES: dict[str, Any] = {
    "visits": and_(_at.leg == 1, _at.issued_at > 0),
    "waited": _waited,
    "over_15": and_(_waited, _wait_ms > 15 * 60_000),
    "over_30": and_(_waited, _wait_ms > 30 * 60_000),
    "over_60": and_(_waited, _wait_ms > 60 * 60_000),
    "served": and_(_at.started_at > 0, _at.finished_at > 0),
    "missed": and_(_at.status == "missed", _undiverted),
    "cancelled": and_(_at.status == "cancelled", _undiverted),
    "expired": and_(_at.status == "expired", _undiverted),
    "abandoned": and_(_at.status.in_(("cancelled", "expired")), _undiverted),
    "diverted": _at.outcome == DIVERTED,
    "booked": and_(_at.leg == 1, _at.booked > 0),
    "ratings": _at.score > 0,
    "satisfied": _at.score >= SATISFIED_FROM,
    "low": and_(_at.score > 0, _at.score <= LOW_UP_TO),
    "told": _told,
    "several": and_(_at.leg == 1, _at.stops > 1),
    "next_stops": and_(_waited, _at.stop > 1),
    "green": and_(_waited, _at.stop > 1, _wait_ms < GREEN_MS),
}
"""What can be asked for."""


def listed(hall: Hall, asked: Asked, day: str, limit: int) -> Select[Any]:
    """The legs of a day behind a figure, in the order of their visits."""
    columns = [_at[name] for name in Leg.__struct_fields__]
    here = [_at.hall == hall.id, _at.day == day, FIGURES[asked.figure], *_of_key(hall, asked)]
    if asked.after is not None and asked.after[0] == day:
        here.append(tuple_(IN_ORDER, _at.leg) > tuple_(*asked.after[1:]))
    return select(*columns).where(*here).order_by(IN_ORDER, _at.leg).limit(limit)


def _of_key(hall: Hall, asked: Asked) -> list[Any]:
    key = asked.key
    if key is None or asked.by == "hall":
        return []
    if asked.by == "department":
        known = hall.service_by_id
        own = [service.id for service in hall.services if service.department == key]
        is_none = [_at.service.not_in(sorted(known))] if not key else []
        return [or_(_at.service.in_(own), *is_none)]
    if asked.by == "window":
        return [_at.at_window == (int(key) if key.isascii() and key.isdigit() and len(key) < 10 else 0)]
    return [{"queue": _at.queue, "service": _at.service, "channel": _at.channel, "staff": _at.staff}[asked.by] == key]
