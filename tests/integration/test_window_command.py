"""`greenwave window` as a process of its own, through a real line, and its folder."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from hardware.keypad.emulator import PadEmulator
from queue_server.link.folder import AgentFolder, FolderInUse
from tests.support.servers import HallServer
from tests.support.windows import eventually, is_, status_at, window_token


def test_one_agent_works_in_a_folder_and_its_id_stays(tmp_path: Path) -> None:
    with AgentFolder(tmp_path / "new" / "pad") as first:
        with pytest.raises(FolderInUse):
            AgentFolder(first.path)
        known = first.installation
    with AgentFolder(first.path) as again:
        assert again.installation == known
    (first.path / "installation").write_text("half")
    with AgentFolder(first.path) as third:
        assert third.installation not in {known, "half"}
    assert first.path.stat().st_mode & 0o777 == 0o700


class Agent:
    """`greenwave window` as a process."""

    def __init__(self, server: str, hall: str, token: str, keypad: str, data: Path, *more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ops.command", "window", "--server", server, "--hall", hall, "--window", "1",
             "--keypad", keypad, "--data", str(data), *more],
            env={**os.environ, "GREENWAVE_TOKEN": token}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ready(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def ended(self) -> tuple[int, str]:
        """Exit status and what it said on stderr."""
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGTERM)
        return self.ended()


async def test_the_command_works_through_a_real_line_and_survives_its_server(tmp_path: Path) -> None:
    server = HallServer(tmp_path / "hall")
    port = server.url.rsplit(":", 1)[1]
    data = tmp_path / "pad"
    with PadEmulator("tcp", split=True) as pad:
        pad.lamp = "on"  # so that `off` means that the agent has found the pad, and seen the window
        async with aiohttp.ClientSession() as http:
            hall = server.client(http)
            await hall.open(1)
            queue = (await hall.get("/windows/1")).body["queues"][0]["queue"]
            services = (await hall.get("/services?limit=500")).body["services"]
            service = next(row["id"] for row in services if row["queue"] == queue and row["mode"] == "window")
            for _ in range(2):
                await hall.ticket(service)
            token = (await window_token(hall))["token"]
            agent = Agent(server.url, hall.hall, token, pad.address, data)
            assert agent.ready() == f"ready {server.url}/window/{hall.hall}/1\n"
            await eventually(lambda: pad.lamp == "off")
            pad.press("next")
            await eventually(lambda: pad.lamp == "on")
            assert await status_at(hall) == "called"
            second = Agent(server.url, hall.hall, token, pad.address, data)
            status, said = second.ended()
            assert (status, "in use by another agent" in said) == (1, True)
            server.stop()
            await eventually(lambda: pad.lamp == "blink")
            pad.press("missed")
            await eventually(lambda: agent_said(agent, '"outcome": "dropped"'))
        server = HallServer(tmp_path / "hall", "--port", port)
        async with aiohttp.ClientSession() as http:
            hall = server.client(http)
            await eventually(lambda: pad.lamp == "on")
            assert await status_at(hall) == "called"  # the key of back then was not kept for later
            pad.press("start")
            await eventually(lambda: is_(hall, "serving"))
    assert agent.stop()[0] == 0
    server.stop()


async def agent_said(agent: Agent, words: str) -> bool:
    """Whether a line of its log has these words; reads one line."""
    assert agent.process.stderr is not None
    return words in await asyncio.to_thread(agent.process.stderr.readline)


def test_a_token_refused_a_bad_pad_and_a_bad_server_end_the_command(hall_server: HallServer, tmp_path: Path) -> None:
    url, hall = hall_server.url, hall_server.hall
    refused = Agent(url, hall, "no-such-token", "tcp://127.0.0.1:1", tmp_path / "a")
    no_pad = Agent(url, hall, "t", "nonsense", tmp_path / "b")
    no_server = Agent("hall.example", hall, "t", "tcp://127.0.0.1:1", tmp_path / "c")
    status, said = refused.ended()
    assert (status, "the server refuses this token. UNKNOWN_TOKEN" in said) == (1, True)
    status, said = no_pad.ended()
    assert (status, "ADDRESS_WRONG" in said) == (2, True)
    status, said = no_server.ended()
    assert (status, "is not a server's address" in said) == (2, True)
