"""The agent: keys to acts, the window's state to the lamp, and a report every ten seconds."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from importlib.metadata import version

import structlog

from hardware.health import Health
from hardware.keypad.port import CallKey, CallPad, Lamp, RatingPad
from queue_server.ending import end_tasks
from queue_server.link import Away, Link, Refused
from queue_server.link.health import fitting_facts
from window_client.agent.pad import PadThread
from window_client.agent.presses import Desk, Outcome, Press
from window_client.agent.ratings import RatingKeys

REPORT_S = 10.0
MOST_PRESSES = 8
"""More than a clerk can mean at once."""
AGAIN_S = 0.5
SHOWN_S = 2.0
"""How long the lamp blinks for what was refused."""
BUSY = frozenset({"called", "serving"})

log = structlog.get_logger()


class TokenRefused(Exception):
    """The server does not know this token, or not for this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """What an agent is told."""

    server: str
    hall: str
    token: str
    window: int
    staff: str = ""
    installation: str
    report_s: float = REPORT_S


async def run(charge: Charge, pad: CallPad, stop: asyncio.Event, rating: RatingPad | None = None) -> None:
    """Works until told to stop. Raises `TokenRefused` once the server takes the token no more."""
    async with Link(charge.server, charge.hall, charge.token) as link:
        agent = WindowAgent(charge, link, pad, rating)
        try:
            await agent.work(stop)
        finally:
            await asyncio.to_thread(agent.close)


class WindowAgent:
    """One window, the clerk's pad, and perhaps its visitors' five keys."""

    def __init__(self, charge: Charge, link: Link, pad: CallPad, rating: RatingPad | None = None) -> None:
        self._charge = charge
        self._link = link
        self._desk = Desk(link, charge.window, charge.staff)
        self._presses: asyncio.Queue[Press] = asyncio.Queue(MOST_PRESSES)
        self._loop = asyncio.get_running_loop()
        self._online = False
        self._has_visitor = False
        self._wrong_until = 0.0
        self._changed = asyncio.Event()
        self._pad = PadThread(pad, self._heard, lambda: self._soon(self._changed.set))
        self._rating = RatingKeys(link, charge.window, rating) if rating is not None else None

        self._light()

    def close(self) -> None:
        self._pad.close()
        if self._rating is not None:
            self._rating.close()

    async def work(self, stop: asyncio.Event) -> None:
        """Everything at once, until told to stop."""
        tasks = [asyncio.create_task(part()) for part in (self._act, self._follow, self._report)]
        tasks.append(asyncio.create_task(_until(stop)))
        if self._rating is not None:
            tasks.append(asyncio.create_task(self._rating.run()))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except Refused as error:
            raise TokenRefused(f"{error.code}: {error.detail}") from error
        finally:
            await end_tasks(tasks)

    # keys

    def _heard(self, key: CallKey) -> None:
        self._soon(lambda: self._take(key))

    def _soon(self, what: Callable[[], None]) -> None:
        """From the pad's thread to the event loop, if that still runs."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what)

    def _take(self, key: CallKey) -> None:
        try:
            self._presses.put_nowait(Press(key=key, at=self._loop.time()))
        except asyncio.QueueFull:
            self._show(key, Outcome(what="dropped", why="too many keys at once"))

    async def _act(self) -> None:
        while True:
            press = await self._presses.get()
            self._show(press.key, await self._desk.carry_out(press))

    def _show(self, key: CallKey, outcome: Outcome) -> None:
        log.info("key", key=key, outcome=outcome.what, code=outcome.code, why=outcome.why)
        if not outcome.well:
            self._wrong_until = self._loop.time() + SHOWN_S
            beep()
            self._loop.call_later(SHOWN_S, self._light)
        self._light()

    def _light(self) -> None:
        """Blinks while the server is away or after a refusal, is on while a visitor is here, else off."""
        wrong = not self._online or self._loop.time() < self._wrong_until
        lamp: Lamp = "blink" if wrong else "on" if self._has_visitor else "off"
        self._pad.light(lamp)

    # the window as the server knows it

    async def _follow(self) -> None:
        async with aclosing(self._link.follow(f"window:{self._charge.window}")) as events:
            async for told in events:
                self._online = told.name != "offline" and await self._look()
                while told.name != "offline" and not self._online:  # no event may come for long that makes us look
                    self._light()
                    await asyncio.sleep(AGAIN_S)
                    self._online = await self._look()
                self._light()

    async def _look(self) -> bool:
        """Reads the window: whether somebody is there. A refusal is one of the token, or of its window."""
        try:
            window = await self._link.ask("GET", f"/windows/{self._charge.window}")
        except Away:
            return False
        ticket = window.get("ticket")
        self._has_visitor = ticket is not None and ticket.get("status") in BUSY
        return True

    # health

    async def _report(self) -> None:
        """Every ten seconds, and soon after the pad's own health has changed."""
        doubled = False
        while True:
            self._changed.clear()
            try:
                answer = await self._link.ask("POST", "/health", self._document(self._pad.health()))
                if answer.get("others") and not doubled:
                    log.warning("another installation works with this token: make one for each device")
                doubled = bool(answer.get("others"))
            except Away:
                pass  # the server notices by itself that this device is silent
            except Refused as error:
                if error.status == 401:
                    raise
                log.warning("health was refused", code=error.code, detail=error.detail)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._charge.report_s)

    def _document(self, health: Health) -> dict[str, object]:
        parts = [self._part(f"window {self._charge.window}", health)]
        if self._rating is not None:
            parts.append(self._part(f"rating {self._charge.window}", self._rating.health()))
        return {
            "installation": self._charge.installation, "version": version("greenwave"), "parts": parts,
            "pending": 0, "leases": [],
        }  # fmt: skip

    @staticmethod
    def _part(name: str, health: Health) -> dict[str, object]:
        return {
            "kind": "keypad", "name": name, "ok": health.ok, "code": health.code,
            "warnings": list(health.warnings), "facts": fitting_facts(health.facts),
        }  # fmt: skip


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


def beep() -> None:
    """The window computer's own bell, where the agent has a terminal."""
    if sys.stderr.isatty():
        print("\a", end="", file=sys.stderr, flush=True)
