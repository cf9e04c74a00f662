"""A store in trouble: clear answers meanwhile, and all is well again by itself."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
import redis

from queue_server.store.embedded import EmbeddedStore
from tests.support.client import Answer, HallClient


@pytest.fixture
def client(clean_store: EmbeddedStore) -> Iterator[redis.Redis]:
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        yield client
        client.config_set("maxmemory", 0)
        client.replicaof("NO", "ONE")


async def test_a_store_without_memory_refuses_and_recovers(hall: HallClient, client: redis.Redis) -> None:
    first = await hall.ticket("A-1")
    client.config_set("maxmemory", 1)
    refused = await hall.post("/tickets", {"service": "A-1", "channel": "kiosk"})
    assert (refused.status, refused["code"]) == (503, "STORE_FULL")
    assert "Retry-After" in refused.headers
    assert (await hall.get(f"/tickets/{first['id']}")).status == 200
    client.config_set("maxmemory", 0)
    assert (await hall.ticket("A-1"))["number"] == "A002"


async def test_a_store_that_became_a_replica_refuses_and_recovers(hall: HallClient, client: redis.Redis) -> None:
    await hall.ticket("A-1")
    client.replicaof("127.0.0.1", "1")
    refused = await hall.post("/tickets", {"service": "A-1", "channel": "kiosk"})
    assert refused.status == 503
    client.replicaof("NO", "ONE")
    retried = await comes_to(201, lambda: hall.post("/tickets", {"service": "A-1", "channel": "kiosk"}))
    assert retried["number"] == "A002"
    async with asyncio.timeout(10):
        while (await hall.get("/state"))["totals"]["waiting"] != 2:  # noqa: ASYNC110 - the feed comes through it too
            await asyncio.sleep(0.1)


async def comes_to(status: int, ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Asks again until the answer has this status; ten seconds at most."""
    async with asyncio.timeout(10):
        while (answer := await ask()).status != status:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return answer


async def test_a_topic_with_a_monstrous_number_is_no_fault_of_ours(hall: HallClient) -> None:
    assert (await hall.get(f"/events?topics=window:{'9' * 5000}")).status == 404


async def test_a_phone_without_digits_is_nobodys(hall: HallClient) -> None:
    for visitor in ({"phone": "n/a"}, {"id_number": "  "}):
        refused = await hall.post("/tickets", {"service": "A-1", "channel": "phone", "visitor": visitor})
        assert (refused.status, refused["code"]) == (422, "INVALID")


async def test_a_person_has_one_open_ticket_where_they_wait_now(hall: HallClient) -> None:
    visitor = {"id_number": "X1"}
    await hall.post("/tickets", {"services": ["A-1", "B-1"], "channel": "kiosk", "visitor": visitor})
    await hall.open(1)
    for act in ("call-next", "start", "finish"):
        await hall.at(1, act)
    assert (await hall.post("/tickets", {"service": "B-1", "channel": "kiosk", "visitor": visitor})).status == 409
    assert (await hall.post("/tickets", {"service": "A-1", "channel": "kiosk", "visitor": visitor})).status == 201
