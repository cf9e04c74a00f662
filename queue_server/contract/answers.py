"""What callers get: one struct for each answer."""

from msgspec import UNSET, UnsetType

from queue_server.contract.answer import Answer
from queue_server.contract.devices import DeviceHealth
from queue_server.contract.entries import Entry
from queue_server.contract.escalations import TicketEscalated
from queue_server.contract.interpreters import TicketInterpreter
from queue_server.contract.journeys import AsideItem, PathStop
from queue_server.contract.plans import BookingsRow, ClosureRow, RemoteRow

Names = dict[str, str]


class WaitRange(Answer, frozen=True, kw_only=True):
    """An honest wait in whole seconds: the 10th, 50th and 90th percentile."""

    p10: int
    p50: int
    p90: int


class Offer(Answer, frozen=True, kw_only=True):
    """What a diversion offers a visitor, who keeps the place until they accept and are done."""

    diversion: str
    action: str
    service: str
    to: str | UnsetType = UNSET
    """The other hall, and its names."""
    names: Names | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    """Where the devices are."""
    later_at: str | UnsetType = UNSET
    wait_s: WaitRange | UnsetType = UNSET
    """The wait that is expected there, or then."""
    accepted: bool = False


class Material(Answer, frozen=True, kw_only=True):
    id: str
    names: Names


class TicketPapers(Answer, frozen=True, kw_only=True):
    missing: list[Material]


class Ticket(Answer, frozen=True, kw_only=True):
    id: str
    number: str
    hall: str
    queue: str
    service: str
    services: list[str]
    stop: int
    stops: int
    status: str
    priority: str
    channel: str
    language: str
    zone: str
    window: int | UnsetType = UNSET
    issued_at: str
    called_at: str | UnsetType = UNSET
    started_at: str | UnsetType = UNSET
    finished_at: str | UnsetType = UNSET
    ahead: int
    wait_s: WaitRange | None
    times_called: int
    coming: bool
    voice: bool
    step: str
    """How far a present call has climbed: `silent`, `flash`, `voice`; empty before it."""
    booked_for: str | UnsetType = UNSET
    """When the slot begins that it was booked for."""
    offer: Offer | UnsetType = UNSET
    journey: str | UnsetType = UNSET
    path: list[PathStop] | UnsetType = UNSET
    """The stops of a visit with several items, in their order."""
    aside: list[AsideItem] | UnsetType = UNSET
    """What of the visit is no stop."""
    entry: Entry | UnsetType = UNSET
    """Where its zone is full: whether its visitor waits outside, or may come in now."""
    interpreter: TicketInterpreter | UnsetType = UNSET
    """The interpreter that its visitor asked for."""
    papers: TicketPapers | UnsetType = UNSET
    """What a guide saw of the papers for the present item."""
    escalated: TicketEscalated | UnsetType = UNSET
    token: str | UnsetType = UNSET


class QueueShare(Answer, frozen=True, kw_only=True):
    queue: str
    handicap_s: int


class Window(Answer, frozen=True, kw_only=True):
    window: int
    name: str | UnsetType = UNSET
    zone: str
    status: str
    reason: str | UnsetType = UNSET
    staff: str | UnsetType = UNSET
    queues: list[QueueShare]
    bookable: bool | UnsetType = UNSET
    """Booked by its number: a clerk, a difficult matter."""
    ticket: Ticket | UnsetType = UNSET


class Because(Answer, frozen=True, kw_only=True):
    number: str
    because: str


class Why(Answer, frozen=True, kw_only=True):
    """Why each ticket ahead goes first, in the order in which they go; `more` counts those left out."""

    ahead: list[Because]
    more: int


class NextTicket(Answer, frozen=True, kw_only=True):
    """A ticket that this window would call soon."""

    id: str
    number: str
    queue: str
    service: str
    priority: str
    waited_s: int
    because: str


class NextTickets(Answer, frozen=True, kw_only=True):
    next: list[NextTicket]


class DistrictRow(Answer, frozen=True, kw_only=True):
    id: str
    names: Names


class HallRow(Answer, frozen=True, kw_only=True):
    id: str
    names: Names
    open: bool
    opens_at: str | UnsetType = UNSET
    closes_at: str | UnsetType = UNSET
    waiting: int
    wait_s: WaitRange | None
    district: DistrictRow | UnsetType = UNSET
    address: Names | UnsetType = UNSET
    distance_m: int | UnsetType = UNSET
    """Metres as the crow flies from the place that was asked for."""
    service_wait_s: WaitRange | UnsetType = UNSET
    """The wait for the item that was asked for."""
    always: list[str] | UnsetType = UNSET
    """Zones that are open around the clock."""


class Halls(Answer, frozen=True, kw_only=True):
    halls: list[HallRow]


class ZoneRow(Answer, frozen=True, kw_only=True):
    id: str
    names: Names
    floor: int
    volume: int
    quiet: list[tuple[str, str]]
    """Spans of the day (HH:MM) without voice."""
    most_people: int
    """How many people it holds; 0 where nobody said."""
    always: bool = False
    """Open around the clock, whatever the hall's hours are."""


class DepartmentRow(Answer, frozen=True, kw_only=True):
    id: str
    names: Names
    queue: str


class QueueRow(Answer, frozen=True, kw_only=True):
    id: str
    names: Names
    zone: str
    windows: list[int]


class StepRow(Answer, frozen=True, kw_only=True):
    service: str
    after: list[int]
    gap_min: int


class JourneyRow(Answer, frozen=True, kw_only=True):
    id: str
    names: Names
    who: str
    steps: list[StepRow]


class CallingRow(Answer, frozen=True, kw_only=True):
    flash_s: int
    voice_s: int
    unseen_s: int


class HallDetail(Answer, frozen=True, kw_only=True):
    id: str
    names: Names
    timezone: str
    open: bool
    opens_at: str | UnsetType = UNSET
    closes_at: str | UnsetType = UNSET
    zones: list[ZoneRow]
    departments: list[DepartmentRow]
    queues: list[QueueRow]
    windows: list[Window]
    languages: list[str]
    priorities: list[str]
    hotline: str
    calling: CallingRow
    journeys: list[JourneyRow]
    usual: list[tuple[str, float]]
    """Per cent of a usual day's visits in each half hour (HH:MM); empty where nobody knows."""
    bookings: BookingsRow
    remote: RemoteRow
    closures: list[ClosureRow]
    moved_workdays: list[str]
    """Weekend days that are worked in place of others."""
    lockers: int
    """How many lockers hand things out by a code."""


class ServiceRow(Answer, frozen=True, kw_only=True):
    """`queue` and `windows` are where it is done; `SELF` and no windows for what a device does."""

    id: str
    names: Names
    department: str
    mode: str
    alternatives: list[str]
    queue: str
    zone: str
    windows: list[int]
    waiting: int
    wait_s: WaitRange | None
    """None where nobody is expected to serve; so in all answers."""
    flags: list[str]
    appointment: str
    """`required`, `optional`, or `none` for what cannot be booked."""
    materials: list[Material]
    offer: Offer | UnsetType = UNSET
    """What a visitor had better do than take a ticket now."""


class Services(Answer, frozen=True, kw_only=True):
    services: list[ServiceRow]


class Device(Answer, frozen=True, kw_only=True):
    id: str
    role: str
    name: str
    window: int | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    added_at: str | UnsetType = UNSET
    health: DeviceHealth | UnsetType = UNSET
    token: str | UnsetType = UNSET


class Devices(Answer, frozen=True, kw_only=True):
    devices: list[Device]


class Problem(Answer, frozen=True, kw_only=True):
    """RFC 9457. Facts of the case stand beside these fields."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str


class Health(Answer, frozen=True, kw_only=True):
    status: str
