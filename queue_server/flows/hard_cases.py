"""Hard cases (难办事项): what could not be done goes to where it can, with its turn, and somebody owns it."""

from msgspec import UNSET, structs

from queue_server.contract import answers, promises
from queue_server.contract.times import rfc3339
from queue_server.domain.promise_orders import Escalate
from queue_server.domain.rating import due_after
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import TicketRecord, credit_ms
from queue_server.flows import estimates, wire
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.seals import Seals
from queue_server.flows.windows import id_of

HARD = "hard_case"
CHANNELS = {"window": "window", "desk": "desk"}
"""Where it was said, by the role of who did; everybody else is the office."""


class HardCaseFlows:
    """The use cases around hard cases. All raise `Refusal`."""

    def __init__(self, acting: Acting, seals: Seals) -> None:
        self._acting = acting
        self._seals = seals

    async def escalate(self, ask: Ask, ticket: str, wanted: promises.Escalate) -> promises.Escalated:
        """A case opens; where the hall has a queue for hard cases, the ticket goes there, or a new one in its place."""
        if ask.caller.role == "window" and not ask.caller.window:  # a clerk who names no window of theirs has none
            raise Refusal("WRONG_WINDOW", {"window": 0})
        hall, common = ask.running.hall, self._acting.common(ask)
        ticket = await id_of(ask, ticket)
        found = await self._acting.halls.read_ticket(hall.id, ticket)
        if found is None or found.ticket is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket})
        queue = hall.hard_cases.queue
        gain_ms = max(0, credit_ms(hall.credits_min, HARD) - credit_ms(hall.credits_min, found.ticket.priority))
        order = Escalate(
            **common,
            ticket=ticket,
            reason=wanted.reason,
            queue=queue,
            zone=hall.zone_of(queue),
            owner=hall.hard_cases.owner,
            due_at=due_after(hall, "open", common["at"]),
            channel=CHANNELS.get(ask.caller.role, "office"),
            window=ask.caller.window if ask.caller.role == "window" else 0,
            gain_ms=gain_ms,
            promise=self._told(ask, found.ticket, gain_ms, common["at"]) if queue else (),
        )
        acted = await self._acting.act(ask, "escalate", order)
        token = self._seals.seal("t", hall.id, acted.ticket_id) if acted.ticket_id != ticket else ""
        return promises.Escalated(
            case=str(acted.rows[0][0]),
            owner=order.owner,
            due_at=rfc3339(order.due_at),
            queue=queue or UNSET,
            ticket=wire.acted_ticket(hall, acted, token),
        )

    def _told(self, ask: Ask, ticket: TicketRecord, gain_ms: int, at: int) -> tuple[int, ...]:
        """The wait that its visitor is told for there."""
        queue = ask.running.hall.hard_cases.queue
        ahead = ask.running.live.ahead_of_turn(queue, ticket.turn - gain_ms)
        return estimates.promise(estimates.of_place(ask.running, queue, ahead, at))

    def with_page(self, ask: Ask, told: answers.Ticket) -> answers.Ticket:
        """A ticket with the address of the one that goes on in its place, for those who may see this one."""
        escalated = told.escalated
        if escalated is UNSET or escalated.ticket is UNSET:
            return told
        page = f"/t/{self._seals.seal('t', ask.running.hall.id, escalated.ticket)}"
        return structs.replace(told, escalated=structs.replace(escalated, page=page))
