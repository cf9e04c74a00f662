"""Promises that outlive a visit, and hard cases (难办事项)."""

from queue_server.contract import promises
from queue_server.domain.promise import STATES
from queue_server.web.context import At
from queue_server.web.route import HELPERS, TICKET_READERS, Answered, Param, Route

PATH = "/halls/{hall}/promises"


async def listed(at: At) -> Answered:
    return 200, await at.services.promises.listed(at.ask, at.request.query.get("status"))


async def end(at: At) -> Answered:
    promise = at.request.match_info["promise"]
    return 200, await at.services.promises.end(at.ask, promise, at.asked(promises.EndPromise))


async def of_ticket(at: At) -> Answered:
    return 200, await at.services.promises.of_ticket(at.ask, at.ticket)


async def escalate(at: At) -> Answered:
    return 201, await at.services.hard_cases.escalate(at.ask, at.ticket, at.asked(promises.Escalate))


STATUS = (
    Param(
        name="status",
        schema={"type": "string", "enum": list(STATES)},
        about="Only these; all that stand by default",
    ),
)

ROUTES = (
    Route(
        method="GET", path=PATH, handler=listed, roles=HELPERS, query=STATUS, answers={200: promises.Promises},
        refusals=("INVALID",), about="Promises that outlive their visits, the one that is due first first.",
    ),
    Route(
        method="POST", path=f"{PATH}/{{promise}}", handler=end, roles=HELPERS, body=promises.EndPromise,
        answers={200: promises.Promise}, refusals=("NO_SUCH_PROMISE", "PROMISE_STATUS"),
        about="A promise was kept, broken or is withdrawn. Who waits for a result is told when it is there.",
    ),
    Route(
        method="GET", path="/halls/{hall}/tickets/{ticket}/promises", handler=of_ticket, roles=TICKET_READERS,
        answers={200: promises.Promises}, refusals=("NO_SUCH_TICKET",),
        about="What was promised with a ticket, for as long as it is kept: longer than the ticket itself.",
    ),
    Route(
        method="POST", path="/halls/{hall}/tickets/{ticket}/escalate", handler=escalate, roles=HELPERS,
        body=promises.Escalate, answers={201: promises.Escalated},
        refusals=("NO_SUCH_TICKET", "WRONG_STATUS", "WRONG_WINDOW", "ALREADY_ESCALATED", "ALREADY_WAITING"),
        about=(
            "A hard case: a case opens, and the ticket goes to the hall's queue for them with the turn that it has; one"
            " that is done is followed by a new one. A window escalates what it served."
        ),
    ),
)  # fmt: skip
