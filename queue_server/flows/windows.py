"""What clerks ask of their window."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct

from queue_server.contract import answers, asks
from queue_server.domain.calendar import local
from queue_server.domain.duties import Duties
from queue_server.domain.hall import SELF_SERVICE, Hall, WindowPlan
from queue_server.domain.orders import (
    AtWindow,
    CallTicket,
    Finish,
    Hold,
    OpenWindow,
    PauseWindow,
    Recall,
    Transfer,
    Undo,
)
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import serving_shares
from queue_server.flows import estimates, wire
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.journeys import JourneyFlows
from queue_server.flows.pledges import pledged
from queue_server.flows.reasons import Reason, in_order, why_in_this_order

NEXT_SHOWN = 3
NO_DUTIES = Duties()
"""Of a device that everyone shares: the window serves what the hall file says."""


class Upcoming(Struct, frozen=True, kw_only=True):
    """A ticket that a window would call soon, and why."""

    id: str
    number: str
    queue: str
    service: str
    priority: str
    waited_s: int
    reason: Reason


class WindowFlows:
    """The use cases of one window. All raise `Refusal`."""

    def __init__(self, acting: Acting, journeys: JourneyFlows) -> None:
        self._acting = acting
        self._journeys = journeys

    async def read(self, ask: Ask, window: int) -> answers.Window:
        hall = ask.running.hall
        _plan(hall, window)
        return wire.window(hall, window, await self._acting.halls.read_window(hall.id, window, self._acting.clock()))

    async def upcoming(self, ask: Ask, window: int) -> list[Upcoming]:
        """The next three that this window would call, in order."""
        hall, now = ask.running.hall, self._acting.clock()
        _plan(hall, window)
        rows = in_order(await self._acting.halls.read_heads(hall.id, window, NEXT_SHOWN))
        reasons = why_in_this_order(hall, [row for _, row in rows])
        return [
            Upcoming(
                id=ticket_id,
                number=row.number,
                queue=row.queue,
                service=row.service,
                priority=row.priority,
                waited_s=max(now - row.since, 0) // 1000,
                reason=reason,
            )
            for (ticket_id, row), reason in zip(rows, reasons, strict=True)
        ]

    async def open(self, ask: Ask, window: int, wanted: asks.OpenWindow, duties: Duties = NO_DUTIES) -> answers.Window:
        """Opens a window, or gives an open one other queues; whoever has skills serves by those.

        Refuses `NOT_CERTIFIED` to who may serve none of them.
        """
        plan = _plan(ask.running.hall, window)
        await ask.running.caught_up()  # a diversion may have let it serve one more this very moment
        hour = local(ask.running.hall, self._acting.clock())
        chosen = _allowed_queues(ask, plan, wanted.queues)
        queues = serving_shares(duties.skills, chosen, hour.hour * 60 + hour.minute, duties.lapsed)
        _check_certified(chosen, duties)
        order = OpenWindow(
            **self._acting.common(ask), window=window, staff=wanted.staff, queues=queues,
            by_person=duties.person, chosen=chosen,
        )  # fmt: skip
        return await self._window(ask, "open_window", order)

    async def pause(self, ask: Ask, window: int, wanted: asks.PauseWindow) -> answers.Window:
        order = PauseWindow(**self._at(ask, window), reason=wanted.reason)
        return await self._window(ask, "pause_window", order)

    async def resume(self, ask: Ask, window: int, duties: Duties = NO_DUTIES) -> answers.Window:
        """Refuses `NOT_CERTIFIED` to who opened it, and may serve none of its queues any longer."""
        if duties.lapsed:
            found = (await self._acting.halls.read_window(ask.running.hall.id, window, self._acting.clock())).window
            if found is not None and found.status == "paused" and found.by_person == duties.person:
                _check_certified(found.chosen, duties)
        return await self._window(ask, "resume_window", AtWindow(**self._at(ask, window)))

    async def close(self, ask: Ask, window: int) -> answers.Window:
        return await self._window(ask, "close_window", AtWindow(**self._at(ask, window)))

    async def call_next(self, ask: Ask, window: int) -> answers.Ticket:
        """The next ticket, called. Refuses `NOBODY_WAITING` when there is none."""
        return await self._ticket(ask, "call_next", AtWindow(**self._at(ask, window)))

    async def call(self, ask: Ask, window: int, wanted: asks.CallTicket) -> answers.Ticket:
        """One ticket out of turn; the event names the override and who asked for it."""
        ticket = await id_of(ask, wanted.ticket)
        order = CallTicket(**self._at(ask, window), ticket=ticket, reason=wanted.reason or "")
        return await self._ticket(ask, "call_ticket", order)

    async def recall(self, ask: Ask, window: int) -> answers.Ticket:
        rules = ask.running.hall.rules
        order = Recall(**self._at(ask, window), gap_ms=rules.recall_gap_s * 1000, limit=rules.recalls)
        return await self._ticket(ask, "recall", order)

    async def start(self, ask: Ask, window: int) -> answers.Ticket:
        return await self._ticket(ask, "start", AtWindow(**self._at(ask, window)))

    async def miss(self, ask: Ask, window: int) -> answers.Ticket:
        return await self._ticket(ask, "miss", AtWindow(**self._at(ask, window)))

    async def hold(self, ask: Ask, window: int, wanted: asks.HoldTicket) -> answers.Ticket:
        """Sets the visitor aside; after `minutes`, where given, the ticket waits again by itself."""
        order = Hold(**self._at(ask, window), reason=wanted.reason, minutes=wanted.minutes or 0)
        return await self._ticket(ask, "hold", order)

    async def finish(self, ask: Ask, window: int, wanted: asks.FinishTicket) -> answers.Ticket:
        """Ends this stop; with stops left the ticket goes on to the next unless the outcome says otherwise."""
        goes_on = (wanted.outcome or "next") == "next"
        plan = await self._journeys.going_on(ask, window) if goes_on else {}
        common = self._at(ask, window)
        pledge = await pledged(ask, window, wanted, common["at"])
        order = Finish(**common | plan, outcome=wanted.outcome or "", pledge=pledge)
        return await self._ticket(ask, "finish", order)

    async def transfer(self, ask: Ask, window: int, wanted: asks.TransferTicket) -> answers.Ticket:
        hall = ask.running.hall
        queue, only_window = _destination(hall, wanted)
        waiting = ask.running.live.waiting(queue)
        common, ahead = self._at(ask, window), waiting if wanted.place == "back" else 0
        promise = estimates.promise(estimates.of_place(ask.running, queue, ahead, common["at"]))
        order = Transfer(**common, queue=queue, only_window=only_window, place=wanted.place, promise=promise)
        return await self._ticket(ask, "transfer", order)

    async def undo(self, ask: Ask, window: int) -> answers.Ticket:
        """Takes back the window's last act on a ticket."""
        order = Undo(**self._at(ask, window), within_ms=ask.running.hall.rules.undo_s * 1000)
        return await self._ticket(ask, "undo", order)

    def _at(self, ask: Ask, window: int) -> dict[str, Any]:
        _plan(ask.running.hall, window)
        return {**self._acting.common(ask), "window": window}

    async def _window(self, ask: Ask, name: str, order: AtWindow) -> answers.Window:
        acted = await self._acting.act(ask, name, order)
        return wire.window(ask.running.hall, order.window, acted)

    async def _ticket(self, ask: Ask, name: str, order: AtWindow) -> answers.Ticket:
        return wire.acted_ticket(ask.running.hall, await self._acting.act(ask, name, order))


def _plan(hall: Hall, window: int) -> WindowPlan:
    plan = hall.window_by_number.get(window)
    if plan is None:
        raise Refusal("NO_SUCH_WINDOW", {"window": window})
    return plan


async def id_of(ask: Ask, ticket: str) -> str:
    """The id of a ticket that a clerk names by its number, as it stands on paper; an id stays what it is."""
    live = await ask.running.caught_up()
    if ticket in live.tickets:
        return ticket
    number = ticket.strip().upper()
    return next((known for known, row in live.tickets.items() if row.number == number), ticket)


def _queue(hall: Hall, queue: str) -> str:
    if queue not in hall.queue_by_id or queue == SELF_SERVICE:
        raise Refusal("NO_SUCH_QUEUE", {"queue": queue})
    return queue


def _check_certified(chosen: Sequence[tuple[str, int]], duties: Duties) -> None:
    """Refuses `NOT_CERTIFIED` where the certificates for all these queues have lapsed."""
    if chosen and all(queue in duties.lapsed for queue, _ in chosen):
        raise Refusal("NOT_CERTIFIED", {"queues": ", ".join(queue for queue, _ in chosen)})


def _allowed_queues(ask: Ask, plan: WindowPlan, wanted: list[str] | None) -> list[tuple[str, int]]:
    """The queues to serve: a window those of the hall file or of a diversion, an admin or manager any of the hall."""
    planned = dict(wire.planned_queues(plan))
    if wanted is None:
        return list(planned.items())
    chosen = list(dict.fromkeys(_queue(ask.running.hall, queue) for queue in wanted))
    may_name_any = ask.caller.role in {"admin", "manager"}
    asked = ask.running.live.diversions.queues_for(plan.window)
    for queue in chosen:
        if not may_name_any and queue not in planned and queue not in asked:
            raise Refusal("WRONG_WINDOW", {"window": plan.window, "queue": queue})
    return [(queue, planned.get(queue, 0)) for queue in chosen]


def _destination(hall: Hall, wanted: asks.TransferTicket) -> tuple[str, int]:
    """(queue, 0) for a queue; for a window the queue that it serves first, and the window's number."""
    if (wanted.queue is UNSET) == (wanted.window is UNSET):
        raise Refusal("INVALID", {"field": "queue", "problem": "expected either `queue` or `window`"})
    if wanted.window is UNSET:
        return _queue(hall, str(wanted.queue)), 0
    plan = _plan(hall, wanted.window)
    return plan.queues[0].queue, plan.window
