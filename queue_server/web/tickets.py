"""Tickets: issue, read, explain, and what their visitors may do with them."""

from msgspec import UNSET

from queue_server.contract import answers, asks
from queue_server.flows.reasons import Reason
from queue_server.flows.tickets import MOST_REASONS
from queue_server.languages import Words
from queue_server.store.asking import StoreDown
from queue_server.web.bookings import CHECK_IN
from queue_server.web.context import At
from queue_server.web.route import ANYONE, HELPERS, KIOSKS, TICKET_OWNERS, TICKET_READERS, Answered, Route


async def issue(at: At) -> Answered:
    wanted = at.asked(asks.IssueTicket)
    if wanted.booking is not UNSET:
        return 201, await at.services.check_in.with_ticket(at.ask, wanted, at.origin)
    return 201, await at.services.tickets.issue(at.ask, wanted, at.origin)


async def read(at: At) -> Answered:
    ticket = at.services.hard_cases.with_page(at.ask, await at.services.tickets.read(at.ask, at.ticket))
    try:
        return 200, await at.services.diverting.offers.with_offer(at.ask, ticket)
    except StoreDown:  # it can be read, but not be noted that an offer was shown
        return 200, ticket


async def why(at: At) -> Answered:
    total, reasons = await at.services.tickets.why(at.ask, at.ticket)
    rows = [answers.Because(number=number, because=because(at.language, reason)) for number, reason in reasons]
    return 200, answers.Why(ahead=rows, more=total - len(rows))


def because(language: str, reason: Reason) -> str:
    """A reason as a sentence."""
    words = Words(language)
    facts = dict(reason.facts)
    if "priority" in facts:
        facts["priority"] = words.name("priority", str(facts["priority"]))
    return words.say(f"why.{reason.key}", **facts)


async def cancel(at: At) -> Answered:
    return 200, await at.services.tickets.cancel(at.ask, at.ticket)


async def coming(at: At) -> Answered:
    return 200, await at.services.tickets.acknowledge(at.ask, at.ticket)


async def postpone(at: At) -> Answered:
    return 200, await at.services.tickets.postpone(at.ask, at.ticket, at.asked(asks.PostponeTicket))


async def reinstate(at: At) -> Answered:
    return 200, await at.services.tickets.reinstate(at.ask, at.ticket)


TICKET = {200: answers.Ticket}
ON_TICKET = ("NO_SUCH_TICKET", "WRONG_STATUS")

ROUTES = (
    Route(
        method="POST", path="/halls/{hall}/tickets", handler=issue, roles=ANYONE, body=asks.IssueTicket,
        answers={201: answers.Ticket},
        refusals=(
            "HALL_CLOSED", "LAST_TICKETS_GONE", "NO_SUCH_SERVICE", "SELF_SERVICE", "ALREADY_WAITING",
            "IDENTITY_NEEDED", "POSITION_NEEDED", "TOO_FAR", "QUOTA_REACHED", "TOO_MANY",
            "STOP_NOT_YET", *CHECK_IN,
        ),
        about=(
            "Take a ticket, or check in with a `booking`. `token` comes in this answer alone. `kiosk` and `desk` need"
            " their device's token; a phone is bound by the hall's rules for tickets from afar."
        ),
    ),
    Route(
        method="GET", path="/halls/{hall}/tickets/{ticket}", handler=read, roles=TICKET_READERS, answers=TICKET,
        refusals=("NO_SUCH_TICKET",), about="A ticket as it is now.",
    ),
    Route(
        method="GET", path="/halls/{hall}/tickets/{ticket}/why", handler=why, roles=TICKET_READERS,
        answers={200: answers.Why}, refusals=("NO_SUCH_TICKET",),
        about=f"Why each ticket ahead goes first, in the language asked for; the nearest {MOST_REASONS} of them.",
    ),
    Route(
        method="POST", path="/halls/{hall}/tickets/{ticket}/cancel", handler=cancel, roles=TICKET_OWNERS | KIOSKS,
        answers=TICKET, refusals=ON_TICKET, about="Give the ticket up.",
    ),
    Route(
        method="POST", path="/halls/{hall}/tickets/{ticket}/coming", handler=coming, roles=TICKET_OWNERS,
        answers=TICKET, refusals=ON_TICKET, about="The visitor has seen the call and is coming.",
    ),
    Route(
        method="POST", path="/halls/{hall}/tickets/{ticket}/postpone", handler=postpone, roles=TICKET_OWNERS,
        body=asks.PostponeTicket, answers=TICKET, refusals=(*ON_TICKET, "GAP_NOT_OVER", "INVALID"),
        about="Wait some minutes longer; a missed or held ticket waits again that way.",
    ),
    Route(
        method="POST", path="/halls/{hall}/tickets/{ticket}/reinstate", handler=reinstate, roles=HELPERS,
        answers=TICKET, refusals=(*ON_TICKET, "ALREADY_REINSTATED", "GAP_NOT_OVER"),
        about="A missed ticket waits again some places behind the head (once); a held one keeps its turn.",
    ),
)  # fmt: skip
