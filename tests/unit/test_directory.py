"""The list of halls of a district: near, of one district, by name, and for one item."""

import pytest
from msgspec import UNSET, structs

from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.domain.rules import Directory, District, Site, Span
from queue_server.flows.admission import Doors
from queue_server.flows.directory import Wanted, listed, position_of
from queue_server.flows.running import RunningHall
from tests.support.clocks import NOON
from tests.support.halls import names, small_hall


def hall_at(hall_id: str, latitude: float | None, district: str = "") -> Hall:
    found = Directory(
        district=District(id=district, names=names(f"District {district}")) if district else None,
        address={"zh": f"{hall_id}路", "en": f"{hall_id} Road"},
        site=Site(latitude=latitude, longitude=120) if latitude is not None else None,
    )
    return structs.replace(small_hall(hall_id), directory=found)


HALLS = [
    RunningHall(hall)
    for hall in (hall_at("far", 31, "east"), hall_at("near", 30.01, "west"), hall_at("nowhere", None, "west"))
]


def ids(**wanted: object) -> list[str]:
    return [row.id for row in listed(HALLS, Wanted(**wanted), Doors(False), NOON)]  # type: ignore[arg-type]


def test_the_nearest_come_first_and_those_without_a_place_last() -> None:
    near = position_of("30,120")
    rows = listed(HALLS, Wanted(near=near), Doors(False), NOON)
    assert [(row.id, row.distance_m) for row in rows] == [("near", 1112), ("far", 111195), ("nowhere", UNSET)]
    assert ids() == ["far", "near", "nowhere"]
    assert ids(near=near, limit=1) == ["near"]


def test_halls_are_found_by_district_name_address_and_item() -> None:
    assert ids(district="west") == ["near", "nowhere"]
    assert ids(text="far road") == ["far"]
    assert ids(text="district west") == ["near", "nowhere"]
    assert ids(text="nothing like it") == []
    assert ids(service="A-1") == ["far", "near", "nowhere"]
    assert ids(service="X-1") == []


def test_a_row_says_the_wait_for_the_item_that_was_asked_for() -> None:
    [row] = listed(HALLS[:1], Wanted(service="A-1"), Doors(False), NOON)
    assert row.service_wait_s is not UNSET
    [device] = listed(HALLS[:1], Wanted(service="S-1"), Doors(False), NOON)
    assert device.service_wait_s is UNSET


def test_a_row_names_what_is_open_around_the_clock() -> None:
    hall = HALLS[0].hall
    always = (Span(from_min=0, to_min=1440),)
    zones = tuple(structs.replace(zone, hours=always if zone.id == "Z0" else ()) for zone in hall.zones)
    [row] = listed([RunningHall(structs.replace(hall, zones=zones))], Wanted(), Doors(False), NOON)
    assert row.always == ["Z0"]


@pytest.mark.parametrize("text", ["30", "30,120,1", "a,b", "91,0", "0,181", "nan,0", "1" * 200 + ",0"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        position_of(text)
    assert refused.value.code == "INVALID"
