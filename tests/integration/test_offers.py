"""What diversions offer to visitors, who keep their place until they accept and are done."""

from queue_server.domain.outlook import Later
from tests.conftest import StartHall
from tests.support.client import Answer
from tests.support.clocks import NOON
from tests.support.contract import device, is_problem
from tests.support.diversions import foresee, running_of
from tests.support.offers import TO_DEVICE, answer, hall_with, taken, waiting
from tests.support.sse import EventReader

MINUTE_MS = 60_000


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
