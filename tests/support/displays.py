"""`greenwave display` as a process of its own, and windows to call people to."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.client import HallClient

LANGUAGES = ("zh", "en", "de", "ja", "ko", "ru")


class Agent:
    """A running agent with its folder; `start` again after a kill."""

    def __init__(self, server: str, token: str, folder: Path, *options: str, path: str = "") -> None:
        self.folder = folder
        self.command = [
            sys.executable, "-m", "ops.command", "display", "--server", server, "--hall", "demo-hall",
            "--data", str(folder), *options,
        ]  # fmt: skip
        self.env = {**os.environ, "GREENWAVE_TOKEN": token, **({"PATH": path} if path else {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        with (self.folder.parent / f"{self.folder.name}.err").open("ab") as errors:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=errors, env=self.env)
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        assert line.startswith("ready http://127.0.0.1:"), f"{line!r} {self.errors()}"
        self.url = line.split()[1]

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self._wait()

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self._wait()

    def _wait(self) -> int:
        assert self.process is not None and self.process.stdout is not None
        status = self.process.wait(30)
        self.process.stdout.close()
        self.process = None
        return status

    def errors(self) -> str:
        return (self.folder.parent / f"{self.folder.name}.err").read_text()

    def log(self, *what: str) -> list[dict[str, Any]]:
        path = self.folder / "announcer.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if line["what"] in what]

    def said(self) -> list[str]:
        """Numbers that were announced to their end, in order."""
        return [line["number"] for line in self.log("announced")]

    async def status(self, http: aiohttp.ClientSession) -> dict[str, Any]:
        async with http.get(f"{self.url}/api/status") as response:
            found: dict[str, Any] = await response.json()
        return found


def run(command: list[str], env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=False)


async def until(reached: Callable[[], Any], within_s: float = 40.0) -> None:
    """Waits until that is so, for what other processes do and tell nobody."""
    async with asyncio.timeout(within_s):
        while True:
            found = reached()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.02)


class Floor:
    """The demo hall with windows of one queue, to call people to."""

    def __init__(self, client: HallClient, queue: str, service: str, first: int) -> None:
        self.client = client
        self.queue = queue
        self.service = service
        self.first = first
        self.next_window = first

    async def leave(self) -> None:
        """Whoever was called sits down, so that the next agent that starts has nobody to speak to."""
        for window in range(self.first, self.next_window):
            await self.client.at(window, "start")

    @classmethod
    async def of(cls, client: HallClient) -> "Floor":
        queue = (await client.get(""))["queues"][0]["id"]
        services = (await client.get("/services?limit=500"))["services"]
        service = next(row["id"] for row in services if row["queue"] == queue and row["mode"] == "window")
        windows = (await client.get(""))["windows"]
        taken = [row["window"] for row in windows if row["status"] != "closed"]
        return cls(client, queue, service, max([*taken, 100]) + 1)

    async def call(self, language: str = "zh", voice: bool = True) -> tuple[str, int]:
        """One visitor is called to a window of their own: number and window."""
        window = self.next_window
        self.next_window += 1
        asked = {"language": language, "voice": voice, "channel": "kiosk" if voice else "phone"}
        ticket = await self.client.post("/tickets", {"service": self.service, **asked})
        assert ticket.status == 201, ticket
        await self.client.open(window, queues=[self.queue])
        called = await self.client.at(window, "call-next")
        assert called.status == 200, called
        return called["number"], window

    async def device(self, name: str) -> tuple[str, str]:
        made = await self.client.post("/devices", {"role": "display", "name": name})
        assert made.status == 201, made
        return made["id"], made["token"]


Start = Callable[..., Awaitable[Agent]]


async def until_online(agent: Agent, http: aiohttp.ClientSession) -> None:
    async def online() -> bool:
        return bool((await agent.status(http))["online"])

    await until(online)
