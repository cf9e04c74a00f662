"""Diversion (分流) as one worker carries it out: what is decided, what is offered, what is answered."""

from collections.abc import Mapping

from queue_server.flows.acting import Acting
from queue_server.flows.admission import Doors
from queue_server.flows.booking import Booking
from queue_server.flows.bookings import BookingFlows
from queue_server.flows.diversions import DiversionFlows
from queue_server.flows.offer_answers import OfferFlows
from queue_server.flows.offers import Offering
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals


class Diverting:
    """The three parts of it, wired."""

    def __init__(
        self,
        acting: Acting,
        halls: Mapping[str, RunningHall],
        doors: Doors,
        always_open: bool,
        booking: Booking,
        bookings: BookingFlows,
        seals: Seals,
    ) -> None:
        self.flows = DiversionFlows(acting, halls)
        self.offering = Offering(halls, acting.clock, doors, always_open)
        self.offers = OfferFlows(acting, halls, self.offering, booking, bookings, seals)
