"""A zone with hours of its own: open while the hall is shut, on holidays too (24 小时自助区)."""

from datetime import date

from msgspec import structs

from queue_server.domain.calendar import opening, periods, zone_opening
from queue_server.domain.hall import Hall, Period
from queue_server.domain.rules import Span
from tests.support.clocks import NOON
from tests.support.halls import small_hall

HOUR_MS = 3_600_000
MIDNIGHT = NOON - 12 * HOUR_MS
SHUT_TODAY = (Period(weekday=0, opens_min=540, closes_min=1020),)  # the day of the clock is a Sunday


def hall(*spans: tuple[int, int]) -> Hall:
    """A hall that is shut today, with such hours of Z2, where queue C is."""
    own = tuple(Span(from_min=opens, to_min=closes) for opens, closes in spans)
    bare = small_hall(hours=SHUT_TODAY)
    zones = tuple(structs.replace(zone, hours=own if zone.id == "Z2" else ()) for zone in bare.zones)
    return structs.replace(bare, zones=zones)


def zone_of(hall: Hall, at: int) -> tuple[bool, int | None, int | None]:
    found = zone_opening(hall, hall.zone_by_id["Z2"], at)
    return found.open, found.opens_at, found.closes_at


def test_the_24_hour_area_never_closes() -> None:
    always = hall((0, 1440))
    assert always.zone_by_id["Z2"].always
    assert zone_of(always, NOON) == (True, None, None)
    assert opening(always, NOON, "C").open, "a queue there gives tickets"
    assert not opening(always, NOON, "A").open
    assert not opening(always, NOON).open, "the hall itself is shut"


def test_a_zone_opens_and_closes_by_its_own_hours_each_day() -> None:
    evening = hall((8 * 60, 12 * 60), (18 * 60, 22 * 60))
    assert zone_of(evening, MIDNIGHT + 9 * HOUR_MS) == (True, MIDNIGHT + 8 * HOUR_MS, MIDNIGHT + 12 * HOUR_MS)
    assert zone_of(evening, MIDNIGHT + 13 * HOUR_MS) == (False, MIDNIGHT + 18 * HOUR_MS, MIDNIGHT + 22 * HOUR_MS)
    assert zone_of(evening, MIDNIGHT + 23 * HOUR_MS) == (False, MIDNIGHT + 32 * HOUR_MS, MIDNIGHT + 36 * HOUR_MS)
    assert opening(evening, MIDNIGHT + 19 * HOUR_MS, "C").open
    assert not opening(evening, MIDNIGHT + 13 * HOUR_MS, "C").open, "its own noon is no lunch that is bridged"


def test_other_zones_keep_the_halls_hours() -> None:
    shut = hall()
    assert zone_opening(shut, shut.zone_by_id["Z2"], NOON) == opening(shut, NOON)
    assert periods(hall((0, 1440)), date(2026, 11, 22), "C") == [(0, 1440)]
