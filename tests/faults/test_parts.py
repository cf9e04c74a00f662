"""One part of a server dies: the others go on, and it comes back by itself."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from tests.conftest import ADMIN
from tests.support.client import HallClient
from tests.support.processes import kill, store_of, workers_of
from tests.support.servers import HallServer
from tests.support.sse import EventReader, Told

TICKET = {"service": "GSO-01", "channel": "kiosk"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """`greenwave up` with two workers."""
    server = HallServer(tmp_path_factory.mktemp("parts") / "data", "--workers", "2")
    yield server
    server.stop()


@pytest.fixture
async def demo(server: HallServer) -> AsyncIterator[HallClient]:
    """The demo hall, each call over a connection of its own, so that any worker may answer."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True)) as http:
        yield HallClient(http, server.hall, ADMIN, server.url)


async def until(happened, within_s: float) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(within_s):
        while not await happened():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_killed_worker_comes_back_while_the_other_goes_on(server: HallServer, demo: HallClient) -> None:
    before = workers_of(server.process.pid)
    kill(before[0])
    answers = await asyncio.gather(*(demo.post("/tickets", TICKET) for _ in range(20)))
    assert {answer.status for answer in answers} == {201}

    async def back() -> bool:
        now = workers_of(server.process.pid)
        return len(now) == 2 and before[0] not in now and before[1] in now

    await until(back, 8)
    answers = await asyncio.gather(*(demo.post("/tickets", TICKET) for _ in range(20)))
    assert {answer.status for answer in answers} == {201}


async def test_while_the_store_is_away_callers_are_told_to_try_again(server: HallServer, demo: HallClient) -> None:
    os.kill(server.process.pid, signal.SIGSTOP)  # so that nobody starts the store again yet
    try:
        kill(store_of(server.process.pid))
        answer = await demo.post("/tickets", TICKET)
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    assert (answer.status, answer["code"]) == (503, "STORE_DOWN")
    assert int(answer.headers["Retry-After"]) >= 1

    async def works() -> bool:
        return (await demo.post("/tickets", TICKET)).status == 201

    await until(works, 5)


async def test_a_stream_goes_on_over_a_killed_store_without_missing_or_repeating(
    server: HallServer, demo: HallClient
) -> None:
    told: list[Told] = []
    issued: set[str] = set()

    async def read_on() -> None:
        """As a browser: whenever the stream ends, again from the last id."""
        last_id = None
        while True:
            async with EventReader(demo, "hall", last_id) as events:
                if events.response.status == 503:
                    await asyncio.sleep(0.1)
                    continue
                opened.set()
                while (event := await events.next(within_s=20)) is not None:
                    told.append(event)
                last_id = events.last_id

    async def issue(count: int) -> None:
        while count:
            answer = await demo.post("/tickets", TICKET)
            if answer.status == 201:
                issued.add(answer["id"])
                count -= 1
            else:
                await asyncio.sleep(0.05)

    opened = asyncio.Event()
    reading = asyncio.create_task(read_on())
    await asyncio.wait_for(opened.wait(), 5)
    await issue(5)
    kill(store_of(server.process.pid))
    await issue(5)

    async def all_told() -> bool:
        return issued <= {event.data.get("ticket") for event in told}

    await until(all_told, 8)
    reading.cancel()
    assert not [event for event in told if event.name == "reset"]
    positions = [int(event.id) for event in told]
    assert positions == list(range(positions[0], positions[0] + len(positions)))
