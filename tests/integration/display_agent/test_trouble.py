"""`greenwave display` says in one line what is wrong, and waits for a server that is away."""

import asyncio
import os
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import pytest

from hardware.speaker.emulator import EmulatedCard
from tests.support.displays import Agent, Floor, Start, run, until, until_online
from tests.support.servers import HallServer


async def test_a_second_agent_in_the_same_folder_is_refused_in_one_line(start: Start) -> None:
    agent = await start()
    second = await asyncio.to_thread(run, agent.command, agent.env)
    assert second.returncode == 1
    assert re.fullmatch(r"greenwave: .* is in use by another agent: [^\n]*\n", second.stderr), second.stderr
    assert second.stdout == ""


WRONG = [
    ({"GREENWAVE_TOKEN": "no-such-token"}, 1, "the server refuses"),
    ({"GREENWAVE_TOKEN": " "}, 2, "--token missing"),
    ({"--hall": "no-such-hall"}, 1, "the server refuses: NO_SUCH_HALL"),
    ({"--server": "ftp://hall"}, 2, "`ftp://hall` is not a server's address"),
    ({"--speaker": "trumpet:"}, 2, "a device cannot be used: ADDRESS_WRONG"),
]


@pytest.fixture(scope="module")
def mistaken(
    hall_server: HallServer, tmp_path_factory: pytest.TempPathFactory
) -> "list[subprocess.CompletedProcess[str]]":
    """What becomes of each agent of `WRONG`, all started at once."""

    def started(at: int) -> "subprocess.CompletedProcess[str]":
        change, folder = WRONG[at][0], str(tmp_path_factory.mktemp("wrong"))
        options = {"--server": hall_server.url, "--hall": "demo-hall", "--data": folder, "--speaker": "alsa:"}
        env = {**os.environ, "GREENWAVE_TOKEN": "x", **{name: new for name, new in change.items() if name[0] == "G"}}
        options |= {name: new for name, new in change.items() if name[0] == "-"}
        words = [word for pair in options.items() for word in pair]
        return run([sys.executable, "-m", "ops.command", "display", *words], env)

    with ThreadPoolExecutor() as all_at_once:
        return list(all_at_once.map(started, range(len(WRONG))))


@pytest.mark.parametrize("at", range(len(WRONG)), ids=[line for _, _, line in WRONG])
def test_what_was_set_up_wrong_is_said_in_one_line(at: int, mistaken: "list[subprocess.CompletedProcess[str]]") -> None:
    _, status, line = WRONG[at]
    assert (mistaken[at].returncode, line in mistaken[at].stderr) == (status, True), mistaken[at].stderr
    assert "Traceback" not in mistaken[at].stderr


async def test_a_token_that_is_revoked_later_is_said_and_the_agent_lives_on(
    start: Start, floor: Floor, http: aiohttp.ClientSession
) -> None:
    agent = await start()
    devices = (await floor.client.get("/devices"))["devices"]
    for row in devices:
        if row["role"] == "display":
            assert (await floor.client.delete(f"/devices/{row['id']}")).status == 204
    await until(lambda: "the server refuses this agent now" in agent.errors())
    assert not (await agent.status(http))["online"]
    assert agent.stop() == 0


async def test_an_agent_ends_cleanly_when_told_to(start: Start) -> None:
    agent = await start()
    assert agent.stop() == 0
    assert "Traceback" not in agent.errors()


async def test_a_server_that_is_away_is_waited_for_and_nothing_is_repeated(
    tmp_path: Path, card: EmulatedCard, agents: list[Agent], http: aiohttp.ClientSession
) -> None:
    server = HallServer(tmp_path / "data")
    port = server.url.rpartition(":")[2]
    floor = await Floor.of(server.client(http))
    _, token = await floor.device("voice")
    agent = Agent(server.url, token, tmp_path / "agent", "--speaker", "alsa:", path=card.path)
    agents.append(agent)
    agent.start()
    await until_online(agent, http)
    first, _ = await floor.call("en")
    await until(lambda: first in agent.said())
    server.kill()

    async def offline() -> bool:
        return not (await agent.status(http))["online"]

    await until(offline)
    server = HallServer(tmp_path / "data", "--port", port)
    try:
        await until_online(agent, http)
        second, _ = await floor.call("en")
        await until(lambda: second in agent.said())
        assert agent.said() == [first, second]
        assert "the server is away" in agent.errors()
    finally:
        agent.kill()
        server.stop()


async def test_an_agent_started_before_its_server_comes_up_with_it(
    tmp_path: Path, card: EmulatedCard, agents: list[Agent], http: aiohttp.ClientSession
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    agent = Agent(f"http://127.0.0.1:{port}", "any-token", tmp_path / "agent", "--speaker", "alsa:", path=card.path)
    agents.append(agent)
    agent.start()
    await until(lambda: "the server is away" in agent.errors())
    assert not (await agent.status(http))["online"]
    assert agent.stop() == 0
