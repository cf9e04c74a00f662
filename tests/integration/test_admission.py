"""Who gets a ticket, when, and how a visit with several services goes on."""

from queue_server.domain.hall import Period
from tests.conftest import StartHall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall


async def serve(hall: HallClient, window: int = 1) -> Answer:
    """Calls the next ticket and begins."""
    called = await hall.at(window, "call-next")
    assert called.status == 200, called
    return await hall.at(window, "start")


async def order(hall: HallClient, window: int = 1) -> list[str]:
    """Numbers in the order in which this window calls them; nobody of them comes."""
    numbers = []
    while (called := await hall.at(window, "call-next")).status == 200:
        numbers.append(called["number"])
        await hall.at(window, "no-show")
    return numbers


# several services


async def test_a_visit_goes_from_stop_to_stop_with_its_turn_and_number(hall: HallClient, clock: HandClock) -> None:
    visit = await hall.post("/tickets", {"services": ["A-1", "B-1"], "channel": "kiosk"})
    assert (visit["stop"], visit["stops"], visit["number"]) == (1, 2, "A001")
    clock.forward(minutes=5)
    await hall.ticket("B-1")
    await hall.open(1)
    await serve(hall)
    clock.forward(minutes=1)
    moved = await hall.at(1, "finish")
    assert (moved["status"], moved["queue"], moved["service"], moved["stop"]) == ("waiting", "B", "B-1", 2)
    await hall.open(3)
    assert await order(hall, 3) == ["A001", "B001"]


async def test_the_last_stop_ends_the_visit(hall: HallClient) -> None:
    await hall.post("/tickets", {"services": ["A-1", "A-2"], "channel": "kiosk"})
    await hall.open(1)
    for status in ("waiting", "done"):
        await serve(hall)
        assert (await hall.at(1, "finish"))["status"] == status


async def test_a_stop_after_a_transfer_to_a_window_waits_in_its_own_queue(hall: HallClient) -> None:
    await hall.post("/tickets", {"services": ["A-1", "B-1"], "channel": "kiosk"})
    for window in (1, 2, 3):
        await hall.open(window)
    await serve(hall)
    await hall.at(1, "transfer", {"window": 2})
    await serve(hall, 2)
    assert (await hall.at(2, "finish"))["queue"] == "B"
    assert (await hall.at(3, "call-next"))["number"] == "A001"


# who may take a ticket


async def test_a_person_has_one_open_ticket_in_a_queue(hall: HallClient) -> None:
    person = {"visitor": {"id_number": "11010119900307123x"}}
    await hall.ticket("A-1", **person)
    again = {"service": "A-2", "channel": "kiosk", "visitor": {"id_number": " 11010119900307123X"}}
    answer = await hall.post("/tickets", again)
    assert (answer.status, answer["code"], answer["number"]) == (409, "ALREADY_WAITING", "A001")
    await hall.ticket("B-1", **person)


async def test_a_person_comes_again_once_the_first_ticket_is_over(hall: HallClient) -> None:
    person = {"visitor": {"phone": "138 0000 0000"}}
    first = await hall.ticket(**person)
    await hall.post(f"/tickets/{first['id']}/cancel")
    assert (await hall.ticket(**person))["number"] == "A002"


async def test_a_devices_item_goes_to_a_window_only_when_the_visitor_insists(hall: HallClient) -> None:
    answer = await hall.post("/tickets", {"service": "S-1", "channel": "kiosk"})
    assert (answer.status, answer["code"]) == (409, "SELF_SERVICE")
    assert (await hall.ticket("S-1", insist=True))["queue"] == "A"
    answer = await hall.post("/tickets", {"service": "S-2", "channel": "kiosk", "insist": True})
    assert answer["code"] == "SELF_SERVICE"


# opening hours

SUNDAY_MORNING = (Period(weekday=6, opens_min=9 * 60, closes_min=12 * 60 + 30),)


async def test_a_closed_hall_says_when_it_opens(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(small_hall(hours=SUNDAY_MORNING), open_now=False)
    clock.forward(hours=-4)
    answer = await hall.post("/tickets", {"service": "A-1", "channel": "kiosk"})
    assert (answer.status, answer["code"], answer["opens_at"]) == (409, "HALL_CLOSED", "2026-11-22T01:00:00.000Z")


async def test_a_retried_order_after_closing_still_gets_its_first_ticket(
    start_hall: StartHall, clock: HandClock
) -> None:
    hall = await start_hall(small_hall(hours=SUNDAY_MORNING), open_now=False)
    body = {"service": "A-1", "channel": "kiosk"}
    first = await hall.post("/tickets", body, key="lost-answer")
    clock.forward(hours=1)
    again = await hall.post("/tickets", body, key="lost-answer")
    assert (again.status, again.body) == (201, first.body)
    assert (await hall.post("/tickets", body, key="new"))["code"] == "HALL_CLOSED"


async def test_no_ticket_is_given_whose_wait_would_pass_the_closing_hour(
    start_hall: StartHall, clock: HandClock
) -> None:
    hall = await start_hall(small_hall(hours=SUNDAY_MORNING), open_now=False)
    for _ in range(30):
        await hall.post("/tickets", {"service": "C-1", "channel": "desk"})
    clock.forward(minutes=25)
    answer = await hall.post("/tickets", {"service": "C-1", "channel": "kiosk"})
    assert (answer.status, answer["code"]) == (409, "LAST_TICKETS_GONE")
    assert (await hall.post("/tickets", {"service": "C-1", "channel": "desk"})).status == 201
