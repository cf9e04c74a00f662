"""The model's interpreters: a ticket that needs one is called with one alone, and each goes with one at a time."""

from typing import Any

from queue_server.domain.calling import comes_before
from queue_server.domain.interpreting import HOLDS, InterpreterRecord, RequestRecord, served_on
from queue_server.domain.ticket import TicketRecord
from tests.support.model import FINAL, Outcome, refuse
from tests.support.model_ratings import RatedHall

OVER = ("done", "dropped")
AT_WINDOW = ("called", "serving")
OPEN = ("waiting", "held", "missed", *AT_WINDOW)


class InterpretedHall(RatedHall):
    """The model with those who go with its visitors."""

    def __init__(self) -> None:
        super().__init__()
        self.roster: dict[str, InterpreterRecord] = {}
        self.requests: dict[str, RequestRecord] = {}
        self.ever = 0

    # what every change of a ticket means for it

    def _change(self, ticket_id: str, event: str, window: int = 0, /, **changes: Any) -> None:
        ticket = self.tickets[ticket_id]
        was = ticket.status
        if event == "ActUndone":
            kept = ("speaks", "interpreter", "checked", "missing")
            changes |= {name: getattr(ticket, name) for name in kept}
        super()._change(ticket_id, event, window, **changes)
        if ticket.speaks:
            told = self.told.pop()
            self._follow(ticket_id, was)
            self.told.append(told)

    def _follow(self, ticket_id: str, was: str) -> None:
        ticket = self.tickets[ticket_id]
        if ticket.status in FINAL:
            self._end(ticket_id, ticket.status)
            return
        if self.requests[ticket_id].status in OVER:
            self._ask(ticket_id, "visit")
        if ticket.status in ("held", "missed") or (ticket.status == "waiting" and was == "serving"):
            self._give_back(ticket_id)
        elif ticket.status in AT_WINDOW and not ticket.interpreter:
            self._assign(ticket_id)

    def _tell_of(self, event: str, ticket_id: str = "") -> None:
        self.told.append((event, ticket_id, 0, "", ""))

    # one request

    def _ask(self, ticket_id: str, channel: str) -> None:
        ticket, before = self.tickets[ticket_id], self.requests.get(ticket_id)
        self.requests[ticket_id] = RequestRecord(
            number=ticket.number, queue=ticket.queue, service=ticket.service, language=ticket.speaks, channel=channel,
            status="asked", interpreter=before.interpreter if before and channel == "visit" else "",
            asked_at=self.now, assigned_at=0, ended_at=0, note=before.note if before and channel == "visit" else "",
        )  # fmt: skip
        self._tell_of("InterpreterAsked", ticket_id)

    def _assign(self, ticket_id: str) -> bool:
        ticket, last = self.tickets[ticket_id], self.requests[ticket_id].interpreter
        free = [
            (key != last, served_on(one, self.order_day), one.since, int(key[1:]), key)
            for key, one in self.roster.items()
            if one.duty and not one.ticket and ticket.speaks in one.languages
        ]
        if free:
            self._give(ticket_id, min(free)[-1])
        return bool(free)

    def _give(self, ticket_id: str, person: str) -> None:
        ticket, one, request = self.tickets[ticket_id], self.roster[person], self.requests[ticket_id]
        one.served, one.day = served_on(one, self.order_day) + 1, self.order_day
        one.ticket, one.since = ticket_id, self.now
        request.status, request.interpreter, request.assigned_at = "assigned", person, self.now
        request.queue, request.service = ticket.queue, ticket.service
        ticket.interpreter = person
        self._tell_of("InterpreterAssigned", ticket_id)

    def _set_free(self, ticket: TicketRecord) -> None:
        one = self.roster.get(ticket.interpreter)
        if one:
            one.ticket, one.since = "", self.now
        ticket.interpreter = ""

    def _give_back(self, ticket_id: str) -> None:
        ticket, request = self.tickets[ticket_id], self.requests[ticket_id]
        if ticket.interpreter:
            self._set_free(ticket)
            request.status, request.assigned_at = "asked", 0
            self._tell_of("InterpreterDone", ticket_id)

    def _end(self, ticket_id: str, reason: str) -> None:
        ticket, request = self.tickets[ticket_id], self.requests[ticket_id]
        if request.status in OVER:
            return
        request.status = "done" if ticket.interpreter and reason == "done" else "dropped"
        request.ended_at = self.now
        self._set_free(ticket)
        self._tell_of("InterpreterDone", ticket_id)

    def _send(self, ticket_id: str) -> None:
        """Whoever was held for one waits again, as if nothing had been."""
        ticket = self.tickets[ticket_id]
        if ticket.held_for == HOLDS:
            only = self._still_only(ticket)
            here = {"since": ticket.since, "promise": ticket.promise, "only_window": only}
            self._wait_again(ticket_id, "TicketReinstated", **here)

    # the call

    def call_next(self, order: Any) -> Outcome:
        if self._free(order.window) is None:
            while (head := self._earliest(order.window)) and not self._is_ready(head):
                self._change(head, "TicketHeld", status="held", wake_at=0, held_for=HOLDS)
        return super().call_next(order)

    def _earliest(self, number: int) -> str:
        """Whoever this window would call, whatever they need."""
        window, found, best = self.window(number), "", (0, 0)
        for queue, only, handicap_s in [("", number, 0), *((queue, 0, cost) for queue, cost in window.queues)]:
            for turn, key in self.waiting(queue, only)[:1]:
                if not found or comes_before(turn, handicap_s * 1000, *best):
                    found, best = key, (turn, handicap_s * 1000)
        return found

    def _is_ready(self, ticket_id: str) -> bool:
        ticket = self.tickets[ticket_id]
        return not ticket.speaks or bool(ticket.interpreter) or self._assign(ticket_id)

    def close_day(self, at: int, day: str) -> None:
        if not self.day or self.day >= day:
            return
        forgotten = self.previous_day
        super().close_day(at, day)
        self.requests = {key: row for key, row in self.requests.items() if not self._is_of(key, forgotten)}
        for one in self.roster.values():
            one.duty, one.ticket = 0, ""

    # the roster

    def keep_interpreter(self, order: Any) -> Outcome:
        if order.interpreter and order.interpreter not in self.roster:
            return refuse("NO_SUCH_INTERPRETER", interpreter=order.interpreter)
        if not order.interpreter:
            self.ever += 1
        key = order.interpreter or f"I{self.ever}"
        one = self.roster.get(key) or InterpreterRecord(
            name="", languages=[], phone="", shifts=[], duty=0, ticket="", since=self.now, day="", served=0
        )
        one.name, one.languages, one.phone = order.name, list(order.languages), order.phone
        one.account = order.account
        self.roster[key] = one
        self._tell_of("InterpreterChanged")
        return Outcome("", {}, key)

    def _give_up(self, person: str) -> None:
        ticket_id = self.roster[person].ticket
        if ticket_id:
            self._give_back(ticket_id)
            if self.tickets[ticket_id].status != "waiting":
                self._assign(ticket_id)

    def drop_interpreter(self, order: Any) -> Outcome:
        if order.interpreter not in self.roster:
            return refuse("NO_SUCH_INTERPRETER", interpreter=order.interpreter)
        self.roster[order.interpreter].duty = 0
        self._give_up(order.interpreter)
        del self.roster[order.interpreter]
        self._tell_of("InterpreterChanged")
        return Outcome("", {}, order.interpreter)

    def set_duty(self, order: Any) -> Outcome:
        one = self.roster.get(order.interpreter)
        if one is None:
            return refuse("NO_SUCH_INTERPRETER", interpreter=order.interpreter)
        if one.duty == order.duty or (order.gently and one.ticket):
            return Outcome("", {}, order.interpreter)
        one.duty = order.duty
        if order.duty:
            one.since = self.now
        else:
            self._give_up(order.interpreter)
        self._tell_of("InterpreterChanged")
        return Outcome("", {}, order.interpreter)

    # the wish

    def ask_interpreter(self, order: Any) -> Outcome:
        refusal = self._on_ticket(order, *OPEN)
        if refusal:
            return refusal
        ticket = self.tickets[order.ticket]
        if ticket.speaks == order.language:
            return self.answer(order.ticket)
        if not any(order.language in one.languages for one in self.roster.values()):
            return refuse("NO_INTERPRETER", language=order.language)
        if ticket.speaks:
            self._end(order.ticket, "language")
        ticket.speaks = order.language
        self._ask(order.ticket, order.channel)
        if ticket.status in AT_WINDOW:
            self._assign(order.ticket)
        return self.answer(order.ticket)

    def _asked(self, order: Any) -> Outcome | None:
        if order.ticket not in self.tickets:
            return refuse("NO_SUCH_TICKET", ticket=order.ticket)
        return None if order.ticket in self.requests else refuse("NO_SUCH_REQUEST", ticket=order.ticket)

    def drop_request(self, order: Any) -> Outcome:
        refusal = self._asked(order)
        if refusal:
            return refusal
        ticket = self.tickets[order.ticket]
        if ticket.speaks and ticket.status not in FINAL:
            self._end(order.ticket, "dropped")
            ticket.speaks = ""
            self._send(order.ticket)
        return self.answer(order.ticket)

    def assign_interpreter(self, order: Any) -> Outcome:
        refusal = self._asked(order)
        if refusal:
            return refusal
        one, ticket = self.roster.get(order.interpreter), self.tickets[order.ticket]
        if one is None:
            return refuse("NO_SUCH_INTERPRETER", interpreter=order.interpreter)
        if not ticket.speaks or ticket.status in FINAL:
            return refuse("NO_SUCH_REQUEST", ticket=order.ticket)
        if ticket.status in ("held", "missed") and ticket.held_for != HOLDS:
            return refuse("WRONG_STATUS", ticket=order.ticket, status=ticket.status)
        if one.ticket != order.ticket:
            if one.ticket or not one.duty:
                return refuse("INTERPRETER_BUSY", interpreter=order.interpreter)
            self._give_back(order.ticket)
            self._give(order.ticket, order.interpreter)
            self._send(order.ticket)
        return self.answer(order.ticket)

    def note_interpreting(self, order: Any) -> Outcome:
        refusal = self._asked(order)
        if refusal:
            return refusal
        self.requests[order.ticket].note = order.note
        return Outcome("", {}, order.ticket)

    def match_interpreters(self, order: Any) -> Outcome:
        rows = sorted((row.asked_at, key) for key, row in self.requests.items() if row.status == "asked")
        now, soon = list[tuple[int, str]](), list[str]()
        for _, key in rows:
            ticket = self.tickets[key]
            if ticket.held_for == HOLDS or ticket.status in AT_WINDOW:
                now.append((ticket.turn, key))
            elif ticket.status == "waiting" and self.ahead(key) < order.near:
                soon.append(key)
        for key in [*(key for _, key in sorted(now)), *soon]:
            if self._assign(key):
                self._send(key)
        left = sum(row.status == "asked" for row in self.requests.values())
        return Outcome("", {}, rows=[[left]])

    def check_papers(self, order: Any) -> Outcome:
        refusal = self._on_ticket(order, *OPEN)
        if refusal:
            return refusal
        ticket = self.tickets[order.ticket]
        ticket.checked, ticket.missing = ticket.service, list(order.missing)
        self._tell_of("PapersChecked", order.ticket)
        return self.answer(order.ticket)
