"""Cases: what came of low ratings and complaints."""

from queue_server.contract import ratings
from queue_server.domain.rating import CASE_STATUSES
from queue_server.web.context import At
from queue_server.web.route import HELPERS, MANAGERS, Answered, Param, Route

PATH = "/halls/{hall}/cases"


async def listed(at: At) -> Answered:
    return 200, await at.services.cases.listed(at.ask, at.request.query.get("status"))


async def open_case(at: At) -> Answered:
    return 201, await at.services.cases.open(at.ask, at.asked(ratings.OpenCase))


async def change(at: At) -> Answered:
    case = at.request.match_info["case"]
    return 200, await at.services.cases.change(at.ask, case, at.asked(ratings.ChangeCase))


STATUS = (
    Param(
        name="status",
        schema={"type": "string", "enum": list(CASE_STATUSES)},
        about="Only these; all that have not ended by default",
    ),
)

ROUTES = (
    Route(
        method="GET", path=PATH, handler=listed, roles=MANAGERS, query=STATUS, answers={200: ratings.Cases},
        noted="cases",
        refusals=("INVALID",), about="Cases with all that was done about them, the one that is due first first.",
    ),
    Route(
        method="POST", path=PATH, handler=open_case, roles=HELPERS, body=ratings.OpenCase,
        answers={201: ratings.OpenedCase}, refusals=("NO_SUCH_TICKET",),
        about="Take a complaint in. Whoever is asked first owns it until it is handed over.",
    ),
    Route(
        method="POST", path=f"{PATH}/{{case}}", handler=change, roles=MANAGERS, body=ratings.ChangeCase,
        answers={200: ratings.Case}, refusals=("NO_SUCH_CASE", "CASE_STATUS", "INVALID"),
        about="Take a case one step on, hand it over, or both.",
    ),
)  # fmt: skip
