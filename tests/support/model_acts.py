"""The acts of the model: one method for each act of the store's library, named alike."""

from typing import Any

from queue_server.domain.calling import comes_before
from queue_server.domain.ticket import TicketRecord
from tests.support.model import Outcome, refuse
from tests.support.model_undo import UndoModel


class ActingHall(UndoModel):
    """The model with all its acts."""

    # the ledger

    def note_act(self, order: Any) -> Outcome:
        self.facts[len(self.told)] = dict(zip(order.facts[::2], order.facts[1::2], strict=True))
        self.told.append(("ActNoted", "", order.window, "", ""))
        return Outcome()

    # visitors

    def issue(self, order: Any) -> Outcome:
        queue = order.stops[0][1]
        mine = self.open.get(self.people.get((queue, order.person), "")) if order.person else None
        if mine and mine.queue == queue:
            return refuse("ALREADY_WAITING", number=mine.number, queue=queue)
        return self.over_limit(order) or self.let_wait(order, *self.next_ticket(order), self.now)

    def next_ticket(self, order: Any) -> tuple[str, int]:
        """The id and the number of a ticket of today, counted and reachable."""
        ticket_id = f"{self.order_day}-{self.take('#'):07d}"
        self.counted.update(counter for counter, _, _ in order.limits)
        self.keep(ticket_id, order.contact)
        return ticket_id, self.take(order.stops[0][1])

    def over_limit(self, order: Any) -> Outcome | None:
        for counter, most, code in order.limits:
            if self.counted[counter] >= most:
                left_s = 3600 - self.now // 1000 % 3600
                return refuse(code, retry_after_s=left_s) if code == "TOO_MANY" else refuse(code, most=most)
        return None

    def keep(self, thing: str, contact: str) -> None:
        """The latest four, each once."""
        if contact:
            others = [known for known in self.contacts.get(thing, []) if known != contact]
            known = [*others, contact]
            self.contacts[thing] = known if len(known) <= 4 else [known[0], *known[2:]]

    def take(self, counter: str, many: int = 1) -> int:
        """The last of so many new numbers."""
        self.numbers[counter] = self.numbers.get(counter, 0) + many
        return self.numbers[counter]

    def new_ticket(self, order: Any, number: int, since: int) -> TicketRecord:
        service, queue, *_ = order.stops[0]
        return TicketRecord(
            number=f"{queue}{number:03d}", queue=queue, service=service, stop=1, status="waiting", window=0,
            stops=[list(stop) for stop in order.stops] if len(order.stops) > 1 or len(order.stops[0]) > 2 else [],
            journey=getattr(order, "journey", ""), aside=[tuple(row) for row in getattr(order, "aside", [])],
            priority=order.priority, channel=order.channel, language=order.language, person=order.person,
            issued_at=since, since=since, turn=since - order.credit_ms, called_at=0, started_at=0,
            finished_at=0, times_called=0, reinstated=0, revision=0, promise=list(order.promise),
            only_window=0, moved="", wake_at=0, coming=0,
            voice=order.voice, phone=int(order.channel == "phone"), step="", shown=0,
        )  # fmt: skip

    def let_wait(self, order: Any, ticket_id: str, number: int, since: int, **more: Any) -> Outcome:
        ticket = self.new_ticket(order, number, since)
        for name, value in more.items():
            setattr(ticket, name, value)
        self.tickets[ticket_id] = self.open[ticket_id] = ticket
        if ticket.person:
            self.people[ticket.queue, ticket.person] = ticket_id
        self.told.append(("TicketIssued", ticket_id, 0, "waiting", ""))
        return self.answer(ticket_id)

    def cancel(self, order: Any) -> Outcome:
        refusal = self._on_ticket(order, "waiting", "held", "missed")
        if refusal:
            return refusal
        self._change(order.ticket, "TicketCancelled", status="cancelled", finished_at=self.now, wake_at=0)
        return self.answer(order.ticket)

    def acknowledge(self, order: Any) -> Outcome:
        refusal = self._on_ticket(order, "called")
        if refusal:
            return refusal
        ticket = self.tickets[order.ticket]
        if not ticket.coming:
            self._change(order.ticket, "TicketAcknowledged", ticket.window, coming=1)
        return self.answer(order.ticket)

    def postpone(self, order: Any) -> Outcome:
        refusal = self._on_ticket(order, "waiting", "held", "missed")
        if refusal:
            return refusal
        ticket = self.tickets[order.ticket]
        if self._in_gap(ticket):
            return refuse("GAP_NOT_OVER", ticket=order.ticket, until_at=ticket.wake_at)
        waits = ticket.status == "waiting"
        self._wait_again(
            order.ticket, "TicketPostponed", since=ticket.since if waits else self.now,
            turn=(ticket.turn if waits or ticket.held_for else self.now) + order.delay_ms, moved="postponed",
            promise=list(order.promise), only_window=self._still_only(ticket),
        )  # fmt: skip
        return self.answer(order.ticket)

    def reinstate(self, order: Any) -> Outcome:
        refusal = self._on_ticket(order, "held", "missed")
        if refusal:
            return refusal
        ticket = self.tickets[order.ticket]
        if self._in_gap(ticket):
            return refuse("GAP_NOT_OVER", ticket=order.ticket, until_at=ticket.wake_at)
        if ticket.status == "missed" and ticket.reinstated:
            return refuse("ALREADY_REINSTATED", ticket=order.ticket)
        self._reinstate(order.ticket, order.places, order.promise)
        return self.answer(order.ticket)

    def _in_gap(self, ticket: Any) -> bool:
        return bool(ticket.held_for == "gap" and ticket.wake_at > self.now)

    def wake(self, order: Any) -> Outcome:
        due = [(t.wake_at, key) for key, t in self.open.items() if t.status == "held" and 0 < t.wake_at <= self.now]
        for _, ticket_id in sorted(due)[:100]:
            ticket = self.tickets[ticket_id]
            self._reinstate(ticket_id, 0, tuple(ticket.promise) if ticket.held_for else order.promise)
        return Outcome()

    def _reinstate(self, ticket_id: str, places: int, promise: tuple[int, ...]) -> None:
        ticket = self.tickets[ticket_id]
        only = self._still_only(ticket)
        changes: dict[str, Any] = {"only_window": only, "since": self.now, "promise": list(promise)}
        if ticket.status == "missed":
            changes |= {"moved": "reinstated", "reinstated": ticket.reinstated + 1}
            ahead = self.waiting(ticket.queue, only)[:places]
            changes["turn"] = max(ticket.turn, ahead[-1][0] + 1) if ahead else ticket.turn
        self._wait_again(ticket_id, "TicketReinstated", **changes)

    # calls

    def call_next(self, order: Any) -> Outcome:
        refusal = self._free(order.window)
        if refusal:
            return refusal
        chosen, chosen_turn, chosen_handicap = "", 0.0, 0.0
        shares = [
            ("", order.window, 0),
            *((queue, 0, handicap) for queue, handicap in self.window(order.window).queues),
        ]
        for queue, only, handicap_s in shares:
            for turn, key in self.waiting(queue, only)[:1]:
                handicap_ms = handicap_s * 1000
                if not chosen or comes_before(turn, handicap_ms, chosen_turn, chosen_handicap):
                    chosen, chosen_turn, chosen_handicap = key, turn, handicap_ms
        return self._call(chosen, order.window) if chosen else refuse("NOBODY_WAITING", window=order.window)

    def call_ticket(self, order: Any) -> Outcome:
        refusal = self._on_ticket(order, "waiting") or self._free(order.window)
        return refusal or self._call(order.ticket, order.window)

    def _call(self, ticket_id: str, number: int) -> Outcome:
        self._keep_deed("TicketCalled", number, ticket_id)
        ticket, window = self.tickets[ticket_id], self.windows[number]
        changes = {"window": number, "called_at": self.now, "times_called": ticket.times_called + 1, "coming": 0}
        changes |= {"shown": 0, "step": "voice" if ticket.voice or not ticket.phone else "silent"}
        self._change(ticket_id, "TicketCalled", number, status="called", **changes)
        window.ticket, window.number, window.call_queue = ticket_id, ticket.number, ticket.queue
        self._show(window, ticket)
        return self._done(number, ticket_id)

    def _show(self, window: Any, ticket: TicketRecord) -> None:
        window.called_at, window.times = self.now, ticket.times_called
        window.step, window.language = ticket.step, ticket.language

    def recall(self, order: Any) -> Outcome:
        refusal = self._at_window(order, "called")
        if refusal:
            return refusal
        window = self.windows[order.window]
        ticket = self.tickets[window.ticket]
        too_soon_ms = window.called_at + order.gap_ms - self.now
        if too_soon_ms > 0:
            return refuse("TOO_SOON", retry_after_s=-(-too_soon_ms // 1000))
        if ticket.times_called > order.limit:
            return refuse("RECALL_LIMIT", recalls=order.limit)
        self._keep_deed("TicketRecalled", order.window, window.ticket)
        again: dict[str, Any] = {"times_called": ticket.times_called + 1, "called_at": self.now}
        again |= {"step": "flash" if ticket.step == "silent" else "voice", "coming": 0, "shown": 0}
        self._change(window.ticket, "TicketRecalled", order.window, **again)
        self._show(window, ticket)
        return self._done(order.window, window.ticket)

    # at the window

    def start(self, order: Any) -> Outcome:
        refusal = self._at_window(order, "called")
        if refusal:
            return refusal
        window = self.windows[order.window]
        self._keep_deed("ServiceStarted", order.window, window.ticket)
        changes = {"status": "serving", "started_at": self.now, "served_by": window.staff}
        self._change(ticket_id := window.ticket, "ServiceStarted", order.window, **changes)
        return self._done(order.window, ticket_id)

    def hold(self, order: Any) -> Outcome:
        wake_at = self.now + order.minutes * 60_000 if order.minutes else 0
        return self._leave(order, "serving", "TicketHeld", status="held", wake_at=wake_at)

    def miss(self, order: Any) -> Outcome:
        return self._leave(order, "called", "TicketMissed", status="missed", wake_at=0)

    def _leave(self, order: Any, status_before: str, event: str, **changes: Any) -> Outcome:
        """The ticket leaves the window, to be parked or done."""
        refusal = self._at_window(order, status_before)
        if refusal:
            return refusal
        window = self.windows[order.window]
        ticket_id, ticket = window.ticket, self.tickets[window.ticket]
        self._keep_deed(event, order.window, ticket_id)
        if event == "ServiceFinished" and ticket.stops:
            changes["ended"] = [*ticket.ended, self.now]
        self._change(ticket_id, event, order.window, **changes)
        window.ticket = ""
        if event == "ServiceFinished" and (order.outcome or "next") == "next" and ticket.stop < len(ticket.stops):
            self.go_on(order, ticket_id)
        return self._done(order.window, ticket_id)

    def finish(self, order: Any) -> Outcome:
        ticket_id = self.window(order.window).ticket
        ticket = self.tickets.get(ticket_id)
        last = ticket is not None and ticket.stop >= len(ticket.stops)
        if ticket and ticket.status == "serving" and order.outcome == "next" and last:
            return refuse("NO_NEXT_STOP", ticket=ticket_id)
        return self._leave(order, "serving", "ServiceFinished", status="done", finished_at=self.now)

    def transfer(self, order: Any) -> Outcome:
        refusal = self._at_window(order, "serving")
        if refusal:
            return refusal
        target = self.window(order.only_window)
        if order.only_window and target.status == "closed":
            return refuse("WINDOW_NOT_OPEN", window=order.only_window, status="closed")
        window = self.windows[order.window]
        ticket_id, ticket = window.ticket, self.tickets[window.ticket]
        first = self.waiting(order.queue, order.only_window)[:1]
        before_all = min(ticket.turn, first[0][0] - 1) if first else ticket.turn
        turn = {"back": self.now, "seniority": ticket.turn, "front": before_all}[order.place]
        self._keep_deed("TicketTransferred", order.window, ticket_id)
        self._wait_again(
            ticket_id, "TicketTransferred", order.window, queue=order.queue, only_window=order.only_window, turn=turn,
            since=self.now, promise=list(order.promise), moved="" if order.place == "seniority" else order.place,
        )  # fmt: skip
        window.ticket = ""
        return self._done(order.window, ticket_id)

    # windows

    def open_window(self, order: Any) -> Outcome:
        window = self.windows.setdefault(order.window, self.window(order.window))
        window.staff, window.queues = order.staff, [tuple(share) for share in order.queues]
        return self._set_status(order.window, "open", "WindowOpened")

    def pause_window(self, order: Any) -> Outcome:
        if self.window(order.window).status != "open":
            return refuse("WINDOW_NOT_OPEN", window=order.window, status=self.window(order.window).status)
        return self._set_status(order.window, "paused", "WindowPaused", order.reason)

    def resume_window(self, order: Any) -> Outcome:
        if self.window(order.window).status != "paused":
            return refuse("WINDOW_NOT_PAUSED", window=order.window, status=self.window(order.window).status)
        return self._set_status(order.window, "open", "WindowResumed")

    def close_window(self, order: Any) -> Outcome:
        window = self.window(order.window)
        if window.status == "closed":
            return refuse("WINDOW_NOT_OPEN", window=order.window, status="closed")
        refusal = self._busy(window)
        if refusal:
            return refusal
        self._set_status(order.window, "closed", "WindowClosed")
        for _, ticket_id in self.waiting("", order.window):
            self._change(ticket_id, "TicketTransferred", only_window=0)
        return self.answer(window=order.window)

    def _set_status(self, number: int, status: str, event: str, reason: str = "") -> Outcome:
        window = self.windows[number]
        window.status, window.since, window.reason = status, self.now, reason
        if number in self.deeds:
            self.deeds[number] = self.deeds[number]._replace(revision=-1)
        self.told.append((event, "", number, status, ""))
        return self.answer(window=number)
