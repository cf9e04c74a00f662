"""Visitors who want no messages: about one ticket, or from this hall at all. One-time codes come all the same."""

from queue_server.contract import messages
from queue_server.domain.messages import Contact
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import hidden_visitor
from queue_server.flows.messages import Mailroom
from queue_server.flows.seals import Seals


class SilenceFlows:
    """The use cases around what is not to be said. All raise `Refusal`."""

    def __init__(self, acting: Acting, mail: Mailroom, seals: Seals) -> None:
        self._acting = acting
        self._mail = mail
        self._seals = seals

    async def of_ticket(self, ask: Ask, ticket: str) -> messages.TicketMessages:
        """Whether messages come about a ticket, and by what. Refuses `NO_SUCH_TICKET`."""
        hall = ask.running.hall.id
        found = await self._acting.halls.read_ticket(hall, ticket)
        if found is None or found.ticket is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket})
        contacts = await self._contacts(ask, ticket)
        return messages.TicketMessages(
            on=not await self._mail.is_muted(hall, found.ticket.person, ticket),
            phone=any(one.phone or one.mail for one in contacts),
            push=any(one.push is not None for one in contacts),
        )

    async def mute_ticket(self, ask: Ask, ticket: str, on: bool) -> messages.TicketMessages:
        """No messages about a ticket, or messages again: then also for a visitor who wanted none from the hall."""
        hall = ask.running.hall.id
        found = await self._acting.halls.read_ticket(hall, ticket)
        if found is None or found.ticket is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket})
        persons = [found.ticket.person] if on and found.ticket.person else []
        await self._mail.mute(hall, persons, not on, ticket)
        return await self.of_ticket(ask, ticket)

    async def mute_visitor(self, ask: Ask, code: str, on: bool) -> None:
        """The visitor of a booking gets no messages from this hall, or those again that are on.

        Refuses `NO_SUCH_BOOKING`.
        """
        hall = ask.running.hall
        found = await self._acting.halls.read_booking(hall.id, code) if code else None
        if found is None or found.booking is None:
            raise Refusal("NO_SUCH_BOOKING")
        known = {found.booking.person} - {""}
        # who booked by an ID number may take tickets by the phone alone
        known |= {
            hidden_visitor(self._seals, hall, None, one.phone) for one in await self._contacts(ask, code) if one.phone
        }
        await self._mail.mute(hall.id, sorted(known), not on)

    async def _contacts(self, ask: Ask, thing: str) -> list[Contact]:
        (sealed,) = await self._acting.halls.read_contacts(ask.running.hall.id, [thing])
        opened = (self._mail.contacts.open(one) for one in sealed)
        return [one for one in opened if one is not None]
