"""The wiring of one worker: store, feed, halls, flows, routes, pages. Nothing else knows all of them."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from redis.asyncio import Redis

from queue_server.care import TICK_S, ArchiveLook, Care
from queue_server.domain.calendar import day_of
from queue_server.domain.orders import Lease
from queue_server.ending import end_tasks
from queue_server.flows.acting import Acting
from queue_server.flows.admission import Doors
from queue_server.flows.book import Book
from queue_server.flows.booking import Booking
from queue_server.flows.bookings import BookingFlows
from queue_server.flows.check_in import CheckInFlows
from queue_server.flows.clock import system_clock
from queue_server.flows.codes import CodeFlows
from queue_server.flows.devices import DeviceFlows
from queue_server.flows.diverting import Diverting
from queue_server.flows.health import HealthFlows
from queue_server.flows.ladder import LadderFlows
from queue_server.flows.leases import LeaseFlows
from queue_server.flows.links import Links
from queue_server.flows.passes import Passes
from queue_server.flows.past import NoPast, Past
from queue_server.flows.ports import Clock
from queue_server.flows.proofs import Proofs
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals
from queue_server.flows.sign_ins import SignIns
from queue_server.flows.slots import SlotFlows
from queue_server.flows.tickets import TicketFlows
from queue_server.flows.usual import UsualFlows
from queue_server.flows.what_if import WhatIfFlows
from queue_server.flows.windows import WindowFlows
from queue_server.look.page import Page
from queue_server.outgoing import Outgoing, sign_in_offers
from queue_server.settings import Settings
from queue_server.store.asking import StoreDown
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.feed import Feed, History, Taker
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from queue_server.store.outlooks import Outlooks
from queue_server.store.promises import Noting, Promises
from queue_server.store.slips import StoredSlips
from queue_server.web import system
from queue_server.web.auth import AUTH, Auth
from queue_server.web.context import SERVICES, Services
from queue_server.web.endpoint import LARGEST_BODY
from queue_server.web.home.pages import PAGES as HOME_PAGES
from queue_server.web.live import Hub
from queue_server.web.metrics import Metrics
from queue_server.web.metrics.look import Looking
from queue_server.web.pages import add_pages
from queue_server.web.routes import add_api, add_system
from queue_server.web.streams import Streams

HEARTBEAT_TICKS = 10
SILENT_S = 1.0
"""How long the store may be away before pages are told."""

log = structlog.get_logger()


class Worker:
    """One worker process: built by `create_app`, started and stopped with its application."""

    def __init__(
        self, settings: Settings, secret: bytes, clock: Clock, several_workers: bool, on_fault: Callable[[], None],
        past: Past,
    ) -> None:  # fmt: skip
        self._on_fault = on_fault
        self.settings = settings
        self.clock = clock
        self.store: Redis = connect(settings.store)
        # the feed blocks on its reads, so it has a connection, and a patience, of its own
        self.feed_store: Redis = connect(settings.store, answer_timeout_s=30.0)
        # what-ifs wait for their answers: nobody's ticket waits for a connection with them
        self.asking_store: Redis = connect(settings.store)
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
        looking = Looking(self.store, self.halls, self.hall_store.diversions, past, clock)
        self.metrics = Metrics(self.halls, clock, several_workers, looking.look)
        doors = Doors(settings.open_now)
        self.outgoing = Outgoing(
            self.store, self._load_library, self.halls, self.acting, secret,
            settings.data, settings.channels, settings.public_url, self.metrics.message,
        )  # fmt: skip
        self.contacts, self.mail = self.outgoing.contacts, self.outgoing.mail
        self.proofs = Proofs(seals, clock)
        others = sign_in_offers(settings.identity, clock)
        self.sign_ins = SignIns(others, StoredSlips(self.store), seals, self.proofs, clock)
        codes = CodeFlows(self.acting, seals, self.contacts, self.mail, self.proofs, settings.codes_per_hour)
        self.book = Book(self.acting, seals, codes)
        booking = Booking(self.book, self.contacts, settings.open_now, settings.codes_per_hour)
        bookings = BookingFlows(self.book, self.contacts, settings.open_now)
        self.diverting = Diverting(self.acting, self.halls, doors, settings.open_now, booking, bookings, seals)
        self.tickets = TicketFlows(self.acting, seals, doors, self.contacts)
        self.health = HealthFlows(self.acting)
        usual, archive = UsualFlows(past, clock), ArchiveLook(self.store)
        steps = (bookings.mature, self.diverting.flows.look_after, usual.keep, archive.look, self.outgoing.look_after)
        self.care = Care(self.halls, self.acting, LadderFlows(self.acting), self.health, steps)
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
            slots=SlotFlows(settings.open_now),
            booking=booking,
            bookings=bookings,
            check_in=CheckInFlows(self.book),
            passes=Passes(self.acting, seals, self.book),
            codes=codes,
            proofs=self.proofs,
            sign_ins=self.sign_ins,
            proxies=settings.proxies,
            pushes=self.outgoing.pushes,
            silence=self.outgoing.silence,
            diverting=self.diverting,
            past=past,
            usual=usual,
            what_if=WhatIfFlows(Outlooks(self.asking_store), self.acting, self.halls),
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
                self.care.up_since = self.clock()
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
            await self.outgoing.follow(running)
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
        self.devices.forget(hall, device)
        if device:
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
                self.care.up_since = self.clock()
            lost = self.feed.lost_at and asyncio.get_running_loop().time() - self.feed.lost_at > SILENT_S
            for hub in list(self.hubs.values()):
                hub.set_adrift(bool(lost))
                if ticks % HEARTBEAT_TICKS == 0:
                    hub.heartbeat()
                hub.tick(self.clock())

    async def run_care(self) -> None:
        """Looks after the halls for as long as the worker lives."""
        await self.care.run(self.keep_promises)

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
            asyncio.create_task(work()) for work in (self.run_feed, self.run_ticks, self.run_care, self.outgoing.run)
        ]
        for task in tasks:
            task.add_done_callback(self._report)
        try:
            yield
        finally:
            await end_tasks(tasks)
            await self.outgoing.close()
            await self.keep_promises()
            await self.store.aclose()
            await self.feed_store.aclose()
            await self.asking_store.aclose()


def create_app(
    settings: Settings,
    secret: bytes,
    pages: Iterable[Page],
    clock: Clock = system_clock,
    several_workers: bool = False,
    on_fault: Callable[[], None] = lambda: None,
    past: Past | None = None,
) -> web.Application:
    """The application of one worker. `settings.store` must be the URL of a store that runs.

    `on_fault` is called when a background task ends by a fault: the process had better be started again. `past` is
    the archive's; none is a server without an archive.
    """
    worker = Worker(settings, secret, clock, several_workers, on_fault, past or NoPast())
    app = web.Application(middlewares=[system.unanswered], client_max_size=LARGEST_BODY)
    app[SERVICES] = worker.services
    app[AUTH] = worker.auth
    live = Streams(worker.hubs, History(worker.store), worker.auth, worker.metrics, worker.tickets.follow)
    add_api(app, worker.auth, worker.metrics, live)
    add_system(app, worker.auth, worker.metrics, worker.links, worker.book, worker.sign_ins)
    add_pages(app, (*HOME_PAGES, *pages))
    app.on_shutdown.append(worker.end_streams)
    app.cleanup_ctx.append(lambda _: _run(worker))
    return app


async def _run(worker: Worker) -> AsyncIterator[None]:
    async with worker.running():
        yield
