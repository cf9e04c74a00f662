"""Numbers that kiosks hold, and the tickets that they hand in."""

from typing import Any

import msgspec

from queue_server.contract import answers, leases
from queue_server.domain.orders import Acted
from queue_server.domain.refusals import Refusal
from queue_server.flows import crowds, wire
from queue_server.web.context import At
from queue_server.web.errors import described
from queue_server.web.route import KIOSKS, Answered, Route


async def lease(at: At) -> Answered:
    return 201, await at.services.leases.lease(at.ask, at.asked(leases.LeaseNumbers))


async def hand_in(at: At) -> Answered:
    wanted = at.asked(leases.HandIn)
    await at.hall.caught_up()
    rows = await at.services.leases.hand_in(at.ask, wanted)
    return 200, leases.AllHandedIn(tickets=[_row(at, *row) for row in rows])


def _row(at: At, number: str, became: Acted | Refusal, outcome: str) -> leases.HandedIn:
    if isinstance(became, Refusal):
        return leases.HandedIn(number=number, outcome=outcome, problem=_problem(at, became))
    ticket: answers.Ticket = wire.acted_ticket(at.hall.hall, became)
    if became.ticket is not None:
        ticket = crowds.with_entry(at.hall, ticket, became.ticket, at.services.clock())
    return leases.HandedIn(number=number, outcome=outcome, ticket=ticket)


def _problem(at: At, refusal: Refusal) -> dict[str, Any]:
    title, detail, facts = described(refusal.code, refusal.facts, at.language, at.hall.hall.timezone)
    return {**msgspec.to_builtins(facts), "code": refusal.code, "title": title, "detail": detail}


ROUTES = (
    Route(
        method="POST", path="/halls/{hall}/leases", handler=lease, roles=KIOSKS, body=leases.LeaseNumbers,
        answers={201: leases.Leases}, refusals=("NO_SUCH_QUEUE", "LEASE_LIMIT", "INVALID"),
        about="Blocks of numbers that nobody else gets today, so that a kiosk can go on alone.",
    ),
    Route(
        method="POST", path="/halls/{hall}/tickets/hand-in", handler=hand_in, roles=KIOSKS, body=leases.HandIn,
        answers={200: leases.AllHandedIn},
        about="Tickets with leased numbers, each taken in once however often it comes. Durable when answered.",
    ),
)  # fmt: skip
