"""Diversion under many hands: one manager wins, a visitor is called or diverted and never both, nobody is lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from redis.asyncio import Redis

from queue_server.domain.diversion import Gain, Measure
from queue_server.domain.orders import Acted, Order
from queue_server.flows.diversions import Advised
from queue_server.store.asking import StoreDown
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.conftest import StartHall
from tests.races.test_races import later, outcomes
from tests.support.audit import audit
from tests.support.client import Answer, HallClient
from tests.support.clocks import HandClock
from tests.support.diversions import advise, ask_of, by_id, flows_of, foresee, running_of, services_of
from tests.support.ledger import Ledger
from tests.support.offers import ELSEWHERE, LATER, TO_DEVICE, hall_with, other_hall

MANY = 50
ROUNDS = 8


@pytest.fixture
async def client(clean_store: EmbeddedStore) -> AsyncIterator["Redis"]:
    client = connect(clean_store.url)
    yield client
    await client.aclose()


async def assert_sound(client: "Redis", *halls: str) -> None:
    for hall in halls:
        await audit(client, HallStore(client, lambda: load_library(client)), hall, Ledger())


async def test_fifty_managers_accept_one_proposal_and_one_wins(hall: HallClient, client: "Redis") -> None:
    (proposed,) = await advise(hall, Measure(action="send_helpers", queue="A"))
    path = f"/diversions/{proposed.id}/accept"
    answers = await asyncio.gather(*(hall.post(path, {"minutes": 5 + n}) for n in range(MANY)))
    assert outcomes(answers) == {"won": 1, "DIVERSION_STATUS": MANY - 1}
    (won,) = [answer for answer in answers if answer.status == 200]
    assert (await by_id(hall))[proposed.id] == won.body
    await assert_sound(client, "small")


async def test_what_is_accepted_is_not_dismissed_and_begins_once(hall: HallClient, client: "Redis") -> None:
    for number in range(1, 6):
        (proposed,) = await advise(hall, Measure(action="open_window", window=number))
        path = f"/diversions/{proposed.id}"
        acts = [hall.post(f"{path}/accept"), hall.post(f"{path}/dismiss", {"reason": "no"})]
        acts.append(hall.post("/diversions", {"action": "open_window", "window": number}))
        answers = await asyncio.gather(*(acts if number % 2 else reversed(acts)))
        first = [row for row in (await by_id(hall)).values() if row.get("window") == number]
        running = [row for row in first if row["status"] == "started"]
        assert len(running) <= 1 and len(first) <= 2, first
        assert outcomes(answers)["won"] >= 1 and outcomes(answers).keys() <= {"won", "DIVERSION_STATUS"}
    await assert_sound(client, "small")


async def test_advice_from_two_at_once_is_proposed_once(hall: HallClient) -> None:
    gain = Gain(mean_s=60, p90_s=60, mean_low_s=30, mean_high_s=90)
    advised: list[Advised] = [(Measure(action="send_out", queue=queue), gain, "clerk", 0, 0) for queue in "ABC"]
    await asyncio.gather(*(flows_of(hall).propose(ask_of(hall), advised) for _ in range(8)))
    assert sorted(str(row["queue"]) for row in (await by_id(hall)).values()) == ["A", "B", "C"]


async def test_a_ticket_is_called_or_done_at_a_device_and_never_both(start_hall: StartHall, client: "Redis") -> None:
    hall = await start_hall(hall_with())
    await hall.open(1)
    begun = await hall.post("/diversions", TO_DEVICE)
    ends: Counter[str] = Counter()
    for number in range(ROUNDS):
        ticket = await hall.ticket()
        visitor, offer = hall.as_(ticket["token"]), f"/tickets/{ticket['id']}/offer"
        said = [{"diversion": begun["id"], "answer": word} for word in ("accept", "done")]
        accepted = await visitor.post(offer, said[0])
        assert accepted.status == 200
        done, called = await asyncio.gather(
            later(number % 3 - 1, visitor.post(offer, said[1])), later(1 - number % 3, hall.at(1, "call-next"))
        )
        ends[await end_of(hall, ticket, done, called)] += 1
    assert ends.total() == ROUNDS
    assert (await by_id(hall))[begun["id"]]["taken"] == ROUNDS
    await assert_sound(client, "small")


async def end_of(hall: HallClient, ticket: Answer, diverted: Answer, called: Answer) -> str:
    """What became of a ticket: exactly one of both; a window that has one is free again afterwards."""
    now = (await hall.get(f"/tickets/{ticket['id']}"))["status"]
    won = {"diverted": diverted.status == 200, "called": called.status == 200}
    assert sorted(won.values()) == [False, True], (diverted, called)
    assert now == ("cancelled" if won["diverted"] else "called")
    if won["called"]:
        assert diverted["code"] in {"WRONG_STATUS", "OFFER_OVER"}
        await hall.at(1, "start")
        await hall.at(1, "finish")
    return "called" if won["called"] else "diverted"


async def test_who_is_called_while_going_elsewhere_has_one_place_alone(
    start_hall: StartHall, client: "Redis", clock: HandClock
) -> None:
    await start_hall(other_hall())
    hall = await start_hall(hall_with())
    other, there = HallClient(hall.http, "other"), running_of(hall, "other")
    await hall.open(1)
    begun = await hall.post("/diversions", ELSEWHERE)
    for _ in range(9):
        await hall.ticket("A-2", priority="hard_case")  # they make the wait here long
    foresee(there, clock.at, "K", (0, 0, 0), pace_s=1)
    for number in range(ROUNDS):
        ticket = await hall.ticket("A-1")
        visitor, body = hall.as_(ticket["token"]), {"diversion": begun["id"], "answer": "accept"}
        gone, called = await asyncio.gather(
            visitor.post(f"/tickets/{ticket['id']}/offer", body),
            later(number % 4 * 2, hall.at(1, "call", {"ticket": ticket["id"]})),
        )
        end = await end_of(hall, ticket, gone, called)
        waiting = (await other.get("/state"))["totals"]["waiting"]
        assert waiting == (1 if end == "diverted" else 0), (gone, called)
        if end == "diverted":
            await HallClient(hall.http, "other", gone["elsewhere"]["token"]).post(
                f"/tickets/{gone['elsewhere']['id']}/cancel"
            )
    await assert_sound(client, "small", "other")


Interrupt = Callable[[], Awaitable[object]]


@pytest.fixture
def before_giving_up(monkeypatch: pytest.MonkeyPatch) -> Callable[[HallClient, Interrupt], None]:
    """Lets something happen once, when what a visitor has instead stands and the ticket here is not given up yet."""

    def arrange(hall: HallClient, interrupt: Interrupt) -> None:
        store, left = services_of(hall).diverting.offers._acting.halls, [interrupt]
        act = store.act

        async def interrupted(name: str, what: str, order: Order) -> Acted:
            if what == "answer_offer" and left:
                await left.pop()()
            return await act(name, what, order)

        monkeypatch.setattr(store, "act", interrupted)

    return arrange


async def store_goes_away() -> None:
    raise StoreDown("away")


Arrange = Callable[[HallClient, Interrupt], None]


async def test_an_offer_that_ends_half_way_takes_nobodys_ticket_the_next_time(
    start_hall: StartHall, client: "Redis", clock: HandClock, before_giving_up: Arrange
) -> None:
    await start_hall(other_hall())
    hall = await start_hall(hall_with())
    for _ in range(9):
        await hall.ticket("A-2")
    ticket, begun = await hall.ticket("A-1"), await hall.post("/diversions", ELSEWHERE)
    foresee(running_of(hall, "other"), clock.at, "K", (0, 0, 0), pace_s=1)
    visitor, path = hall.as_(ticket["token"]), f"/tickets/{ticket['id']}/offer"
    before_giving_up(hall, lambda: hall.post(f"/diversions/{begun['id']}/end"))
    refused = await visitor.post(path, {"diversion": begun["id"], "answer": "accept"})
    assert (refused.status, refused["code"]) == (409, "OFFER_OVER")
    again = await hall.post("/diversions", ELSEWHERE)
    took = await visitor.post(path, {"diversion": again["id"], "answer": "accept"})
    there = HallClient(hall.http, "other", took["elsewhere"]["token"])
    assert (await there.get(f"/tickets/{took['elsewhere']['id']}"))["status"] == "waiting"
    await assert_sound(client, "small", "other")


async def test_a_ticket_elsewhere_that_was_given_back_is_given_to_nobody(
    start_hall: StartHall, clock: HandClock, before_giving_up: Arrange
) -> None:
    await start_hall(other_hall())
    hall = await start_hall(hall_with())
    for _ in range(9):
        await hall.ticket("A-2")
    ticket, begun = await hall.ticket("A-1"), await hall.post("/diversions", ELSEWHERE)
    foresee(running_of(hall, "other"), clock.at, "K", (0, 0, 0), pace_s=1)
    visitor, body = hall.as_(ticket["token"]), {"diversion": begun["id"], "answer": "accept"}
    path, other = f"/tickets/{ticket['id']}/offer", HallClient(hall.http, "other")
    before_giving_up(hall, store_goes_away)
    assert (await visitor.post(path, body)).status == 503
    assert (await other.post("/tickets/261122-0000001/cancel"))["number"] == "K001"
    refused = await visitor.post(path, body)
    assert (refused.status, refused["code"]) == (409, "OFFER_OVER")
    assert (await visitor.get(f"/tickets/{ticket['id']}"))["status"] == "waiting"


async def test_who_asks_again_after_the_store_was_away_has_one_ticket_elsewhere(
    start_hall: StartHall, clock: HandClock, before_giving_up: Arrange
) -> None:
    await start_hall(other_hall())
    hall = await start_hall(hall_with())
    for _ in range(9):
        await hall.ticket("A-2")
    ticket, begun = await hall.ticket("A-1"), await hall.post("/diversions", ELSEWHERE)
    visitor, body = hall.as_(ticket["token"]), {"diversion": begun["id"], "answer": "accept"}
    before_giving_up(hall, store_goes_away)
    told = []
    for key in (None, "another", None):
        foresee(running_of(hall, "other"), clock.at, "K", (0, 0, 0), pace_s=1)
        told.append(await visitor.post(f"/tickets/{ticket['id']}/offer", body, key))
        clock.forward(minutes=11)
    assert [answer.status for answer in told] == [503, 200, 200]
    totals = (await HallClient(hall.http, "other").get("/state"))["totals"]
    assert (totals["issued"], totals["waiting"]) == (1, 1)


async def test_who_asks_again_after_the_store_was_away_has_one_booking(
    start_hall: StartHall, before_giving_up: Arrange
) -> None:
    hall = await start_hall(hall_with("optional"))
    for _ in range(9):
        await hall.ticket("A-2")
    ticket, begun = await hall.ticket("A-1", visitor={"phone": "13812345678"}), await hall.post("/diversions", LATER)
    visitor, body = hall.as_(ticket["token"]), {"diversion": begun["id"], "answer": "accept"}
    before_giving_up(hall, store_goes_away)
    free = await free_places(hall)
    told = [await visitor.post(f"/tickets/{ticket['id']}/offer", body) for _ in range(3)]
    assert [answer.status for answer in told] == [503, 200, 200]
    assert told[1]["booking"]["code"] == told[2]["booking"]["code"]
    assert await free_places(hall) == free - 1


async def free_places(hall: HallClient) -> int:
    slots = (await hall.get("/slots?service=A-1&from=2026-11-22&to=2026-11-22"))["slots"]
    return sum(slot["free"] for slot in slots)


async def test_one_answer_sent_many_times_moves_one_visitor_once(
    start_hall: StartHall, client: "Redis", clock: HandClock
) -> None:
    await start_hall(other_hall())
    hall = await start_hall(hall_with())
    for _ in range(9):
        await hall.ticket("A-2")
    ticket, begun = await hall.ticket("A-1"), await hall.post("/diversions", ELSEWHERE)
    foresee(running_of(hall, "other"), clock.at, "K", (0, 0, 0), pace_s=1)
    visitor, body = hall.as_(ticket["token"]), {"diversion": begun["id"], "answer": "accept"}
    path = f"/tickets/{ticket['id']}/offer"
    with_key = await asyncio.gather(*(visitor.post(path, body, "once") for _ in range(8)))
    without = await asyncio.gather(*(visitor.post(path, body) for _ in range(8)))
    assert {answer.status for answer in with_key} == {200}
    assert len({answer["elsewhere"]["id"] for answer in with_key}) == 1
    assert {answer.status for answer in without} == {200}, "who did not hear the answer may ask again"
    assert {answer["elsewhere"]["id"] for answer in without} == {with_key[0]["elsewhere"]["id"]}
    totals = (await HallClient(hall.http, "other").get("/state"))["totals"]
    assert (totals["issued"], totals["waiting"]) == (1, 1)
    await assert_sound(client, "small", "other")
