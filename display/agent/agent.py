"""The wiring of a display agent."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import web

from display.agent.charge import CannotStart, Charge
from display.agent.following import Board, Following
from display.agent.panels import PanelShow
from display.agent.reports import Reports, part, status_app
from display.agent.shown import Shown
from display.agent.zones import Zones
from display.announcer.calls import Call, seconds
from display.announcer.log import AnnouncerLog
from display.announcer.loop import Speech
from display.announcer.memory import Memory
from display.announcer.rules import Announcer
from hardware.health import WELL, Health
from hardware.speaker.cache import VoiceCache
from hardware.speaker.espeak import EspeakVoice
from queue_server.ending import end_tasks
from queue_server.link import Away, Link, Refused

CONFIRM_S = 1.0
HALL_S = 300.0
"""How often the hall's volumes and quiet hours are read anew."""
LAST_WORDS_S = 1.0

log = structlog.get_logger()


class Agent:
    """One agent: a loudspeaker, or none, and any number of panels."""

    def __init__(self, charge: Charge, link: Link) -> None:
        self._charge = charge
        self._link = link
        self._ahead_s = 0.0
        self._zones = Zones()
        self._memory = Memory(charge.data / "announcer.json")
        self._memory_health = WELL
        self._log = AnnouncerLog(charge.data / "announcer.jsonl")
        self._announcer = Announcer(self._note, self._memory.read())
        self._shown = Shown(link)
        self._voice = EspeakVoice()
        self._speech = self._make_speech(charge)
        self._panels = [PanelShow(place, self._show_of("panel")) for place in charge.panels]
        self._following = Following(link, charge.zone, self._see, self._hear, self._learn)
        self._reports = Reports(
            link, charge.installation, self._parts, lambda: self._shown.pending, self._set_server_time
        )

    async def run(self, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
        """Until told to stop; a sentence that is being spoken is spoken to its end. Raises `CannotStart`."""
        runner = web.AppRunner(status_app(self.status), access_log=None)
        await runner.setup()
        try:
            ready(await self._listen(runner))
            await self._work(stop)
        finally:
            await runner.cleanup()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._shown.tell(), LAST_WORDS_S)

    def status(self) -> dict[str, Any]:
        """How it is, for this computer."""
        return {
            "online": self._following.online, "why": self._following.why, "position": self._following.position,
            "waiting": len(self._announcer.waiting), "backlog_s": round(self._announcer.backlog_s, 1),
            "pending": self._shown.pending, "parts": self._parts(),
        }  # fmt: skip

    async def _listen(self, runner: web.AppRunner) -> str:
        site = web.TCPSite(runner, "127.0.0.1", self._charge.port)
        try:
            await site.start()
        except OSError as error:
            raise CannotStart(f"cannot listen on port {self._charge.port}: {error.strerror}") from None
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def _work(self, stop: asyncio.Event) -> None:
        tasks: list[Coroutine[Any, Any, None]] = [
            self._following.run(), self._reports.run(), self._shown.run(), self._confirm(), self._relearn(),
            *(panel.run() for panel in self._panels),
        ]  # fmt: skip
        if self._speech is not None:
            tasks.append(self._speech.run())
        running = [asyncio.create_task(task) for task in (stop_after(stop), *tasks)]
        try:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end_tasks(running)

    def _make_speech(self, charge: Charge) -> Speech | None:
        if charge.speaker is None:
            return None
        voices = VoiceCache(self._voice, charge.data / "voice")
        return Speech(self._announcer, charge.speaker, voices, self._log, self._keep, self._volume_of, self._spoken)

    def _see(self, board: Board) -> None:
        """A board that was read afresh."""
        if self._speech is not None:
            self._announcer.see(board, self._now())
            self._speech.wake()
        self._follow_panels(board)

    def _hear(self, event: Mapping[str, Any], board: Board) -> None:
        """One event, with the board after it."""
        if self._speech is not None:
            self._announcer.hear(event, self._now())
            self._speech.wake()
        self._follow_panels(board)

    def _follow_panels(self, board: Board) -> None:
        for panel in self._panels:
            panel.follow(board)

    async def _confirm(self) -> None:
        """Calls that came late are looked up on the board before they are spoken."""
        while True:
            await asyncio.sleep(CONFIRM_S)
            if self._speech is None or not self._announcer.doubtful:
                continue
            with suppress(Away, Refused):
                self._announcer.see(await self._following.board(), self._now())
                self._speech.wake()

    async def _relearn(self) -> None:
        while True:
            await asyncio.sleep(HALL_S)
            with suppress(Away, Refused):
                self._learn(await self._link.ask("GET", ""))

    def _learn(self, hall: Mapping[str, Any]) -> None:
        self._zones.learn(hall)
        for panel in self._panels:
            panel.learn(hall)

    def _keep(self) -> None:
        """Calls are spoken even if what was said cannot be kept: silence would be worse than a repetition."""
        try:
            self._memory.keep(self._announcer.said, self._following.position)
        except OSError as error:
            log.error("what was said cannot be kept", why=str(error))
            self._memory_health = Health(ok=False, code="DISK_FULL", facts={"said": str(error)})
            return
        self._memory_health = WELL

    def _note(self, what: str, call: Call, why: str) -> None:
        self._log.write(what, **call.facts, why=why)

    def _spoken(self, call: Call) -> None:
        self._shown.add("voice", call.facts)

    def _show_of(self, how: str) -> Callable[[Mapping[str, Any]], None]:
        return lambda call: self._shown.add(how, call)

    def _volume_of(self, zone: str) -> int:
        return self._zones.volume(zone, self._now())

    def _now(self) -> float:
        """The server's clock, as far as it is known."""
        return time.time() + self._ahead_s

    def _set_server_time(self, at: str) -> None:
        self._ahead_s = seconds(at) - time.time()

    def _parts(self) -> list[dict[str, Any]]:
        parts = [part("panel", panel.place.address, panel.health) for panel in self._panels]
        if self._speech is not None:
            troubles = (self._speech.health, self._voice.health(), self._memory_health)
            worst = next((health for health in troubles if not health.ok), WELL)
            waiting, backlog_s = len(self._announcer.waiting), round(self._announcer.backlog_s, 1)
            name = self._charge.speaker_address
            parts.append(part("speaker", name, worst, waiting=waiting, backlog_s=backlog_s))
        return parts


async def stop_after(stop: asyncio.Event) -> None:
    """Ends when told to."""
    await stop.wait()


async def run(charge: Charge, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Runs an agent until told to stop. Raises `CannotStart`, and ValueError for an address or token that is none."""
    async with Link(charge.server, charge.hall, charge.token) as link:
        await Agent(charge, link).run(stop, ready)
