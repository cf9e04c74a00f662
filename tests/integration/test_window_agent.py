"""The call pad of a window: each press is one act, whatever the network does to it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hardware.health import Health
from hardware.keypad.emulator import PadEmulator
from hardware.keypad.simulator import SimulatedCallPad
from queue_server.link import Away, Link, Refused
from queue_server.link.folder import AgentFolder, FolderInUse
from tests.support.client import HallClient
from tests.support.servers import HallServer
from window_client.agent import Charge, TokenRefused, run
from window_client.agent.presses import Desk, Outcome, Press

WITHIN_S = 20.0

# presses, with a link that does as it is told and a clock that is moved by hand


class Scripted:
    """A link that answers as it is told; time passes as long as an answer takes."""

    def __init__(self, *answers: Any, each_s: float = 1.0) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, object, str]] = []
        self.now = 100.0
        self._each_s = each_s

    async def ask(
        self, method: str, path: str, body: object = None, *, key: str = "", language: str = "", timeout_s: float = 5.0
    ) -> Any:
        assert not language
        self.asked.append((method, path, body, key))
        self.now += min(self._each_s, timeout_s)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def pause(self, seconds: float) -> None:
        self.now += seconds

    async def press(self, key: Any, staff: str = "", late_s: float = 0.0) -> Outcome:
        desk = Desk(self, 3, staff, lambda: self.now, self.pause)
        return await desk.carry_out(Press(key=key, at=self.now - late_s))

    @property
    def posted(self) -> list[str]:
        return [path for method, path, _, _ in self.asked if method == "POST"]

    @property
    def keys(self) -> set[str]:
        return {key for method, _, _, key in self.asked if method == "POST"}


TICKET = {"id": "1", "number": "A001"}
LOST = Away("no answer in time")
UNREACHED = Away("no connection", sent=False)


@pytest.mark.parametrize(
    ("key", "path"),
    [("next", "call-next"), ("recall", "recall"), ("start", "start"), ("finish", "finish"), ("missed", "no-show")],
)
async def test_each_key_is_an_act_of_its_window(key: str, path: str) -> None:
    link = Scripted(TICKET)
    assert (await link.press(key)).what == "done"
    assert link.posted == [f"/windows/3/{path}"]


async def test_a_lost_answer_is_asked_for_again_with_the_same_key() -> None:
    link = Scripted(LOST, UNREACHED, UNREACHED, TICKET)
    assert (await link.press("next")).what == "done"
    assert (len(link.posted), len(link.keys)) == (4, 1)


async def test_two_presses_have_two_keys() -> None:
    link = Scripted(TICKET)
    await link.press("next")
    await link.press("next")
    assert len(link.keys - {""}) == 2


async def test_what_never_got_there_is_dropped_after_three_seconds() -> None:
    link = Scripted(UNREACHED, each_s=0.1)
    assert (await link.press("next")).what == "dropped"
    assert 103.0 <= link.now < 103.5


async def test_what_may_have_got_there_is_asked_for_ten_seconds() -> None:
    link = Scripted(UNREACHED, LOST, UNREACHED, each_s=0.1)
    assert (await link.press("next")).what == "unsure"
    assert 110.0 <= link.now < 110.5


async def test_a_press_that_waited_too_long_for_its_turn_is_never_sent() -> None:
    link = Scripted(TICKET)
    assert (await link.press("next", late_s=3.5)).what == "dropped"
    assert link.asked == []


async def test_nobody_waiting_is_told() -> None:
    assert (await Scripted(None).press("next")).what == "nobody"


async def test_a_refusal_is_told_with_its_code() -> None:
    refusal = Refused(409, {"code": "WINDOW_BUSY", "detail": "D"})
    assert await Scripted(refusal).press("next") == Outcome(what="refused", code="WINDOW_BUSY", why="D")


async def test_a_revoked_token_is_for_the_agent_to_know() -> None:
    with pytest.raises(Refused):
        await Scripted(Refused(401, {"code": "UNKNOWN_TOKEN"})).press("next")


async def test_a_digit_is_no_act() -> None:
    link = Scripted(TICKET)
    assert (await link.press("7")).what == "no_act"
    assert link.asked == []


@pytest.mark.parametrize(
    ("status", "staff", "path", "body"),
    [
        ("open", "", "pause", {"reason": "break"}),
        ("paused", "", "resume", None),
        ("closed", "Li", "open", {"staff": "Li"}),
        ("closed", "", "pause", {"reason": "break"}),
    ],
)
async def test_the_pause_key_turns_the_window_over(status: str, staff: str, path: str, body: object) -> None:
    link = Scripted({"status": status}, {})
    assert (await link.press("pause", staff)).well
    assert link.asked[1][:3] == ("POST", f"/windows/3/{path}", body)


async def test_a_pause_whose_answer_was_lost_does_not_end_itself() -> None:
    link = Scripted({"status": "open"}, LOST, {"status": "paused"})
    assert (await link.press("pause")).well
    assert (set(link.posted), len(link.keys)) == ({"/windows/3/pause"}, 1)


async def test_a_pause_key_while_the_server_is_away_is_dropped() -> None:
    link = Scripted(LOST, each_s=0.1)
    assert (await link.press("pause")).what == "dropped"
    assert link.posted == []
    assert link.now < 103.5


# the agent and a real server


def base_of(hall: HallClient) -> str:
    return str(hall.http.make_url("")).rstrip("/")  # type: ignore[union-attr]


async def eventually(true: Callable[[], Any]) -> Any:
    """Waits until it is so; the answer. Fails after a generous while."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            found = true()
            if isinstance(found, Awaitable):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.02)


@asynccontextmanager
async def working(charge: Charge, pad: Any) -> AsyncIterator["asyncio.Task[None]"]:
    """An agent in this process."""
    stop = asyncio.Event()
    task = asyncio.create_task(run(charge, pad, stop))
    try:
        yield task
    finally:
        stop.set()
        with contextlib.suppress(TokenRefused):
            await task


async def window_token(hall: HallClient, window: int = 1) -> dict[str, Any]:
    made = await hall.post("/devices", {"role": "window", "name": f"pad {window}", "window": window})
    assert made.status == 201, made
    return dict(made.body)


def charge_for(server: str, hall: HallClient, token: str, **more: Any) -> Charge:
    return Charge(server=server, hall=hall.hall, token=token, window=1, installation="one", **more)


async def status_at(hall: HallClient, window: int = 1) -> str:
    """What the window's ticket is, or the window itself."""
    found = (await hall.get(f"/windows/{window}")).body
    return str(found["ticket"]["status"] if found.get("ticket") else found["status"])


async def test_keys_carry_a_visitor_through_and_the_lamp_shows_it(hall: HallClient) -> None:
    await hall.open(1)
    await hall.ticket()
    made = await window_token(hall)
    pad = pad_in_memory()
    async with working(charge_for(base_of(hall), hall, made["token"]), pad):
        await eventually(lambda: pad.lamp == "off")
        pad.press("next")
        await eventually(lambda: pad.lamp == "on")
        assert await status_at(hall) == "called"
        pad.press("start")
        await eventually(lambda: is_(hall, "serving"))
        pad.press("finish")
        await eventually(lambda: pad.lamp == "off")
        assert await status_at(hall) == "open"
        pad.press("pause")
        await eventually(lambda: is_(hall, "paused"))
    assert pad.lamp == "off"


def pad_in_memory() -> SimulatedCallPad:
    """With its lamp on, so that `off` means that the agent has seen the window."""
    pad = SimulatedCallPad()
    pad.lamp = "on"
    return pad


async def is_(hall: HallClient, status: str) -> bool:
    return await status_at(hall) == status


async def test_a_look_that_fails_is_made_again(hall: HallClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await hall.open(1)
    await hall.ticket()
    assert (await hall.at(1, "call-next")).status == 200
    made = await window_token(hall)
    asks, lost = Link.ask, [Away("no answer in time")]

    async def shaky(self: Link, method: str, path: str, *rest: Any, **more: Any) -> Any:
        if method == "GET" and lost:
            raise lost.pop()
        return await asks(self, method, path, *rest, **more)

    monkeypatch.setattr(Link, "ask", shaky)
    pad = SimulatedCallPad()
    async with working(charge_for(base_of(hall), hall, made["token"]), pad):
        await eventually(lambda: pad.lamp == "on")


async def test_a_refused_key_blinks_and_the_lamp_comes_back(hall: HallClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("window_client.agent.agent.SHOWN_S", 0.5)
    await hall.open(1)
    made = await window_token(hall)
    pad = pad_in_memory()
    async with working(charge_for(base_of(hall), hall, made["token"]), pad):
        await eventually(lambda: pad.lamp == "off")
        pad.press("finish")
        await eventually(lambda: pad.lamp == "blink")
        await eventually(lambda: pad.lamp == "off")


async def test_the_pause_key_opens_a_window_that_is_shut(hall: HallClient) -> None:
    made = await window_token(hall)
    pad = pad_in_memory()
    async with working(charge_for(base_of(hall), hall, made["token"], staff="Li"), pad):
        pad.press("pause")
        await eventually(lambda: is_(hall, "open"))
    assert (await hall.get("/windows/1")).body["staff"] == "Li"


class Swallower:
    """A line between agent and server that is cut in place of the answer to the first `act`."""

    def __init__(self, server: str, act: bytes) -> None:
        self._host, _, port = server.removeprefix("http://").partition(":")
        self._port = int(port)
        self._act = act
        self.swallowed = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        cut = asyncio.Event()

        async def up() -> None:
            with contextlib.suppress(OSError):
                while data := await reader.read(65536):
                    if self._act in data and not self.swallowed:
                        self.swallowed += 1
                        cut.set()
                    back.write(data)
            back.close()

        async def down() -> None:
            with contextlib.suppress(OSError):
                while data := await there.read(65536):
                    if cut.is_set():
                        break
                    writer.write(data)
            writer.close()

        for way in (up(), down()):
            task = asyncio.create_task(way)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def test_a_press_whose_answer_is_lost_calls_one_visitor(hall: HallClient) -> None:
    await hall.open(1)
    for _ in range(3):
        await hall.ticket()
    made = await window_token(hall)
    pad = pad_in_memory()
    line = Swallower(base_of(hall), b"/call-next")
    listening = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    between = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with working(charge_for(between, hall, made["token"]), pad):
        await eventually(lambda: pad.lamp == "off")
        pad.press("next")
        await eventually(lambda: pad.lamp == "on")
        pad.press("start")
        await eventually(lambda: is_(hall, "serving"))
        assert pad.lamp == "on"
    assert pad.lamp == "off"
    listening.close()
    assert line.swallowed == 1
    assert (await hall.get("/windows/1")).body["ticket"]["number"] == "A001"
    assert (await hall.get("/board")).body["calls"][0]["times"] == 1


async def test_a_pad_that_is_pulled_out_is_reported_and_works_again_when_put_back(hall: HallClient) -> None:
    await hall.open(1)
    await hall.ticket()
    made = await window_token(hall)

    class Wordy(SimulatedCallPad):
        def health(self) -> Health:
            return replace(super().health(), facts={"said": "no such\ndevice " * 20})

    pad = Wordy()

    async def reported() -> str:
        rows = (await hall.get("/devices")).body["devices"]
        health = next(row for row in rows if row["id"] == made["id"]).get("health") or {}
        return "" if not health else str(health["parts"][0]["code"] or "well")

    async with working(charge_for(base_of(hall), hall, made["token"], report_s=60.0), pad):
        await eventually(lambda: asked(reported, "well"))
        pad.unplug()
        await eventually(lambda: asked(reported, "UNPLUGGED"))
        pad.plug()
        await eventually(lambda: asked(reported, "well"))
        pad.press("next")
        await eventually(lambda: is_(hall, "called"))


async def asked(what: Callable[[], Awaitable[str]], expected: str) -> bool:
    return await what() == expected


async def test_a_driver_that_breaks_does_not_silence_the_window(hall: HallClient) -> None:
    await hall.open(1)
    await hall.ticket()
    made = await window_token(hall)

    class Brittle(SimulatedCallPad):
        broken = True

        def read(self, timeout_s: float) -> Any:
            if self.broken:
                self.broken = False
                raise RuntimeError("a bug in a driver")
            return super().read(timeout_s)

    pad = Brittle()
    async with working(charge_for(base_of(hall), hall, made["token"]), pad):
        pad.press("next")
        await eventually(lambda: is_(hall, "called"))


async def test_a_revoked_token_ends_the_agent(hall: HallClient) -> None:
    made = await window_token(hall)
    pad = pad_in_memory()
    async with working(charge_for(base_of(hall), hall, made["token"]), pad) as task:
        await eventually(lambda: pad.lamp == "off")
        await hall.delete(f"/devices/{made['id']}")
        with pytest.raises(TokenRefused, match="UNKNOWN_TOKEN"):
            async with asyncio.timeout(WITHIN_S):
                await asyncio.shield(task)


async def test_a_token_of_another_window_ends_the_agent(hall: HallClient) -> None:
    made = await window_token(hall, 2)
    with pytest.raises(TokenRefused, match="WRONG_WINDOW"):
        async with asyncio.timeout(WITHIN_S):
            await run(charge_for(base_of(hall), hall, made["token"]), SimulatedCallPad(), asyncio.Event())


# the folder


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


# the command


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
