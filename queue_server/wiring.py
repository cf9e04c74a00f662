"""What one worker is made of: every use case, given what it needs. Nothing else knows all of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from redis.asyncio import Redis

from queue_server.care import ArchiveLook, Care
from queue_server.flows.acting import Acting
from queue_server.flows.admission import Doors
from queue_server.flows.areas import AreaFlows
from queue_server.flows.book import Book
from queue_server.flows.booking import Booking
from queue_server.flows.bookings import BookingFlows
from queue_server.flows.case_news import CaseNews
from queue_server.flows.cases import CaseFlows
from queue_server.flows.check_in import CheckInFlows
from queue_server.flows.codes import CodeFlows
from queue_server.flows.comments import CommentFlows
from queue_server.flows.crowds import CrowdFlows
from queue_server.flows.devices import DeviceFlows
from queue_server.flows.diverting import Diverting
from queue_server.flows.hard_cases import HardCaseFlows
from queue_server.flows.health import HealthFlows
from queue_server.flows.interpreters import InterpreterFlows
from queue_server.flows.journeys import JourneyFlows
from queue_server.flows.ladder import LadderFlows
from queue_server.flows.leases import LeaseFlows
from queue_server.flows.ledger import Ledger
from queue_server.flows.links import Links
from queue_server.flows.locker_care import LockerCare
from queue_server.flows.lockers import LockerCodes, LockerFlows
from queue_server.flows.noting import Notes
from queue_server.flows.papers import PaperFlows
from queue_server.flows.passes import Passes
from queue_server.flows.past import Past
from queue_server.flows.paths import Paths
from queue_server.flows.people import People
from queue_server.flows.ports import Clock
from queue_server.flows.projects import ProjectFlows
from queue_server.flows.promises import PromiseFlows
from queue_server.flows.proofs import Proofs
from queue_server.flows.ratings import RatingFlows
from queue_server.flows.reports import ReportFlows
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals
from queue_server.flows.sign_ins import SignIns
from queue_server.flows.skills import SkillFlows
from queue_server.flows.slots import SlotFlows
from queue_server.flows.staff_news import StaffNews
from queue_server.flows.tickets import TicketFlows
from queue_server.flows.usual import UsualFlows
from queue_server.flows.what_if import WhatIfFlows
from queue_server.flows.windows import WindowFlows
from queue_server.outgoing import Outgoing, sign_in_offers
from queue_server.settings import Settings
from queue_server.store.connect import connect
from queue_server.store.halls import HallStore
from queue_server.store.interpreters import StoredInterpreters
from queue_server.store.lockers import StoredLockers
from queue_server.store.outlooks import Outlooks
from queue_server.store.promised import StoredPromises
from queue_server.store.ratings import StoredRatings
from queue_server.store.slips import StoredSlips
from queue_server.store.staff import StaffStore
from queue_server.web.auth import Auth
from queue_server.web.context import Services
from queue_server.web.metrics import Metrics
from queue_server.web.metrics.look import Looking
from queue_server.web.staff_services import staff_services

PATIENT_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Stores:
    """One worker's connections to the store."""

    main: Redis
    feed: Redis
    """Blocks on its reads, so it has a patience of its own."""
    asking: Redis
    """What-ifs wait for their answers: nobody's ticket waits for a connection with them."""
    news: Redis
    """Waits for news of accounts."""

    @classmethod
    def at(cls, url: str) -> Self:
        """Those of the store at an address."""
        patient = {"answer_timeout_s": PATIENT_S}
        return cls(main=connect(url), feed=connect(url, **patient), asking=connect(url), news=connect(url, **patient))

    async def close(self) -> None:
        for store in (self.main, self.feed, self.asking, self.news):
            await store.aclose()


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the worker gives its parts: the running halls, and what it does when they ask for it."""

    halls: dict[str, RunningHall]
    hall_store: HallStore
    load: Callable[[], Awaitable[None]]
    heal: Callable[[str], Awaitable[None]]
    person_changed: Callable[[str], None]


class Parts:
    """The parts of one worker, each made once."""

    def __init__(
        self, settings: Settings, secret: bytes, clock: Clock, several_workers: bool, past: Past, ledger: Ledger,
        stores: Stores, given: Given,
    ) -> None:  # fmt: skip
        halls, hall_store = given.halls, given.hall_store
        acting = Acting(hall_store, clock, given.heal)
        seals = Seals(secret)
        self.devices = DeviceFlows(acting, seals, settings.admin_token)
        people = People(StaffStore(stores.main, given.load, stores.news), seals, halls, clock)
        self.news = StaffNews(people, acting, given.person_changed)
        self.auth = Auth(self.devices, people)
        looking = Looking(stores.main, halls, hall_store.diversions, past, clock)
        self.metrics = Metrics(halls, clock, several_workers, looking.look)
        doors = Doors(settings.open_now)
        self.outgoing = Outgoing(
            stores.main, given.load, halls, acting, secret,
            settings.data, settings.channels, settings.public_url, self.metrics.message,
        )  # fmt: skip
        self.metrics.know_channels(self.outgoing.channels)
        contacts, mail = self.outgoing.contacts, self.outgoing.mail
        proofs = Proofs(seals, clock)
        others = sign_in_offers(settings.identity, clock)
        self.sign_ins = SignIns(others, StoredSlips(stores.main), seals, proofs, clock)
        notes = Notes(acting, self.metrics.noted)
        self.staff = staff_services(
            people, acting, StoredSlips(stores.main), seals, contacts, others, self.metrics.signed_in, notes
        )
        codes = CodeFlows(acting, seals, contacts, mail, proofs, settings.codes_per_hour)
        self.book = Book(acting, seals, codes)
        booking = Booking(self.book, contacts, settings.open_now, settings.codes_per_hour)
        bookings = BookingFlows(self.book, contacts, settings.open_now)
        diverting = Diverting(acting, halls, doors, settings.open_now, booking, bookings, seals)
        self.tickets = TicketFlows(acting, seals, doors, contacts)
        journeys = JourneyFlows(acting, Paths(doors))
        health = HealthFlows(acting)
        kept = StoredRatings(stores.main, given.load)
        cases, case_news = CaseFlows(acting, kept), CaseNews(acting, kept, contacts, mail)
        interpreters = InterpreterFlows(acting, StoredInterpreters(stores.main, given.load))
        crowds = CrowdFlows(acting, doors)
        promises = PromiseFlows(acting, StoredPromises(stores.main, given.load), mail, seals)
        boxes, locker_codes = StoredLockers(stores.main, given.load), LockerCodes(seals)
        locker_care = LockerCare(acting, boxes, locker_codes, mail, seals)
        skills = SkillFlows(acting, people)
        usual, archive = UsualFlows(past, clock), ArchiveLook(stores.main)
        steps = (
            notes.write,
            bookings.mature,
            diverting.flows.look_after,
            usual.keep,
            archive.look,
            cases.look,
            promises.look,
            case_news.tell,
            interpreters.look_after,
            skills.look,
            crowds.look,
            locker_care.look,
            journeys.look_after,
            self.outgoing.look_after,
        )
        self.care = Care(halls, acting, LadderFlows(acting), health, steps)
        self.links = Links(StoredSlips(stores.main), self.devices, halls, clock)
        self.services = Services(
            clock=clock,
            halls=halls,
            tickets=self.tickets,
            windows=WindowFlows(acting, journeys),
            journeys=journeys,
            devices=self.devices,
            leases=LeaseFlows(acting, seals, doors),
            health=health,
            links=self.links,
            doors=doors,
            slots=SlotFlows(settings.open_now),
            booking=booking,
            bookings=bookings,
            check_in=CheckInFlows(self.book, Paths(doors)),
            passes=Passes(acting, seals, self.book),
            codes=codes,
            proofs=proofs,
            sign_ins=self.sign_ins,
            proxies=settings.proxies,
            pushes=self.outgoing.pushes,
            silence=self.outgoing.silence,
            diverting=diverting,
            past=past,
            ledger=ledger,
            noting=notes,
            usual=usual,
            reports=ReportFlows(past),
            ratings=RatingFlows(acting, kept),
            cases=cases,
            promises=promises,
            hard_cases=HardCaseFlows(acting, seals),
            case_news=case_news,
            comments=CommentFlows(acting, kept),
            projects=ProjectFlows(acting, kept, people.staff, seals, doors),
            interpreters=interpreters,
            papers=PaperFlows(acting),
            crowds=crowds,
            lockers=LockerFlows(acting, boxes, locker_codes, contacts),
            areas=AreaFlows(acting, doors, boxes),
            staff=self.staff,
            what_if=WhatIfFlows(Outlooks(stores.asking), acting, halls),
            ping=hall_store.ping,
            public_url=settings.public_url,
            rehearsal_speed=settings.rehearsal_speed,
        )
