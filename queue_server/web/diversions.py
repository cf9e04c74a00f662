"""Diversions (分流): what is proposed and runs, who decides, what staff and visitors are asked."""

from queue_server.contract import diversions
from queue_server.domain.diversion import STATUSES
from queue_server.web.bookings import MAKE
from queue_server.web.context import At
from queue_server.web.route import DESKS, HELPERS, MANAGERS, TICKET_OWNERS, Answered, Param, Route

PATH = "/halls/{hall}/diversions"


async def listed(at: At) -> Answered:
    return 200, await at.services.diverting.flows.listed(at.ask, at.request.query.get("status"))


async def tasks(at: At) -> Answered:
    return 200, await at.services.diverting.flows.tasks(at.ask)


async def begin(at: At) -> Answered:
    return 201, await at.services.diverting.flows.begin(at.ask, at.asked(diversions.BeginDiversion))


async def accept(at: At) -> Answered:
    wanted = at.asked(diversions.AcceptDiversion)
    return 200, await at.services.diverting.flows.accept(at.ask, at.diversion, wanted)


async def dismiss(at: At) -> Answered:
    reason = at.asked(diversions.DismissDiversion).reason
    return 200, await at.services.diverting.flows.dismiss(at.ask, at.diversion, reason)


async def end(at: At) -> Answered:
    reason = at.asked(diversions.EndDiversion).reason
    return 200, await at.services.diverting.flows.end(at.ask, at.diversion, reason or "")


async def offer(at: At) -> Answered:
    return 200, await at.services.diverting.offers.answer(
        at.ask, at.ticket, at.asked(diversions.AnswerOffer), at.origin
    )


STATUS = (
    Param(
        name="status", schema={"type": "string", "enum": list(STATUSES)}, about="Only these; all of today by default"
    ),
)
KNOWN = ("NO_SUCH_WINDOW", "NO_SUCH_QUEUE", "NO_SUCH_SERVICE", "NO_SUCH_HALL", "INVALID")
ONE = ("NO_SUCH_DIVERSION", "DIVERSION_STATUS")
DIVERSION = {200: diversions.Diversion}

ROUTES = (
    Route(
        method="GET", path=PATH, handler=listed, roles=DESKS, query=STATUS, answers={200: diversions.Diversions},
        refusals=("INVALID",), about="Today's diversions, the newest first, whatever became of them.",
    ),
    Route(
        method="POST", path=PATH, handler=begin, roles=MANAGERS, body=diversions.BeginDiversion,
        answers={201: diversions.Diversion}, refusals=("DIVERSION_STATUS", *KNOWN),
        about="Begin a measure by hand.",
    ),
    Route(
        method="GET", path=f"{PATH}/tasks", handler=tasks, roles=HELPERS, answers={200: diversions.Tasks},
        about="What the caller is asked to do now: a window its own, a desk what is done on the floor.",
    ),
    Route(
        method="POST", path=f"{PATH}/{{diversion}}/accept", handler=accept, roles=DESKS,
        body=diversions.AcceptDiversion, answers=DIVERSION, refusals=(*ONE, *KNOWN, "WRONG_ROLE"),
        about="A manager lets a proposed one begin, as it is or changed; the desk takes on one that runs.",
    ),
    Route(
        method="POST", path=f"{PATH}/{{diversion}}/dismiss", handler=dismiss, roles=MANAGERS,
        body=diversions.DismissDiversion, answers=DIVERSION, refusals=ONE,
        about="No: the same measure is not proposed again for half an hour.",
    ),
    Route(
        method="POST", path=f"{PATH}/{{diversion}}/end", handler=end, roles=DESKS, body=diversions.EndDiversion,
        answers=DIVERSION, refusals=(*ONE, "WRONG_ROLE"),
        about="End one that runs. The desk may end what is done on the floor.",
    ),
    Route(
        method="POST", path="/halls/{hall}/tickets/{ticket}/offer", handler=offer, roles=TICKET_OWNERS,
        body=diversions.AnswerOffer, answers={200: diversions.AnsweredOffer},
        refusals=("NO_SUCH_TICKET", "NO_SUCH_DIVERSION", "OFFER_OVER", "WRONG_STATUS", "SLOT_FULL", *MAKE),
        about=(
            "Answer what a diversion offers. The ticket keeps its place until `done` at a device, or until the booking"
            " or the ticket at the other hall stands, which the answer to `accept` holds."
        ),
    ),
)  # fmt: skip
