"""The caretaker is elected: one for each store, whatever is killed."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
import structlog

from ops.caretaker import caretaker, election
from ops.caretaker.election import HELD_MS, STAND_BY_S, Election
from ops.charge import Charge, encode
from queue_server.domain.outlook import Outlook
from queue_server.settings import Settings
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.outlooks import Outlooks

TAKEOVER_S = 5.0
SLOWLY_S = 30.0
"""How long a machine with much to do may take to start or stop a process."""
Candidates = Callable[[str], "subprocess.Popen[bytes]"]
Office = Callable[[str, float], None]


@pytest.fixture
def candidates(clean_store: EmbeddedStore, tmp_path: Path) -> Iterator[Candidates]:
    """Starts caretaker processes as `up` and `serve` do."""
    with ExitStack() as stack:

        def start(name: str) -> "subprocess.Popen[bytes]":
            settings = Settings(data=tmp_path, store=clean_store.url, archive="none:")
            charge = Charge(settings=settings, secret=b"", several_workers=False, instance=name)
            command = [sys.executable, "-m", "ops.caretaker"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
            stack.callback(process.wait, 10)
            stack.callback(process.kill)
            assert process.stdin is not None
            process.stdin.write(encode(charge))
            process.stdin.close()
            return process

        yield start


@pytest.fixture
def is_elected(clean_store: EmbeddedStore) -> Iterator[Office]:
    """Waits until someone, or nobody (empty), holds the office; fails when that takes too long."""
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:

        def within(name: str, seconds: float) -> None:
            end = time.monotonic() + seconds
            while (client.get("gw:caretaker") or b"").decode() != name:
                assert time.monotonic() < end, f"{name or 'nobody'} was to be elected"
                time.sleep(0.02)

        yield within


@pytest.mark.parametrize("store", ["valkey"], indirect=True)
def test_when_the_elected_caretaker_is_killed_another_takes_over_within_five_seconds(
    candidates: Candidates, is_elected: Office
) -> None:
    first = candidates("first")
    is_elected("first", SLOWLY_S)
    second = candidates("second")
    assert second.stderr is not None
    assert b"stands by" in second.stderr.readline()
    first.send_signal(signal.SIGSTOP)
    is_elected("second", SLOWLY_S)
    first.send_signal(signal.SIGCONT)
    assert first.stderr is not None
    said = iter(first.stderr.readline, b"")
    assert next(line for line in said if b"another" in line or b"lapsed" in line), "it works no more once it wakes"
    first.send_signal(signal.SIGKILL)
    assert HELD_MS / 1000 + STAND_BY_S < TAKEOVER_S, "that is when the office lapses, and when it is next looked at"
    second.send_signal(signal.SIGTERM)
    assert second.wait(SLOWLY_S) == 0
    is_elected("", 1.0)


async def test_who_comes_back_under_its_name_need_not_wait_and_terms_are_counted(
    clean_store: EmbeddedStore,
) -> None:
    client = connect(clean_store.url)
    mine, again, other = (Election(client, name) for name in ("mine", "mine", "other"))
    assert [await one.claim() for one in (mine, again, other)] == [True, True, False]
    await other.release()
    assert await mine.claim(), "only who holds the office gives it up"
    await mine.begin()
    await again.begin()
    await mine.release()
    assert await other.claim()
    await other.begin()
    counted = await client.hgetall("gw:caretakers")
    await client.aclose()
    assert counted == {b"last": b"other", b"starts": b"3", b"takeovers": b"1"}


async def test_only_who_is_elected_publishes(clean_store: EmbeddedStore) -> None:
    client = connect(clean_store.url)
    mine, others = Outlooks(client, "mine"), Outlooks(client, "other")
    outlook = Outlook(at=1, position=1, tickets={}, queues=())
    assert not await mine.publish("small", outlook), "the office has lapsed"
    await Election(client, "mine").claim()
    assert [await one.publish("small", outlook) for one in (mine, others)] == [True, False]
    assert await client.xlen("gw:{small}:o") == 1
    await client.aclose()


async def test_a_term_that_cannot_be_renewed_ends_and_another_begins_when_the_store_answers(
    clean_store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(election, "HELD_MS", 400)
    monkeypatch.setattr(caretaker, "RENEW_S", 0.05)
    client, stop = connect(clean_store.url), asyncio.Event()
    settings = Settings(data=tmp_path, store=clean_store.url, archive="none:")
    charge = Charge(settings=settings, secret=b"", several_workers=False, instance="mine")
    with structlog.testing.capture_logs() as said:
        running = asyncio.create_task(caretaker.Caretaker(charge, lambda: 0).run(stop))
        async with asyncio.timeout(SLOWLY_S):
            while await client.hget("gw:caretakers", "starts") != b"1":  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            await client.client_pause(1200)
            while await client.hget("gw:caretakers", "starts") != b"2":  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        stop.set()
        await running
    await client.aclose()
    assert [row["event"] for row in said if "lapsed" in row["event"]]
