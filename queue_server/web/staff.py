"""Staff: colleagues of a hall, their shifts, and everyone's own account."""

from yarl import URL

from queue_server.contract import staff
from queue_server.flows.passkeys import Site
from queue_server.web.context import At
from queue_server.web.route import MANAGERS, Answered, Param, Route

PATH = "/halls/{hall}/staff"
ONE = PATH + "/{person}"
SHIFTS = "/halls/{hall}/shifts"
DAY = {"type": "string", "format": "date"}


def _person(at: At) -> str:
    return at.request.match_info["person"]


async def listed(at: At) -> Answered:
    return 200, await at.services.staff.colleagues.listed(at.ask)


async def add(at: At) -> Answered:
    return 201, await at.services.staff.colleagues.add(at.ask, at.asked(staff.NewColleague))


async def change(at: At) -> Answered:
    return 200, await at.services.staff.colleagues.change(at.ask, _person(at), at.asked(staff.Duties))


async def remove(at: At) -> Answered:
    await at.services.staff.colleagues.remove(at.ask, _person(at))
    return 204, None


async def reset(at: At) -> Answered:
    return 200, await at.services.staff.colleagues.reset(at.ask, _person(at))


async def disable(at: At) -> Answered:
    return 200, await at.services.staff.colleagues.set_disabled(at.ask, _person(at), True)


async def enable(at: At) -> Answered:
    return 200, await at.services.staff.colleagues.set_disabled(at.ask, _person(at), False)


async def unlock(at: At) -> Answered:
    return 200, await at.services.staff.colleagues.unlock(at.ask, _person(at))


async def shifts(at: At) -> Answered:
    asked = at.request.query
    return 200, await at.services.staff.shifts.listed(at.ask, asked.get("from", ""), asked.get("to", ""))


async def plan_shift(at: At) -> Answered:
    return 201, await at.services.staff.shifts.plan(at.ask, at.asked(staff.PlanShift))


async def drop_shift(at: At) -> Answered:
    await at.services.staff.shifts.drop(at.ask, at.request.match_info["shift"])
    return 204, None


def site_of(at: At) -> Site:
    """Our own address, as the browser that asks knows it."""
    origin = URL(at.services.public_url) if at.services.public_url else at.request.url.origin()
    return Site(host=origin.host or "", origin=str(origin.origin()))


def _manager(method: str, path: str, handler: object, about: str, **more: object) -> Route:
    return Route(method=method, path=path, handler=handler, about=about, roles=MANAGERS, departments=True, **more)  # type: ignore[arg-type]


UNKNOWN = ("NO_SUCH_DEPARTMENT", "NO_SUCH_WINDOW", "NO_SUCH_QUEUE", "WRONG_DEPARTMENT")
THEIRS = ("NO_SUCH_PERSON", "WORKS_ELSEWHERE", "WRONG_DEPARTMENT", "STAFF_MOVED")

ROUTES = (
    _manager("GET", PATH, listed, "Everyone who works at this hall.", answers={200: staff.Colleagues}, noted="staff"),
    _manager(
        "POST", PATH, add, "Set up a colleague. The one-time link comes in this answer alone.",
        body=staff.NewColleague, answers={201: staff.Colleague}, refusals=("NAME_TAKEN", *UNKNOWN),
    ),
    _manager(
        "POST", ONE, change, "Other duties at this hall.", body=staff.Duties, answers={200: staff.Colleague},
        refusals=(*THEIRS, *UNKNOWN),
    ),
    _manager("DELETE", ONE, remove, "Someone works here no longer.", answers={204: None}, refusals=THEIRS),
    _manager(
        "POST", ONE + "/reset", reset, "End every old way to sign in; a new one-time link.",
        answers={200: staff.Colleague}, refusals=THEIRS,
    ),
    _manager(
        "POST", ONE + "/disable", disable, "Shut an account at once, open pages included.",
        answers={200: staff.Colleague}, refusals=THEIRS,
    ),
    _manager("POST", ONE + "/enable", enable, "Open it again.", answers={200: staff.Colleague}, refusals=THEIRS),
    _manager(
        "POST", ONE + "/unlock", unlock, "Forget the tries that failed.", answers={200: staff.Colleague},
        refusals=THEIRS,
    ),
    _manager(
        "GET", SHIFTS, shifts, "The shifts from one day to another, six weeks at most.", answers={200: staff.Shifts},
        query=(
            Param(name="from", schema=DAY, about="The first day, by the hall's calendar.", required=True),
            Param(name="to", schema=DAY, about="The last day.", required=True),
        ),
        refusals=("INVALID",),
    ),
    _manager(
        "POST", SHIFTS, plan_shift, "Plan a shift with its breaks.", body=staff.PlanShift, answers={201: staff.Shift},
        refusals=("SHIFT_OVERLAPS", "NO_SUCH_PERSON", "NO_SUCH_WINDOW", "WRONG_WINDOW", "WRONG_DEPARTMENT", "INVALID"),
    ),
    _manager(
        "DELETE", SHIFTS + "/{shift}", drop_shift, "Drop a shift.", answers={204: None},
        refusals=("NO_SUCH_SHIFT", "WRONG_DEPARTMENT"),
    ),
)  # fmt: skip
