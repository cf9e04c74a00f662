"""Offers of another time and of another hall: whoever takes one has a place there first."""

import pytest
import redis

from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.support.client import HallClient
from tests.support.clocks import NOON, HandClock
from tests.support.contract import is_problem
from tests.support.diversions import foresee, running_of
from tests.support.offers import ELSEWHERE, LATER, PHONE, TO_DEVICE, answer, hall_with, other_hall, waiting

# another time


async def test_who_comes_later_has_a_booking_for_it(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with("optional"))
    ticket, visitor = await waiting(hall, ahead=9, phone=PHONE)
    begun = await hall.post("/diversions", LATER)
    offer = (await visitor.get(f"/tickets/{ticket['id']}"))["offer"]
    assert offer["later_at"] == "2026-11-22T05:00:00.000Z"
    body = {"diversion": begun["id"], "answer": "accept", "start": offer["later_at"]}
    took = await visitor.post(f"/tickets/{ticket['id']}/offer", body, "once")
    assert (took["status"], took["booking"]["status"], took["booking"]["start"]) == (
        "cancelled", "booked", offer["later_at"],
    )  # fmt: skip
    assert took["page"] == f"/b/{took['booking']['token']}"
    again = await visitor.post(f"/tickets/{ticket['id']}/offer", body, "once")
    assert again.body == took.body
    code = took["booking"]["code"]
    assert (await hall.as_(took["booking"]["token"]).get(f"/bookings/{code}"))["status"] == "booked"


async def test_who_finds_no_free_slot_keeps_the_place(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with("optional"))
    ticket, visitor = await waiting(hall, ahead=9, phone=PHONE)
    begun = await hall.post("/diversions", LATER)
    start = (await visitor.get(f"/tickets/{ticket['id']}"))["offer"]["later_at"]
    for phone in range(13812345670, 13812345680):
        booker = {"service": "A-1", "start": start, "visitor": {"phone": str(phone)}}
        if (await hall.post("/bookings", booker)).status == 409:
            break
    refused = await answer(visitor, ticket, begun, "accept", start=start)
    is_problem(refused, 409, "OFFER_OVER")
    kept = await visitor.get(f"/tickets/{ticket['id']}")
    assert (kept["status"], kept["ahead"]) == ("waiting", 9)
    assert kept["offer"]["later_at"] > start, "the next free one is offered"


async def test_only_the_time_that_is_offered_can_be_had(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with("optional"))
    ticket, visitor = await waiting(hall, ahead=9, phone=PHONE)
    begun = await hall.post("/diversions", LATER)
    is_problem(await answer(visitor, ticket, begun, "accept", start="2026-11-22T05:15:00Z"), 409, "OFFER_OVER")
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["status"] == "waiting"


async def test_nobody_is_done_with_what_is_not_a_device(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with("optional"))
    ticket, visitor = await waiting(hall, ahead=9, phone=PHONE)
    begun = await hall.post("/diversions", LATER)
    is_problem(await answer(visitor, ticket, begun, "done"), 409, "OFFER_OVER")
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["status"] == "waiting"


@pytest.mark.parametrize(("confirm", "phone"), [("none", ""), ("code", "13812345678")])
async def test_who_would_need_a_code_for_a_booking_waits_that_much_longer(
    start_hall: StartHall, confirm: str, phone: str
) -> None:
    hall = await start_hall(hall_with("optional", confirm=confirm))
    ticket, visitor = await waiting(hall, ahead=9, phone=phone)
    begun = await hall.post("/diversions", LATER)
    took = await answer(visitor, ticket, begun, "accept")
    assert (took["status"], "booking" in took.body) == ("waiting", False)


async def test_a_booking_in_place_of_a_ticket_counts_as_any_other(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with("optional", per_address_hour=1))
    begun = await hall.post("/diversions", LATER)
    first, visitor = await waiting(hall, ahead=9, phone=PHONE)
    assert (await answer(visitor, first, begun, "accept"))["booking"]["status"] == "booked"
    second, visitor = await waiting(hall, phone="13812345679")
    is_problem(await answer(visitor, second, begun, "accept"), 429, "TOO_MANY")
    assert (await visitor.get(f"/tickets/{second['id']}"))["status"] == "waiting"


async def test_who_comes_later_already_is_not_put_off_again(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(hall_with())
    ticket, visitor = await waiting(hall, ahead=9)
    for _ in range(2):
        begun = await hall.post("/diversions", LATER)
        took = await answer(visitor, ticket, begun, "accept")
        await hall.post(f"/diversions/{begun['id']}/end")
    assert took["status"] == "waiting"
    clock.forward(minutes=61)
    await hall.ticket("A-2")
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["ahead"] == 9, "an hour later it was, not two"


async def test_a_ticket_is_shown_while_the_store_takes_nothing_in(
    start_hall: StartHall, clean_store: EmbeddedStore
) -> None:
    hall = await start_hall(hall_with())
    ticket, visitor = await waiting(hall)
    await hall.post("/diversions", TO_DEVICE)
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        client.config_set("maxmemory", 1)
        try:
            shown = await visitor.get(f"/tickets/{ticket['id']}")
        finally:
            client.config_set("maxmemory", 0)
    assert (shown.status, shown["ahead"]) == (200, 0)
    assert "offer" in (await visitor.get(f"/tickets/{ticket['id']}")).body


async def test_what_cannot_be_booked_waits_that_much_longer(start_hall: StartHall, clock: HandClock) -> None:
    hall = await start_hall(hall_with())
    ticket, visitor = await waiting(hall, ahead=9)
    begun = await hall.post("/diversions", LATER)
    await hall.ticket("A-2")
    took = await answer(visitor, ticket, begun, "accept")
    assert (took["status"], took["ahead"], "offer" in took.body) == ("waiting", 10, False)
    assert "offer" not in (await visitor.get(f"/tickets/{ticket['id']}")).body
    clock.forward(minutes=59)
    await hall.ticket("A-2")
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["ahead"] == 11, "later ones go first until then"
    clock.forward(minutes=2)
    await hall.ticket("A-2")
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["ahead"] == 11


async def test_whoever_is_called_soon_is_not_sent_away(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with())
    await hall.post("/diversions", LATER)
    ticket, visitor = await waiting(hall)
    assert "offer" not in (await visitor.get(f"/tickets/{ticket['id']}")).body


# another hall


async def two_halls(start_hall: StartHall) -> HallClient:
    """A worker with both halls."""
    await start_hall(other_hall())
    return await start_hall(hall_with())


async def test_who_goes_to_another_hall_has_a_ticket_there_first(start_hall: StartHall) -> None:
    hall = await two_halls(start_hall)
    there = running_of(hall, "other")
    ticket, visitor = await waiting(hall, ahead=9)
    begun = await hall.post("/diversions", ELSEWHERE)
    assert "offer" not in (await visitor.get(f"/tickets/{ticket['id']}")).body, "its empty hall is no forecast"
    foresee(there, NOON - 61_000, "K", (60, 120, 300))
    assert "offer" not in (await visitor.get(f"/tickets/{ticket['id']}")).body, "nor is one that has stopped"
    foresee(there, NOON, "K", (60, 120, 300))
    offer = (await visitor.get(f"/tickets/{ticket['id']}"))["offer"]
    assert (offer["to"], offer["names"]["en"], offer["wait_s"]["p50"]) == ("other", "other", 120)
    took = await answer(visitor, ticket, begun, "accept")
    elsewhere = took["elsewhere"]
    assert (took["status"], elsewhere["status"], elsewhere["hall"]) == ("cancelled", "waiting", "other")
    assert took["page"] == f"/t/{elsewhere['token']}"
    other = HallClient(hall.http, "other", elsewhere["token"])
    assert (await other.get(f"/tickets/{elsewhere['id']}"))["number"] == "K001"


async def test_no_more_go_there_in_ten_minutes_than_it_serves(start_hall: StartHall, clock: HandClock) -> None:
    hall = await two_halls(start_hall)
    begun = await hall.post("/diversions", ELSEWHERE)
    visits = [await waiting(hall, ahead=9) for _ in range(4)]
    foresee(running_of(hall, "other"), NOON, "K", (0, 0, 60), pace_s=290)
    took = [await answer(visitor, ticket, begun, "accept") for ticket, visitor in reversed(visits)]
    assert [row.body.get("code", row.body["status"]) for row in took] == [
        "cancelled", "cancelled", "OFFER_OVER", "OFFER_OVER",
    ]  # fmt: skip
    ticket, visitor = visits[0]
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["status"] == "waiting"
    clock.forward(minutes=10)
    foresee(running_of(hall, "other"), clock.at, "K", (0, 0, 60), pace_s=290)
    assert (await answer(visitor, ticket, begun, "accept"))["status"] == "cancelled"


async def test_who_would_not_be_served_sooner_there_stays_here(start_hall: StartHall) -> None:
    hall = await two_halls(start_hall)
    ticket, visitor = await waiting(hall, ahead=9)
    begun = await hall.post("/diversions", ELSEWHERE)
    here = (await visitor.get(f"/tickets/{ticket['id']}"))["wait_s"]["p50"]
    foresee(running_of(hall, "other"), NOON, "K", (0, here - 599, here))
    assert "offer" not in (await visitor.get(f"/tickets/{ticket['id']}")).body
    is_problem(await answer(visitor, ticket, begun, "accept"), 409, "OFFER_OVER")
    other = HallClient(hall.http, "other")
    assert (await other.get("/state"))["totals"]["issued"] == 0
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["status"] == "waiting"
