"""A hall whose clock a test holds, with a real store and a real archive: what a cockpit foresees and remembers.

It plays the caretaker's part by the caretaker's own wire: it publishes outlooks, proposes diversions, answers what-ifs.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, Page, expect

from ops.archive.archiver import Archiver
from ops.archive.database import Archive
from ops.archive.past import SqlPast
from ops.pages import PAGES
from queue_server.app import create_app
from queue_server.domain.callers import Caller
from queue_server.domain.diversion import Gain, Measure
from queue_server.domain.hall import Hall
from queue_server.domain.outlook import Doubt, Later, Outlook, QueueOutlook, Range
from queue_server.flows.acting import Ask
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.outlooks import Outlooks, Reply
from queue_server.web.context import SERVICES, Services
from tests.pages.browser import page_of
from tests.support.client import ADMIN, HallClient
from tests.support.clocks import HandClock

SECRET = bytes(range(32))
QUARTER_MS = 15 * 60_000
WALL = (1920, 1080)
GAIN = Gain(mean_s=200.0, p90_s=480.0, mean_low_s=120.0, mean_high_s=310.0)


def band(middle: int) -> Range:
    """A range around a middle."""
    return (middle // 2, middle, middle * 2)


def expected(queue: str, waits: list[int], waiting: int, start: int) -> QueueOutlook:
    """A queue whose wait in seconds is the first of `waits` now, and the others each a quarter of an hour later."""
    later = tuple(
        Later(at=start + (number + 1) * QUARTER_MS, wait_s=band(wait), waiting=band(max(wait // 60, 1)))
        for number, wait in enumerate(waits[1:])
    )
    return QueueOutlook(queue=queue, waiting=waiting, wait_s=band(waits[0]), pace_s=60, later=later)


class CockpitHall:
    """One hall in this process. `client` calls it as admin."""

    def __init__(self, hall: Hall, http: "TestClient[Any, Any]", services: Services, clock: HandClock) -> None:
        self.hall = hall
        self.client = HallClient(http, hall.id)
        self.clock = clock
        self.url = str(http.make_url("")).rstrip("/")
        self._services = services
        self.outlooks: Outlooks
        self.archiver: Archiver

    async def foresee(self, *queues: QueueOutlook, doubts: tuple[Doubt, ...] = (), cost_ms: int = 12) -> None:
        """Publishes an outlook, as the caretaker would; the hall's own is that of its first queue."""
        outlook = Outlook(
            at=self.clock(), position=0, tickets={}, queues=queues,
            hall=queues[0].later if queues else (), doubts=doubts, cost_ms=cost_ms,
        )  # fmt: skip
        await self.outlooks.publish(self.hall.id, outlook)

    async def advise(self, *measures: Measure, gain: Gain = GAIN, needs: str = "clerk") -> None:
        """One round of advice."""
        ask = Ask(running=self._services.halls[self.hall.id], caller=Caller(role="system"))
        await self._services.diverting.flows.propose(ask, [(measure, gain, needs, 60, 300) for measure in measures])

    async def archive(self) -> None:
        """Brings everything that has happened into the archive."""
        while await self.archiver.step():
            pass

    async def answer_what_ifs(self, answer: dict[str, Any]) -> None:
        """Gives this answer to every question, until cancelled."""
        while True:
            question = await self.outlooks.next_question(0.2)
            if question is not None:
                await self.outlooks.reply(question, Reply(answer=answer))

    @asynccontextmanager
    async def answering(self, answer: dict[str, Any]) -> AsyncIterator[None]:
        task = asyncio.create_task(self.answer_what_ifs(answer))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def cockpit(self, browser: Browser, view: str = "", lang: str = "en", size: tuple[int, int] = WALL) -> Page:
        """The cockpit in a new browser, signed in as a manager of this hall."""
        made = await self.client.post("/devices", {"role": "manager", "name": "a manager"})
        page = await page_of(browser, self.url, size, {f"gw-manager-{self.hall.id}": made["token"], "lang": lang})
        await page.goto(f"{self.url}/cockpit/{self.hall.id}{view}")
        await expect(page.locator("#connection")).to_have_attribute("data-state", "online")
        return page


@asynccontextmanager
async def cockpit_hall(hall: Hall, data: Path, store: EmbeddedStore, clock: HandClock) -> AsyncIterator[CockpitHall]:
    """The hall, open whatever its clock says, on a store that runs."""
    address = f"sqlite:///{data / 'archive.db'}"
    client, archive = connect(store.url), Archive(address)
    await Catalogue(client).keep(hall)
    settings = Settings(data=data, store=store.url, archive=address, open_now=True, admin_token=ADMIN)
    app = create_app(settings, SECRET, PAGES, clock=clock, past=SqlPast(address))
    async with TestClient(TestServer(app)) as http:
        here = CockpitHall(hall, http, app[SERVICES], clock)
        here.outlooks, here.archiver = Outlooks(client), Archiver(client, archive, clock)
        yield here
    here.archiver.close()
    archive.close()
    await client.aclose()
