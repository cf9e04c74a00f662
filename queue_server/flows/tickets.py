"""What visitors and those who help them ask for: a ticket, patience, another time, no ticket any more."""

from typing import Any

from queue_server.contract import answers, asks
from queue_server.domain.messages import Contact
from queue_server.domain.orders import Acted, Issue, OnTicket, Postpone
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import credit_ms
from queue_server.flows import crowds, estimates, path_views, remote, wire
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import (
    Doors,
    Shut,
    check_channel,
    known_priority,
    person_of,
    promise_of,
)
from queue_server.flows.codes import as_dialled
from queue_server.flows.contacts import Contacts
from queue_server.flows.interpreters import with_speakers
from queue_server.flows.journeys import JourneyFlows
from queue_server.flows.paths import Paths
from queue_server.flows.proofs import Origin
from queue_server.flows.reasons import Reason, in_order, why_before
from queue_server.flows.seals import Seals
from queue_server.flows.windows import id_of

MOST_REASONS = 200
"""How many of those ahead are explained at once."""


class TicketFlows:
    """The use cases around one ticket. All raise `Refusal`."""

    def __init__(self, acting: Acting, seals: Seals, doors: Doors, contacts: Contacts) -> None:
        self._acting = acting
        self._paths = Paths(doors)
        self._journeys = JourneyFlows(acting, self._paths)
        self._seals = seals
        self._doors = doors
        self._contacts = contacts

    async def issue(self, ask: Ask, wanted: asks.IssueTicket, origin: Origin) -> answers.Ticket:
        """Gives a number. It is in the store, synced to disk, before this returns."""
        running, hall = ask.running, ask.running.hall
        check_channel(ask, wanted.channel)
        common = self._acting.common(ask)
        visit = await self._journeys.visit(running, wanted, common["at"])
        stops = visit.stops
        credit = credit_ms(hall.credits_min, known_priority(hall, wanted.priority))
        promise = promise_of(running, stops[0][1], common["at"] - credit, common["at"])
        shut = self._doors.closed(running, common["at"], promise, wanted.channel, stops[0][1])
        order = Issue(
            **common,
            **self._who(ask, wanted, stops, origin, common["at"], shut),
            stops=stops,
            priority=wanted.priority,
            credit_ms=credit,
            channel=wanted.channel,
            language=wanted.language,
            promise=promise,
            voice=int(wanted.voice),
            journey=visit.journey,
            aside=visit.aside,
            outside=crowds.kept_outside(running, ask.caller, stops[0][1], common["at"]),
        )
        acted = await self._acting.act(ask, "issue", order)
        ticket = wire.acted_ticket(hall, acted, self._seals.seal("t", hall.id, acted.ticket_id))
        assert acted.ticket is not None
        ticket = crowds.with_entry(running, ticket, acted.ticket, common["at"])
        return path_views.with_expected(running, self._paths, ticket, acted.ticket, common["at"])

    def _who(
        self, ask: Ask, wanted: asks.IssueTicket, stops: list[tuple[str, ...]], origin: Origin, at: int, shut: Shut
    ) -> dict[str, Any]:
        """Whose the ticket is, how they are reached, and what the hall says to who asks for it with a phone."""
        hall, limits = ask.running.hall, remote.NO_LIMITS
        person = person_of(self._seals, hall, wanted.visitor)
        if remote.is_bound(ask, wanted.channel):
            person = origin.person or person
            limits = remote.limits(hall, stops, person, origin, at)
            shut = shut if shut[0] else remote.shut(hall, wanted.position, person, origin)
        phone = as_dialled(wanted.visitor.phone or "") if wanted.visitor else ""
        contact = self._contacts.seal(Contact(phone=phone)) if phone else ""
        return {
            "person": person, "contact": contact, "limits": limits, "refusal": shut[0], "refusal_facts": shut[1],
        }  # fmt: skip

    async def read(self, ask: Ask, ticket_id: str) -> answers.Ticket:
        """A ticket as it is now, with a fresh look at its wait. The staff may name it by its number."""
        running = ask.running
        if ask.caller.role != "visitor":
            ticket_id = await id_of(ask, ticket_id)
        found = await self._acting.halls.read_ticket(running.hall.id, ticket_id)
        if found is None or found.ticket is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket_id})
        now = self._acting.clock()
        wait_s = estimates.of_ticket(running, ticket_id, found.ticket.queue, found.ahead, now)
        told = wire.ticket(running.hall, ticket_id, found.ticket, found.ahead, wait_s)
        told = with_speakers(running, crowds.with_entry(running, told, found.ticket, now))
        return path_views.with_expected(running, self._paths, told, found.ticket, now)

    async def why(self, ask: Ask, ticket_id: str) -> tuple[int, list[tuple[str, Reason]]]:
        """How many go first, and for the nearest of them (number, why)."""
        hall, halls = ask.running.hall, self._acting.halls
        found = await halls.read_ticket(hall.id, ticket_id)
        if found is None or found.ticket is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket_id})
        mine = found.ticket
        rows = in_order(await halls.read_ahead(hall.id, ticket_id, MOST_REASONS))
        return found.ahead, [(other.number, why_before(hall, other, mine)) for _, other in rows]

    async def cancel(self, ask: Ask, ticket_id: str) -> answers.Ticket:
        return await self._on_ticket(ask, "cancel", OnTicket(**self._acting.common(ask), ticket=ticket_id))

    async def acknowledge(self, ask: Ask, ticket_id: str) -> answers.Ticket:
        """The visitor has seen the call and is coming."""
        return await self._on_ticket(ask, "acknowledge", OnTicket(**self._acting.common(ask), ticket=ticket_id))

    async def follow(self, ask: Ask, ticket_id: str) -> None:
        """A phone follows the ticket from now on: it can be called in silence."""
        ticket = ask.running.live.tickets.get(ticket_id)
        if ticket is not None and not ticket.phone:
            await self._acting.act(ask, "follow", OnTicket(**self._acting.common(ask), ticket=ticket_id))

    async def postpone(self, ask: Ask, ticket_id: str, wanted: asks.PostponeTicket) -> answers.Ticket:
        """Waits longer, by the visitor's own wish."""
        most = ask.running.hall.rules.postpone_max_min
        if wanted.minutes > most:
            raise Refusal("INVALID", {"field": "minutes", "problem": f"expected at most {most}"})
        common = self._acting.common(ask)
        promise = await self._promise_again(ask, ticket_id, wanted.minutes * 60_000)
        order = Postpone(**common, ticket=ticket_id, delay_ms=wanted.minutes * 60_000, promise=promise)
        return await self._on_ticket(ask, "postpone", order)

    async def reinstate(self, ask: Ask, ticket_id: str) -> answers.Ticket:
        """A missed or held ticket waits again."""
        places = ask.running.hall.rules.reinstate_places
        promise = await self._promise_again(ask, ticket_id, 0)
        order = OnTicket(**self._acting.common(ask), ticket=ticket_id, places=places, promise=promise)
        return await self._on_ticket(ask, "reinstate", order)

    async def _on_ticket(self, ask: Ask, name: str, order: OnTicket) -> answers.Ticket:
        acted: Acted = await self._acting.act(ask, name, order)
        return wire.acted_ticket(ask.running.hall, acted)

    async def _promise_again(self, ask: Ask, ticket_id: str, delay_ms: int) -> tuple[int, ...]:
        live = await ask.running.caught_up()
        ticket = live.tickets.get(ticket_id)
        if ticket is None:
            return ()
        now = self._acting.clock()
        turn = (ticket.turn if ticket.status == "waiting" else now) + delay_ms
        return promise_of(ask.running, ticket.queue, turn, now)
