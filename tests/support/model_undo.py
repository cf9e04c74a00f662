"""Taking back a window's last act, in the model."""

from copy import copy
from typing import Any

from queue_server.domain.ticket import TicketRecord
from tests.support.model import FINAL, Outcome, refuse
from tests.support.model_journeys import JourneyModel


class UndoModel(JourneyModel):
    """What a window did last, undone."""

    def undo(self, order: Any) -> Outcome:
        deed = self.deeds.get(order.window)
        if deed is None:
            return refuse("NOTHING_TO_UNDO", window=order.window)
        window, ticket = self.windows[order.window], self.tickets[deed.ticket_id]
        busy = window.ticket not in ("", deed.ticket_id)
        late = self.now - deed.at > order.within_ms or ticket.revision != deed.revision
        if busy or late or window.status == "closed" or self._came_again(ticket, deed.ticket):
            return refuse("TOO_LATE", undone=deed.event, within_s=order.within_ms // 1000)
        before = copy(deed.ticket)
        if before.status == "waiting":
            before.only_window = self._still_only(before)
        before.revision, before.phone, before.near = ticket.revision, ticket.phone, ticket.near
        fields = {name: getattr(before, name) for name in before.__struct_fields__}
        self._change(deed.ticket_id, "ActUndone", order.window, **fields)
        for name in ("ticket", "number", "call_queue", "called_at", "times", "step", "language"):
            setattr(window, name, getattr(deed.window, name))
        del self.deeds[order.window]
        return self.answer(deed.ticket_id, order.window)

    def _has_open(self, queue: str, person: str) -> bool:
        mine = self.open.get(self.people.get((queue, person), ""))
        return mine is not None and mine.queue == queue

    def _came_again(self, ticket: TicketRecord, before: TicketRecord) -> bool:
        """Whether the visitor of a finished ticket already took another one for its queue."""
        return ticket.status in FINAL and bool(before.person) and self._has_open(before.queue, before.person)
