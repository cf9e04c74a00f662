"""Hard cases (难办事项): from any ticket to the window that can, with the turn it had and somebody who owns it."""

from typing import Any

import pytest
from msgspec import structs

from queue_server.domain.rules import HardCases
from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall
from tests.support.ratings import device, events_of

WHY = {"reason": "three offices must decide"}


@pytest.fixture
async def hall(start_hall: StartHall) -> HallClient:
    """The small hall, whose queue C is for hard cases."""
    return await start_hall(structs.replace(small_hall(), hard_cases=HardCases(queue="C", owner="Office")))


async def brought_to(hall: HallClient, status: str) -> Answer:
    """A ticket of queue A in this status, from window 1 where a window had it."""
    ticket = await hall.ticket()
    await hall.open(1)
    acts = {
        "waiting": (), "called": ("call-next",), "serving": ("call-next", "start"), "missed": ("call-next", "no-show"),
        "held": ("call-next", "start", "hold"), "done": ("call-next", "start", "finish"),
    }[status]  # fmt: skip
    for act in acts:
        assert (await hall.at(1, act, {"reason": "papers"} if act == "hold" else None)).status == 200
    return ticket


async def escalate(hall: HallClient, ticket: Any) -> Answer:
    return await hall.post(f"/tickets/{ticket['id']}/escalate", WHY)


@pytest.mark.parametrize("status", ["waiting", "called", "serving", "held", "missed"])
async def test_a_ticket_goes_there_with_its_turn_and_a_case_opens(
    hall: HallClient, clock: HandClock, status: str
) -> None:
    ticket = await brought_to(hall, status)
    clock.forward(minutes=20)
    other = await hall.ticket("C-1")
    clock.forward(minutes=5)
    answer = await escalate(await device(hall, "desk"), ticket)
    assert (answer.status, answer["queue"], answer["owner"]) == (201, "C", "Office")
    goes = answer["ticket"]
    assert (goes["id"], goes["status"], goes["queue"], goes["priority"]) == (ticket["id"], "waiting", "C", "hard_case")
    assert (goes["ahead"], goes["escalated"]["windows"]) == (0, [5])
    assert (await hall.get("/windows/1")).body.get("ticket") is None
    await hall.open(5)
    assert [(await hall.at(5, "call-next"))["number"]] == [ticket["number"]], "it came before the other one"
    assert other["number"] == "C001"
    [case] = (await hall.get("/cases"))["cases"]
    assert (case["id"], case["kind"], case["text"], case["ticket"], case["queue"]) == (
        answer["case"], "hard_case", WHY["reason"], ticket["id"], "A",
    )  # fmt: skip


async def test_after_a_visit_a_new_ticket_goes_on_and_the_old_one_leads_there(
    hall: HallClient, clean_store: EmbeddedStore
) -> None:
    ticket = await brought_to(hall, "done")
    answer = await escalate(await device(hall, "window", window=1), ticket)
    goes = answer["ticket"]
    assert (goes["number"], goes["queue"], goes["issued_at"] >= ticket["issued_at"]) == ("C001", "C", True)
    assert goes["id"] != ticket["id"] and goes["token"]
    old = await hall.as_(ticket["token"]).get(f"/tickets/{ticket['id']}")
    assert (old["status"], old["escalated"]["number"], old["escalated"]["page"]) == (
        "done", "C001", f"/t/{goes['token']}",
    )  # fmt: skip
    [event] = await events_of(clean_store, "TicketEscalated")
    assert (event.fact("case"), event.fact("number"), event.fact("reason")) == (answer["case"], "C001", WHY["reason"])
    assert (await escalate(hall, ticket))["code"] == "ALREADY_ESCALATED"
    assert (await escalate(hall, goes))["code"] == "ALREADY_ESCALATED"


async def test_a_window_escalates_what_it_served_alone(hall: HallClient) -> None:
    ticket = await brought_to(hall, "serving")
    other = await device(hall, "window", window=3)
    assert (await escalate(other, ticket))["code"] == "WRONG_WINDOW"
    assert (await escalate(await device(hall, "window", window=1), ticket)).status == 201
    assert (await hall.at(1, "undo"))["code"] == "TOO_LATE"


async def test_a_ticket_that_was_given_up_is_no_hard_case(hall: HallClient) -> None:
    ticket = await hall.ticket()
    await hall.post(f"/tickets/{ticket['id']}/cancel")
    assert (await escalate(hall, ticket))["code"] == "WRONG_STATUS"
    assert (await escalate(hall, {"id": "261122-0009999"}))["code"] == "NO_SUCH_TICKET"
    assert (await hall.get("/cases"))["cases"] == []


async def test_without_a_place_for_them_a_case_opens_and_the_ticket_stays(start_hall: StartHall) -> None:
    hall = await start_hall()
    ticket = await brought_to(hall, "serving")
    answer = await escalate(hall, ticket)
    assert (answer.status, answer["owner"], "queue" in answer.body) == (201, "", False)
    assert (answer["ticket"]["status"], answer["ticket"]["queue"]) == ("serving", "A")
    assert [case["id"] for case in (await hall.get("/cases"))["cases"]] == [answer["case"]]
    assert (await hall.at(1, "finish")).status == 200


async def test_who_waits_outside_one_zone_does_not_wait_for_it_in_another(start_hall: StartHall) -> None:
    plan = small_hall()
    zone = plan.zone_of("A")
    assert zone != plan.zone_of("C")
    zones = tuple(structs.replace(one, most_people=1) if one.id == zone else one for one in plan.zones)
    hall = await start_hall(structs.replace(plan, zones=zones, hard_cases=HardCases(queue="C")))
    await hall.post(f"/zones/{zone}/count", {"people": 1})
    ticket = await hall.ticket()
    assert ticket["entry"]["state"] == "outside"
    assert (await escalate(hall, ticket)).status == 201
    assert "entry" not in (await hall.get(f"/tickets/{ticket['id']}")).body
    assert [row["outside"] for row in (await hall.get("/zones"))["zones"] if row["zone"] == zone] == [0]
