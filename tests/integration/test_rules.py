"""The rules of a hall, as its visitors and clerks meet them."""

import asyncio

import pytest
import redis

from queue_server.domain.rules import Rules
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.feed import History
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


# numbers


async def test_numbers_begin_at_one_in_every_queue(hall: HallClient) -> None:
    taken = [(await hall.ticket(service))["number"] for service in ("A-1", "A-2", "B-1", "A-1", "C-1")]
    assert taken == ["A001", "A002", "B001", "A003", "C001"]


async def test_numbers_have_four_digits_after_999(hall: HallClient, clean_store: EmbeddedStore) -> None:
    await hall.ticket("A-1")
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        client.hset("gw:{small}:n", "A", 998)
    assert [(await hall.ticket("A-1"))["number"] for _ in range(3)] == ["A999", "A1000", "A1001"]


# who goes first


async def test_an_elder_goes_before_those_who_came_up_to_twenty_minutes_earlier(
    hall: HallClient, clock: HandClock
) -> None:
    await hall.ticket()
    clock.forward(minutes=2)
    await hall.ticket()
    clock.forward(minutes=19)
    elder = await hall.ticket(priority="elder")
    assert elder["ahead"] == 1
    await hall.open(1)
    assert await order(hall) == ["A001", "A003", "A002"]


async def test_a_window_counts_another_queue_later_by_its_handicap(hall: HallClient, clock: HandClock) -> None:
    await hall.ticket("B-1")
    clock.forward(minutes=9)
    await hall.ticket("A-1")
    clock.forward(minutes=2)
    await hall.ticket("A-1")
    await hall.open(4)  # A at once, B ten minutes later
    assert await order(hall, 4) == ["A001", "B001", "A002"]


async def test_a_call_out_of_turn_is_named_so_in_the_event(hall: HallClient, clean_store: EmbeddedStore) -> None:
    await hall.ticket()
    second = await hall.ticket()
    await hall.open(1)
    assert (await hall.at(1, "call", {"ticket": second["id"]}))["number"] == "A002"
    client = connect(clean_store.url)
    told = await History(client).events_after("small", 0, 100)
    await client.aclose()
    assert [(row.event.number, row.event.fact("override"), row.event.actor) for row in told[-1:]] == [
        ("A002", 1, "admin")
    ]


async def test_a_window_that_is_not_open_calls_nobody(hall: HallClient) -> None:
    await hall.ticket()
    answer = await hall.at(1, "call-next")
    assert (answer.status, answer["code"]) == (409, "WINDOW_NOT_OPEN")


async def test_a_busy_window_is_told_which_ticket_it_has(hall: HallClient) -> None:
    ticket = await hall.ticket()
    await hall.open(1)
    await hall.at(1, "call-next")
    answer = await hall.at(1, "call-next")
    assert (answer.status, answer["code"], answer["ticket"]) == (409, "WINDOW_BUSY", ticket["id"])


# recall and miss


async def test_a_recall_within_twenty_seconds_is_too_soon(hall: HallClient, clock: HandClock) -> None:
    await hall.ticket()
    await hall.open(1)
    await hall.at(1, "call-next")
    clock.forward(seconds=12.5)
    answer = await hall.at(1, "recall")
    assert (answer.status, answer["code"], answer["retry_after_s"]) == (409, "TOO_SOON", 8)
    clock.forward(seconds=7.5)
    assert (await hall.at(1, "recall"))["times_called"] == 2


async def test_a_ticket_is_recalled_three_times_at_most(hall: HallClient, clock: HandClock) -> None:
    await hall.ticket()
    await hall.open(1)
    await hall.at(1, "call-next")
    for _ in range(3):
        clock.forward(seconds=20)
        assert (await hall.at(1, "recall")).status == 200
    clock.forward(seconds=20)
    assert (await hall.at(1, "recall"))["code"] == "RECALL_LIMIT"


async def test_a_missed_ticket_waits_again_behind_three_others(hall: HallClient, clock: HandClock) -> None:
    missed = await hall.ticket()
    for _ in range(5):
        clock.forward(seconds=1)
        await hall.ticket()
    await hall.open(1)
    await hall.at(1, "call-next")
    await hall.at(1, "no-show")
    again = await hall.post(f"/tickets/{missed['id']}/reinstate")
    assert (again["status"], again["ahead"]) == ("waiting", 3)
    assert (await order(hall))[:5] == ["A002", "A003", "A004", "A001", "A005"]


async def test_a_missed_ticket_alone_in_its_queue_is_next_again(hall: HallClient) -> None:
    missed = await hall.ticket()
    await hall.open(1)
    await hall.at(1, "call-next")
    await hall.at(1, "no-show")
    assert (await hall.post(f"/tickets/{missed['id']}/reinstate"))["ahead"] == 0


async def test_a_missed_ticket_is_reinstated_once(hall: HallClient) -> None:
    missed = await hall.ticket()
    await hall.open(1)
    for _ in range(2):
        await hall.at(1, "call-next")
        await hall.at(1, "no-show")
        answer = await hall.post(f"/tickets/{missed['id']}/reinstate")
    assert (answer.status, answer["code"]) == (409, "ALREADY_REINSTATED")


# hold and postpone


async def test_a_held_ticket_is_reinstated_any_number_of_times_at_its_old_turn(hall: HallClient) -> None:
    held = await hall.ticket()
    await hall.ticket()
    await hall.open(1)
    for _ in range(4):
        assert (await serve(hall))["number"] == "A001"
        assert (await hall.at(1, "hold", {"reason": "papers"}))["status"] == "held"
        assert (await hall.post(f"/tickets/{held['id']}/reinstate"))["ahead"] == 0


async def test_a_ticket_held_for_minutes_waits_again_by_itself(hall: HallClient, clock: HandClock) -> None:
    held = await hall.ticket()
    await hall.open(1)
    await serve(hall)
    await hall.at(1, "hold", {"reason": "copy", "minutes": 5})
    clock.forward(minutes=4.9)
    await eventually(hall, held, "held", seconds=1.3)
    clock.forward(minutes=0.1)
    await eventually(hall, held, "waiting", seconds=3)


async def eventually(hall: HallClient, ticket: Answer, status: str, seconds: float) -> None:
    """The ticket has this status after so long at most (`held`: still)."""
    for _ in range(round(seconds * 10)):
        await asyncio.sleep(0.1)
        seen = (await hall.get(f"/tickets/{ticket['id']}"))["status"]
        if seen == status != "held":
            return
    assert seen == status


async def test_who_asks_for_ten_more_minutes_counts_ten_minutes_later(hall: HallClient, clock: HandClock) -> None:
    first = await hall.ticket()
    visitor = hall.as_(first["token"])
    clock.forward(minutes=9)
    await hall.ticket()
    clock.forward(minutes=2)
    await hall.ticket()
    assert (await visitor.post(f"/tickets/{first['id']}/postpone", {"minutes": 10}))["ahead"] == 1
    await hall.open(1)
    assert await order(hall) == ["A002", "A001", "A003"]


async def test_a_longer_delay_than_the_hall_allows_is_refused(start_hall: StartHall) -> None:
    hall = await start_hall(small_hall(rules=Rules(postpone_max_min=15)))
    ticket = await hall.ticket()
    answer = await hall.post(f"/tickets/{ticket['id']}/postpone", {"minutes": 16})
    assert (answer.status, answer["code"]) == (422, "INVALID")


# transfers


@pytest.mark.parametrize(
    ("place", "numbers"),
    [
        ("seniority", ["B001", "A001", "B002"]),
        ("back", ["B001", "B002", "A001"]),
        ("front", ["A001", "B001", "B002"]),
    ],
)
async def test_a_transferred_ticket_comes_where_it_was_put(
    hall: HallClient, clock: HandClock, place: str, numbers: list[str]
) -> None:
    for service in ("B-1", "A-1", "B-1"):
        await hall.ticket(service)
        clock.forward(minutes=1)
    await hall.open(1)
    await serve(hall)
    moved = await hall.at(1, "transfer", {"queue": "B", "place": place})
    assert (moved["queue"], moved["status"]) == ("B", "waiting")
    await hall.open(3)
    assert await order(hall, 3) == numbers


async def test_a_ticket_sent_to_a_window_is_called_there_alone(hall: HallClient) -> None:
    await hall.ticket()
    for window in (1, 2):
        await hall.open(window)
    await serve(hall)
    await hall.at(1, "transfer", {"window": 2})
    assert (await hall.at(1, "call-next")).status == 204
    assert (await hall.at(2, "call-next"))["number"] == "A001"


async def test_nobody_is_sent_to_a_closed_window(hall: HallClient) -> None:
    await hall.ticket()
    await hall.open(1)
    await serve(hall)
    answer = await hall.at(1, "transfer", {"window": 2})
    assert (answer.status, answer["code"]) == (409, "WINDOW_NOT_OPEN")


async def test_closing_a_window_frees_those_who_waited_for_it(hall: HallClient) -> None:
    await hall.ticket()
    for window in (1, 2):
        await hall.open(window)
    await serve(hall)
    await hall.at(1, "transfer", {"window": 2})
    assert (await hall.at(2, "close"))["status"] == "closed"
    assert (await hall.at(1, "call-next"))["number"] == "A001"


async def test_who_missed_a_window_that_closed_meanwhile_waits_for_any(hall: HallClient) -> None:
    ticket = await hall.ticket()
    for window in (1, 2):
        await hall.open(window)
    await serve(hall)
    await hall.at(1, "transfer", {"window": 2})
    await hall.at(2, "call-next")
    await hall.at(2, "no-show")
    await hall.at(2, "close")
    await hall.post(f"/tickets/{ticket['id']}/reinstate")
    assert (await hall.at(1, "call-next"))["number"] == "A001"
