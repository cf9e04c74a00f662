"""One kiosk, whole: its parts wired together, started, and stopped without losing anything."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import structlog

from hardware.errors import DeviceError
from hardware.health import WELL, Health
from hardware.idcard.port import CardFacts
from hardware.registry import open_idcard, open_printer, open_scanner
from kiosk.agent import clocks, codes
from kiosk.agent.cards import Cards
from kiosk.agent.care import Care
from kiosk.agent.hands import Hands
from kiosk.agent.keeping import read_hall
from kiosk.agent.mirror import Mirror
from kiosk.agent.printing import Printing, Usage
from kiosk.agent.problems import Problem, of_server
from kiosk.agent.readers import Reading, read_cards, read_codes
from kiosk.agent.settings import Settings
from kiosk.agent.state import State
from kiosk.agent.talk import Talk
from kiosk.agent.visits import Visits
from kiosk.offline.clock import HallClock
from kiosk.offline.desk import Desk
from kiosk.offline.journal import SqliteJournal
from kiosk.offline.ports import Saved
from queue_server.contract.persons import hide_person
from queue_server.ending import end_tasks
from queue_server.link import Away, Link, Refused
from queue_server.link.identity import Who

HELP_LIMIT_S = 3.0
LAST_SLIPS = 20

log = structlog.get_logger()


class Kiosk:
    """Made in a loop that runs. `await start()`, then `await stop()`; in between `visits` and `talk` are used.

    Raises `JournalFull` for a data folder that cannot be written, `DeviceError` for an address that can be none.
    """

    def __init__(self, settings: Settings, who: Who) -> None:
        self.settings, self.who = settings, who
        self.boot = clocks.boot_ms
        self.version = version("greenwave")
        self.talk, self.to_report = Talk(), asyncio.Event()
        self.link = Link(who.server, who.hall, who.token)
        journal = SqliteJournal(settings.data, lambda: f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        saved = journal.load()
        self.installation = saved.installation
        clock = HallClock(clocks.boot_ms, clocks.boot_id(), clocks.wall_ms, saved.anchor, _last_known(saved))
        self.state = State(desk=Desk(saved, clock), name=who.name, trouble=_trouble(saved), mirror=_kept(settings))
        self._printer = open_printer(settings.printer)
        self._scanner = open_scanner(settings.scanner) if settings.scanner else None
        self._idcard = open_idcard(settings.idcard, self._hide) if settings.idcard else None
        self.state.fitted = self._printer.profile.fitted
        self.usage = Usage(settings.roll_m, journal.counts(), datetime.now(UTC))
        public = settings.public_url or who.server
        self.printing = Printing(
            self._printer, settings.paper, public, lambda: self.state.mirror, lambda: self.hotline, self._paper_went
        )
        self.hands = Hands(
            link=self.link, journal=journal, clock=clock, boot=self.boot, installation=self.installation,
            print_slip=self.printing.print_slip, hears=self,
        )  # fmt: skip
        self.cards = Cards()
        self.care = Care(self)
        self.visits = Visits(self.state, self.hands, self.cards, self._visited)
        self._journal = journal
        self._readings: list[Reading] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.get_running_loop()

    @property
    def hotline(self) -> str:
        return self.state.hotline or (self.state.mirror.hotline if self.state.mirror else "")

    def now_ms(self) -> int:
        """The hall's time, or this machine's own while nobody ever told that."""
        return self.state.desk.clock.now() or clocks.wall_ms()

    @property
    def timezone(self) -> str:
        return self.state.mirror.hall.timezone if self.state.mirror else "UTC"

    # ---- life ----

    async def start(self) -> None:
        await self.link.__aenter__()
        self._paper_changed()
        self._open_readers()
        await asyncio.gather(self.look_at_printer(), self.care.look())
        await self.visits.recover()
        for loop in self.care.loops():
            self.begin(loop())

    async def stop(self) -> None:
        """Finishes the ticket that is half done, then leaves."""
        self.talk.end()
        await asyncio.wait([asyncio.ensure_future(self.visits.idle())], timeout=5.0)
        await end_tasks(self._tasks)
        for reading in self._readings:
            await asyncio.to_thread(reading.close)
        await self.link.__aexit__(None, None, None)
        await asyncio.to_thread(self.hands.close)
        self._printer.close()
        self._journal.close()

    def begin(self, work: Awaitable[Any]) -> None:
        """Something that goes on by itself until the kiosk stops; a fault in it is logged, and it is begun no more."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.critical("a background task ended", exc_info=task.exception())

    # ---- what the server's answers tell besides ----

    def leased(self, document: dict[str, Any]) -> None:
        self.state.hotline = str(document.get("hotline", ""))
        self.state.person_key = bytes.fromhex(str(document.get("person_key", "")))

    def refused(self, refused: Refused) -> None:
        """A token that is refused ends it all, until it is accepted again."""
        if refused.token_refused and not self.state.revoked:
            log.error("the server refuses this kiosk's token", code=refused.code)
            self.state.revoked = True
            self.state.desk.online = False
            self.care.changed()

    def lost(self) -> None:
        if self.state.desk.online:
            log.warning("the server is away")
            self.state.desk.online = False
            self.care.changed()

    def door_moved(self) -> bool:
        """Whether the hall should have opened or closed since it was read."""
        mirror = self.state.mirror
        return mirror is not None and mirror.is_open(self.state.desk.clock.now()) != mirror.detail["open"]

    # ---- printer ----

    async def look_at_printer(self) -> None:
        """What the printer says of itself; between tickets alone."""
        health = await self.hands.in_printer(self._printer.health)
        self._hear_printer(health)

    async def print_test(self) -> None:
        """Raises `Problem`."""
        try:
            await self.hands.in_printer(self.printing.print_test, self.now_ms())
        except DeviceError as error:
            raise Problem("PAPER_OUT" if error.code == "PAPER_OUT" else "PRINTER_OFFLINE") from None

    async def fresh_roll(self) -> None:
        await self.hands.count(self.usage.fresh())
        self._paper_changed()

    def _hear_printer(self, health: Health) -> None:
        if health != self.state.printer:
            if (health.ok, health.code) != (self.state.printer.ok, self.state.printer.code):
                log.info("the printer", ok=health.ok, code=health.code)
            self.state.printer = health
            self.care.changed()

    def _paper_went(self, used_mm: float) -> None:
        """Called in the printer's thread."""
        self._loop.call_soon_threadsafe(self._count_paper, used_mm)

    def _count_paper(self, used_mm: float) -> None:
        self.begin(self.hands.count(self.usage.add(used_mm)))
        self._paper_changed()

    def _paper_changed(self) -> None:
        self.state.paper = {"paper": self.usage.document(datetime.now(UTC))}

    def _visited(self) -> None:
        """Something was printed, or was not: the printer's state and the back office are looked at."""
        self.care.changed()
        self.care.work()
        self.begin(self.look_at_printer())

    # ---- readers ----

    def _open_readers(self) -> None:
        if self._scanner:
            self._readings.append(read_codes(self._scanner, self._code, self._reader_health))
        if self._idcard:
            self._readings.append(read_cards(self._idcard, self._card, self._reader_health, self._missed, self._today))

    def _hide(self, id_number: str) -> str:
        """Called in the reader's thread. Without the hall's key nobody is known, and nothing else changes."""
        return hide_person(self.state.person_key, "id", id_number) if self.state.person_key else ""

    def _today(self) -> date:
        now = self.now_ms()
        return datetime.fromtimestamp(now / 1000, ZoneInfo(self.timezone)).date()

    def _card(self, facts: CardFacts) -> None:
        self.cards.take(facts)
        self.talk.tell("CardRead", self.cards.told() or {})

    def _missed(self, code: str) -> None:
        self.talk.tell("CardMissed", {"code": code})

    def _code(self, code: str) -> None:
        self.begin(self._look_up(code))

    async def _look_up(self, code: str) -> None:
        self.talk.tell("CodeScanned", await codes.look_up(self.who.server, self.who.hall, code))

    def _reader_health(self, name: str, health: Health) -> None:
        if self.state.readers.get(name, WELL) != health or name not in self.state.readers:
            self.state.readers[name] = health
            self.care.changed()

    # ---- help ----

    async def call_help(self, key: str) -> dict[str, Any]:
        """Calls somebody of the staff. Raises `Problem`."""
        return await self._ask("/help", {}, key)

    async def ask_interpreter(self, number: str, language: str, key: str) -> dict[str, Any]:
        """An interpreter for a ticket of today. Raises `Problem`."""
        return await self._ask(f"/tickets/{quote(number, safe='')}/interpreter", {"language": language}, key)

    async def collect(self, code: str, key: str) -> dict[str, Any]:
        """Opens the box of a code. Raises `Problem`."""
        return await self._ask("/parcels/collect", {"code": code}, key)

    async def spoken(self) -> dict[str, Any]:
        """The languages of the hall's interpreters. Raises `Problem`."""
        return await self._ask("/interpreters/languages", None, "", "GET")

    async def _ask(self, path: str, body: dict[str, Any] | None, key: str, method: str = "POST") -> dict[str, Any]:
        try:
            called: dict[str, Any] = await self.link.ask(method, path, body, key=key, timeout_s=HELP_LIMIT_S)
        except Away:
            raise Problem("AWAY") from None
        except Refused as refused:
            self.refused(refused)
            raise of_server(refused.code, refused.facts) from None
        return called


def _last_known(saved: Saved) -> int:
    """No moment before this one can be now."""
    return max([0, *(slip.taken_at for slip in saved.slips), *(block.granted_at for block, _ in saved.blocks)])


def _trouble(saved: Saved) -> tuple[str, ...]:
    return (*(("JOURNAL_SET_ASIDE",) if saved.aside else ()), *(("JOURNAL_SALVAGED",) if saved.salvaged else ()))


def _kept(settings: Settings) -> Mirror | None:
    """The hall as this kiosk last saw it."""
    seen = read_hall(settings.data)
    try:
        return Mirror(seen) if seen and seen.detail.get("id") == settings.hall else None
    except (KeyError, TypeError, ValueError):
        return None
