"""Interpreters: asked for by who needs one, waited for without loss of the turn, given back when they leave."""

from typing import Any

import pytest

from queue_server.store.embedded import EmbeddedStore
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.diversions import ask_of, services_of
from tests.support.ratings import device, events_of


async def interpreter(hall: HallClient, name: str = "Lin", *languages: str, on: bool = True, **more: Any) -> str:
    made = await hall.post("/interpreters", {"name": name, "languages": list(languages or ("en",)), **more})
    assert made.status == 201, made
    if on:
        assert (await hall.post(f"/interpreters/{made['id']}/duty", {"on": True})).status == 200
    return str(made["id"])


async def wish(hall: HallClient, ticket: Answer, language: str = "en") -> Answer:
    return await hall.post(f"/tickets/{ticket['id']}/interpreter", {"language": language})


async def care(hall: HallClient) -> None:
    """What the hall looks after each second."""
    services = services_of(hall)
    await services.interpreters.look_after(ask_of(hall))


async def one(hall: HallClient, person: str) -> dict[str, Any]:
    rows = (await hall.get("/interpreters"))["interpreters"]
    return next(row for row in rows if row["id"] == person)


async def request(hall: HallClient, ticket: Answer) -> dict[str, Any]:
    rows = (await hall.get("/interpreters"))["requests"]
    return next(row for row in rows if row["ticket"] == ticket["id"])


async def status(hall: HallClient, ticket: Answer) -> str:
    return str((await hall.get(f"/tickets/{ticket['id']}"))["status"])


async def test_whoever_is_free_is_assigned_with_the_call_and_free_again_with_its_end(hall: HallClient) -> None:
    person, ticket = await interpreter(hall), await hall.ticket("A-1")
    asked = await wish(hall, ticket)
    assert asked["interpreter"] == {"language": "en", "assigned": False, "waits": False}
    await hall.open(1)
    called = await hall.at(1, "call-next")
    assert (called["number"], called["interpreter"]["assigned"]) == (ticket["number"], True)
    assert ((await one(hall, person))["state"], (await request(hall, ticket))["window"]) == ("busy", 1)
    await hall.at(1, "start")
    await hall.at(1, "finish")
    assert (await one(hall, person))["state"] == "free"
    assert (await request(hall, ticket))["status"] == "done"


async def test_with_nobody_free_the_next_is_called_and_the_ticket_waits_again_with_its_turn(
    hall: HallClient, clock: HandClock
) -> None:
    person = await interpreter(hall, on=False)
    mine, other, last = [await hall.ticket("A-1") for _ in range(3)]
    await wish(hall, mine)
    await hall.open(1)
    assert (await hall.at(1, "call-next"))["number"] == other["number"]
    held = await hall.get(f"/tickets/{mine['id']}")
    assert (held["status"], held["interpreter"]["waits"]) == ("held", True)
    clock.forward(minutes=10)
    await hall.post(f"/interpreters/{person}/duty", {"on": True})
    await care(hall)
    again = await hall.get(f"/tickets/{mine['id']}")
    assert (again["status"], again["ahead"], again["interpreter"]["assigned"]) == ("waiting", 0, True)
    await hall.at(1, "start")
    await hall.at(1, "finish")
    assert [(await hall.at(1, "call-next"))["number"]] == [mine["number"]]
    assert await status(hall, last) == "waiting"


async def test_when_all_who_wait_need_an_interpreter_nobody_is_called(hall: HallClient) -> None:
    await interpreter(hall, on=False)
    mine = await hall.ticket("A-1")
    await wish(hall, mine)
    await hall.open(1)
    assert (await hall.at(1, "call-next")).status == 204
    assert await status(hall, mine) == "held"


async def test_one_is_sent_when_the_turn_is_near_and_not_before(hall: HallClient) -> None:
    await interpreter(hall)
    before = [await hall.ticket("A-1") for _ in range(3)]
    mine = await hall.ticket("A-1")
    await wish(hall, mine)
    await care(hall)
    assert (await request(hall, mine))["status"] == "asked"
    await hall.post(f"/tickets/{before[0]['id']}/cancel", {})
    await care(hall)
    assert (await request(hall, mine))["status"] == "assigned"


async def test_those_whose_turn_has_come_go_first_and_who_went_least_today_goes_next(hall: HallClient) -> None:
    first = await interpreter(hall, "Lin")
    second = await interpreter(hall, "Wu")
    one_, two, three = [await hall.ticket("A-1") for _ in range(3)]
    await wish(hall, one_)
    await care(hall)
    assert (await request(hall, one_))["interpreter"] == first
    await hall.post(f"/tickets/{one_['id']}/cancel", {})
    await wish(hall, two)
    await care(hall)
    assert (await request(hall, two))["interpreter"] == second
    await wish(hall, three)
    await care(hall)
    assert (await request(hall, three))["interpreter"] == first
    assert [(await one(hall, person))["today"] for person in (first, second)] == [2, 1]


@pytest.mark.parametrize("leave", ["duty", "roster"])
async def test_who_leaves_gives_the_visitor_back_and_the_next_one_goes(hall: HallClient, leave: str) -> None:
    person, ticket = await interpreter(hall), await hall.ticket("A-1")
    await wish(hall, ticket)
    await care(hall)
    if leave == "duty":
        await hall.post(f"/interpreters/{person}/duty", {"on": False})
    else:
        assert (await hall.delete(f"/interpreters/{person}")).status == 204
    assert (await request(hall, ticket))["status"] == "asked"
    other = await interpreter(hall, "Wu")
    await care(hall)
    assert (await request(hall, ticket))["interpreter"] == other


async def test_a_shift_that_is_over_sends_home_but_not_from_the_visitor(hall: HallClient, clock: HandClock) -> None:
    noon = [{"day": day, "begins": "09:00", "ends": "12:10"} for day in range(1, 8)]
    busy = await interpreter(hall, "Lin", shifts=noon)
    ticket = await hall.ticket("A-1")
    await wish(hall, ticket)
    await care(hall)
    idle = await interpreter(hall, "Wu", shifts=noon)
    clock.forward(minutes=20)
    await care(hall)
    assert [(await one(hall, person))["state"] for person in (busy, idle)] == ["busy", "off"]
    assert not (await one(hall, idle))["on_shift"]
    await hall.post(f"/tickets/{ticket['id']}/cancel", {})
    clock.forward(minutes=1)
    await care(hall)
    assert (await one(hall, busy))["state"] == "off"


async def test_an_undone_finish_brings_back_who_was_there(hall: HallClient) -> None:
    person, ticket = await interpreter(hall), await hall.ticket("A-1")
    await wish(hall, ticket)
    await hall.open(1)
    for act in ("call-next", "start", "finish", "undo"):
        await hall.at(1, act)
    assert ((await one(hall, person))["state"], await status(hall, ticket)) == ("busy", "serving")


async def test_a_visitor_who_is_set_aside_lets_the_interpreter_go(hall: HallClient) -> None:
    person, ticket = await interpreter(hall), await hall.ticket("A-1")
    await wish(hall, ticket)
    await hall.open(1)
    for act in ("call-next", "start"):
        await hall.at(1, act)
    await hall.at(1, "hold", {"reason": "photo"})
    assert ((await one(hall, person))["state"], (await request(hall, ticket))["status"]) == ("free", "asked")


async def test_each_stop_asks_anew(hall: HallClient) -> None:
    person = await interpreter(hall)
    ticket = await hall.post("/tickets", {"services": ["A-1", "B-1"], "channel": "desk"})
    await wish(hall, ticket)
    await hall.open(1)
    for act in ("call-next", "start", "finish"):
        await hall.at(1, act)
    again = await request(hall, ticket)
    assert (again["status"], (await one(hall, person))["state"]) == ("asked", "free")


async def test_a_visitor_may_go_on_without_one(hall: HallClient) -> None:
    await interpreter(hall, on=False)
    ticket = await hall.ticket("A-1")
    await wish(hall, ticket)
    await hall.open(1)
    await hall.at(1, "call-next")
    left = await hall.delete(f"/tickets/{ticket['id']}/interpreter")
    assert (left["status"], "interpreter" in left.body) == ("waiting", False)
    assert (await hall.at(1, "call-next"))["number"] == ticket["number"]
    assert (await request(hall, ticket))["status"] == "dropped"


async def test_one_can_be_sent_by_hand_if_they_are_free(hall: HallClient) -> None:
    await interpreter(hall, "Lin", on=False)
    russian = await interpreter(hall, "Wu", "ru")
    ticket, other = await hall.ticket("A-1"), await hall.ticket("A-1")
    await wish(hall, ticket)
    await wish(hall, other)
    sent = await hall.post(f"/tickets/{ticket['id']}/interpreter/assign", {"interpreter": russian})
    assert sent["interpreter"]["assigned"]
    busy = await hall.post(f"/tickets/{other['id']}/interpreter/assign", {"interpreter": russian})
    assert (busy.status, busy["code"]) == (409, "INTERPRETER_BUSY")


async def test_what_was_written_stays_with_the_request_and_out_of_the_stream(
    hall: HallClient, store: EmbeddedStore
) -> None:
    await interpreter(hall)
    ticket = await hall.ticket("A-1")
    await wish(hall, ticket)
    written = await hall.post(f"/tickets/{ticket['id']}/interpreter/note", {"note": "comes again with a sworn copy"})
    assert (written.status, (await request(hall, ticket))["note"]) == (204, "comes again with a sworn copy")
    told = await events_of(store, "InterpreterAsked", "InterpreterAssigned", "InterpreterDone", "InterpreterChanged")
    assert "sworn" not in str([event.facts for event in told])


async def test_refusals_say_what_is_wrong(hall: HallClient) -> None:
    await interpreter(hall)
    ticket, over = await hall.ticket("A-1"), await hall.ticket("A-1")
    await hall.post(f"/tickets/{over['id']}/cancel", {})
    codes = [
        (await wish(hall, ticket, "xx"))["code"],
        (await wish(hall, over))["code"],
        (await hall.delete(f"/tickets/{ticket['id']}/interpreter"))["code"],
        (await hall.post("/interpreters/I9/duty", {"on": True}))["code"],
        (await hall.post(f"/tickets/{ticket['id']}/interpreter", {"language": "English"}))["code"],
    ]
    assert codes == ["NO_INTERPRETER", "WRONG_STATUS", "NO_SUCH_REQUEST", "NO_SUCH_INTERPRETER", "INVALID"]


async def test_a_visitor_asks_with_the_tickets_own_token_and_sees_no_roster(hall: HallClient) -> None:
    await interpreter(hall)
    ticket, other = await hall.ticket("A-1"), await hall.ticket("A-1")
    visitor = hall.as_(ticket["token"])
    assert (await wish(visitor, ticket)).status == 200
    assert (await wish(visitor, other)).status in (403, 404)
    assert (await visitor.get("/interpreters")).status == 403
    told = (await hall.as_("").get("/interpreters/languages"))["languages"]
    assert told == [{"language": "en", "here": 1, "free": 1}]


async def test_the_day_ends_and_everybody_goes_home(hall: HallClient, clock: HandClock) -> None:
    person, ticket = await interpreter(hall), await hall.ticket("A-1")
    await wish(hall, ticket)
    await care(hall)
    clock.forward(hours=13)
    await hall.ticket("A-1")
    found = await one(hall, person)
    assert (found["state"], found["today"]) == ("off", 0)
    assert (await hall.get("/interpreters"))["requests"] == []


async def test_missing_papers_go_with_the_ticket(hall: HallClient) -> None:
    desk = await device(hall, "desk")
    ticket = await hall.ticket("A-1")
    assert "papers" not in ticket.body
    seen = await desk.post(f"/tickets/{ticket['number']}/papers", {"missing": []})
    assert seen["papers"] == {"missing": []}
    wrong = await desk.post(f"/tickets/{ticket['id']}/papers", {"missing": ["no-such-paper"]})
    assert (wrong.status, wrong["code"]) == (422, "INVALID")
    await hall.open(1)
    assert (await hall.at(1, "call-next"))["papers"] == {"missing": []}
