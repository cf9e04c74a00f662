"""A booking that is one stop of several: the booked item comes first, the others are planned at check-in."""

from msgspec import structs

from queue_server.domain.hall import Journey, Step
from tests.conftest import StartHall
from tests.support.bookings import MINUTE_MS, TEN, booked, booked_hall
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.contract import device, is_problem
from tests.support.halls import names


async def hall_and_kiosk(start_hall: StartHall) -> tuple[HallClient, HallClient]:
    """J1: A-1, C-1, B-1 after A-1, and what a device does."""
    steps = (Step(service="A-1"), Step(service="C-1"), Step(service="B-1", after=(0,)), Step(service="S-1"))
    journeys = (Journey(id="J1", names=names("J1"), steps=steps),)
    hall = await start_hall(structs.replace(booked_hall(), journeys=journeys))
    return hall, await device(hall, "kiosk")


async def test_what_comes_after_the_booked_item_is_planned_at_check_in(start_hall: StartHall, clock: HandClock) -> None:
    hall, kiosk = await hall_and_kiosk(start_hall)
    codes = [(await booked(hall, f"1380000000{n}"))[2]["code"] for n in range(3)]
    for_b = (await booked(hall, "13800000009", service="B-1"))[2]["code"]
    clock.at = TEN - 20 * MINUTE_MS
    for window in (1, 3, 5):
        await hall.open(window)
    for _ in range(12):
        await hall.ticket("C-1")
    clock.at = TEN
    visit = await kiosk.post("/tickets", {"booking": codes[0], "journey": "J1", "channel": "kiosk"})
    assert (visit.status, visit["journey"], visit["queue"]) == (201, "J1", "A")
    assert [row["services"] for row in visit["path"]] == [["A-1"], ["B-1"], ["C-1"]], "the long queue comes last"
    assert [(row["service"], row["why"]) for row in visit["aside"]] == [("S-1", "device")]
    ticked = {"booking": codes[1], "services": ["C-1", "A-2", "A-1"], "plan": True, "channel": "kiosk"}
    assert [row["services"] for row in (await kiosk.post("/tickets", ticked))["path"]] == [["A-1", "A-2"], ["C-1"]]
    listed = {"booking": codes[2], "services": ["A-1", "C-1", "B-1"], "channel": "kiosk"}
    assert (await kiosk.post("/tickets", listed))["services"] == ["A-1", "C-1", "B-1"], "as named, unless asked"
    too_early = await kiosk.post("/tickets", {"booking": for_b, "journey": "J1", "channel": "kiosk"})
    assert is_problem(too_early, 409, "STOP_NOT_YET")["after"] == "A-1"
    elsewhere = {"booking": for_b, "services": ["A-1", "C-1"], "plan": True, "channel": "kiosk"}
    assert is_problem(await kiosk.post("/tickets", elsewhere), 422, "INVALID")["field"] == "service"
    unknown = await kiosk.post("/tickets", {"booking": for_b, "journey": "J9", "channel": "kiosk"})
    is_problem(unknown, 404, "NO_SUCH_JOURNEY")
    both = {"booking": for_b, "journey": "J1", "services": ["B-1"], "channel": "kiosk"}
    assert is_problem(await kiosk.post("/tickets", both), 422, "INVALID")["field"] == "journey"
    assert (await kiosk.post("/tickets", {"booking": for_b, "channel": "kiosk"}))["service"] == "B-1"
