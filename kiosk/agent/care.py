"""What goes on behind the page: the server found again, numbers in reserve, tickets handed in, health told."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from kiosk.agent.ahead import Ahead
from kiosk.agent.keeping import SeenHall, keep_hall
from kiosk.agent.mirror import Mirror
from kiosk.agent.state import report
from kiosk.agent.wire import moment
from kiosk.offline.marks import prove
from kiosk.offline.upkeep import refill, settle
from queue_server.link import Away, Refused

if TYPE_CHECKING:
    from kiosk.agent.kiosk import Kiosk

HEALTH_S = 10.0
PROBE_S = 0.7
"""Between looks for a server that is away."""
PRINTER_S = 3.0
REFRESH_S = 60.0
CALM_S = 0.3
"""Several changes within this are told at once."""
TICK_S = 1.0
PROBE_LIMIT_S = 2.0
LOOK_LIMIT_S = 8.0

log = structlog.get_logger()


class Care:
    """The agent's own loops. None of them ends before it is cancelled."""

    def __init__(self, kiosk: "Kiosk") -> None:
        self._kiosk = kiosk
        self._changed = asyncio.Event()
        self._work = asyncio.Event()
        self._settling = asyncio.Lock()
        self._refreshed = 0.0
        self._was: dict[str, object] = {}

    def changed(self) -> None:
        """Something of the kiosk's state is new: the page and the server are to be told."""
        self._changed.set()

    def work(self) -> None:
        """There is something to hand in, or numbers to fetch."""
        self._work.set()

    def loops(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        return (self.follow, self.probe, self.back_office, self.watch_printer, self.tell_page, self.tell_server)

    # ---- the server ----

    async def follow(self) -> None:
        """Hears the hall's waits, and at once when the line is lost."""
        kiosk = self._kiosk
        while True:
            try:
                async for told in kiosk.link.follow("waits:*,help"):
                    if told.name == "offline":
                        kiosk.lost()
                    elif told.name == "online":
                        await self.look()
                    elif told.name == "reset":
                        await self.refresh()
                    elif told.name == "WaitEstimated" and kiosk.state.mirror is not None:
                        kiosk.state.mirror.heard_waits(told.data["queues"])
                        kiosk.talk.tell("WaitEstimated", told.data)
                    elif told.name == "HelpAnswered":
                        kiosk.talk.tell("HelpAnswered", {"help": told.data["help"]})
            except Refused as refused:
                kiosk.refused(refused)
            except (KeyError, TypeError) as error:
                log.warning("an event makes no sense", error=repr(error))
            await asyncio.sleep(HEALTH_S / 2)

    async def probe(self) -> None:
        """While the server is away, looks whether it is back; now and then reads the hall afresh."""
        kiosk = self._kiosk
        while True:
            await asyncio.sleep(PROBE_S)
            with suppress(TimeoutError):  # a look that hung would leave the kiosk alone for ever
                async with asyncio.timeout(LOOK_LIMIT_S):
                    if not kiosk.state.desk.online:
                        await self.look()
                    elif time.monotonic() - self._refreshed > REFRESH_S or kiosk.door_moved():
                        await self.refresh()
            if kiosk.state.desk.sick:
                await kiosk.visits.alone(prove(kiosk.state.desk))
                self.changed()

    async def look(self) -> None:
        """Says how the kiosk is; an answer means that the server is there."""
        if await self.report() and not self._kiosk.state.desk.online:
            self._kiosk.state.desk.online = True
            self._kiosk.state.revoked = False
            log.info("the server is there")
            self.changed()
            self.work()
            await self.refresh()

    async def refresh(self) -> None:
        """Reads the hall afresh, and keeps it for a start without its server."""
        kiosk = self._kiosk
        try:
            detail = await kiosk.link.ask("GET", "", timeout_s=PROBE_LIMIT_S)
            found = await kiosk.link.ask("GET", "/services?limit=500", timeout_s=PROBE_LIMIT_S)
            seen = SeenHall(detail=detail, services=found["services"])
            mirror = Mirror(seen)
        except Away:
            return
        except Refused as refused:
            kiosk.refused(refused)
            return
        except (KeyError, TypeError, ValueError) as error:
            log.warning("the hall cannot be understood", error=repr(error))
            return
        self._refreshed = time.monotonic()
        before, kiosk.state.mirror = kiosk.state.mirror, mirror
        if before is None or told_alike(before) != told_alike(mirror):
            await asyncio.to_thread(keep_hall, kiosk.settings.data, mirror.seen)
            kiosk.talk.tell("HallChanged", {})
            self.changed()
            self.work()
        await self._look_ahead()

    async def _look_ahead(self) -> None:
        """Reads what is expected of the queues; a server that does not say it is no trouble."""
        kiosk = self._kiosk
        with suppress(Away, Refused, KeyError, TypeError, ValueError):
            kiosk.state.ahead = Ahead(await kiosk.link.ask("GET", "/outlook", timeout_s=PROBE_LIMIT_S))

    # ---- the back office ----

    async def back_office(self) -> None:
        """Hands in what was given alone, and keeps the reserve full: at once when there is need, else once a second."""
        desk = self._kiosk.state.desk
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._work.wait(), TICK_S)
            self._work.clear()
            mirror = self._kiosk.state.mirror
            if desk.online and mirror is not None and not self._kiosk.state.revoked:
                await self._kiosk.hands.run(settle(desk))
                await self._kiosk.hands.run(refill(desk, mirror.queues))
            await self._kiosk.hands.keep_time()
            self._look_whether_changed()

    def _look_whether_changed(self) -> None:
        desk = self._kiosk.state.desk
        now = {"pending": desk.pending, "left": self._kiosk.state.left, "online": desk.online}
        if now != self._was:
            self._was = now
            self.changed()

    # ---- the printer ----

    async def watch_printer(self) -> None:
        """Asks the printer how it is when it has nothing else to do."""
        while True:
            await self._kiosk.look_at_printer()
            await asyncio.sleep(PRINTER_S)

    # ---- telling ----

    async def tell_page(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            self._kiosk.talk.tell("KioskChanged", self._kiosk.state.document())
            self._kiosk.to_report.set()
            await asyncio.sleep(CALM_S)

    async def tell_server(self) -> None:
        """Every ten seconds, and at once on a change."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._kiosk.to_report.wait(), HEALTH_S)
            self._kiosk.to_report.clear()
            if self._kiosk.state.desk.online:
                await self.report()

    async def report(self) -> bool:
        """Tells the server how the kiosk is; whether it heard."""
        kiosk = self._kiosk
        asked_at = kiosk.boot()
        body = report(kiosk.state, kiosk.installation, kiosk.version)
        try:
            heard = await kiosk.link.ask("POST", "/health", body, timeout_s=PROBE_LIMIT_S)
            await kiosk.hands.learn(moment(heard["at"]), asked_at)
            kiosk.state.desk.hear(str(heard.get("epoch", "")))
        except Away:
            kiosk.lost()
            return False
        except Refused as refused:
            kiosk.refused(refused)
            return False
        except (KeyError, TypeError, ValueError) as error:
            log.warning("the server's answer makes no sense", error=repr(error))
            return False
        if heard.get("others", False) != kiosk.state.others:
            kiosk.state.others = bool(heard.get("others"))
            self.changed()
        return True


def told_alike(mirror: Mirror) -> tuple[object, object]:
    """A hall without what moves all the time."""
    services = [
        {name: value for name, value in row.items() if name not in {"waiting", "wait_s"}} for row in mirror.services
    ]
    detail = {name: value for name, value in mirror.detail.items() if name != "windows"}
    return detail, services
