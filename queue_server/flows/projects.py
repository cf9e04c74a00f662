"""Large projects (一条龙专窗): one officer at one window, from the first paper to the last, and visits by a code."""

from collections.abc import Iterable

from msgspec import UNSET, Struct

from queue_server.contract import answers, asks, projects
from queue_server.contract.ratings import ProjectVisit
from queue_server.contract.times import rfc3339
from queue_server.domain.calendar import day_of
from queue_server.domain.hall import Hall
from queue_server.domain.rating import CaseRecord, due_after
from queue_server.domain.rating_orders import OpenProject, VisitProject
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff_orders import ShiftRecord
from queue_server.domain.ticket import credit_ms
from queue_server.flows import crowds, remote, wire
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import Doors, Shut, check_channel, known_priority, promise_of
from queue_server.flows.booking_codes import fresh, shown, typed
from queue_server.flows.codes import VISITORS
from queue_server.flows.proofs import Origin
from queue_server.flows.ratings import Kept
from queue_server.flows.seals import Seals
from queue_server.flows.staff_ports import Staff

CHANNELS = {"desk": "desk"}
"""Where a project was taken in; everybody else is the office."""
DAY_MS = 86_400_000
DAYS_AHEAD = 14
"""So far ahead it is looked when an officer is there again."""
MOST_WRONG, WRONG_MS = 20, 3_600_000
"""So many wrong codes an hour may come from one address; the codes are too long to be guessed all the same."""


class Visit(Struct, frozen=True, kw_only=True):
    """Someone who comes with the code of a project, and by which door."""

    code: str
    channel: str
    priority: str = "normal"
    language: str = "zh"
    voice: bool = False
    position: asks.Position | None = None


class ProjectFlows:
    """The use cases around projects. All raise `Refusal`."""

    def __init__(self, acting: Acting, kept: Kept, staff: Staff, seals: Seals, doors: Doors) -> None:
        self._acting = acting
        self._kept = kept
        self._staff = staff
        self._seals = seals
        self._doors = doors

    async def listed(self, ask: Ask) -> projects.Projects:
        """Those that have not ended."""
        now = self._acting.clock()
        rows = await self._kept.open_cases(ask.running.hall.id)
        found = sorted((row for row in rows if row[1].kind == "project"), key=lambda row: (row[1].due_at, row[0]))
        return projects.Projects(projects=[_told(case, record, now) for case, record in found])

    async def open(self, ask: Ask, wanted: projects.OpenProject) -> projects.Project:
        """A project with its officer, and a code for its applicant."""
        common, hall = self._acting.common(ask), ask.running.hall
        service = _service(hall, wanted)
        order = OpenProject(
            **common, title=wanted.title.strip(), owner=wanted.owner.strip(), window=wanted.window, service=service,
            queue=hall.window_queue_of(hall.service_by_id[service]) or "", code=fresh(),
            channel=CHANNELS.get(ask.caller.role, "office"),
            due_at=due_after(hall, "open", common["at"], "project"),
        )  # fmt: skip
        for name in ("title", "owner"):
            if not getattr(order, name):
                raise Refusal("INVALID", {"field": name, "problem": "expected more than blanks"})
        acted = await self._acting.act(ask, "open_project", order)
        record = await self._kept.case(hall.id, acted.ticket_id)
        if record is None:
            raise Refusal("NO_SUCH_CASE", {"case": acted.ticket_id})
        return _told(acted.ticket_id, record, common["at"])

    async def knows(self, ask: Ask, code: str) -> bool:
        """Whether a code is a project's, its hyphen or not."""
        return await self._kept.project(ask.running.hall.id, typed(code)) is not None

    async def visit(self, ask: Ask, wanted: Visit, origin: Origin) -> answers.Ticket:
        """A ticket straight for the officer's window, for whoever has the code."""
        check_channel(ask, wanted.channel)
        hall, code = ask.running.hall, typed(wanted.code)
        found = await self._kept.project(hall.id, code) if code else None
        acted = await self._acting.act(ask, "visit_project", await self._order(ask, wanted, found, origin))
        ticket = wire.acted_ticket(hall, acted, self._seals.seal("t", hall.id, acted.ticket_id))
        assert acted.ticket is not None
        return crowds.with_entry(ask.running, ticket, acted.ticket, self._acting.clock())

    async def _order(
        self, ask: Ask, wanted: Visit, found: tuple[str, CaseRecord] | None, origin: Origin
    ) -> VisitProject:
        running, common = ask.running, self._acting.common(ask)
        at, (case, record) = common["at"], found or ("", None)
        queue, service = (record.queue, record.service) if record else ("", "")
        known = known_priority(running.hall, wanted.priority) if record else "normal"
        credit = credit_ms(running.hall.credits_min, known)
        promise = promise_of(running, queue, at - credit, at) if record else ()
        shut: Shut = self._doors.closed(running, at, promise, wanted.channel, queue) if record else ("", ())
        if record and not shut[0] and remote.is_bound(ask, wanted.channel):
            shut = remote.not_here(running.hall, wanted.position)
        return VisitProject(
            **common, case=case, stops=[(service, queue)], priority=wanted.priority, credit_ms=credit,
            channel=wanted.channel, language=wanted.language, person="", promise=promise, voice=int(wanted.voice),
            refusal=shut[0], refusal_facts=shut[1],
            outside=crowds.kept_outside(running, ask.caller, queue, at) if record else "",
            next_at=await self._next_at(running.hall, record, at) if record else "",
            windows=((f"project:{origin.address}", MOST_WRONG, WRONG_MS),) if ask.caller.role in VISITORS else (),
        )  # fmt: skip

    async def _next_at(self, hall: Hall, project: CaseRecord, at: int) -> str:
        """When the officer is planned to be there again; empty where no shift says it."""
        for days in range(DAYS_AHEAD):
            rows = (await self._staff.shifts(hall.id, day_of(hall, at + days * DAY_MS))).values()
            begins = _begins(project, rows, at)
            if begins:
                return rfc3339(begins)
        return ""


def _begins(project: CaseRecord, shifts: Iterable[ShiftRecord], at: int) -> int:
    """The first shift that the officer, or whoever else works at their window, begins after a moment; 0 for none."""
    later = [row for row in shifts if row.start_at > at]
    own = [row.start_at for row in later if project.owner in (row.name, row.number)]
    return min(own or [row.start_at for row in later if row.window == project.window], default=0)


def _service(hall: Hall, wanted: projects.OpenProject) -> str:
    """The item under which a project's visits are counted: one that its window does."""
    plan = hall.window_by_number.get(wanted.window)
    if plan is None:
        raise Refusal("NO_SUCH_WINDOW", {"window": wanted.window})
    queues = [share.queue for share in plan.queues]
    done = [one for one in hall.services if hall.window_queue_of(one) in queues]
    if wanted.service is UNSET:
        best = max(done, key=lambda one: one.visits, default=None)
        if best is None:
            raise Refusal("INVALID", {"field": "window", "problem": "expected a window that serves visitors"})
        return best.id
    if wanted.service not in hall.service_by_id:
        raise Refusal("NO_SUCH_SERVICE", {"service": wanted.service})
    if wanted.service not in {one.id for one in done}:
        raise Refusal("INVALID", {"field": "service", "problem": "expected an item that the window does"})
    return wanted.service


def _told(case: str, record: CaseRecord, at: int) -> projects.Project:
    return projects.Project(
        id=case, code=shown(record.code), title=record.text, owner=record.owner, window=record.window,
        service=record.service, status=record.status, due_at=rfc3339(record.due_at), overdue=record.due_at < at,
        opened_at=rfc3339(record.opened_at),
        visits=[ProjectVisit(at=rfc3339(row[0]), number=row[2], window=row[3]) for row in record.visits],
    )  # fmt: skip
