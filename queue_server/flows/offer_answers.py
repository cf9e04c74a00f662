"""What visitors answer to offers of diversions. They keep their place until what they get for it stands."""

import contextlib
from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, structs

from queue_server.contract import answers
from queue_server.contract.diversions import AnsweredOffer, AnswerOffer
from queue_server.contract.times import milliseconds
from queue_server.domain.callers import Caller
from queue_server.domain.diversion_orders import AnswerOffer as Answer
from queue_server.domain.diversion_orders import ShowOffer
from queue_server.domain.orders import Acted, Issue, OnTicket, Order
from queue_server.domain.refusals import Refusal
from queue_server.domain.standing import Standing
from queue_server.domain.ticket import TicketRecord, credit_ms
from queue_server.flows import estimates, wire
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import Shut
from queue_server.flows.booking import Booking
from queue_server.flows.booking_codes import typed
from queue_server.flows.bookings import BookingFlows
from queue_server.flows.codes import part_of
from queue_server.flows.offer_checks import STILL_HERE, has_it, is_gone, not_theirs, too_late
from queue_server.flows.offers import MINUTE_MS, Offering, Visit, is_sooner
from queue_server.flows.proofs import Origin
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals, short_digest
from queue_server.flows.windows import id_of

SHOWN_TO = frozenset({"visitor", "kiosk", "desk"})
"""Whose look at a ticket counts as its visitor's."""
SAID = {"accept": "accepted", "decline": "declined", "done": "done"}
INSTEAD = frozenset({"offer_later", "offer_hall"})
"""What gives something in place of the ticket."""
LONGEST_MIN = 240
SPAN_MS = 10 * MINUTE_MS
"""In so long a time no more are sent to another hall than it serves in it."""
SYSTEM = Caller(role="system")


class OfferFlows:
    """Shows offers and takes answers. All raise `Refusal`."""

    def __init__(
        self,
        acting: Acting,
        halls: Mapping[str, RunningHall],
        offering: Offering,
        booking: Booking,
        bookings: BookingFlows,
        seals: Seals,
    ) -> None:
        self._acting = acting
        self._halls = halls
        self._offering = offering
        self._booking = booking
        self._bookings = bookings
        self._seals = seals

    # showing

    async def with_offer(self, ask: Ask, ticket: answers.Ticket) -> answers.Ticket:
        """The ticket with what its visitor is offered; that it was shown is counted, once."""
        await ask.running.caught_up()
        if len(ticket.services) > 1:  # the other items of the visit would be lost
            return ticket
        offer = self._offering.of_ticket(ask.running, ticket.id, await self._books(ask, ticket))
        if offer is None or not (offer.accepted or await self._shown(ask, ticket.id, offer)):
            return ticket
        return structs.replace(ticket, offer=offer)

    async def _books(self, ask: Ask, ticket: answers.Ticket) -> bool:
        """Whether the ticket's visitor could have a booking in its place."""
        is_asked = ask.running.live.diversions.running("offer_later")
        if not is_asked or not self._offering.is_bookable(ask.running, ticket.service):
            return False
        found = await self._acting.halls.read_ticket(ask.running.hall.id, ticket.id)
        record = found.ticket if found else None
        return record is not None and self._booking.may_give(ask, record, await self._contact(ask, ticket.id))

    async def _shown(self, ask: Ask, ticket: str, offer: answers.Offer) -> bool:
        if ask.caller.role not in SHOWN_TO:
            return True
        order = ShowOffer(**self._acting.common(ask), ticket=ticket, diversion=offer.diversion)
        try:
            await self._acting.act(ask, "show_offer", order)
        except Refusal:
            return False  # called, or over, in this very moment
        return True

    # answering

    async def answer(self, ask: Ask, ticket_id: str, wanted: AnswerOffer, origin: Origin) -> AnsweredOffer:
        """The visitor's word. What ends the ticket does so only when what they have in its place stands."""
        hall = ask.running.hall
        await ask.running.caught_up()  # what would be gained is reckoned from the ticket's place
        if ask.caller.role != "visitor":
            ticket_id = await id_of(ask, ticket_id)
        found = await self._acting.halls.read_ticket(hall.id, ticket_id)
        if found is None or found.ticket is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket_id})
        record = (await self._acting.halls.diversions(hall.id)).get(wanted.diversion)
        if record is None:
            raise Refusal("NO_SUCH_DIVERSION", {"diversion": wanted.diversion})
        order = self._order(ask, ticket_id, wanted, not_theirs(wanted, record.measure, found.ticket))
        is_instead = wanted.answer == "accept" and record.action in INSTEAD
        if not is_instead or order.refusal or has_it(record, found.ticket):
            return self._told(ask, await self._acting.act(ask, "answer_offer", order))
        row = Standing(id=wanted.diversion, measure=record.measure, running=True, renewed_at=0)
        shut = too_late(order, record, found.ticket)
        if record.action == "offer_hall":
            return await self._take_hall(ask, order, row, found.ticket, shut)
        return await self._take_later(ask, order, row, found.ticket, wanted, shut, origin)

    def _order(self, ask: Ask, ticket_id: str, wanted: AnswerOffer, shut: Shut) -> Answer:
        return Answer(
            **self._acting.common(ask), refusal=shut[0], refusal_facts=shut[1], ticket=ticket_id,
            diversion=wanted.diversion, answer=SAID[wanted.answer], give_up=int(wanted.answer == "done"),
        )  # fmt: skip

    def _told(self, ask: Ask, acted: Acted, **instead: Any) -> AnsweredOffer:
        assert acted.ticket is not None
        ticket = wire.acted_ticket(ask.running.hall, acted)
        rows = tuple(acted.ticket.offers)
        offer = self._offering.accepted(ask.running, ticket.service, rows) if ticket.status in STILL_HERE else None
        return AnsweredOffer(**structs.asdict(ticket) | {"offer": offer or UNSET} | instead)

    # another time

    async def _take_later(
        self,
        ask: Ask,
        order: Answer,
        row: Standing,
        ticket: TicketRecord,
        wanted: AnswerOffer,
        shut: Shut,
        origin: Origin,
    ) -> AnsweredOffer:
        contact = await self._contact(ask, order.ticket)
        books = self._offering.is_bookable(ask.running, ticket.service) and self._booking.may_give(ask, ticket, contact)
        offered = self._later(ask, row, ticket, books)
        start = milliseconds(wanted.start) if wanted.start else offered
        if books:
            if not shut[0] and (not start or start != offered):
                shut = "OFFER_OVER", ("diversion", row.id)
            return await self._book(ask, order, ticket, start, contact, shut, origin)
        minutes = (start - order.at) // MINUTE_MS
        if not 0 < minutes <= LONGEST_MIN:
            order = structs.replace(order, refusal="OFFER_OVER", refusal_facts=("diversion", row.id))
        delay_ms = max(minutes, 0) * MINUTE_MS
        wait_s = estimates.of_turn(ask.running, ticket.queue, ticket.turn + delay_ms, order.at)
        order = structs.replace(order, delay_ms=delay_ms, promise=estimates.promise(wait_s))
        return self._told(ask, await self._acting.act(ask, "answer_offer", order))

    def _later(self, ask: Ask, row: Standing, ticket: TicketRecord, books: bool) -> int:
        """The moment (ms) that is offered now; 0 where none is."""
        visit = Visit(service=ticket.service, queue=ticket.queue, wait_s=None, books=books)
        offer = self._offering.offer(ask.running, row, visit, self._acting.clock())
        return milliseconds(offer.later_at) if offer and offer.later_at is not UNSET else 0

    async def _book(
        self, ask: Ask, order: Answer, ticket: TicketRecord, start: int, contact: str, shut: Shut, origin: Origin
    ) -> AnsweredOffer:
        once = await self._once(ask, order, ticket)
        booking = await self._booking.in_place_of(part_of(once, "booking"), ticket, start, contact, shut, origin)
        code = typed(booking.code)
        if not is_gone(order, ticket) and (await self._bookings.read(once, code)).status != "booked":
            raise Refusal("OFFER_OVER", {"diversion": order.diversion})
        try:
            acted = await self._give_up(once, order)
        except Refusal:
            with contextlib.suppress(Refusal):  # it was called meanwhile: the place goes back
                await self._bookings.cancel(_without_key(ask), code)
            raise
        return self._told(ask, acted, booking=booking, page=f"/b/{booking.token}")

    async def _contact(self, ask: Ask, ticket: str) -> str:
        """How the ticket's visitor is reached, sealed; empty where nobody said."""
        (contacts,) = await self._acting.halls.read_contacts(ask.running.hall.id, [ticket])
        return contacts[0] if contacts else ""

    async def _once(self, ask: Ask, order: Answer, ticket: TicketRecord) -> Ask:
        """What is given in place of one ticket for one offer is given once, however often it is asked for.

        Who asks again after the store was away finds it again; the request's own key stays bound to its body.
        """
        if ask.key:
            part = part_of(ask, "instead")
            await self._acting.act(part, "note_key", Order(**self._acting.common(part)))
        revision = ticket.revision - is_gone(order, ticket)  # the one at which it was given up
        facts = (ask.running.hall.id, order.ticket, str(revision), order.diversion)
        return structs.replace(ask, key=short_digest(b"instead", *(fact.encode() for fact in facts)), body="")

    async def _give_up(self, once: Ask, order: Answer) -> Acted:
        key = part_of(once, "given-up").key
        return await self._acting.act(once, "answer_offer", structs.replace(order, key=key, body="", give_up=1))

    # another hall

    async def _take_hall(
        self, ask: Ask, order: Answer, row: Standing, ticket: TicketRecord, shut: Shut
    ) -> AnsweredOffer:
        other = self._halls.get(row.measure.to)
        if other is None:
            raise Refusal("OFFER_OVER", {"diversion": row.id})
        once = await self._once(ask, order, ticket)
        there = structs.replace(once, running=other, caller=SYSTEM)
        taken = await self._issue(ask, there, order, ticket, shut)
        if not is_gone(order, ticket):
            await self._check_waits(there, taken.ticket_id, order)
        try:
            acted = await self._give_up(once, order)
        except Refusal:
            await self._cancel(_without_key(there), taken.ticket_id)
            raise
        token = self._seals.seal("t", other.hall.id, taken.ticket_id)
        elsewhere = wire.acted_ticket(other.hall, taken, token)
        return self._told(ask, acted, elsewhere=elsewhere, page=f"/t/{token}")

    async def _issue(self, ask: Ask, there: Ask, order: Answer, ticket: TicketRecord, shut: Shut) -> Acted:
        """A ticket at the other hall, unless it would not help any more."""
        worth = self._there(ask, there.running, order, ticket)
        if shut[0]:
            worth |= {"refusal": shut[0], "refusal_facts": shut[1]}
        issue = Issue(
            **self._acting.common(there) | worth, priority=_priority(there.running, ticket), channel="phone",
            language=ticket.language, person="", voice=ticket.voice, contact=await self._contact(ask, order.ticket),
            again=1,  # what was refused for the crowd of these ten minutes need not be later
        )  # fmt: skip
        try:
            return await self._acting.act(there, "issue", issue)
        except Refusal as refusal:
            if refusal.code == "WRONG_STATUS":
                raise
            raise Refusal("OFFER_OVER", {"diversion": order.diversion}) from refusal

    async def _check_waits(self, there: Ask, ticket: str, order: Answer) -> None:
        """An earlier attempt may have had this ticket and given it back. Refuses `OFFER_OVER`."""
        found = await self._acting.halls.read_ticket(there.running.hall.id, ticket)
        if found is None or found.ticket is None or found.ticket.status != "waiting":
            raise Refusal("OFFER_OVER", {"diversion": order.diversion})

    def _there(self, ask: Ask, other: RunningHall, order: Answer, ticket: TicketRecord) -> dict[str, Any]:
        """Queue, promise and limit there, by that hall's forecast; with a refusal where it says no."""
        item = other.hall.service_by_id.get(ticket.service)
        known = other.queue_outlooks.get(item.queue) if item else None
        wait_s = self._offering.wait_there(other, ticket.service, order.at)
        ahead = ask.running.live.ahead(order.ticket)
        here = estimates.of_ticket(ask.running, order.ticket, ticket.queue, ahead, order.at)
        is_worth_it = wait_s is not None and is_sooner(wait_s, here)
        queue, pace_s = (known.queue, known.pace_s) if known else ("", 0)
        most = max(SPAN_MS // 1000 // pace_s, 1) if pace_s else 1
        return {
            "stops": [(ticket.service, queue)], "promise": estimates.promise(wait_s),
            "credit_ms": credit_ms(other.hall.credits_min, _priority(other, ticket)),
            "limits": ((f"diverted:{queue}:{order.at // SPAN_MS}", most, "QUOTA_REACHED"),),
            "refusal": "" if is_worth_it else "OFFER_OVER",
        }  # fmt: skip

    async def _cancel(self, there: Ask, ticket: str) -> None:
        """The ticket there was for nothing: its visitor was called here meanwhile."""
        with contextlib.suppress(Refusal):
            await self._acting.act(there, "cancel", OnTicket(**self._acting.common(there), ticket=ticket))


def _without_key(ask: Ask) -> Ask:
    """What mends a request that failed half-way is no part of what is repeated."""
    return structs.replace(ask, key="", body="")


def _priority(other: RunningHall, ticket: TicketRecord) -> str:
    return ticket.priority if ticket.priority in other.hall.credits_min else "normal"
