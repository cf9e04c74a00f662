"""The wiring of one worker: store, feed, halls, flows, routes, pages. Nothing else knows all of them."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import version

import structlog
from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError

from queue_server.domain.calendar import day_of
from queue_server.domain.callers import Caller
from queue_server.domain.orders import Lease, Order
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import Doors
from queue_server.flows.devices import DeviceFlows
from queue_server.flows.health import HealthFlows
from queue_server.flows.ladder import LadderFlows
from queue_server.flows.leases import LeaseFlows
from queue_server.flows.links import Links
from queue_server.flows.ports import Clock
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals
from queue_server.flows.tickets import TicketFlows
from queue_server.flows.windows import WindowFlows
from queue_server.look.page import Page
from queue_server.settings import Settings
from queue_server.store.asking import StoreDown
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.feed import Feed, History, Taker
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from queue_server.store.promises import Noting, Promises
from queue_server.store.slips import StoredSlips
from queue_server.web import devices, halls, leases, signin, streams, system, tickets, windows
from queue_server.web.auth import AUTH, Auth
from queue_server.web.context import SERVICES, Services
from queue_server.web.endpoint import LARGEST_BODY, endpoint
from queue_server.web.home.pages import PAGES as HOME_PAGES
from queue_server.web.live import Hub
from queue_server.web.metrics import Metrics
from queue_server.web.openapi import document
from queue_server.web.pages import add_pages
from queue_server.web.route import API, Route, pattern

ROUTES: tuple[Route, ...] = (*windows.ROUTES, *tickets.ROUTES, *leases.ROUTES, *halls.ROUTES, *devices.ROUTES)
TICK_S = 1.0
HEARTBEAT_TICKS = 10
LOOK_AT_DEVICES = 3
"""Ticks between two looks at the devices."""
SILENT_S = 1.0
"""How long the store may be away before pages are told."""
SYSTEM = Caller(role="system")

log = structlog.get_logger()


def system_clock() -> int:
    """Now, in ms since the epoch."""
    return time.time_ns() // 1_000_000


class Worker:
    """One worker process: built by `create_app`, started and stopped with its application."""

    def __init__(
        self, settings: Settings, secret: bytes, clock: Clock, several_workers: bool, on_fault: Callable[[], None]
    ) -> None:
        self._on_fault = on_fault
        self._look = 0
        self._up_since = 0
        self.settings = settings
        self.clock = clock
        self.store: Redis = connect(settings.store)
        # the feed blocks on its reads, so it has a connection, and a patience, of its own
        self.feed_store: Redis = connect(settings.store, answer_timeout_s=30.0)
        self.halls: dict[str, RunningHall] = {}
        self.hubs: dict[str, Hub] = {}
        self._takers: dict[str, Taker] = {}
        self.hall_store = HallStore(self.store, self._load_library)
        feeding = HallStore(self.feed_store, self._load_library)
        self.feed = Feed(self.feed_store, feeding, self._takers, self.take_halls, self.heal)
        self.promises = Promises(settings.data / "promises.json")
        self.catalogue = Catalogue(self.store)
        self.acting = Acting(self.hall_store, clock, self.heal)
        seals = Seals(secret)
        self.devices = DeviceFlows(self.acting, seals, settings.admin_token)
        self.auth = Auth(self.devices)
        self.metrics = Metrics(self.halls, clock, several_workers)
        doors = Doors(settings.open_now)
        self.tickets = TicketFlows(self.acting, seals, doors)
        self.health = HealthFlows(self.acting)
        self.ladder = LadderFlows(self.acting)
        self.links = Links(StoredSlips(self.store), self.devices, self.halls, clock)
        self.services = Services(
            clock=clock,
            halls=self.halls,
            tickets=self.tickets,
            windows=WindowFlows(self.acting),
            devices=self.devices,
            leases=LeaseFlows(self.acting, seals, doors),
            health=self.health,
            links=self.links,
            doors=doors,
            ping=self.hall_store.ping,
            public_url=settings.public_url,
            rehearsal_speed=settings.rehearsal_speed,
        )

    async def _load_library(self) -> None:
        await load_library(self.store)

    async def _reach_store(self) -> None:
        """Waits for a store that is away at the start; it may come up after us."""
        while True:
            try:
                await self._load_library()
                await self.take_halls()
                for hall in self.halls:
                    await self.heal(hall)
                self._up_since = self.clock()
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
            self.hubs[hall.id] = Hub(running, self._revoked, self.metrics.resets.inc)
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
        self.devices.forget(hall, device)
        self.hubs[hall].end_device(device)

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
                self._up_since = self.clock()
            lost = self.feed.lost_at and asyncio.get_running_loop().time() - self.feed.lost_at > SILENT_S
            for hub in list(self.hubs.values()):
                hub.set_adrift(bool(lost))
                if ticks % HEARTBEAT_TICKS == 0:
                    hub.heartbeat()
                hub.tick(self.clock())

    async def run_care(self) -> None:
        """Once a second the turn of the day, and held tickets whose time has come."""
        while True:
            await asyncio.sleep(TICK_S)
            self._look += 1
            for hub in list(self.hubs.values()):
                await self._care_for(hub.running)
            await self.keep_promises()

    async def _care_for(self, running: RunningHall) -> None:
        now, hall = self.clock(), running.hall
        day = day_of(hall, now)
        try:
            if running.live.day and day > running.live.day:
                await self.hall_store.close_day(hall.id, now, day)
            ask = Ask(running=running, caller=SYSTEM)
            if any(ticket.status == "held" for ticket in running.live.tickets.values()):
                await self.acting.act(ask, "wake", Order(**self.acting.common(ask)))
            await self.ladder.climb(ask)
            if self._look % LOOK_AT_DEVICES == 0:
                await self.health.watch(ask, self._up_since)
        except (StoreDown, RedisError):
            return  # it is tried again in a second; the feed reports the outage
        except Refusal as refusal:
            log.warning("care refused", hall=hall.id, code=refusal.code)

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
        tasks = [asyncio.create_task(work()) for work in (self.run_feed, self.run_ticks, self.run_care)]
        for task in tasks:
            task.add_done_callback(self._report)
        try:
            yield
        finally:
            for task in tasks:
                await _end(task)
            await self.keep_promises()
            await self.store.aclose()
            await self.feed_store.aclose()


async def _end(task: "asyncio.Task[None]") -> None:
    """Cancels a task until it has ended: redis-py swallows a cancellation that meets it while it connects."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)


def create_app(
    settings: Settings,
    secret: bytes,
    pages: Iterable[Page],
    clock: Clock = system_clock,
    several_workers: bool = False,
    on_fault: Callable[[], None] = lambda: None,
) -> web.Application:
    """The application of one worker. `settings.store` must be the URL of a store that runs.

    `on_fault` is called when a background task ends by a fault: the process had better be started again.
    """
    worker = Worker(settings, secret, clock, several_workers, on_fault)
    app = web.Application(middlewares=[system.unanswered], client_max_size=LARGEST_BODY)
    app[SERVICES] = worker.services
    app[AUTH] = worker.auth
    _add_api(app, worker)
    _add_system(app, worker)
    add_pages(app, (*HOME_PAGES, *pages))
    app.on_shutdown.append(worker.end_streams)
    app.cleanup_ctx.append(lambda _: _run(worker))
    return app


async def _run(worker: Worker) -> AsyncIterator[None]:
    async with worker.running():
        yield


def _add_api(app: web.Application, worker: Worker) -> None:
    for route in ROUTES:
        path = API + pattern(route.path, ROUTES)
        app.router.add_route(route.method, path, endpoint(route, worker.auth, worker.metrics))
    live = streams.Streams(worker.hubs, History(worker.store), worker.auth, worker.metrics, worker.tickets.follow)
    app.router.add_get(API + "/halls/{hall}/events", live.handle)


def _add_system(app: web.Application, worker: Worker) -> None:
    about = system.System(worker.metrics, document(ROUTES, version("greenwave")), worker.auth)
    app.router.add_get("/healthz", about.healthz)
    app.router.add_get("/readyz", about.readyz)
    app.router.add_get("/metrics", about.metrics)
    app.router.add_get("/api/openapi.json", about.openapi)
    app.router.add_get("/t/{token}/qr.svg", about.qr)
    entrance = signin.SignIn(worker.auth, worker.links)
    app.router.add_get("/sign-in", entrance.form)
    app.router.add_post("/sign-in", entrance.post)
    app.router.add_get("/sign-in/{code}", entrance.link)
