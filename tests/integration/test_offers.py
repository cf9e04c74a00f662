"""What diversions offer to visitors, who keep their place until they accept and are done."""

from typing import Any

import msgspec
import pytest
import redis

from queue_server.domain.hall import Department, Hall, Queue, QueueShare, WindowPlan, Zone
from queue_server.domain.outlook import Later
from queue_server.domain.rules import Bookings
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.support.client import Answer, HallClient
from tests.support.clocks import NOON, HandClock
from tests.support.contract import device, is_problem
from tests.support.diversions import by_id, foresee, running_of
from tests.support.halls import names, service, small_hall
from tests.support.sse import EventReader

MINUTE_MS = 60_000
TO_DEVICE = {"action": "guide_to_device", "service": "A-1"}
PHONE = "13812345678"
LATER = {"action": "offer_later", "queue": "A"}
ELSEWHERE = {"action": "offer_hall", "service": "A-1", "to": "other"}


def hall_with(appointment: str = "none", alternatives: tuple[str, ...] = ("self",), **rules: Any) -> Hall:
    """The small hall; a device does A-1, which can be booked where `appointment` says so."""
    plan = small_hall()
    first = msgspec.structs.replace(plan.services[0], alternatives=alternatives, appointment=appointment)
    bookings = Bookings(slot_min=15, walk_in_pct=50, **rules)
    return msgspec.structs.replace(plan, services=(first, *plan.services[1:]), bookings=bookings)


def other_hall() -> Hall:
    """Another hall, where one window does A-1 in its queue K."""
    return Hall(
        id="other", names=names("other"), timezone="Asia/Shanghai", zones=(Zone(id="Z1", names=names("Z1")),),
        departments=(Department(id="D1", names=names("D1"), queue="K"),),
        queues=(Queue(id="K", names=names("K"), zone="Z1", windows=1),), services=(service("A-1", "K"),),
        windows=(WindowPlan(window=1, zone="Z1", queues=(QueueShare(queue="K"),)),),
    )  # fmt: skip


async def waiting(hall: HallClient, ahead: int = 0, phone: str = "") -> tuple[Answer, HallClient]:
    """A ticket that waits behind so many others, and its visitor, of whom the hall knows this phone."""
    for _ in range(ahead):
        await hall.ticket("A-2")
    ticket = await hall.ticket("A-1", **({"visitor": {"phone": phone}} if phone else {}))
    return ticket, hall.as_(ticket["token"])


async def answer(visitor: HallClient, ticket: Answer, begun: Answer, word: str, **more: str) -> Answer:
    body = {"diversion": begun["id"], "answer": word, **more}
    return await visitor.post(f"/tickets/{ticket['id']}/offer", body)


async def taken(hall: HallClient, begun: Answer) -> tuple[object, object]:
    row = (await by_id(hall))[begun["id"]]
    return row["offered"], row["taken"]


# to a device


async def test_a_visitor_at_a_device_keeps_the_place_until_done(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with())
    ticket, visitor = await waiting(hall, ahead=2)
    begun = await hall.post("/diversions", TO_DEVICE)
    offer = (await visitor.get(f"/tickets/{ticket['id']}"))["offer"]
    assert offer == {
        "diversion": begun["id"], "action": "guide_to_device", "service": "A-1", "zone": "Z0", "accepted": False,
    }  # fmt: skip
    await visitor.get(f"/tickets/{ticket['id']}")
    assert await taken(hall, begun) == (1, 0), "looking twice is one visitor"
    accepted = await answer(visitor, ticket, begun, "accept")
    assert (accepted["status"], accepted["ahead"], accepted["offer"]["accepted"]) == ("waiting", 2, True)
    await hall.post(f"/diversions/{begun['id']}/end")
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["offer"]["accepted"], "whoever is there may finish"
    async with EventReader(visitor, f"ticket:{ticket['id']}") as events:
        done = await answer(visitor, ticket, begun, "done")
        assert (done["status"], "offer" in done.body) == ("cancelled", False)
        said, gone = await events.next_of("DiversionAnswered"), await events.next_of("TicketCancelled")
        assert (said.data["answer"], said.data["diversion"], gone.data["reason"]) == ("done", begun["id"], "diverted")
    assert await taken(hall, begun) == (1, 1)


async def test_a_visitor_at_a_device_is_called_as_any_other(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with())
    ticket, visitor = await waiting(hall)
    begun = await hall.post("/diversions", TO_DEVICE)
    await answer(visitor, ticket, begun, "accept")
    await hall.open(1)
    assert (await hall.at(1, "call-next"))["id"] == ticket["id"]
    is_problem(await answer(visitor, ticket, begun, "done"), 409, "WRONG_STATUS")
    await hall.at(1, "no-show")
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["offer"]["accepted"], "missed while at the device"
    assert (await answer(visitor, ticket, begun, "done"))["status"] == "cancelled"


async def test_who_says_no_is_never_asked_again(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with())
    ticket, visitor = await waiting(hall)
    begun = await hall.post("/diversions", TO_DEVICE)
    assert "offer" not in (await answer(visitor, ticket, begun, "decline")).body
    is_problem(await answer(visitor, ticket, begun, "accept"), 409, "OFFER_OVER")
    await hall.post(f"/diversions/{begun['id']}/end")
    await hall.post("/diversions", TO_DEVICE)
    assert "offer" not in (await visitor.get(f"/tickets/{ticket['id']}")).body
    other, friend = await waiting(hall)
    assert "offer" in (await friend.get(f"/tickets/{other['id']}")).body


async def test_an_undone_act_does_not_undo_the_visitors_answer(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with())
    ticket, visitor = await waiting(hall)
    begun = await hall.post("/diversions", TO_DEVICE)
    await hall.open(1)
    for act in ("call-next", "start"):
        await hall.at(1, act)
    await hall.at(1, "transfer", {"queue": "A"})
    await answer(visitor, ticket, begun, "decline")
    assert (await hall.at(1, "undo"))["status"] == "serving"
    await hall.at(1, "transfer", {"queue": "A"})
    assert "offer" not in (await visitor.get(f"/tickets/{ticket['id']}")).body
    is_problem(await answer(visitor, ticket, begun, "accept"), 409, "OFFER_OVER")


async def test_an_offer_is_for_those_whom_it_concerns(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with())
    begun = await hall.post("/diversions", TO_DEVICE)
    stranger = await hall.ticket("A-2")
    other = hall.as_(stranger["token"])
    assert "offer" not in (await other.get(f"/tickets/{stranger['id']}")).body
    is_problem(await answer(other, stranger, begun, "accept"), 409, "OFFER_OVER")
    mine, visitor = await waiting(hall)
    is_problem(await answer(other, mine, begun, "accept"), 404, "NO_SUCH_TICKET")
    helpers = await hall.post("/diversions", {"action": "send_helpers", "queue": "A"})
    is_problem(await answer(visitor, mine, helpers, "accept"), 409, "OFFER_OVER")
    nobodys = {"diversion": "D-261122-99", "answer": "accept"}
    is_problem(await visitor.post(f"/tickets/{mine['id']}/offer", nobodys), 404, "NO_SUCH_DIVERSION")
    await hall.post(f"/diversions/{begun['id']}/end")
    is_problem(await answer(visitor, mine, begun, "accept"), 409, "OFFER_OVER")
    refused = await visitor.post(f"/tickets/{mine['id']}/offer", {"diversion": begun["id"], "answer": "yes"})
    assert is_problem(refused, 422, "INVALID")["field"] == "answer"


async def test_an_open_page_is_told_at_once_and_the_desk_answers_by_number(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with())
    ticket, visitor = await waiting(hall)
    topics = f"place:{ticket['id']},ticket:{ticket['id']}"
    async with EventReader(visitor, topics) as events, EventReader(hall.as_(""), "board:*") as board:
        begun = await hall.post("/diversions", TO_DEVICE)
        while not (told := await events.next_of("PlaceChanged")).data.get("offers"):
            pass
        assert told.data["ticket"] == ticket["id"]
        desk = await device(hall, "desk")
        accepted = await answer(desk, Answer(200, {}, {"id": ticket["number"]}), begun, "accept")
        assert accepted["offer"]["accepted"]
        assert (await events.next_of("DiversionAnswered")).data["answer"] == "accepted"
        await answer(desk, ticket, begun, "done")
        on_board = await board.all_until("TicketCancelled")
    assert [row.name for row in on_board] == ["TicketCancelled"] and "reason" not in on_board[0].data


async def test_the_kiosk_tells_of_it_before_a_ticket_is_taken(start_hall: StartHall) -> None:
    hall = await start_hall(hall_with())
    begun, slow = await hall.post("/diversions", TO_DEVICE), {"action": "slow_entry", "queue": "B"}
    await hall.post("/diversions", slow)
    foresee(running_of(hall), NOON, "B", (1000, 1500, 2000), later=(_later(45, 400), _later(60, 300), _later(75, 300)))
    rows = {row["id"]: row for row in (await hall.get("/services"))["services"]}
    assert rows["A-1"]["offer"]["diversion"] == begun["id"]
    assert [row for row in ("A-2", "C-1", "S-1") if "offer" in rows[row]] == []
    calm = rows["B-1"]["offer"]
    assert (calm["action"], calm["later_at"]) == ("offer_later", "2026-11-22T05:00:00.000Z")
    assert calm["wait_s"] == {"p10": 200, "p50": 300, "p90": 400}


def _later(minutes: int, wait_s: int) -> Later:
    return Later(at=NOON + minutes * MINUTE_MS, wait_s=(wait_s - 100, wait_s, wait_s + 100), waiting=(1, 2, 3))


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
