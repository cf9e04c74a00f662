"""The outbox: each message is one worker's at a time, comes to one end, and does not stay for ever."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from queue_server.domain.messages import Posted, Settled
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.library import load_library
from queue_server.store.outbox import StoredOutbox

DAY, LATER = "261122", 10_000_000
LEASE_MS = 60_000
HOUR_MS = 3_600_000


@pytest.fixture
async def redis(clean_store: EmbeddedStore) -> AsyncIterator[Redis]:
    client = connect(clean_store.url)
    yield client
    await client.aclose()


@pytest.fixture
def outbox(redis: Redis) -> StoredOutbox:
    return StoredOutbox(redis, lambda: load_library(redis))


def message(name: object, **more: object) -> Posted:
    facts: dict[str, object] = {
        "id": str(name), "not_after": LATER, "once": 0, "limit": 0, "template": "called", "who": "w", "person": "",
        "sealed": "sealed",
    }  # fmt: skip
    return Posted(**(facts | more))  # type: ignore[arg-type]


async def counts(outbox: StoredOutbox, channel: str = "") -> dict[str, int]:
    return (await outbox.state("h", 0)).counts.get(channel, {})


async def test_of_many_workers_each_message_is_one_workers(outbox: StoredOutbox) -> None:
    rows = [message(number) for number in range(60)]
    await outbox.post("h", 0, DAY, rows + rows)
    claimed = await asyncio.gather(*(outbox.claim("h", 0, DAY, 10, LEASE_MS) for _ in range(10)))
    assert Counter(row.id for rows in claimed for row in rows) == {row.id: 1 for row in rows}
    assert await outbox.claim("h", LEASE_MS - 1, DAY, 10, LEASE_MS) == []


async def test_after_a_lease_a_message_is_tried_again_but_a_code_is_not(outbox: StoredOutbox) -> None:
    await outbox.post("h", 0, DAY, [message("called"), message("code", once=1)])
    first = await outbox.claim("h", 0, DAY, 10, LEASE_MS)
    second = await outbox.claim("h", LEASE_MS, DAY, 10, LEASE_MS)
    assert [(row.id, row.attempt) for row in second] == [("called", 2)]
    assert await counts(outbox) == {"unsure": 1}
    late_end = Settled(id="called", attempt=first[0].attempt, state="sent", channel="push")
    assert not await outbox.settle("h", LEASE_MS, DAY, late_end)
    assert await outbox.settle("h", LEASE_MS, DAY, Settled(id="called", attempt=2, state="sent", channel="push"))
    assert await counts(outbox, "push") == {"sent": 1}


async def test_a_code_that_surely_was_not_sent_is_tried_again(outbox: StoredOutbox) -> None:
    await outbox.post("h", 0, DAY, [message("code", once=1)])
    await outbox.claim("h", 0, DAY, 10, LEASE_MS)
    await outbox.settle("h", 0, DAY, Settled(id="code", attempt=1, state="waiting", channel="sms", due=2000))
    assert await outbox.claim("h", 1999, DAY, 10, LEASE_MS) == []
    assert [row.attempt for row in await outbox.claim("h", 2000, DAY, 10, LEASE_MS)] == [2]


async def test_a_dead_channel_fills_no_store(outbox: StoredOutbox, redis: Redis) -> None:
    await outbox.post("h", 0, DAY, [message(number, not_after=5000) for number in range(20)])
    await outbox.claim("h", 0, DAY, 10, LEASE_MS)
    for number in range(5):  # due too late, so it has failed; five are under way; ten were never tried
        await outbox.settle("h", 10, DAY, Settled(id=str(number), attempt=1, state="waiting", channel="sms", due=5000))
    await outbox.claim("h", LEASE_MS, DAY, 100, LEASE_MS)
    assert (await outbox.state("h", 0)).waiting == 0
    assert (await counts(outbox, "sms"))["failed"] + (await counts(outbox))["late"] == 20
    await outbox.claim("h", LEASE_MS + 24 * HOUR_MS, DAY, 1, LEASE_MS)
    assert await redis.hlen("gw:{h}:m") == 0  # type: ignore[misc]


async def test_nobody_gets_more_than_ten_an_hour_or_what_they_do_not_want(outbox: StoredOutbox) -> None:
    await outbox.post("h", 0, DAY, [message(number, limit=10) for number in range(12)])
    await outbox.mute("h", ["muted"], True, "261122-0000001")
    await outbox.post("h", 0, DAY, [message("a", limit=10, who="x", person="muted"), message("code", person="muted")])
    assert ((await outbox.state("h", 0)).waiting, await counts(outbox)) == (11, {"limited": 2, "muted": 1})
    await outbox.post("h", HOUR_MS, DAY, [message("next hour", limit=10)])
    assert (await outbox.state("h", 0)).waiting == 12


async def test_of_two_who_turn_the_same_events_into_messages_one_does(outbox: StoredOutbox) -> None:
    assert await outbox.begin("h") == 0
    turned = [outbox.post("h", 0, DAY, [message(f"{who}-{end}")], (0, end)) for who, end in (("a", 5), ("b", 7))]
    assert await asyncio.gather(*turned) == [(1, 5), (0, 5)]
    assert (await outbox.state("h", 0)).waiting == 1


async def test_an_outlet_is_one_workers_until_its_lease_ends(outbox: StoredOutbox) -> None:
    taken = await asyncio.gather(*(outbox.take_outlet("h", 0, "hook", LEASE_MS) for _ in range(5)))
    assert [row for row in taken if row] == [(0, 0, 1)]
    assert await outbox.take_outlet("h", LEASE_MS, "hook", LEASE_MS) == (0, 0, 2)
    assert not await outbox.move_outlet("h", LEASE_MS, DAY, "hook", 1, 9)  # the first one wakes up too late
    assert await outbox.move_outlet("h", LEASE_MS, DAY, "hook", 2, 4, vain=1, due=LEASE_MS + 100)
    assert await outbox.take_outlet("h", LEASE_MS + 99, "hook", LEASE_MS) is None
    assert await outbox.take_outlet("h", LEASE_MS + 100, "hook", LEASE_MS) == (4, 1, 3)
