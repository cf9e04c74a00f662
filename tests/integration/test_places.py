"""People counted at gates, a full zone, and those who wait outside it until a wave lets them in."""

import pytest
from msgspec import structs

from queue_server.domain.events import Event
from queue_server.domain.hall import Hall
from queue_server.domain.rules import Directory, Entrance, Site
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall
from tests.support.ratings import device, events_of
from tests.support.windows import eventually


def capped(most: int = 5, auto: bool = False, wave: int = 2) -> Hall:
    """The small hall, whose first zone holds so many people."""
    hall = small_hall()
    zones = tuple(structs.replace(zone, most_people=most if zone.id == "Z1" else 0) for zone in hall.zones)
    return structs.replace(hall, zones=zones, entrance=Entrance(wave=wave, come_min=10, auto=auto))


@pytest.fixture
async def full(start_hall: StartHall) -> HallClient:
    """A hall whose zone Z1 holds five people, and five are there."""
    hall = await start_hall(capped())
    assert (await count(hall, people=5)).status == 200
    return hall


async def count(
    hall: HallClient, come: int = 0, left: int = 0, zone: str = "Z1", key: str | None = None, **more: int
) -> Answer:
    """A gate's count; `people` is one by hand."""
    counted = {"in": come, "out": left} if come or left else {}
    return await hall.post(f"/zones/{zone}/count", counted | more, key)


async def zone_of(hall: HallClient, zone: str = "Z1") -> dict[str, object]:
    zones = (await hall.as_("").get("/zones"))["zones"]
    return next(row for row in zones if row["zone"] == zone)


async def waves(store: EmbeddedStore, n: int) -> list[Event]:
    """What waves told of, once there are so many."""

    async def told() -> list[Event]:
        found = await events_of(store, "WaveCalled")
        return found if len(found) >= n else []

    found: list[Event] = await eventually(told)
    return found


async def phone_ticket(hall: HallClient) -> Answer:
    return await hall.as_("").post("/tickets", {"service": "A-1", "channel": "phone"})


async def test_gates_count_who_comes_and_goes(start_hall: StartHall) -> None:
    hall = await start_hall(capped())
    nobody = await zone_of(hall)
    assert (nobody["counted"], nobody["full"], "people" in nobody) == (False, False, False)
    await count(hall, come=4)
    told = await count(hall, come=1, left=2)
    assert (told["people"], told["room"], told["entered"], told["left"]) == (3, 2, 5, 2)
    assert (await zone_of(hall))["people"] == 3
    await count(hall, left=9)
    assert (await zone_of(hall))["people"] == 0, "nobody leaves an empty zone"


async def test_a_count_that_comes_twice_counts_once(start_hall: StartHall) -> None:
    hall = await start_hall(capped())
    for _ in range(3):
        assert (await count(hall, come=2, key="gate-1"))["people"] == 2
    assert (await count(hall, come=3, key="gate-1"))["code"] == "IDEMPOTENCY_MISMATCH"


async def test_who_comes_to_a_full_zone_waits_outside(full: HallClient, clean_store: EmbeddedStore) -> None:
    first, second = await phone_ticket(full), await phone_ticket(full)
    assert first["entry"] == {"zone": "Z1", "state": "outside", "ahead": 0}
    read = await full.get(f"/tickets/{second['id']}")
    assert read["entry"] == {"zone": "Z1", "state": "outside", "ahead": 1}
    zone = await zone_of(full)
    assert (zone["full"], zone["outside"], zone["room"]) == (True, 2, 0)
    told = await events_of(clean_store, "TicketIssued")
    assert [event.fact("outside") for event in told] == ["Z1", "Z1"]


async def test_another_zone_and_a_kiosk_inside_let_nobody_wait_outside(full: HallClient) -> None:
    elsewhere = await full.as_("").post("/tickets", {"service": "C-1", "channel": "phone"})
    assert "entry" not in elsewhere.body
    inside = await full.post("/devices", {"role": "kiosk", "name": "inside", "zone": "Z1"})
    taken = await full.as_(inside["token"]).ticket()
    assert "entry" not in taken.body, "who stands in the zone is in it"


async def test_a_wave_lets_in_as_many_as_there_is_room_for(full: HallClient, clock: HandClock) -> None:
    tickets = [await phone_ticket(full) for _ in range(3)]
    assert (await full.post("/zones/Z1/wave"))["code"] == "ZONE_FULL"
    await count(full, left=2)
    wave = await full.post("/zones/Z1/wave")
    assert (wave.status, wave["wave"], wave["n"]) == (200, 1, 2)
    states = [(await full.get(f"/tickets/{ticket['id']}"))["entry"]["state"] for ticket in tickets]
    assert states == ["come_in", "come_in", "outside"]
    assert (await full.post("/zones/Z1/wave"))["code"] == "ZONE_FULL", "those called in hold their places"
    await count(full, come=1)
    zone = await zone_of(full)
    assert (zone["people"], zone["coming"], zone["room"]) == (4, 1, 0)
    clock.forward(minutes=11)
    await count(full, come=0)
    zone = await zone_of(full)
    assert (zone["coming"], zone["room"]) == (0, 1), "who does not come in time loses the place"
    assert (await full.post("/zones/Z1/wave"))["n"] == 1
    assert (await full.post("/zones/Z1/wave"))["code"] == "ZONE_FULL"


async def test_the_board_tells_which_numbers_may_come_in(full: HallClient, clock: HandClock) -> None:
    numbers = [(await phone_ticket(full))["number"] for _ in range(2)]
    await count(full, left=1)
    assert (await full.as_("").get("/board"))["notices"] == []
    await full.post("/zones/Z1/wave")
    [notice] = (await full.as_("").get("/board?zone=Z1"))["notices"]
    assert notice["text"]["en"] == f"Please come in now, until 12:10: {numbers[0]} (Z1)"
    assert (await full.get("/board?zone=Z2"))["notices"] == []
    clock.forward(minutes=11)
    assert (await full.get("/board"))["notices"] == []


async def test_figures_tell_who_is_inside_and_who_waits_outside(full: HallClient) -> None:
    await phone_ticket(full)
    async with full.http.get("/metrics", headers={"Authorization": f"Bearer {full.token}"}) as response:
        told = await response.text()
    for where, n in (("inside", 5), ("coming", 0), ("outside", 1)):
        assert f'greenwave_zone_people{{hall="small",where="{where}",zone="Z1"}} {n}.0' in told or (
            f'greenwave_zone_people{{hall="small",zone="Z1",where="{where}"}} {n}' in told
        )


async def test_the_list_of_halls_is_sorted_by_distance_and_says_what_was_asked(start_hall: StartHall) -> None:
    hall = await start_hall(structs.replace(small_hall(), directory=Directory(site=Site(latitude=30, longitude=120))))
    async with hall.http.get("/api/v1/halls?near=30.01,120&service=A-1&q=SMA") as response:
        [row] = (await response.json())["halls"]
    assert (row["id"], row["distance_m"], "service_wait_s" in row) == ("small", 1112, True)
    for query in ("near=30", "limit=0", f"q={'x' * 101}"):
        async with hall.http.get(f"/api/v1/halls?{query}") as response:
            assert (await response.json())["code"] == "INVALID", query


async def test_who_is_called_to_a_window_comes_in(full: HallClient) -> None:
    ticket = await phone_ticket(full)
    await full.open(1)
    called = await full.at(1, "call-next")
    assert called["id"] == ticket["id"]
    assert (await zone_of(full))["outside"] == 0
    await full.at(1, "undo")
    assert "entry" not in (await full.get(f"/tickets/{ticket['id']}")).body, "who was called has been let in"
    await count(full, left=1)
    assert (await full.post("/zones/Z1/wave"))["code"] == "NOBODY_OUTSIDE"


async def test_waves_are_called_by_themselves(start_hall: StartHall, clean_store: EmbeddedStore) -> None:
    hall = await start_hall(capped(auto=True))
    await count(hall, people=5)
    tickets = [await phone_ticket(hall) for _ in range(3)]
    await count(hall, left=1)
    await count(hall, left=1)
    called = await waves(clean_store, 2)
    assert [event.ticket for event in called] == [ticket["id"] for ticket in tickets[:2]]
    assert {event.fact("wave") for event in called} == {1}
    await count(hall, left=1)
    assert (await waves(clean_store, 3))[2].ticket == tickets[2]["id"], "less than a wave, but all"


async def test_a_silent_gate_keeps_nobody_outside(full: HallClient, clock: HandClock) -> None:
    ticket = await phone_ticket(full)
    clock.forward(minutes=61)
    assert (await zone_of(full))["counted"] is False
    assert "entry" not in (await phone_ticket(full)).body
    assert (await full.post("/zones/Z1/wave"))["n"] == 1
    assert (await full.get(f"/tickets/{ticket['id']}"))["entry"]["state"] == "come_in"


async def test_bad_counts_are_refused(full: HallClient) -> None:
    for counted in ({"in": -1}, {"in": 501}, {"people": 3, "in": 1}, {"into": 1}):
        assert (await full.post("/zones/Z1/count", counted)).status == 422
    assert (await count(full, come=1, zone="Z9"))["code"] == "NO_SUCH_ZONE"
    display = await device(full, "display")
    assert (await count(display, come=1))["code"] == "WRONG_ROLE"
    assert (await count(full.as_(""), come=1)).status == 401


async def test_the_count_ends_with_the_day_and_survives_a_new_worker(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(capped())
    await count(hall, people=5)
    ticket = await phone_ticket(hall)
    other = await start_hall(capped())
    zone = await zone_of(other)
    assert (zone["people"], zone["outside"]) == (5, 1)
    assert (await other.get(f"/tickets/{ticket['id']}"))["entry"]["state"] == "outside"
    clock.forward(hours=24)
    await count(hall, come=1)
    assert (await zone_of(hall))["people"] == 1


async def test_the_cockpit_is_alarmed_by_who_was_counted(start_hall: StartHall) -> None:
    hall = await start_hall(capped())
    await count(hall, people=7)
    [alarm] = [row for row in (await hall.get("/state"))["alarms"] if row["code"] == "CROWDED"]
    assert (alarm["zone"], alarm["n"], alarm["most"]) == ("Z1", 7, 5)
