"""Many at once: nobody gets another's number, nobody is called twice, one effect for one key."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable

import aiohttp
import msgspec
import pytest
from redis.asyncio import Redis

from queue_server.domain.hall import Hall, QueueShare, WindowPlan
from queue_server.flows.running import RunningHall
from queue_server.store import feed, halls
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.conftest import StartHall
from tests.support.audit import audit
from tests.support.client import Answer, HallClient
from tests.support.halls import small_hall
from tests.support.ledger import Ledger, assert_same
from tests.support.servers import HallServer
from tests.support.storm import Storm

ROUNDS = 25
STORM_S = 4.0


def hall_with(windows: int) -> Hall:
    """The small hall with so many windows, all for queues A and B."""
    shares = (QueueShare(queue="A"), QueueShare(queue="B"))
    plans = tuple(WindowPlan(window=number, zone="Z1", queues=shares) for number in range(1, windows + 1))
    return msgspec.structs.replace(small_hall(), windows=plans)


@pytest.fixture
async def client(clean_store: EmbeddedStore) -> AsyncIterator["Redis"]:
    client = connect(clean_store.url)
    yield client
    await client.aclose()


@pytest.fixture
async def crowded(start_hall: StartHall) -> HallClient:
    """A hall with fifty windows, all open."""
    hall = await start_hall(hall_with(50), hand_clock=False)
    await asyncio.gather(*(hall.open(window) for window in range(1, 51)))
    return hall


def outcomes(answers: list[Answer], won: str = "won") -> Counter[str]:
    return Counter(
        won if answer.status in (200, 201) else answer["code"] if answer.body else "NOBODY" for answer in answers
    )


async def later(delay_ms: float, answer: Awaitable[Answer]) -> Answer:
    """The same a little later, so that now the one comes first and now the other."""
    await asyncio.sleep(max(0, delay_ms) / 1000)
    return await answer


async def assert_sound(client: "Redis") -> None:
    await audit(client, HallStore(client, lambda: load_library(client)), "small", Ledger())


async def test_a_storm_gives_no_number_twice_and_calls_nobody_twice(start_hall: StartHall, client: "Redis") -> None:
    hall = await start_hall(hall_with(8), hand_clock=False)
    storm, ledger = Storm(hall, "storm", ("A-1", "B-1"), ("A", "B")), Ledger()
    await storm.open()
    for _ in range(2):
        await storm.rage(asyncio.sleep(STORM_S / 2))
        await storm.check(client, ledger)
    assert storm.asked_again == 0
    assert storm.calls.total() > 100


async def test_a_storm_on_two_workers_gives_no_number_twice_and_calls_nobody_twice(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server = HallServer(tmp_path_factory.mktemp("two") / "data", "--workers", "2")
    client = connect(EmbeddedStore(server.data).url)
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            storm = Storm(server.client(http), "two-workers", ("GSO-01", "PSB-01"), ("A", "D"))
            await storm.open()
            await storm.rage(asyncio.sleep(STORM_S))
            await storm.check(client, Ledger())
    finally:
        await client.aclose()
        server.stop()


async def test_a_worker_that_starts_amid_a_storm_sees_the_same_hall(
    start_hall: StartHall, client: "Redis", clean_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (halls, feed):
        monkeypatch.setattr(module, "PAGE", 60)  # several pages even of a small queue
    hall = await start_hall(hall_with(8), hand_clock=False)
    storm, ledger = Storm(hall, "newcomer", ("A-1", "B-1"), ("A", "B")), Ledger()
    await storm.open()
    newcomers: list[RunningHall] = []
    async with asyncio.TaskGroup() as group:
        tasks = []

        async def come_one_by_one() -> None:
            for _ in range(8):
                await asyncio.sleep(STORM_S / 16)
                newcomers.append(RunningHall(hall_with(8)))
                store = connect(clean_store.url)
                takers = {"small": newcomers[-1]}
                reader = feed.Feed(
                    store, HallStore(store, lambda: load_library(client)), takers, nothing, lambda _: nothing()
                )
                tasks.append(group.create_task(reader.run()))

        await storm.rage(come_one_by_one())
        await storm.check(client, ledger)
        await wait_until(lambda: all(one.position == ledger.live.position for one in newcomers))
        for task in tasks:
            task.cancel()
    for newcomer in newcomers:
        for ticket in [*newcomer.live.tickets.values(), *ledger.live.tickets.values()]:
            if ticket.status != "waiting":
                ticket.only_window = 0  # of one called while the pages were read it is not known, nor needed
        assert_same(ledger.live, newcomer.live)


async def nothing() -> None:
    """No news of other halls concerns this test."""


async def wait_until(happened, within_s: float = 5.0) -> None:  # type: ignore[no-untyped-def]
    end = asyncio.get_running_loop().time() + within_s
    while not happened():
        assert asyncio.get_running_loop().time() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


async def test_fifty_clerks_who_call_the_same_ticket_get_it_once(crowded: HallClient, client: "Redis") -> None:
    for _ in range(4):
        ticket = await crowded.ticket("A-1")
        calls = [crowded.at(window, "call", {"ticket": ticket["id"]}) for window in range(1, 51)]
        answers = await asyncio.gather(*calls)
        assert outcomes(answers) == {"won": 1, "WRONG_STATUS": 49}
        winner = next(number for number, answer in enumerate(answers, 1) if answer.status == 200)
        assert (await crowded.at(winner, "no-show")).status == 200
    await assert_sound(client)


async def test_one_key_sent_twenty_times_at_once_takes_one_ticket(crowded: HallClient, client: "Redis") -> None:
    for number in range(ROUNDS):
        body = {"service": "A-1", "channel": "kiosk"}
        answers = await asyncio.gather(
            *(crowded.post("/tickets", body, key=f"visit {number}".replace(" ", "-")) for _ in range(20))
        )
        assert len({str(answer.body) for answer in answers}) == 1, "the same question had two answers"
        assert answers[0]["number"] == f"A{number + 1:03d}"
    await assert_sound(client)


async def test_one_key_sent_twenty_times_at_once_calls_one_ticket(crowded: HallClient) -> None:
    for _ in range(30):
        await crowded.ticket("A-1")
    answers = await asyncio.gather(*(crowded.at(1, "call-next", key="lost-answer") for _ in range(20)))
    assert {(answer.status, answer["number"]) for answer in answers} == {(200, "A001")}


async def test_an_undo_and_another_windows_call_never_both_keep_the_ticket(
    crowded: HallClient, client: "Redis"
) -> None:
    seen_statuses: Counter[str] = Counter()
    for number in range(ROUNDS):
        ticket = await crowded.ticket("A-1")
        await crowded.at(1, "call-next")
        undone, called = await asyncio.gather(
            later(number % 5 - 2, crowded.at(1, "undo")),
            later(2 - number % 5, crowded.at(2, "call", {"ticket": ticket["id"]})),
        )
        assert undone.status == 200
        seen_statuses.update(outcomes([called]))
        seen = await crowded.get(f"/tickets/{ticket['id']}")
        assert seen["status"] == ("called" if called.status == 200 else "waiting")
        if called.status != 200:
            await crowded.at(2, "call-next")
        await crowded.at(2, "no-show")
    assert seen_statuses.keys() == {"won", "WRONG_STATUS"}, "the race was always won by the same one"
    await assert_sound(client)


async def test_nobody_is_left_waiting_for_a_window_that_closes_meanwhile(crowded: HallClient, client: "Redis") -> None:
    seen: Counter[str] = Counter()
    for number in range(ROUNDS):
        await crowded.ticket("A-1")
        await crowded.at(1, "call-next")
        await crowded.at(1, "start")
        moved, closed = await asyncio.gather(
            later(number % 5 - 2, crowded.at(1, "transfer", {"window": 2})),
            later(2 - number % 5, crowded.at(2, "close")),
        )
        seen.update(outcomes([moved]))
        assert closed.status == 200
        assert not await client.exists("gw:{small}:q:@2"), "somebody waits for a closed window"
        await crowded.open(2)
        if moved.status == 200:
            await crowded.at(1, "call-next")
            await crowded.at(1, "no-show")
        else:
            await crowded.at(1, "finish")
    assert seen.keys() == {"won", "WINDOW_NOT_OPEN"}, "the race was always won by the same one"
    await assert_sound(client)


async def test_two_presses_of_call_next_at_one_window_call_once(crowded: HallClient, client: "Redis") -> None:
    made = await crowded.post("/devices", {"role": "window", "name": "desk 1", "window": 1})
    other = await crowded.post("/devices", {"role": "window", "name": "desk 1 again", "window": 1})
    tokens = [crowded.as_(made["token"]), crowded.as_(other["token"])]
    for _ in range(ROUNDS):
        await asyncio.gather(crowded.ticket("A-1"), crowded.ticket("A-1"))
        answers = await asyncio.gather(*(token.at(1, "call-next") for token in tokens))
        assert outcomes(answers) == {"won": 1, "WINDOW_BUSY": 1}
        await crowded.at(1, "no-show")
    await assert_sound(client)
