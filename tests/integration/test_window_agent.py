"""The call pad of a window and a real server: each press is one act, whatever the network does to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from hardware.health import Health
from hardware.keypad.simulator import SimulatedCallPad, SimulatedRatingPad
from queue_server.link import Away, Link
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.ratings import served
from tests.support.windows import WITHIN_S, charge_for, eventually, is_, pad_in_memory, status_at, window_token
from window_client.agent import Charge, TokenRefused, run


def base_of(hall: HallClient) -> str:
    return str(hall.http.make_url("")).rstrip("/")  # type: ignore[union-attr]


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


async def test_a_visitors_key_rates_what_was_finished_last_once_and_not_later(
    hall: HallClient, clock: HandClock
) -> None:
    first = await served(hall)
    made = await window_token(hall)
    keys, stop = SimulatedRatingPad(), asyncio.Event()
    charge = charge_for(base_of(hall), hall, made["token"])
    task = asyncio.create_task(run(charge, pad_in_memory(), stop, keys))

    async def score_of(ticket: str) -> int | None:
        [row] = (await hall.get(f"/tickets/{ticket}/rating"))["stops"]
        return row.get("score")

    keys.press(4)
    await eventually(lambda: keys.lamp == "on")
    assert await score_of(first["id"]) == 4
    keys.press(1)
    await eventually(lambda: keys.lamp == "blink")
    assert await score_of(first["id"]) == 4
    late = await served(hall)
    clock.forward(seconds=61)
    await eventually(lambda: keys.lamp == "off")
    keys.press(2)
    await eventually(lambda: keys.lamp == "blink")
    assert await score_of(late["id"]) is None
    stop.set()
    await task


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
