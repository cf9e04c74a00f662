"""`greenwave display` as a process of its own: it speaks, shows, says how it is, and survives whatever happens."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hardware.panel.emulator import PanelEmulator
from hardware.speaker.emulator import EmulatedCard
from ops.up import DEMO
from tests.support.client import HallClient
from tests.support.servers import HallServer
from tests.support.sse import EventReader

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


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def card(tmp_path: Path) -> EmulatedCard:
    return EmulatedCard(tmp_path / "card", times_faster=200.0)


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


@pytest.fixture
async def floor(hall_server: HallServer, http: aiohttp.ClientSession) -> AsyncIterator[Floor]:
    floor = await Floor.of(hall_server.client(http))
    yield floor
    await floor.leave()


Start = Callable[..., Awaitable[Agent]]


@pytest.fixture
def agents() -> Iterator[list[Agent]]:
    running: list[Agent] = []
    yield running
    for agent in running:
        if agent.process is not None:
            agent.kill()


@pytest.fixture
def start(
    hall_server: HallServer, floor: Floor, card: EmulatedCard, tmp_path: Path, agents: list[Agent],
    http: aiohttp.ClientSession,
) -> Start:  # fmt: skip
    """Starts an agent with an emulated sound card, and waits until it follows the board."""

    async def start(*options: str) -> Agent:
        _, token = await floor.device("voice of the hall")
        agent = Agent(hall_server.url, token, tmp_path / "agent", "--speaker", "alsa:", *options, path=card.path)
        agents.append(agent)
        agent.start()
        await until_online(agent, http)
        return agent

    return start


async def until_online(agent: Agent, http: aiohttp.ClientSession) -> None:
    async def online() -> bool:
        return bool((await agent.status(http))["online"])

    await until(online)


def heard_apart(card: EmulatedCard) -> bool:
    """Whether no sound began before the one before it had ended, by the sound card's own record."""
    heard = sorted(card.heard(), key=lambda sound: sound["began"])
    return all(before["ended"] <= after["began"] for before, after in pairwise(heard))


async def test_a_burst_of_twenty_calls_is_spoken_in_order_one_at_a_time_and_acknowledged(
    start: Start, floor: Floor, card: EmulatedCard
) -> None:
    agent = await start()
    async with EventReader(floor.client, "hall") as events:
        called = [await floor.call(LANGUAGES[0])]
        await until(lambda: agent.log("speech_began"))
        called += [await floor.call(LANGUAGES[at % 6]) for at in range(1, 20)]
        numbers = [number for number, _ in called]
        await until(lambda: len(agent.said()) == 20)
        assert agent.said() == numbers
        shown = []
        while len(shown) < 20:
            told = await events.next_of("CallShown", within_s=10)
            shown.append((told.data["number"], told.data["window"], told.data["how"]))
    assert sorted(shown) == sorted((number, window, "voice") for number, window in called)
    assert heard_apart(card)
    begun, ended = agent.log("speech_began"), agent.log("speech_ended")
    assert all(end["monotonic_s"] <= nxt["monotonic_s"] for end, nxt in zip(ended, begun[1:], strict=False))
    languages = {line["number"]: line["lang"] for line in reversed(begun)}
    assert [languages[number] for number in numbers] == [LANGUAGES[at % 6] for at in range(20)]
    assert {line["form"] for line in begun} == {"full", "short"}, "shortened while many wait"
    assert max(line["waiting"] for line in agent.log("chime_began")) > 3
    chimes, sentences = len(agent.log("chime_began")), len(begun)
    assert len(card.heard()) == chimes + sentences + 1, "and a moment of silence at its start to see that it works"


async def test_a_killed_agent_says_nothing_twice_and_goes_on_with_the_rest(
    start: Start, floor: Floor, card: EmulatedCard, http: aiohttp.ClientSession
) -> None:
    agent = await start()
    numbers = [(await floor.call("en"))[0] for _ in range(12)]
    await until(lambda: len(agent.said()) >= 3)
    agent.kill()
    given_out = {row[0] for row in json.loads((agent.folder / "announcer.json").read_bytes())["said"]}
    cut_short = given_out - set(agent.said())
    agent.start()
    await until_online(agent, http)
    await until(lambda: set(numbers) - given_out <= set(agent.said()))
    said = Counter((line["number"], line["lang"], line["round"]) for line in agent.log("speech_began"))
    assert set(said.values()) == {1}, "nobody is spoken to twice"
    lost = set(numbers) - set(agent.said())
    assert lost <= cut_short, "no more is lost than what was being spoken"
    assert len(lost) <= 4
    assert heard_apart(card)


@pytest.fixture
def quick_hall(tmp_path: Path) -> Iterator[HallServer]:
    """The demo hall where a call climbs to voice within two seconds."""
    file = tmp_path / "demo-hall.yaml"
    quick, changed = re.subn(r"(?m)^calling:.*$", "calling: {flash_s: 1, voice_s: 2}", DEMO.read_text("utf-8"))
    assert changed == 1
    file.write_text(quick, "utf-8")
    server = HallServer(tmp_path / "quick", "--hall", str(file), "--open-now")
    yield server
    server.stop()


async def test_a_call_to_the_phone_is_spoken_when_nobody_came(
    quick_hall: HallServer, card: EmulatedCard, tmp_path: Path, agents: list[Agent], http: aiohttp.ClientSession
) -> None:
    floor = await Floor.of(quick_hall.client(http))
    _, token = await floor.device("voice")
    agent = Agent(quick_hall.url, token, tmp_path / "agent", "--speaker", "alsa:", path=card.path)
    agents.append(agent)
    agent.start()
    await until_online(agent, http)
    async with EventReader(floor.client, "hall") as events:
        number, _ = await floor.call("en", voice=False)
        called = await events.next_of("TicketCalled", within_s=10)
        assert called.data["step"] == "silent"
        await until(lambda: number in agent.said())
        steps = [(await events.next_of("CallEscalated", within_s=10)).data["step"] for _ in range(2)]
    assert steps == ["flash", "voice"]
    assert agent.said() == [number]
    agent.kill()


async def test_who_has_come_is_not_called_any_more(start: Start, floor: Floor, card: EmulatedCard) -> None:
    card.unplug()
    agent = await start()
    number, window = await floor.call("en")
    await until(lambda: agent.log("failed"))
    assert (await floor.client.at(window, "start")).status == 200
    await until(lambda: agent.log("withdrawn", "failed")[-1]["number"] == number)
    card.plug_in()
    other, _ = await floor.call("en")
    await until(lambda: other in agent.said())
    assert number not in agent.said()


async def test_who_is_served_or_on_the_way_is_not_called_by_an_agent_that_starts(
    start: Start, floor: Floor, http: aiohttp.ClientSession
) -> None:
    _, window = await floor.call("en")
    _, beside = await floor.call("en")
    assert (await floor.client.at(window, "start")).status == 200
    ticket = (await floor.client.get(f"/windows/{beside}"))["ticket"]["id"]
    assert (await floor.client.post(f"/tickets/{ticket}/coming")).status == 200
    waits, _ = await floor.call("en")
    agent = await start()
    await until(lambda: waits in agent.said())
    agent.kill()
    (agent.folder / "announcer.json").unlink()
    agent.start()
    await until_online(agent, http)
    await until(lambda: agent.said() == [waits, waits])
    assert {line["number"] for line in agent.log("speech_began")} == {waits}


async def test_a_loudspeaker_that_was_away_is_reported_and_speaks_when_it_is_back(
    start: Start, floor: Floor, card: EmulatedCard, http: aiohttp.ClientSession
) -> None:
    card.unplug()
    agent = await start()

    async def reported() -> bool:
        rows = (await floor.client.get("/devices"))["devices"]
        parts = [part for row in rows if row.get("health") for part in row["health"]["parts"]]
        return "NOT_FOUND" in {part["code"] for part in parts}

    await until(reported)
    number, _ = await floor.call("en")
    card.plug_in()
    await until(lambda: number in agent.said())
    status = await agent.status(http)
    [part] = status["parts"]
    assert (part["kind"], part["ok"], part["facts"]["waiting"]) == ("speaker", True, 0)
    async with http.get(f"{agent.url}/metrics") as response:
        assert "greenwave_announcer_waiting 0.0" in await response.text()


async def test_a_panel_shows_the_call_of_its_window_and_tells_so(start: Start, floor: Floor) -> None:
    with PanelEmulator() as mine, PanelEmulator() as hall:
        window = floor.next_window
        zones = ",".join(zone["id"] for zone in (await floor.client.get(""))["zones"])
        panels = ("--panel", f"{mine.address}?window={window}", "--panel", f"{hall.address}?lines=1")
        await start("--zone", zones, *panels)
        await until(lambda: mine.lines == ["请稍候", "Please wait"])
        async with EventReader(floor.client, "hall") as events:
            number, _ = await floor.call()
            await until(lambda: mine.lines == [f"{number} 号请到 {window} 号窗口", f"{number} to window {window}"])
            how: set[str] = set()
            while how != {"panel", "voice"}:
                told = await events.next_of("CallShown", within_s=20)
                how |= {told.data["how"]} if told.data["number"] == number else set()
        assert hall.lines == mine.lines[:1]
        mine.unplug()
        other, there = await floor.call()
        await until(lambda: hall.lines == [f"{other} 号请到 {there} 号窗口"])
        assert (await floor.client.at(window, "start")).status == 200
        assert (await floor.client.at(window, "finish")).status == 200
        await until(lambda: mine.lines == ["请稍候", "Please wait"])
        assert (await floor.client.at(window, "pause", {"reason": "break"})).status == 200
        await until(lambda: mine.lines == ["暂停服务", "Window paused"])


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
