"""Visits of several stops: how one would go, and another stop first."""

from queue_server.contract import answers
from queue_server.contract.journeys import ChooseStop, VisitPath
from queue_server.domain.refusals import Refusal
from queue_server.flows.journeys import known_journey
from queue_server.web.context import At
from queue_server.web.route import TICKET_OWNERS, Answered, Param, Route

MOST_SERVICES = 10


async def preview(at: At) -> Answered:
    query, hall = at.request.query, at.hall.hall
    journey = query.get("journey", "")
    services = [service for service in dict.fromkeys(query.get("services", "").split(",")) if service]
    if bool(journey) == bool(services) or len(services) > MOST_SERVICES:
        raise Refusal("INVALID", {"field": "services", "problem": "expected either `services` or `journey`"})
    if journey:
        known_journey(hall, journey)
    for service in services:
        if service not in hall.service_by_id:
            raise Refusal("NO_SUCH_SERVICE", {"service": service})
    priority, insist = query.get("priority", "normal"), query.get("insist", "") == "true"
    return 200, await at.services.journeys.preview(at.ask, journey, services, priority, insist)


async def choose(at: At) -> Answered:
    return 200, await at.services.journeys.choose(at.ask, at.ticket, at.asked(ChooseStop))


VISIT = (
    Param(name="journey", schema={"type": "string"}, about="A journey of the hall"),
    Param(name="services", schema={"type": "string"}, about="Or items, `A,B`: ten at most"),
    Param(name="priority", schema={"type": "string"}, about="Of the visitor; `normal` by default"),
    Param(name="insist", schema={"type": "string"}, about="`true`: windows also for what devices do"),
)

ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/path", handler=preview, query=VISIT, answers={200: VisitPath},
        refusals=("NO_SUCH_JOURNEY", "NO_SUCH_SERVICE", "SELF_SERVICE", "INVALID"),
        about="How a visit would go that began now: its stops in their order, what is no stop, and how long it takes.",
    ),
    Route(
        method="POST", path="/halls/{hall}/tickets/{ticket}/path", handler=choose, roles=TICKET_OWNERS,
        body=ChooseStop, answers={200: answers.Ticket},
        refusals=("NO_SUCH_TICKET", "WRONG_STATUS", "NO_SUCH_STOP", "STOP_NOT_YET", "PATH_CHANGED"),
        about="Another stop first: the ticket waits there with its turn, the other stops follow as is best.",
    ),
)  # fmt: skip
