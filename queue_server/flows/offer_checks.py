"""What speaks against an answer to an offer, and how far the ticket has come with it."""

from queue_server.contract.diversions import AnswerOffer
from queue_server.domain.diversion import OFFERS, DiversionRecord, Measure
from queue_server.domain.diversion_orders import AnswerOffer as Answer
from queue_server.domain.ticket import TicketRecord
from queue_server.flows.admission import Shut

STILL_HERE = frozenset({"waiting", "held", "missed"})


def not_theirs(wanted: AnswerOffer, measure: Measure, ticket: TicketRecord) -> Shut:
    """The refusal of an answer to what was not offered to this ticket."""
    concerns = measure.service == ticket.service or (not measure.service and measure.queue == ticket.queue)
    is_offered = measure.action in OFFERS and concerns and not ticket.stops and not ticket.booked
    if is_offered and (wanted.answer != "done" or measure.action == "guide_to_device"):
        return "", ()
    return "OFFER_OVER", ("diversion", wanted.diversion)


def too_late(order: Answer, record: DiversionRecord, ticket: TicketRecord) -> Shut:
    """What the store would say in the end, said before anything is made for nothing."""
    if ticket.status != "waiting":
        return "WRONG_STATUS", ("ticket", order.ticket, "status", ticket.status)
    declined = any(row[:2] == (record.action, "declined") for row in ticket.offers)
    return ("OFFER_OVER", ("diversion", order.diversion)) if declined or record.status != "started" else ("", ())


def has_it(record: DiversionRecord, ticket: TicketRecord) -> bool:
    """Whether the visitor waits here and has accepted such an offer before."""
    return ticket.status in STILL_HERE and any(row[:2] == (record.action, "accepted") for row in ticket.offers)


def is_gone(order: Answer, ticket: TicketRecord) -> bool:
    """Whether the ticket was given up for this offer already."""
    return ticket.status == "cancelled" and any(row[1:] == ("accepted", order.diversion) for row in ticket.offers)
