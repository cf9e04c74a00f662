"""What a handler is given: the request, checked and made ready."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web

from queue_server.domain.callers import NOBODY, Caller
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask
from queue_server.flows.admission import Doors
from queue_server.flows.areas import AreaFlows
from queue_server.flows.booking import Booking
from queue_server.flows.booking_codes import typed
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
from queue_server.flows.leases import LeaseFlows
from queue_server.flows.ledger import Ledger
from queue_server.flows.links import Links
from queue_server.flows.lockers import LockerFlows
from queue_server.flows.noting import Notes
from queue_server.flows.papers import PaperFlows
from queue_server.flows.passes import Passes
from queue_server.flows.past import Past
from queue_server.flows.ports import Clock
from queue_server.flows.projects import ProjectFlows
from queue_server.flows.promises import PromiseFlows
from queue_server.flows.proofs import Origin, Proofs
from queue_server.flows.pushes import PushFlows
from queue_server.flows.ratings import RatingFlows
from queue_server.flows.reports import ReportFlows
from queue_server.flows.running import RunningHall
from queue_server.flows.sign_ins import SignIns
from queue_server.flows.silence import SilenceFlows
from queue_server.flows.slots import SlotFlows
from queue_server.flows.tickets import TicketFlows
from queue_server.flows.usual import UsualFlows
from queue_server.flows.what_if import WhatIfFlows
from queue_server.flows.windows import WindowFlows
from queue_server.languages import choose
from queue_server.web.origins import address_of, proof_of
from queue_server.web.staff_services import StaffServices

Kind = TypeVar("Kind")


@dataclass(frozen=True, kw_only=True)
class Services:
    """The use cases and the halls, wired once by `app`."""

    clock: Clock
    halls: dict[str, RunningHall]
    tickets: TicketFlows
    windows: WindowFlows
    journeys: JourneyFlows
    devices: DeviceFlows
    leases: LeaseFlows
    health: HealthFlows
    links: Links
    doors: Doors
    slots: SlotFlows
    booking: Booking
    bookings: BookingFlows
    check_in: CheckInFlows
    passes: Passes
    codes: CodeFlows
    proofs: Proofs
    sign_ins: SignIns
    pushes: PushFlows
    silence: SilenceFlows
    diverting: Diverting
    past: Past
    ledger: Ledger
    noting: Notes
    usual: UsualFlows
    reports: ReportFlows
    what_if: WhatIfFlows
    staff: StaffServices
    ratings: RatingFlows
    cases: CaseFlows
    promises: PromiseFlows
    hard_cases: HardCaseFlows
    case_news: CaseNews
    comments: CommentFlows
    projects: ProjectFlows
    interpreters: InterpreterFlows
    papers: PaperFlows
    crowds: CrowdFlows
    lockers: LockerFlows
    areas: AreaFlows
    ping: Any
    proxies: tuple[str, ...] = ()
    public_url: str = ""
    rehearsal_speed: float = 1.0


SERVICES: web.AppKey[Services] = web.AppKey("services", Services)


@dataclass(kw_only=True)
class At:
    """One request at its handler."""

    request: web.Request
    services: Services
    running: RunningHall | None = None
    caller: Caller = field(default=NOBODY)
    body: Any = None
    key: str = ""
    digest: str = ""
    proof: str = ""
    """A proof of who someone is that the browser shall keep."""

    @property
    def hall(self) -> RunningHall:
        assert self.running is not None
        return self.running

    @property
    def whence(self) -> str:
        """The address of who asks."""
        return address_of(self.request, self.services.proxies)

    @property
    def ask(self) -> Ask:
        return Ask(running=self.hall, caller=self.caller, key=self.key, body=self.digest)

    @property
    def window(self) -> int:
        """The window of the path."""
        text = self.request.match_info["window"]
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise Refusal("NO_SUCH_WINDOW", {"window": text})
        return int(text)

    @property
    def ticket(self) -> str:
        """The ticket of the path."""
        return self.request.match_info["ticket"]

    @property
    def diversion(self) -> str:
        """The diversion of the path."""
        return self.request.match_info["diversion"]

    @property
    def origin(self) -> Origin:
        """Where the request comes from, and who its visitor has shown to be."""
        hall = self.hall.hall.id
        address = address_of(self.request, self.services.proxies)
        return self.services.proofs.origin(hall, proof_of(self.request, hall), address)

    @property
    def booking(self) -> str:
        """The booking of the path, by its code however it was typed; empty for what cannot be one."""
        return typed(self.request.match_info["code"])

    @property
    def language(self) -> str:
        return language_of(self.request)

    def asked(self, kind: type[Kind]) -> Kind:
        """The body, as the route's struct."""
        assert isinstance(self.body, kind)
        return self.body


def language_of(request: web.Request) -> str:
    """By `?lang=`, the cookie, then `Accept-Language`."""
    return choose(
        request.query.get("lang", ""), request.cookies.get("lang", ""), request.headers.get("Accept-Language", "")
    )
