"""What a kiosk hands in while the zone of its tickets is full."""

from tests.conftest import StartHall
from tests.integration.test_leases import device, hand_in, lease, taken
from tests.integration.test_places import capped, count, zone_of
from tests.support.clocks import HandClock


async def test_a_ticket_that_a_kiosk_is_about_to_print_waits_outside_and_one_on_paper_does_not(
    start_hall: StartHall, clock: HandClock
) -> None:
    hall = await start_hall(capped())
    await count(hall, people=5)
    kiosk = await device(hall)
    block = await lease(kiosk)
    [asked] = (await hand_in(kiosk, taken(block, 0, clock, printed=False)))["tickets"]
    assert asked["ticket"]["entry"] == {"zone": "Z1", "state": "outside", "ahead": 0}
    [again] = (await hand_in(kiosk, taken(block, 0, clock, printed=True)))["tickets"]
    assert (again["outcome"], again["ticket"]["entry"]["state"]) == ("known", "outside")
    [paper] = (await hand_in(kiosk, taken(block, 1, clock, printed=True)))["tickets"]
    assert "entry" not in paper["ticket"], "its paper told nobody to wait outside"
    assert (await zone_of(hall))["outside"] == 1
    await count(hall, left=5)
    assert (await hall.post("/zones/Z1/wave"))["n"] == 1


async def test_a_kiosk_in_the_full_zone_itself_lets_nobody_wait_outside(
    start_hall: StartHall, clock: HandClock
) -> None:
    hall = await start_hall(capped())
    await count(hall, people=5)
    kiosk = await device(hall, zone="Z1")
    [asked] = (await hand_in(kiosk, taken(await lease(kiosk), 0, clock, printed=False)))["tickets"]
    assert "entry" not in asked["ticket"]
