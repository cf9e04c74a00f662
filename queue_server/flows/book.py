"""The book of a hall: its bookings as the store keeps them, read and acted upon by the flows around them."""

from msgspec import UNSET, convert

from queue_server.contract import bookings
from queue_server.contract.times import rfc3339
from queue_server.domain.booking import BookingRecord, FoundBooking
from queue_server.domain.orders import Acted, Order
from queue_server.domain.refusals import Refusal
from queue_server.flows import booking_views
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.codes import CodeFlows, Sending
from queue_server.flows.proofs import Origin
from queue_server.flows.seals import Seals

STAFF = frozenset({"desk", "manager", "admin"})
"""Who sees the visitor before them: what they do for one needs no one-time code."""


class Book:
    """One booking at a time. All raise `Refusal`; a code that nobody has is refused as `NO_SUCH_BOOKING`."""

    def __init__(self, acting: Acting, seals: Seals, codes: CodeFlows) -> None:
        self.acting = acting
        self.seals = seals
        self.codes = codes

    async def found(self, ask: Ask, code: str) -> tuple[BookingRecord, FoundBooking]:
        found = await self.acting.halls.read_booking(ask.running.hall.id, code) if code else None
        if found is None or found.booking is None:
            raise Refusal("NO_SUCH_BOOKING")
        return found.booking, found

    async def record(self, ask: Ask, code: str) -> BookingRecord:
        return (await self.found(ask, code))[0]

    async def act(self, ask: Ask, name: str, order: Order) -> Acted:
        """Carries out an order; moments in a refusal become those of the wire."""
        try:
            return await self.acting.act(ask, name, order)
        except Refusal as refusal:
            facts = {name: _told(name, value) for name, value in refusal.facts.items()}
            raise Refusal(refusal.code, facts) from None

    async def answer(self, ask: Ask, code: str, acted: Acted | None = None) -> bookings.Booking:
        """The booking as it is now, or as an act left it: a repeated request gets its first answer again."""
        record, found = await self.found(ask, code)
        if acted is not None:
            _, record = record_of(acted)
        ticket = await self._ticket(ask, record)
        return booking_views.booking(ask.running.hall, code, record, ticket=ticket, muted=bool(found.muted))

    async def _ticket(self, ask: Ask, record: BookingRecord) -> bookings.BookingTicket | None:
        """Its ticket, while that is kept; the ticket's token is for the booking's visitor alone."""
        hall = ask.running.hall.id
        found = await self.acting.halls.read_ticket(hall, record.ticket) if record.ticket else None
        if found is None or found.ticket is None:
            return None
        token = self.seals.seal("t", hall, record.ticket) if ask.caller.role == "visitor" else UNSET
        return bookings.BookingTicket(id=record.ticket, number=found.ticket.number, token=token)

    async def send_code(
        self, ask: Ask, code: str, phone: str, record: BookingRecord, origin: Origin
    ) -> bookings.CodeSent:
        """Sends the one-time code that keeps a held place. Refuses `TOO_MANY`."""
        about = self.codes.about_booking(ask.running.hall.id, code)
        sending = Sending(about=about, phone=phone, language=record.language, person=record.person)
        return await self.codes.put(ask, sending, origin)


def record_of(acted: Acted) -> tuple[str, BookingRecord]:
    """The code and the record that an act on a booking answers with."""
    code, *fields = acted.rows[0]
    return str(code), convert(fields, BookingRecord)


def _told(name: str, value: object) -> object:
    return rfc3339(value) if name.endswith("_at") and isinstance(value, int) else value
