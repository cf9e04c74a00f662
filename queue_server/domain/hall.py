"""The hall as its file describes it: zones, departments, queues, windows, services and rules."""

from functools import cached_property
from typing import Any

from msgspec import field

from queue_server.domain.audit import AuditPlan
from queue_server.domain.interpreting import PlannedInterpreter
from queue_server.domain.lockers import Locker, LockerRules
from queue_server.domain.report import ReportPlan
from queue_server.domain.rules import (
    Bookings,
    Calling,
    Cases,
    Crowd,
    Directory,
    Entrance,
    Fact,
    HardCases,
    Names,
    Promises,
    Ratings,
    Remote,
    Rules,
    Span,
    WorkCalendar,
)  # fmt: skip

SELF_SERVICE = "SELF"
"""The queue that is no queue: items done at a device, without a numbered ticket."""

DEFAULT_CREDITS_MIN: dict[str, int] = {
    "normal": 0,
    "elder": 20,
    "disabled": 20,
    "infant": 20,
    "veteran": 20,
    "hard_case": 30,
}


class Zone(Fact, frozen=True, kw_only=True):
    id: str
    names: Names
    floor: int = 1
    volume: int = 80
    """How loud voices are, 0 to 100."""
    quiet: tuple[Span, ...] = ()
    """When nobody is called by voice."""
    most_people: int = 0
    """How many people it holds (一米办); 0 where nobody said."""
    hours: tuple[Span, ...] = ()
    """Its own hours, the same on every day, holidays too (24 小时自助区); the hall's where it has none."""

    @property
    def always(self) -> bool:
        """Whether it never closes."""
        return any(span.from_min == 0 and span.to_min == 1440 for span in self.hours)


class Department(Fact, frozen=True, kw_only=True):
    id: str
    names: Names
    queue: str
    """The queue to which the department's visitors go when no item says otherwise."""


class Queue(Fact, frozen=True, kw_only=True):
    id: str
    names: Names
    zone: str
    windows: int = 0
    devices: int = 0


class Paper(Fact, frozen=True, kw_only=True):
    """A paper that visitors bring: 材料."""

    id: str
    names: Names


class Service(Fact, frozen=True, kw_only=True):
    """An item that a visitor can have done: 事项."""

    id: str
    names: Names
    department: str
    mode: str
    alternatives: tuple[str, ...] = ()
    queue: str
    mean_min: float
    p90_min: float
    visits: int = 0
    appointment: str = "none"
    who: str = "any"
    promise: str = ""
    flags: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()


class QueueShare(Fact, frozen=True, kw_only=True):
    """One queue that a window serves; its heads count `handicap_s` seconds later there."""

    queue: str
    handicap_s: int = 0


class WindowPlan(Fact, frozen=True, kw_only=True):
    window: int
    zone: str
    queues: tuple[QueueShare, ...]
    name: str = ""
    may_learn: tuple[str, ...] = ()
    bookable: bool = False
    """Booked by its own number (难办事项, 一条龙, a named clerk), so not counted among its queue's windows."""


class Step(Fact, frozen=True, kw_only=True):
    service: str
    after: tuple[int, ...] = ()
    gap_min: int = 0
    queue: str = ""
    """Whose windows do it as part of this journey; empty: those that do it for everybody."""


class Journey(Fact, frozen=True, kw_only=True):
    """Several items that belong together: 一件事."""

    id: str
    names: Names
    who: str = "any"
    steps: tuple[Step, ...]


class Walking(Fact, frozen=True, kw_only=True):
    """How long visitors walk between stops, and whose next stop waits for them to arrive."""

    zone_min: float = 2.0
    """From one zone to another on the same floor."""
    floor_min: float = 1.0
    """More for each floor between them."""
    hold: str = "journeys"
    """`journeys`: those who came for a journey are not called while they walk; `all`: nobody; `none`: everybody is."""


class Period(Fact, frozen=True, kw_only=True):
    """Opening hours of one weekday (Monday is 0), in minutes after local midnight."""

    weekday: int
    opens_min: int
    closes_min: int
    queues: tuple[str, ...] = ()
    """The queues that are open then, as on an evening; all when empty."""


class AutoRule(Fact, frozen=True, kw_only=True):
    """A diversion that may begin by itself, between bounds."""

    action: str
    least_gain_min: float = 1.0
    """How much the mean wait must be expected to fall."""
    most_at_once: int = 1
    from_min: int = 0
    to_min: int = 1440
    """Minutes of the day between which it may."""


class DiversionPlan(Fact, frozen=True, kw_only=True):
    """People whom a manager may send where it is full, when advice is given, and what may begin by itself."""

    reserve_clerks: int = 0
    helper_teams: int = 0
    every_min: int = 10
    """How often advice is worked out."""
    from_p90_min: int = 12
    """Advice is given when the p90 wait of the next 90 minutes passes this."""
    auto: tuple[AutoRule, ...] = ()


class Hall(Fact, frozen=True, kw_only=True, dict=True):
    """One service hall, whole. Built by `contract.hall_file`; read everywhere, changed nowhere."""

    id: str
    names: Names
    timezone: str
    languages: tuple[str, ...] = ("zh", "en")
    hours: tuple[Period, ...] = ()
    zones: tuple[Zone, ...]
    departments: tuple[Department, ...]
    queues: tuple[Queue, ...]
    services: tuple[Service, ...]
    windows: tuple[WindowPlan, ...]
    journeys: tuple[Journey, ...] = ()
    walking: Walking = Walking()
    papers: tuple[Paper, ...] = ()
    credits_min: dict[str, int] = field(default_factory=DEFAULT_CREDITS_MIN.copy)
    rules: Rules = Rules()
    crowd: Crowd = Crowd()
    diversion: DiversionPlan = DiversionPlan()
    calling: Calling = Calling()
    hotline: str = ""
    bookings: Bookings = Bookings()
    remote: Remote = Remote()
    calendar: WorkCalendar = WorkCalendar()
    audit: AuditPlan = AuditPlan()
    reports: ReportPlan = ReportPlan()
    ratings: Ratings = Ratings()
    cases: Cases = Cases()
    entrance: Entrance = Entrance()
    directory: Directory = Directory()
    interpreters: tuple[PlannedInterpreter, ...] = ()
    lockers: tuple[Locker, ...] = ()
    locker: LockerRules = LockerRules()
    promises: Promises = Promises()
    hard_cases: HardCases = HardCases()

    @cached_property
    def known_days(self) -> dict[object, Any]:
        """What was worked out about single days, by those who did: a hall does not change, so it stays true."""
        return {}

    @cached_property
    def service_by_id(self) -> dict[str, Service]:
        return {service.id: service for service in self.services}

    @cached_property
    def queue_by_id(self) -> dict[str, Queue]:
        return {queue.id: queue for queue in self.queues}

    @cached_property
    def zone_by_id(self) -> dict[str, Zone]:
        return {zone.id: zone for zone in self.zones}

    @cached_property
    def locker_by_id(self) -> dict[str, Locker]:
        return {locker.id: locker for locker in self.lockers}

    @cached_property
    def department_by_id(self) -> dict[str, Department]:
        return {department.id: department for department in self.departments}

    @cached_property
    def window_by_number(self) -> dict[int, WindowPlan]:
        return {plan.window: plan for plan in self.windows}

    @cached_property
    def windows_of_queue(self) -> dict[str, tuple[int, ...]]:
        """The windows that serve each queue by plan, in order of their numbers."""
        served: dict[str, list[int]] = {queue.id: [] for queue in self.queues}
        for plan in self.windows:
            for share in plan.queues:
                served[share.queue].append(plan.window)
        return {queue: tuple(windows) for queue, windows in served.items()}

    @cached_property
    def mean_handling_ms(self) -> dict[str, int]:
        """Expected handling time of each queue in ms: its items' means, weighted by their visits."""
        weight: dict[str, float] = {}
        total: dict[str, float] = {}
        for service in self.services:
            visits = max(service.visits, 1)
            weight[service.queue] = weight.get(service.queue, 0) + visits
            total[service.queue] = total.get(service.queue, 0) + visits * service.mean_min
        return {queue: round(60_000 * total[queue] / weight[queue]) for queue in weight}

    @cached_property
    def usual_visits(self) -> dict[str, int]:
        """How many visits a usual day brings to each queue."""
        visits = {queue.id: 0 for queue in self.queues}
        for service in self.services:
            visits[service.queue] = visits.get(service.queue, 0) + service.visits
        return visits

    def window_queue_of(self, service: Service) -> str | None:
        """The queue where a clerk does this item, or None where only a device does it."""
        if service.queue != SELF_SERVICE:
            return service.queue
        if not {"window", "assisted"} & set(service.alternatives):
            return None
        return self.department_by_id[service.department].queue

    def walk_min(self, start: str, to: str) -> float:
        """Minutes from one zone to another; none from nowhere, or to where one is."""
        first, second = self.zone_by_id.get(start), self.zone_by_id.get(to)
        if first is None or second is None or start == to:
            return 0.0
        return self.walking.zone_min + abs(first.floor - second.floor) * self.walking.floor_min

    def zone_of(self, queue: str, window: int = 0) -> str:
        """Where one looks for a ticket: the window's zone once it is called, else the queue's."""
        plan = self.window_by_number.get(window)
        if plan:
            return plan.zone
        known = self.queue_by_id.get(queue)
        return known.zone if known else ""  # a new hall file may have dropped the queue of a ticket that lives on
