"""Halls, their services, their board and their state."""

from msgspec import structs

from queue_server.contract import answers, boards
from queue_server.domain.refusals import Refusal
from queue_server.flows import archived, directory, outlooks, views
from queue_server.web.context import At
from queue_server.web.query import whole
from queue_server.web.route import MANAGERS, Answered, Param, Route

MOST_SERVICES = 500
LONGEST_QUERY = 100


async def listed(at: At) -> Answered:
    query = at.request.query
    asked = {name: query.get(name, "") for name in ("district", "service", "q")}
    for name, text in asked.items():
        if len(text) > LONGEST_QUERY:
            raise Refusal("INVALID", {"field": name, "problem": f"expected at most {LONGEST_QUERY} characters"})
    wanted = directory.Wanted(
        near=directory.position_of(query.get("near", "")), district=asked["district"], service=asked["service"],
        text=asked["q"].strip().casefold(), limit=whole(query, "limit", directory.MOST_ROWS, directory.MOST_ROWS),
    )  # fmt: skip
    for running in at.services.halls.values():
        await running.caught_up()
    rows = directory.listed(at.services.halls.values(), wanted, at.services.doors, at.services.clock())
    return 200, answers.Halls(halls=rows)


async def read(at: At) -> Answered:
    await at.hall.caught_up()
    now = at.services.clock()
    return 200, views.hall_detail(at.hall, at.services.doors.opening(at.hall.hall, now), now)


async def services(at: At) -> Answered:
    query = at.request.query
    text, department = query.get("q", ""), query.get("department", "")
    if len(text) > LONGEST_QUERY:
        raise Refusal("INVALID", {"field": "q", "problem": f"expected at most {LONGEST_QUERY} characters"})
    if department and department not in at.hall.hall.department_by_id:
        raise Refusal("NO_SUCH_DEPARTMENT", {"department": department})
    await at.hall.caught_up()
    found = at.hall.index.find(text, department or None, whole(query, "limit", MOST_SERVICES, MOST_SERVICES))
    told = views.services(at.hall, found, at.services.clock())
    return 200, at.services.diverting.offering.with_offers(at.hall, told)


async def board(at: At) -> Answered:
    await at.hall.caught_up()
    return 200, views.board(at.hall, at.services.clock(), at.request.query.get("zone", ""))


async def state(at: At) -> Answered:
    await at.hall.caught_up()
    now = at.services.clock()
    is_open = at.services.doors.opening(at.hall.hall, now).open
    told = views.state(at.hall, now, is_open, outlooks.foresight(at.hall, now))
    diverted = await at.services.diverting.flows.listed(at.ask)
    archive = archived.archive_state(at.hall, now)
    return 200, structs.replace(told, diversions=tuple(diverted.diversions), archive=archive)


SEARCH = (
    Param(
        name="q",
        schema={"type": "string", "maxLength": LONGEST_QUERY},
        about="Chinese, pinyin, pinyin initials, English, or an item's id",
    ),
    Param(name="lang", schema={"type": "string"}, about="Language of messages"),
    Param(name="department", schema={"type": "string"}, about="Only items of this department"),
    Param(
        name="limit",
        schema={"type": "integer", "minimum": 1, "maximum": MOST_SERVICES},
        about="How many at most; all by default",
    ),
)
DIRECTORY = (
    Param(
        name="near",
        schema={
            "type": "string",
            "pattern": r"^(?:|-?[1-8]?[0-9](\.[0-9]{1,6})?,-?(1[0-7]|[1-9])?[0-9](\.[0-9]{1,6})?)$",
        },
        about="A place as `latitude,longitude`: rows say how far it is",
    ),
    Param(name="district", schema={"type": "string", "maxLength": LONGEST_QUERY}, about="Only halls of this district"),
    Param(
        name="service",
        schema={"type": "string", "maxLength": LONGEST_QUERY},
        about="Only halls that do this item; rows say its wait",
    ),
    Param(
        name="q", schema={"type": "string", "maxLength": LONGEST_QUERY}, about="Part of a name, an address, a district"
    ),
    Param(
        name="limit",
        schema={"type": "integer", "minimum": 1, "maximum": directory.MOST_ROWS},
        about="How many at most; all by default",
    ),
)
ZONE = (Param(name="zone", schema={"type": "string"}, about="These zones (`A` or `A,B`); the whole hall by default"),)

ROUTES = (
    Route(
        method="GET", path="/halls", handler=listed, query=DIRECTORY, answers={200: answers.Halls},
        refusals=("INVALID",),
        about="The halls: open or not, how many wait, how long a visitor would wait now; nearest first with `near`.",
    ),
    Route(
        method="GET", path="/halls/{hall}", handler=read, answers={200: answers.HallDetail},
        about="A hall with its zones, departments, queues, windows and journeys.", refusals=("NO_SUCH_HALL",),
    ),
    Route(
        method="GET", path="/halls/{hall}/services", handler=services, query=SEARCH,
        answers={200: answers.Services}, refusals=("NO_SUCH_HALL", "NO_SUCH_DEPARTMENT", "INVALID"),
        about="Items that visitors can have done, with the wait now, papers to bring and alternatives.",
    ),
    Route(
        method="GET", path="/halls/{hall}/board", handler=board, query=ZONE,
        answers={200: boards.Board}, refusals=("NO_SUCH_HALL", "NO_SUCH_ZONE"),
        about="The anonymous board: latest calls, windows, waits, notices.",
    ),
    Route(
        method="GET", path="/halls/{hall}/state", handler=state, roles=MANAGERS,
        answers={200: boards.State}, about="Everything a cockpit shows.",
    ),
)  # fmt: skip
