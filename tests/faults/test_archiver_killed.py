"""An archiver is killed at any moment, again and again: every event of the stream is archived, and archived once.

GREENWAVE_ARCHIVER_KILLS sets how often on each database.
"""

import asyncio
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random

import pytest
import redis

from ops.archive.archiver import Archiver
from ops.archive.database import Archive
from queue_server.store.archive import archived_key
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.support.archives import archived_hall
from tests.support.clocks import NOON
from tests.support.postgres import Cluster

USUAL = {"sqlite": 20, "postgresql": 5}
KILLS = {kind: int(os.environ.get("GREENWAVE_ARCHIVER_KILLS", usual)) for kind, usual in USUAL.items()}
VISITS, LEAST = 400, 800
PAGE = 10
LONGEST_S = 0.06
STREAM = "gw:{small}:e"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def archive_until_killed(store: str, url: str) -> None:
    """In a process of its own."""

    async def work() -> None:
        archiver = Archiver(connect(store), Archive(url), now_ms, PAGE)
        while True:
            if not await archiver.step():
                await archiver.rest()

    asyncio.run(work())


def kill_one(store: EmbeddedStore, url: str, rng: Random, work: Callable[[], None]) -> None:
    """Kills an archiver at a random moment of its work; `work` gives it some when there is little left."""
    with redis.Redis(unix_socket_path=str(store.socket)) as client:
        if client.xlen(STREAM) - archived(client) < LEAST:
            work()
        begun = archived(client)
        process = multiprocessing.get_context("fork").Process(target=archive_until_killed, args=(store.url, url))
        process.start()
        patience = time.monotonic() + 20
        while archived(client) == begun and time.monotonic() < patience:
            time.sleep(0.002)
        time.sleep(rng.random() * LONGEST_S)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        assert begun < archived(client) < client.xlen(STREAM), "it was killed too early or too late to prove anything"


def archived(client: "redis.Redis") -> int:
    return int(client.get(archived_key("small")) or 0)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_its_counts_equal_the_streams_through_kill_9(
    kind: str, valkey: EmbeddedStore, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/archive.db"
    if kind == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.database()
    rng = Random(os.environ.get("GREENWAVE_SEED", "1"))

    async def story() -> None:
        async with archived_hall(valkey, url) as hall:
            at = count(NOON, 3_600_000)
            for _ in range(KILLS[kind]):
                kill_one(valkey, url, rng, lambda: hall.visits(VISITS, next(at)))
            await hall.catch_up()
            await hall.assert_whole()

    asyncio.run(story())
