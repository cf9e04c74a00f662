"""A hall as a small pure model: plain lists and loops, no Lua, no store. What it answers, a hall must answer."""

from collections import Counter
from copy import copy
from typing import Any, NamedTuple

from queue_server.domain.orders import Order
from queue_server.domain.ticket import TicketRecord, WindowRecord

FINAL = ("done", "cancelled", "expired")
TOLD = tuple[str, str, int, str, str]
"""An event as far as the model foretells it: name, ticket, window, status, was."""


class Outcome(NamedTuple):
    """What an act answers; with a refusal only its facts are given."""

    refusal: str = ""
    facts: dict[str, Any] = {}  # noqa: RUF012
    ticket_id: str = ""
    ticket: TicketRecord | None = None
    window: WindowRecord | None = None
    ahead: int = 0
    rows: list[list[Any]] = []  # noqa: RUF012


class Deed(NamedTuple):
    """A window's last act, and how to take it back."""

    at: int
    event: str
    ticket_id: str
    revision: int
    ticket: TicketRecord
    window: WindowRecord


def refuse(code: str, **facts: Any) -> Outcome:
    return Outcome(code, facts)


class ModelHall:
    """The state of a hall. `act` carries out one order; `close_day` ends the day."""

    def __init__(self) -> None:
        self.at = self.now = 0
        self.day = self.previous_day = ""
        self.tickets: dict[str, TicketRecord] = {}
        self.open: dict[str, TicketRecord] = {}
        self.windows: dict[int, WindowRecord] = {}
        self.numbers: dict[str, int] = {}
        self.people: dict[tuple[str, str], str] = {}
        self.deeds: dict[int, Deed] = {}
        self.answered: dict[str, tuple[str, Outcome]] = {}
        self.leases: dict[str, tuple[str, int, int, int, int]] = {}
        self.handed: dict[tuple[str, str], str] = {}
        self.came_first: dict[str, str] = {}
        """The lease that a number from before a restore was handed in with."""
        self.given: Counter[tuple[str, str]] = Counter()
        self.previous_ordinals = 0
        self.epoch = ""
        self.skipped: set[tuple[str, int]] = set()
        self.counted: Counter[str] = Counter()
        """What limits count today."""
        self.contacts: dict[str, list[str]] = {}
        """How to reach whom: of tickets and bookings."""
        self.told: list[TOLD] = []
        self.facts: dict[int, dict[str, Any]] = {}
        """What some of `told` carry, by their index."""
        self.unordered: list[tuple[int, int]] = []
        """Stretches of `told` in which a closing day may work in any order."""

    # one order

    def act(self, name: str, order: Order) -> Outcome:
        day = self.day or order.day
        if order.day > day:
            return refuse("DAY_NOT_CLOSED")
        told = len(self.told)
        if not self.day:
            self.told.append(("DayClosed", "", 0, "", ""))
        if order.key in self.answered:
            body, first = self.answered[order.key]
            return first if body == order.body else refuse("IDEMPOTENCY_MISMATCH")
        self.now = max(order.at, self.at)
        if order.refusal:
            outcome = Outcome(
                order.refusal, dict(zip(order.refusal_facts[::2], order.refusal_facts[1::2], strict=True))
            )
        else:
            self.order_day = day
            outcome = getattr(self, name)(order)
        if len(self.told) > told:
            self.at, self.day = self.now, day
        if order.key:
            self.answered[order.key] = order.body, outcome
        return outcome

    def close_day(self, at: int, day: str) -> None:
        if not self.day or self.day >= day:
            return
        self.at = self.now = max(at, self.at)
        begun = len(self.told)
        for ticket_id, ticket in list(self.open.items()):
            at_window = ticket.window if ticket.status in ("called", "serving") else 0
            self._change(ticket_id, "TicketExpired", at_window, status="expired", finished_at=self.at, wake_at=0)
        for number, window in self.windows.items():
            if window.status != "closed":
                self.told.append(("WindowClosed", "", number, "closed", ""))
        self.unordered.append((begun, len(self.told)))
        self.told.append(("DayClosed", "", 0, "", ""))
        self.previous_ordinals = self.numbers.get("#", 0)
        kept = {key: ticket for key, ticket in self.tickets.items() if not self._is_of(key, self.previous_day)}
        self.tickets, self.previous_day, self.day = kept, self.day, day
        self.contacts = {thing: known for thing, known in self.contacts.items() if "-" not in thing}
        kiosks = (self.leases, self.handed, self.came_first, self.skipped, self.given)
        for forgotten in (self.windows, self.numbers, self.people, self.deeds, self.answered, self.counted, *kiosks):
            forgotten.clear()

    @staticmethod
    def _is_of(ticket_id: str, day: str) -> bool:
        return bool(day) and ticket_id.startswith(day)

    # what one can see

    def waiting(self, queue: str, only_window: int) -> list[tuple[int, str]]:
        """Those who wait in an order, first to last: its turn, its ticket."""
        return sorted(
            (ticket.turn, ticket_id)
            for ticket_id, ticket in self.open.items()
            if ticket.status == "waiting"
            and ticket.only_window == only_window
            and (only_window or ticket.queue == queue)
        )

    def ahead(self, ticket_id: str) -> int:
        ticket = self.tickets[ticket_id]
        if ticket.status != "waiting":
            return 0
        return self.waiting(ticket.queue, ticket.only_window).index((ticket.turn, ticket_id))

    def window(self, number: int) -> WindowRecord:
        return self.windows.get(number) or WindowRecord(
            status="closed", staff="", queues=[], ticket="", since=self.now,
            number="", call_queue="", called_at=0, times=0, reason="", step="", language="",
        )  # fmt: skip

    def answer(self, ticket_id: str = "", window: int = 0) -> Outcome:
        ticket = copy(self.tickets[ticket_id]) if ticket_id else None
        ahead = self.ahead(ticket_id) if ticket_id else 0
        return Outcome("", {}, ticket_id, ticket, copy(self.window(window)) if window else None, ahead)

    # what every act does

    def _change(self, ticket_id: str, event: str, window: int = 0, /, **changes: Any) -> None:
        ticket = self.tickets[ticket_id]
        was = ticket.status
        for name, value in changes.items():
            setattr(ticket, name, value)
        ticket.revision += 1
        if "queue" in changes and ticket.person:
            self.people[ticket.queue, ticket.person] = ticket_id
        if ticket.status in FINAL:
            self.open.pop(ticket_id, None)
        else:
            self.open[ticket_id] = ticket
        self.told.append((event, ticket_id, window, ticket.status, was))

    def _wait_again(self, ticket_id: str, event: str, window: int = 0, /, **changes: Any) -> None:
        forgotten = {"window": 0, "wake_at": 0, "called_at": 0, "started_at": 0, "times_called": 0, "coming": 0}
        forgotten |= {"step": "", "shown": 0, "held_for": ""}
        self._change(ticket_id, event, window, status="waiting", **forgotten, **changes)

    def _still_only(self, ticket: TicketRecord) -> int:
        """Nobody waits for a closed window."""
        return ticket.only_window if self.window(ticket.only_window).status != "closed" else 0

    def _keep_deed(self, event: str, number: int, ticket_id: str) -> None:
        before = copy(self.tickets[ticket_id]), copy(self.windows[number])
        self.deeds[number] = Deed(self.now, event, ticket_id, -1, *before)

    def _done(self, number: int, ticket_id: str) -> Outcome:
        self.deeds[number] = self.deeds[number]._replace(revision=self.tickets[ticket_id].revision)
        return self.answer(ticket_id, number)

    def _at_window(self, order: Any, *statuses: str) -> Outcome | None:
        window = self.window(order.window)
        if not window.ticket:
            return refuse("NO_TICKET", window=order.window)
        status = self.tickets[window.ticket].status
        return None if status in statuses else refuse("WRONG_STATUS", ticket=window.ticket, status=status)

    def _on_ticket(self, order: Any, *statuses: str) -> Outcome | None:
        ticket = self.tickets.get(order.ticket)
        if ticket is None:
            return refuse("NO_SUCH_TICKET", ticket=order.ticket)
        return None if ticket.status in statuses else refuse("WRONG_STATUS", ticket=order.ticket, status=ticket.status)

    def _busy(self, window: WindowRecord) -> Outcome | None:
        if not window.ticket:
            return None
        ticket = self.tickets[window.ticket]
        return refuse("WINDOW_BUSY", ticket=window.ticket, number=ticket.number, status=ticket.status)

    def _free(self, number: int) -> Outcome | None:
        window = self.window(number)
        closed = refuse("WINDOW_NOT_OPEN", window=number, status=window.status)
        return self._busy(window) or (closed if window.status != "open" else None)
