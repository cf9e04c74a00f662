"""Power cuts: whatever was acknowledged is there afterwards, once. 20 crashes; GREENWAVE_CRASH_ROUNDS=200 for more."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import aiohttp
import pytest

from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from tests.support.client import HallClient
from tests.support.ledger import Ledger
from tests.support.processes import all_gone, children, kill
from tests.support.servers import HallServer
from tests.support.storm import Storm

ROUNDS = int(os.environ.get("GREENWAVE_CRASH_ROUNDS", "20"))


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a path short enough for its socket."""
    return tmp_path_factory.mktemp("crash") / "data"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        yield http


def kill_all(server: HallServer) -> None:
    """SIGKILL of everything that `up` started, and of itself, within the same millisecond."""
    kill(server.process.pid, *children(server.process.pid))
    server.kill()


async def check(storm: Storm, data: Path, ledger: Ledger) -> None:
    client = connect(EmbeddedStore(data).url)
    try:
        await storm.check(client, ledger)
    finally:
        await client.aclose()


async def test_no_crash_loses_a_ticket_or_a_call_or_gives_a_number_twice(
    data: Path, http: aiohttp.ClientSession
) -> None:
    server = HallServer(data)
    storm, ledger, rng = Storm(server.client(http), "crash", ("GSO-01", "PSB-01"), ("A", "D")), Ledger(), Random(1)
    port = server.url.rpartition(":")[2]

    async def crash() -> None:
        nonlocal server
        await asyncio.sleep(0.3 + rng.random() / 2)
        kill_all(server)
        server = await asyncio.to_thread(HallServer, data, "--port", port)

    await storm.open()
    try:
        for _ in range(ROUNDS):
            await storm.rage(crash())
            await check(storm, data, ledger)
    finally:
        server.stop()
    assert storm.asked_again > ROUNDS, "no answer was ever lost: the crashes came too late"
    assert storm.calls.total() > ROUNDS


def test_nothing_outlives_up_and_its_folder_serves_again(data: Path) -> None:
    server = HallServer(data, "--workers", "2")
    started = list(children(server.process.pid))
    assert len(started) >= 3
    server.kill()
    assert all_gone(started, 5), "processes are left behind"
    again = HallServer(data)
    assert again.stop() == 0


def test_sigterm_stops_everything_and_says_all_is_well(data: Path) -> None:
    server = HallServer(data, "--workers", "2")
    started = list(children(server.process.pid))
    assert server.stop() == 0
    assert all_gone(started, 0), "processes are left behind"


def test_sigterm_while_it_starts_is_heeded_too(data: Path) -> None:
    command = [sys.executable, "-m", "ops.command", "up", "--port", "0", "--data", str(data)]
    starting = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (data / "secret").exists():  # the store runs, the workers do not yet
        time.sleep(0.01)
    started = list(children(starting.pid))
    starting.terminate()
    assert starting.wait(30) == 0
    assert all_gone(started, 0), "processes are left behind"


def test_no_folder_is_left_behind(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = data.parent / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    server = HallServer(data)
    assert server.stop() == 0
    assert list(folder.iterdir()) == []


def test_a_second_up_on_the_same_folder_is_refused_in_one_line(data: Path) -> None:
    server = HallServer(data)
    try:
        command = [sys.executable, "-m", "ops.command", "up", "--port", "0", "--data", str(data)]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 1
        assert second.stdout == ""
        assert len(second.stderr.splitlines()) == 1
        assert str(data) in second.stderr
    finally:
        assert server.stop() == 0


async def test_what_a_visitor_was_told_before_a_kill_is_told_again_afterwards(
    data: Path, http: aiohttp.ClientSession
) -> None:
    server = HallServer(data)
    ask = {"service": "GSO-01", "channel": "kiosk"}
    first = await server.client(http).post("/tickets", ask, key="lost-answer")
    kill_all(server)
    server = HallServer(data)
    try:
        hall: HallClient = server.client(http)
        again = await hall.post("/tickets", ask, key="lost-answer")
        assert (again.status, again.body) == (201, first.body)
        assert (await hall.post("/tickets", ask, key="another"))["number"] != first["number"]
    finally:
        server.stop()
