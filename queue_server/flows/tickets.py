"""What visitors and those who help them ask for: a ticket, patience, another time, no ticket any more."""

from typing import Any

from msgspec import UNSET

from queue_server.contract import answers, asks
from queue_server.contract.times import rfc3339
from queue_server.domain.calendar import Opening, opening
from queue_server.domain.hall import SELF_SERVICE, Hall
from queue_server.domain.orders import Acted, Issue, OnTicket, Postpone
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import credit_ms
from queue_server.flows import wire
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.reasons import Reason, in_order, why_before
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals

CHANNEL_ROLES = {
    "kiosk": frozenset({"kiosk", "desk", "manager", "admin"}),
    "desk": frozenset({"desk", "manager", "admin"}),
}
LEAST_DIGITS = 5
"""Fewer digits are nobody's phone, and would make strangers one person."""
MOST_REASONS = 200
"""How many of those ahead are explained at once."""


class TicketFlows:
    """The use cases around one ticket. All raise `Refusal`."""

    def __init__(self, acting: Acting, seals: Seals, open_now: bool) -> None:
        self._acting = acting
        self._seals = seals
        self._open_now = open_now

    async def issue(self, ask: Ask, wanted: asks.IssueTicket) -> answers.Ticket:
        """Gives a number. It is in the store, synced to disk, before this returns."""
        running, hall = ask.running, ask.running.hall
        self._check_channel(ask, wanted.channel)
        stops = [(service, _queue_for(hall, service, wanted.insist)) for service in _services(hall, wanted)]
        if wanted.priority not in hall.credits_min:
            raise Refusal("INVALID", {"field": "priority", "problem": f"expected one of {', '.join(hall.credits_min)}"})
        common = self._acting.common(ask)
        credit = credit_ms(hall.credits_min, wanted.priority)
        promise = _promise(running, stops[0][1], common["at"] - credit)
        order = Issue(
            **common,
            **self._closed(running, common["at"], promise, wanted.channel),
            stops=stops,
            priority=wanted.priority,
            credit_ms=credit,
            channel=wanted.channel,
            language=wanted.language,
            person=self._person(hall, wanted.visitor),
            promise=promise,
        )
        acted = await self._acting.act(ask, "issue", order)
        return wire.acted_ticket(hall, acted, self._seals.seal("t", hall.id, acted.ticket_id))

    def opening(self, hall: Hall, at: int) -> Opening:
        """Whether the hall gives tickets now."""
        return Opening(open=True) if self._open_now else opening(hall, at)

    def _closed(self, running: RunningHall, at: int, promise: tuple[int, ...], channel: str) -> dict[str, Any]:
        """The refusal of a hall that is closed, or whose last tickets are gone; nothing while it is open."""
        now = self.opening(running.hall, at)
        if not now.open:
            opens_at = rfc3339(now.opens_at) if now.opens_at else ""
            return {"refusal": "HALL_CLOSED", "refusal_facts": ("opens_at", opens_at)}
        too_late = now.closes_at is not None and at + promise[0] * 1000 > now.closes_at
        if too_late and channel != "desk":
            return {"refusal": "LAST_TICKETS_GONE", "refusal_facts": ("closes_at", rfc3339(now.closes_at or 0))}
        return {}

    def _check_channel(self, ask: Ask, channel: str) -> None:
        allowed = CHANNEL_ROLES.get(channel)
        if allowed is None or ask.caller.role in allowed:
            return
        raise Refusal("WRONG_ROLE" if ask.caller.role else "NO_TOKEN", {"role": ask.caller.role})

    def _person(self, hall: Hall, visitor: asks.Visitor | None) -> str:
        if visitor is None or not (visitor.id_number or visitor.phone):
            return ""
        if visitor.id_number is not None:
            if not visitor.id_number.strip():
                raise Refusal("INVALID", {"field": "visitor.id_number", "problem": "expected more than blanks"})
            return self._seals.person(hall.id, "id", visitor.id_number.strip().upper())
        digits = "".join(filter(str.isdigit, visitor.phone or ""))
        if len(digits) < LEAST_DIGITS:
            raise Refusal("INVALID", {"field": "visitor.phone", "problem": f"expected at least {LEAST_DIGITS} digits"})
        return self._seals.person(hall.id, "phone", digits)

    async def read(self, ask: Ask, ticket_id: str) -> answers.Ticket:
        """A ticket as it is now, with a fresh look at its wait."""
        running = ask.running
        found = await self._acting.halls.read_ticket(running.hall.id, ticket_id)
        if found is None or found.ticket is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket_id})
        wait_s = running.wait_s(found.ticket.queue, found.ahead)
        return wire.ticket(running.hall, ticket_id, found.ticket, found.ahead, wait_s)

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
        turn = (ticket.turn if ticket.status == "waiting" else self._acting.clock()) + delay_ms
        return _promise(ask.running, ticket.queue, turn)


def _services(hall: Hall, wanted: asks.IssueTicket) -> list[str]:
    if (wanted.service is UNSET) == (wanted.services is UNSET):
        raise Refusal("INVALID", {"field": "service", "problem": "expected either `service` or `services`"})
    services = [wanted.service] if wanted.services is UNSET else wanted.services
    for service in services:
        if service not in hall.service_by_id:
            raise Refusal("NO_SUCH_SERVICE", {"service": service})
    return [str(service) for service in services]


def _queue_for(hall: Hall, service_id: str, insist: bool) -> str:
    """The queue of an item; a device's item goes to a window only when the visitor insists and a clerk can do it."""
    service = hall.service_by_id[service_id]
    if service.queue != SELF_SERVICE:
        return service.queue
    queue = hall.window_queue_of(service) if insist else None
    if queue is None:
        raise Refusal("SELF_SERVICE", {"service": service_id, "zone": hall.zone_of(SELF_SERVICE)})
    return queue


def _promise(running: RunningHall, queue: str, turn: int) -> tuple[int, ...]:
    return running.wait_s(queue, running.live.ahead_of_turn(queue, turn))
