"""A caretaker that is late: it goes on where nobody else began, and is fenced off where somebody did."""

import asyncio
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis

from ops.caretaker import caretaker, election
from ops.caretaker.election import Election
from ops.charge import Charge
from queue_server.domain.outlook import Outlook
from queue_server.settings import Settings
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.outlooks import Outlooks

PATIENCE_S = 30.0


async def begun(client: "Redis") -> int:
    return int(await client.hget("gw:caretakers", "starts") or 0)


async def test_a_term_whose_process_stood_still_goes_on_where_nobody_else_was_elected(
    clean_store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(election, "HELD_MS", 1000)
    monkeypatch.setattr(caretaker, "RENEW_S", 0.5)
    client, stop = connect(clean_store.url), asyncio.Event()
    settings = Settings(data=tmp_path, store=clean_store.url, archive="none:")
    charge = Charge(settings=settings, secret=b"", several_workers=False, instance="mine")
    late = caretaker.Caretaker(charge, lambda: 0)
    running = asyncio.create_task(late.run(stop))
    try:
        async with asyncio.timeout(PATIENCE_S):
            while late._term is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            term = late._term
            time.sleep(1.5)  # noqa: ASYNC251 - nothing of this process moves, and the office lapses
            while not await client.exists("gw:caretaker"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert (late._term, await begun(client)) == (term, 1)
    finally:
        stop.set()
        await running
        await client.aclose()


async def test_a_term_is_over_once_another_began_even_if_that_one_is_over_too(clean_store: EmbeddedStore) -> None:
    client = connect(clean_store.url)
    mine, other = Election(client, "mine"), Election(client, "other")
    await mine.claim()
    await mine.begin()
    await client.delete("gw:caretaker")  # it lapses
    assert await mine.claim(), "nobody else was elected meanwhile"
    await client.delete("gw:caretaker")
    await other.claim()
    await other.begin()
    await other.release()
    assert not await mine.claim()
    outlook = Outlook(at=1, position=1, tickets={}, queues=())
    assert not await Outlooks(client, "mine").publish("small", outlook), "what the old term knew is not told"
    assert await mine.claim(), "a new term may begin"
    await client.aclose()
