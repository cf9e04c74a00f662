"""One worker: it reaches the store, follows it, looks after its halls, and serves routes and pages."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from redis.exceptions import RedisError

from queue_server.care import TICK_S
from queue_server.domain.calendar import day_of
from queue_server.domain.orders import Lease
from queue_server.ending import end_tasks
from queue_server.flows.clock import system_clock
from queue_server.flows.ledger import Ledger, NoLedger
from queue_server.flows.past import NoPast, Past
from queue_server.flows.ports import Clock
from queue_server.flows.running import RunningHall
from queue_server.look.page import Page
from queue_server.settings import Settings
from queue_server.store.asking import StoreDown
from queue_server.store.catalogue import Catalogue
from queue_server.store.feed import Feed, History, Taker
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from queue_server.store.promises import Noting, Promises
from queue_server.web import system
from queue_server.web.auth import AUTH
from queue_server.web.context import SERVICES
from queue_server.web.endpoint import LARGEST_BODY
from queue_server.web.home.pages import PAGES as HOME_PAGES
from queue_server.web.live import Hub
from queue_server.web.pages import add_pages
from queue_server.web.routes import add_api, add_system
from queue_server.web.streams import Streams
from queue_server.wiring import Given, Parts, Stores

HEARTBEAT_TICKS = 10
SILENT_S = 1.0
"""How long the store may be away before pages are told."""

log = structlog.get_logger()


class Worker:
    """One worker process: built by `create_app`, started and stopped with its application."""

    def __init__(
        self, settings: Settings, secret: bytes, clock: Clock, several_workers: bool, on_fault: Callable[[], None],
        past: Past, ledger: Ledger,
    ) -> None:  # fmt: skip
        self._on_fault = on_fault
        self.settings = settings
        self.clock = clock
        self.stores = Stores.at(settings.store)
        self.halls: dict[str, RunningHall] = {}
        self.hubs: dict[str, Hub] = {}
        self._takers: dict[str, Taker] = {}
        self.hall_store = HallStore(self.stores.main, self._load_library)
        feeding = HallStore(self.stores.feed, self._load_library)
        self.feed = Feed(self.stores.feed, feeding, self._takers, self.take_halls, self.heal)
        self.promises = Promises(settings.data / "promises.json")
        self.catalogue = Catalogue(self.stores.main)
        given = Given(
            halls=self.halls, hall_store=self.hall_store, load=self._load_library, heal=self.heal,
            person_changed=self._person_changed,
        )  # fmt: skip
        self.parts = Parts(settings, secret, clock, several_workers, past, ledger, self.stores, given)

    async def _load_library(self) -> None:
        await load_library(self.stores.main)

    async def _reach_store(self) -> None:
        """Waits for a store that is away at the start; it may come up after us."""
        while True:
            try:
                await self._load_library()
                await self.take_halls()
                for hall in self.halls:
                    await self.heal(hall)
                self.parts.care.up_since = self.clock()
                return
            except StoreDown as error:
                log.warning("waiting for the store", error=str(error))
                await asyncio.sleep(TICK_S)

    async def take_halls(self) -> None:
        """Runs every hall of the catalogue; those that run already go on with their new file."""
        for hall in await self.catalogue.halls():
            if hall.id in self.halls:
                self.halls[hall.id].take_file(hall)
                continue
            running = RunningHall(hall, self.settings.rehearsal_speed)
            await self.parts.outgoing.follow(running)
            self.hubs[hall.id] = Hub(running, self._revoked, self.parts.metrics.resets.inc)
            running.followers.append(Noting(self.promises.of(hall.id), running))
            self._takers[hall.id] = running
            self.halls[hall.id] = running

    async def heal(self, hall_id: str) -> None:
        """Makes a store that was restored from an older copy skip past the numbers that people hold already."""
        running, now = self.halls[hall_id], self.clock()
        day = day_of(running.hall, now)
        snapshot = await self.hall_store.snapshot(hall_id)
        seen = self.promises.lost(hall_id, day, snapshot)
        if (snapshot.day, snapshot.position) < running.known:
            running.trusted = False
            self.feed.begin_again(hall_id)
        if not seen:
            return
        log.critical("the store was restored from an older copy: numbers skip past those given", hall=hall_id, to=seen)
        await self.hall_store.close_day(hall_id, now, day)
        await self.hall_store.act(
            hall_id, "lease", Lease(at=now, day=day, actor="system", seen=seen, epoch=secrets.token_hex(8), restored=1)
        )
        self.promises.of(hall_id).position = (await self.hall_store.snapshot(hall_id)).position

    async def keep_promises(self) -> None:
        """Writes down which numbers were given; a full disk must not stop the hall."""
        try:
            await asyncio.to_thread(self.promises.keep)
        except OSError as error:
            log.error("the promised numbers cannot be written down", error=str(error))

    def _revoked(self, hall: str, device: str) -> None:
        self.parts.devices.forget(hall, device)
        if device:
            self.hubs[hall].end_device(device)

    def _person_changed(self, person: str) -> None:
        for hub in self.hubs.values():
            hub.end_device(person)

    async def run_news(self) -> None:
        """Follows what becomes of accounts for as long as the worker lives."""
        while True:
            try:
                await self.parts.news.step()
            except (StoreDown, RedisError):
                self.parts.news.lost()
                await asyncio.sleep(TICK_S)  # the feed reports the outage

    async def run_feed(self) -> None:
        """Follows the store for as long as the worker lives."""
        await self.feed.run()

    async def run_ticks(self) -> None:
        """Once a second what moves without an event, and the heartbeat. It never waits for the store."""
        ticks = 0
        while True:
            await asyncio.sleep(TICK_S)
            ticks += 1
            if not self.feed.up:
                self.parts.care.up_since = self.clock()
            lost = self.feed.lost_at and asyncio.get_running_loop().time() - self.feed.lost_at > SILENT_S
            for hub in list(self.hubs.values()):
                hub.set_adrift(bool(lost))
                if ticks % HEARTBEAT_TICKS == 0:
                    hub.heartbeat()
                hub.tick(self.clock())

    async def run_care(self) -> None:
        """Looks after the halls for as long as the worker lives."""
        await self.parts.care.run(self.keep_promises)

    def _report(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            log.critical("a background task ended: this worker is of no use", exc_info=task.exception())
            self._on_fault()

    async def end_streams(self, _: web.Application) -> None:
        """Open streams would keep the server from stopping; their readers come back by themselves."""
        for hub in self.hubs.values():
            for stream in hub.streams():
                stream.end()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Connects, runs the background tasks, and leaves nothing behind."""
        await self._reach_store()
        tasks = [
            asyncio.create_task(work())
            for work in (self.run_feed, self.run_news, self.run_ticks, self.run_care, self.parts.outgoing.run)
        ]
        for task in tasks:
            task.add_done_callback(self._report)
        try:
            yield
        finally:
            await end_tasks(tasks)
            await self.parts.outgoing.close()
            await self.keep_promises()
            await self.stores.close()


def create_app(
    settings: Settings,
    secret: bytes,
    pages: Iterable[Page],
    clock: Clock = system_clock,
    several_workers: bool = False,
    on_fault: Callable[[], None] = lambda: None,
    past: Past | None = None,
    ledger: Ledger | None = None,
) -> web.Application:
    """The application of one worker. `settings.store` must be the URL of a store that runs.

    `on_fault` is called when a background task ends by a fault: the process had better be started again. `past` is
    the archive's; none is a server without an archive.
    """
    worker = Worker(settings, secret, clock, several_workers, on_fault, past or NoPast(), ledger or NoLedger())
    app = web.Application(middlewares=[system.unanswered], client_max_size=LARGEST_BODY)
    parts = worker.parts
    app[SERVICES] = parts.services
    app[AUTH] = parts.auth
    live = Streams(worker.hubs, History(worker.stores.main), parts.auth, parts.metrics, parts.tickets.follow)
    add_api(app, parts.auth, parts.metrics, live)
    add_system(app, parts.auth, parts.metrics, parts.links, parts.book, parts.sign_ins, parts.staff)
    add_pages(app, (*HOME_PAGES, *pages))
    app.on_shutdown.append(worker.end_streams)
    app.cleanup_ctx.append(lambda _: _run(worker))
    return app


async def _run(worker: Worker) -> AsyncIterator[None]:
    async with worker.running():
        yield
