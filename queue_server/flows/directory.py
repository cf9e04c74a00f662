"""The list of halls: of a district's hundreds those that are near, open, and do what a visitor wants."""

import math
from collections.abc import Iterable

from msgspec import Struct, structs

from queue_server.contract import answers, asks
from queue_server.domain.hall import SELF_SERVICE, Hall
from queue_server.domain.refusals import Refusal
from queue_server.domain.rules import Site
from queue_server.flows import estimates, wire
from queue_server.flows.admission import Doors
from queue_server.flows.remote import distance
from queue_server.flows.running import RunningHall
from queue_server.flows.views import hall_row

LONGEST = 100
MOST_ROWS = 1000


class Wanted(Struct, frozen=True, kw_only=True):
    """What a visitor looks for. Everything is optional; rows come nearest first where a place is given."""

    near: asks.Position | None = None
    district: str = ""
    service: str = ""
    text: str = ""
    limit: int = MOST_ROWS


def position_of(text: str) -> asks.Position | None:
    """A place such as `30.27,120.15`. Refuses `INVALID`."""
    if not text:
        return None
    parts = text.split(",")
    try:
        latitude, longitude = (float(part) for part in parts) if len(text) <= LONGEST else (math.nan, math.nan)
    except ValueError:
        latitude = longitude = math.nan
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refusal("INVALID", {"field": "near", "problem": "expected latitude,longitude, such as 30.27,120.15"})
    return asks.Position(latitude=latitude, longitude=longitude)


def site_of(hall: Hall) -> Site | None:
    """Where a hall stands; None where its file does not say."""
    return hall.directory.site or hall.remote.site


def listed(halls: Iterable[RunningHall], wanted: Wanted, doors: Doors, at: int) -> list[answers.HallRow]:
    """The halls that fit: nearest first, else in the order of their ids."""
    found = [running for running in halls if _fits(running.hall, wanted)]
    rows = [(_metres(running.hall, wanted.near), running) for running in found]
    if wanted.near:
        rows.sort(key=lambda row: (row[0] is None, row[0] or 0, row[1].hall.id))
    return [_row(running, metres, wanted, doors, at) for metres, running in rows[: wanted.limit]]


def _fits(hall: Hall, wanted: Wanted) -> bool:
    district = hall.directory.district
    if wanted.district and (district is None or district.id != wanted.district):
        return False
    if wanted.service and wanted.service not in hall.service_by_id:
        return False
    return not wanted.text or any(wanted.text in word for word in _words(hall))


def _words(hall: Hall) -> list[str]:
    district = hall.directory.district
    texts = [
        hall.id,
        *hall.names.values(),
        *hall.directory.address.values(),
        *(district.names.values() if district else ()),
    ]
    return [text.casefold() for text in texts]


def _metres(hall: Hall, near: asks.Position | None) -> int | None:
    site = site_of(hall)
    return round(distance(site, near)) if near and site else None


def _row(running: RunningHall, metres: int | None, wanted: Wanted, doors: Doors, at: int) -> answers.HallRow:
    hall, directory = running.hall, running.hall.directory
    more = {
        "district": answers.DistrictRow(id=directory.district.id, names=directory.district.names)
        if directory.district
        else None,
        "address": directory.address or None,
        "distance_m": metres,
        "always": [zone.id for zone in hall.zones if zone.always] or None,
        "service_wait_s": _wait(running, wanted.service, at),
    }
    row = hall_row(running, doors.opening(hall, at), at)
    return structs.replace(row, **{name: value for name, value in more.items() if value is not None})


def _wait(running: RunningHall, service: str, at: int) -> answers.WaitRange | None:
    """The wait for one item; None where it is not asked for, or has no queue."""
    item = running.hall.service_by_id.get(service)
    if item is None or item.queue == SELF_SERVICE:
        return None
    return wire.wait_range(estimates.of_newcomer(running, item.queue, at))
