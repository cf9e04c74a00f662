"""The model's promises and hard cases: what outlives a visit, and tickets that go to where hard cases go."""

from typing import Any

from queue_server.domain.promise import PAPERS, PromiseRecord
from queue_server.domain.rating import RatedStop
from tests.support.model import Outcome, refuse
from tests.support.model_ratings import KEPT_MS, RatedHall

AT_WINDOW = ("called", "serving")
OWED_MS = 6 * KEPT_MS


class PromisingHall(RatedHall):
    """The model with what is promised at the end of a stop."""

    def __init__(self) -> None:
        super().__init__()
        self.promises: dict[str, PromiseRecord] = {}
        self.promises_today = 0
        self.reached: dict[str, list[str]] = {}
        """How to reach the visitors of promises that stand."""

    def finish(self, order: Any) -> Outcome:
        ticket_id = self.window(order.window).ticket
        made = self._about(order, ticket_id) if ticket_id and order.pledge else None
        outcome = super().finish(order)
        if made and not outcome.refusal:
            self.promises_today += 1
            self.promises[name := f"P-{self.order_day}-{self.promises_today}"] = made
            made.made_at = self.now
            self.reached[name] = list(self.contacts.get(ticket_id, []))
            self._tell_of("PromiseMade", made, {"promise": name, "kind": made.kind, "due_at": made.due_at})
        return outcome

    def _about(self, order: Any, ticket_id: str) -> PromiseRecord:
        ticket, pledge = self.tickets[ticket_id], order.pledge
        return PromiseRecord(
            kind=pledge.kind, status="open", ticket=ticket_id, stop=ticket.stop, number=ticket.number,
            queue=ticket.queue, service=ticket.service, window=order.window, staff=ticket.served_by,
            language=ticket.language, person=ticket.person, due_at=pledge.due_at, papers=list(pledge.papers),
            note=pledge.note, made_at=0, ended_at=0, by=order.actor, ended_by="", remark="",
            reminders=list(pledge.reminders),
        )  # fmt: skip

    def undo(self, order: Any) -> Outcome:
        deed = self.deeds.get(order.window)
        outcome = super().undo(order)
        if deed and deed.event == "ServiceFinished" and not outcome.refusal:
            for name, promise in self.promises.items():
                if (promise.ticket, promise.stop, promise.ended_at) == (deed.ticket_id, deed.ticket.stop, 0):
                    self.told.pop()  # the finish is told to be undone after what came of it
                    self._end(name, promise, "withdrawn", "", order.actor)
                    self.told.append(("ActUndone", deed.ticket_id, order.window, "serving", self.was_before_undo))
        return outcome

    def _change(self, ticket_id: str, event: str, window: int = 0, /, **changes: Any) -> None:
        self.was_before_undo = self.tickets[ticket_id].status
        super()._change(ticket_id, event, window, **changes)

    def _end(self, name: str, promise: PromiseRecord, status: str, remark: str, actor: str) -> None:
        promise.status, promise.ended_at, promise.ended_by, promise.remark = status, self.now, actor, remark
        promise.reminders = []
        del self.reached[name]
        self._tell_of("PromiseChanged", promise, {"promise": name, "kind": promise.kind, "to": status})

    def _tell_of(self, event: str, promise: PromiseRecord, facts: dict[str, Any]) -> None:
        self.facts[len(self.told)] = facts
        self.told.append((event, promise.ticket, promise.window, "", ""))

    def end_promise(self, order: Any) -> Outcome:
        promise = self.promises.get(order.promise_id)
        if promise is None:
            return refuse("NO_SUCH_PROMISE", promise=order.promise_id)
        if promise.ended_at:
            return refuse("PROMISE_STATUS", promise=order.promise_id, status=promise.status)
        reached = self.reached[order.promise_id]
        self._end(order.promise_id, promise, order.status, order.note, order.actor)
        return Outcome("", {}, order.promise_id, rows=[reached])

    def reminded(self, order: Any) -> Outcome:
        for name, what in order.told:
            promise = self.promises.get(name)
            if promise and promise.reminders and promise.reminders[0][0] == what:
                promise.reminders = promise.reminders[1:]
        return Outcome()

    def close_day(self, at: int, day: str) -> None:
        if not self.day or self.day >= day:
            return
        super().close_day(at, day)
        self.promises_today = 0
        for is_halls, waited_ms in ((False, KEPT_MS), (True, OWED_MS)):
            stand = [row for row in self.promises.items() if not row[1].ended_at]
            whose = [row for row in stand if (row[1].kind != PAPERS) == is_halls]
            late = [row for row in whose if row[1].due_at <= self.at - waited_ms]
            for name, promise in sorted(late, key=lambda row: (row[1].due_at, row[0])):
                self._end(name, promise, "broken", "", "system")
        ended = [row for row in self.promises.items() if 0 < row[1].ended_at <= self.at - KEPT_MS]
        for name, _ in sorted(ended, key=lambda row: (row[1].ended_at, row[0])):
            del self.promises[name]
            self._tell_case("PromiseChanged", "", 0, {"promise": name, "to": "purged"})

    # hard cases

    def escalate(self, order: Any) -> Outcome:
        ticket = self.tickets.get(order.ticket)
        if ticket is None:
            return refuse("NO_SUCH_TICKET", ticket=order.ticket)
        if ticket.escalated:
            return refuse("ALREADY_ESCALATED", ticket=order.ticket, case=ticket.escalated[0])
        if ticket.status in ("cancelled", "expired"):
            return refuse("WRONG_STATUS", ticket=order.ticket, status=ticket.status)
        served = {of.window for (key, _), of in self.finished.items() if key == order.ticket} | {ticket.window}
        if order.window and order.window not in served:
            return refuse("WRONG_WINDOW", window=order.window)
        if order.queue and ticket.status == "done" and ticket.person and self._has_open(order.queue, ticket.person):
            return refuse(
                "ALREADY_WAITING", number=self.open[self.people[order.queue, ticket.person]].number, queue=order.queue
            )
        return self._take_on(order, order.ticket)

    def _take_on(self, order: Any, ticket_id: str) -> Outcome:
        ticket = self.tickets[ticket_id]
        of = RatedStop(
            number=ticket.number, queue=ticket.queue, service=ticket.service, window=ticket.window,
            staff=ticket.served_by, finished_at=0,
        )  # fmt: skip
        stop = max(ticket.stop if ticket.status == "done" else ticket.stop - 1, 1)
        case = self._open("hard_case", order, ticket_id, stop, of, order.reason)
        goes = ticket_id
        if not order.queue:
            ticket.escalated, ticket.revision = [case], ticket.revision + 1
        elif ticket.status == "done":
            goes = self._goes_on(order, ticket_id, case)
        else:
            self._goes_there(order, ticket_id, case)
        self.facts[len(self.told)] = {"case": case, "reason": order.reason, "number": self.tickets[goes].number}
        self.told.append(("TicketEscalated", ticket_id, 0, "", ""))
        return self.answer(goes)._replace(rows=[[case]])

    def _goes_there(self, order: Any, ticket_id: str, case: str) -> None:
        ticket = self.tickets[ticket_id]
        number = ticket.window if ticket.status in AT_WINDOW else 0
        since = ticket.since if ticket.status == "waiting" else self.now
        self._wait_again(
            ticket_id, "TicketTransferred", number, queue=order.queue, only_window=0, priority="hard_case",
            turn=ticket.turn - order.gain_ms, since=since, promise=list(order.promise), escalated=[case],
            outside=ticket.outside if ticket.outside == order.zone else "", let_in=0,
        )  # fmt: skip
        if number:
            self.windows[number].ticket = ""

    def _goes_on(self, order: Any, ticket_id: str, case: str) -> str:
        old, day = self.tickets[ticket_id], self.order_day
        goes, number = f"{day}-{self.take('#'):07d}", self.take(order.queue)
        fresh = type(old)(
            number=f"{order.queue}{number:03d}", queue=order.queue, service=old.service, stops=[], stop=1,
            status="waiting", priority="hard_case", channel=old.channel, language=old.language, window=0,
            issued_at=self.now, since=self.now, turn=old.turn - order.gain_ms, called_at=0, started_at=0,
            finished_at=0, times_called=0, reinstated=0, revision=0, person=old.person, promise=list(order.promise),
            only_window=0, moved="", wake_at=0, coming=0, voice=old.voice, phone=int(old.channel == "phone"),
            escalated=[case],
        )  # fmt: skip
        self.tickets[goes] = self.open[goes] = fresh
        if fresh.person:
            self.people[order.queue, fresh.person] = goes
        if ticket_id in self.contacts:
            self.contacts[goes] = list(self.contacts[ticket_id])
        self.told.append(("TicketIssued", goes, 0, "waiting", ""))
        old.escalated, old.revision = [case, fresh.number, goes], old.revision + 1
        return goes
