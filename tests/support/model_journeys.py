"""Visits of several stops in the model: how they go on, and how their path changes."""

from typing import Any

from tests.support.model import Outcome, refuse
from tests.support.model_kiosk import KioskModel


class JourneyModel(KioskModel):
    """What the path of a visit makes of its ticket."""

    def go_on(self, order: Any, ticket_id: str) -> None:
        """The ticket has finished a stop, and has further ones."""
        ticket = self.tickets[ticket_id]
        planned = self._stops_after(order, ticket, ticket.stop, ticket.revision - 1)
        stops = planned or ticket.stops
        service, queue, *_ = stops[ticket.stop]
        self._wait_again(
            ticket_id, "TicketTransferred", order.window, service=service, queue=queue, stop=ticket.stop + 1,
            stops=stops, since=self.now, promise=list(order.promise) if planned else [], finished_at=0,
            only_window=0,
        )  # fmt: skip
        if planned:
            self._hold_and_tell(order, ticket_id)

    def replan(self, order: Any) -> Outcome:
        ticket = self.tickets.get(order.ticket)
        if ticket is None:
            return refuse("NO_SUCH_TICKET", ticket=order.ticket)
        if ticket.status != "waiting" and not (ticket.status == "held" and ticket.held_for in ("walking", "gap")):
            return refuse("WRONG_STATUS", ticket=order.ticket, status=ticket.status)
        stops = self._stops_after(order, ticket, ticket.stop - 1, ticket.revision)
        if stops is None:
            return refuse("PATH_CHANGED", ticket=order.ticket)
        service, queue, *_ = stops[ticket.stop - 1]
        here = {"service": service, "queue": queue, "stops": stops}
        if ticket.status == "held":
            again = {"since": self.now, "only_window": 0, "promise": list(order.promise)}
            self._wait_again(order.ticket, "TicketReinstated", **here, **again)
        else:
            self._wait_elsewhere(order, here)
        self._hold_and_tell(order, order.ticket)
        return self.answer(order.ticket)

    def _wait_elsewhere(self, order: Any, here: dict[str, Any]) -> None:
        ticket = self.tickets[order.ticket]
        if (ticket.service, ticket.queue) != (here["service"], here["queue"]):
            self._change(order.ticket, "TicketTransferred", **here, only_window=0, promise=list(order.promise))
            return
        self._change(order.ticket, "", **here)
        self.told.pop()  # it waits where it waited

    @staticmethod
    def _stops_after(order: Any, ticket: Any, made: int, revision: int) -> list[list[str]] | None:
        """All stops, those after so many as the order has them; None when it is not for the ticket as it was."""
        if order.revision != revision or not order.rest:
            return None
        stops = [*ticket.stops[:made], *(list(stop) for stop in order.rest)]
        return stops if len(stops) == len(ticket.stops) else None

    def _hold_and_tell(self, order: Any, ticket_id: str) -> None:
        ticket = self.tickets[ticket_id]
        if order.held_for and order.not_before > self.now:
            self._change(ticket_id, "TicketHeld", status="held", wake_at=order.not_before, held_for=order.held_for)
        if order.why:
            self.told.append(("TicketPlanned", ticket_id, 0, ticket.status, ""))
