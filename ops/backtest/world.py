"""A simulated hall through one day: yields the contract's events in time order, hears what is proposed at each tick."""

import math
from collections.abc import Callable, Generator
from heapq import heappop, heappush
from random import Random
from typing import Any

from ops.backtest.day import Day, Pause, Visitor
from ops.backtest.floor import Queues, Ticket, Window
from ops.backtest.hall import HallFile
from ops.backtest.nature import MIN_MS, HallNature
from ops.backtest.scenarios import Scenario
from queue_server.contract.times import rfc3339

Document = dict[str, Any]
Act = Callable[..., None]
TICK_MIN = 10
TICK_FIRST = 0
"""The rank of a tick among what happens at the same moment."""
OVERTIME_MIN = 90
REACTION_MS = 8_000
MISSED_AFTER_MS = 60_000
PLACES_BEHIND = 3


class World:
    """`events()` plays the day. What a policy does reaches in through `queues`, `windows` and the acts below."""

    def __init__(self, file: HallFile, nature: HallNature, day: Day, scenario: Scenario, ticks: bool = False) -> None:
        hall = file.hall
        self.hall, self.nature, self.day, self.scenario = hall, nature, day, scenario
        self.queues = Queues([queue.id for queue in hall.queues])
        self.windows = {
            plan.window: Window(
                number=plan.window, shares={share.queue: 1000 * share.handicap_s for share in plan.queues}
            )
            for plan in hall.windows
        }
        self.tickets: list[Ticket] = []
        self.at = 0
        self.helped: dict[str, float] = {}
        """Queues whose service goes faster, by how much."""
        self.greet: Callable[[Visitor], bool] = lambda _: True
        """Whether a visitor who comes takes a ticket; a policy may set it."""
        self.joined: Callable[[Ticket], None] = lambda _: None
        """Told of each new ticket; a policy may set it."""
        self.consider: Callable[[list[Document]], None] = lambda _: None
        """Hears the proposals of a tick; a policy may set it."""
        self._rng = Random(f"world {day.midnight} {len(day.visitors)}")
        self._service = hall.service_by_id
        self._agenda: list[tuple[int, int, int, Act, tuple[Any, ...]]] = []
        self._planned = 0
        self._out: list[Document] = []
        self._numbers: dict[str, int] = {}
        self._events = 0
        self._plan(ticks)

    # the course of the day

    def events(self) -> Generator[Document, list[Document] | None, None]:
        """The day's events. `send` the proposals back at a Tick; what comes of them follows at once."""
        while self._agenda:
            self.at, rank, _, act, args = heappop(self._agenda)
            if rank == TICK_FIRST:
                proposals = yield {"event": "Tick", "at": rfc3339(self.at)}
                act(proposals or [])
            else:
                act(*args)
            yield from self._out
            self._out.clear()

    def waits_s(self) -> list[float]:
        """Of every ticket so far: until its first call, or until its visitor left."""
        ended = [ticket for ticket in self.tickets if ticket.called or ticket.left]
        return [((ticket.called or ticket.left) - ticket.issued) / 1000 for ticket in ended]

    def later(self, at: float, act: Act, *args: Any, rank: int = 1) -> None:
        self._planned += 1
        heappush(self._agenda, (max(int(at), self.at), rank, self._planned, act, args))

    def tell(self, event: str, ticket: Ticket | None = None, **facts: Any) -> None:
        """Says that something has happened."""
        self._events += 1
        document: Document = {"event": event, "id": str(self._events), "at": rfc3339(self.at), "hall": self.hall.id}
        if ticket:
            document |= {
                "ticket": ticket.id, "number": ticket.number, "queue": ticket.queue, "service": ticket.service,
                "priority": ticket.visitor.priority, "turn": ticket.turn,
            }  # fmt: skip
        self._out.append(document | facts)

    def _plan(self, ticks: bool) -> None:
        day = self.day
        for number, visitor in enumerate(day.visitors):
            if visitor.slot:
                self.later(day.midnight + 7 * 60 * MIN_MS, self._book, f"BK{number:04}", visitor)
            self.later(visitor.at, self.come, visitor)
        for window, shift in day.shifts.items():
            self.windows[window].staff, self.windows[window].pace = shift.staff, shift.pace
            for opens, closes in shift.spans:
                self.later(opens, self.open, self.windows[window])
                self.later(closes, self.close, self.windows[window], "drained" if closes >= day.closes else "now")
            for pause in shift.pauses:
                self.later(pause.at, self._want_pause, self.windows[window], pause)
        for at in range(day.opens, day.closes + 1, TICK_MIN * MIN_MS) if ticks else ():
            self.later(at, lambda proposals: self.consider(proposals), rank=TICK_FIRST)
        self.later(day.closes + OVERTIME_MIN * MIN_MS, self._send_home)

    # visitors

    def _book(self, booking: str, visitor: Visitor) -> None:
        service = self._service[visitor.service]
        self.tell("BookingMade", booking=booking, queue=service.queue, service=service.id, start=rfc3339(visitor.slot))

    def come(self, visitor: Visitor) -> None:
        """A visitor stands at the kiosk. One in eight who booked never comes."""
        if (visitor.slot and visitor.fate > 0.88) or not self.greet(visitor):
            return
        queue = self._service[visitor.service].queue
        credit = self.hall.credits_min.get(visitor.priority, 0) * MIN_MS
        number = self._numbers[queue] = self._numbers.get(queue, 0) + 1
        ticket = Ticket(
            id=f"T{self.day.number:02}-{len(self.tickets) + 1:05}", number=f"{queue}{number:03}", visitor=visitor,
            service=visitor.service, queue=queue, turn=(visitor.slot or self.at) - credit, issued=self.at,
            effort=visitor.effort,
        )  # fmt: skip
        self.tickets.append(ticket)
        self._lose_patience(ticket)
        self.tell("TicketIssued", ticket, channel=visitor.channel, stop=1, stops=1 + len(visitor.then))
        self.joined(ticket)
        self._wait(ticket)

    def _wait(self, ticket: Ticket) -> None:
        ticket.waiting, ticket.since = True, self.at
        self.queues.join(ticket)
        free = [window for window in self.windows.values() if window.free and ticket.queue in window.shares]
        if free:
            self._ready(min(free, key=lambda window: window.idle_since), self._rng.expovariate(1 / REACTION_MS))

    def _lose_patience(self, ticket: Ticket) -> None:
        """Some cancel when they leave, the others are called in vain."""
        visitor = ticket.visitor
        ticket.gone_at = self.at + visitor.patience_ms
        if visitor.fate * 7919 % 1 < self.nature.tells:
            self.later(ticket.gone_at, self.leave, ticket, "visitor")
            ticket.gone_at = math.inf

    def leave(self, ticket: Ticket, reason: str) -> None:
        """Cancels a ticket, if it still waits."""
        if ticket.waiting:
            self.queues.leave(ticket)
            ticket.waiting, ticket.left, ticket.reason = False, self.at, reason
            self.tell("TicketCancelled", ticket, reason=reason)

    # windows

    def open(self, window: Window) -> None:
        if window.status != "closed":
            return
        window.status, window.closing = "open", ""
        self.say_open(window)
        self._ready(window, self._rng.uniform(5, 40) * 1000)

    def say_open(self, window: Window) -> None:
        queues = [{"queue": queue, "handicap_s": ms // 1000} for queue, ms in window.shares.items()]
        self.tell("WindowOpened", window=window.number, queues=queues, staff=window.staff or f"R{window.number}")

    def close(self, window: Window, how: str) -> None:
        window.closing = how
        if window.free:
            self._next(window)

    def _shut(self, window: Window) -> None:
        window.status = "closed"
        window.due.clear()
        self.tell("WindowClosed", window=window.number)

    def _want_pause(self, window: Window, pause: Pause) -> None:
        if window.status == "open":
            window.due.append(pause)
            if window.free:
                self._next(window)

    def _pause(self, window: Window, pause: Pause) -> None:
        window.status = "paused"
        until: Document = {"until": rfc3339(pause.at + pause.lasts_ms)} if self.nature.says_until else {}
        self.tell("WindowPaused", window=window.number, reason=pause.reason, **until)
        self.later(self.at + pause.lasts_ms, self._resume, window)

    def _resume(self, window: Window) -> None:
        window.status = "open"
        self.tell("WindowResumed", window=window.number)
        self._ready(window, self._rng.uniform(2, 20) * 1000)

    def _ready(self, window: Window, after_ms: float) -> None:
        window.busy = True
        self.later(self.at + after_ms, self._next, window)

    def _next(self, window: Window) -> None:
        """What a window does with its hands free: closes, pauses, calls, or waits for somebody to come."""
        window.busy, window.idle_since = False, self.at
        ticket = self._choose(window)
        if window.closing == "now" or (window.closing and ticket is None):
            self._shut(window)
        elif window.due:
            self._pause(window, window.due.pop(0))
        elif ticket:
            self._call(window, ticket)

    def _choose(self, window: Window) -> Ticket | None:
        if self.scenario.out_of_turn and self._rng.random() < self.scenario.out_of_turn:
            anyone = self.queues.anyone_for(window)
            return self._rng.choice(anyone) if anyone else None
        return self.queues.next_for(window)

    # a visit

    def _call(self, window: Window, ticket: Ticket) -> None:
        self.queues.leave(ticket)
        ticket.waiting, ticket.called, window.busy = False, ticket.called or self.at, True
        self.tell("TicketCalled", ticket, window=window.number, times=1)
        forgot = ticket.visitor.fate < self.nature.forgets and not ticket.returned
        if self.at < ticket.gone_at and not forgot:
            walk = self.nature.walk_ms * math.exp(self._rng.gauss(-0.1, 0.45))
            self.later(self.at + walk, self._start, window, ticket)
        else:
            self.later(self.at + self._rng.uniform(0.7, 1.6) * MISSED_AFTER_MS, self._miss, window, ticket)

    def _start(self, window: Window, ticket: Ticket) -> None:
        self.tell("ServiceStarted", ticket, window=window.number)
        self.later(self.at + self._handling_ms(window, ticket), self._finish, window, ticket)

    def _handling_ms(self, window: Window, ticket: Ticket) -> float:
        """The item's mean by everything that makes this visit faster or slower."""
        item, desk = self.nature.items[ticket.service], self.nature.windows[window.number]
        minute = (self.at - self.day.midnight) / MIN_MS
        drift = self.day.hall_drift.at(minute) * self.day.item_drifts[ticket.service].at(minute)
        learning = 1 + desk.learns * math.exp(-(30 * self.day.number + window.served) / 250)
        starts, ends, slower = self.day.slow
        slow = slower if starts <= self.at < ends else 1.0
        new_here = 1.2 if ticket.queue == window.learnt else 1.0
        pace = desk.pace * desk.by_item[ticket.service] * window.pace * learning * self.helped.get(ticket.queue, 1.0)
        return item.mean_ms * ticket.effort * drift * slow * new_here * pace

    def _finish(self, window: Window, ticket: Ticket) -> None:
        window.served += 1
        following = ticket.visitor.then[ticket.stop - 1 :]
        self.tell("ServiceFinished", ticket, window=window.number, outcome="next" if following else "done")
        if following:
            self._go_on(ticket, *following[0])
        self._ready(window, self._rng.expovariate(1 / self.nature.windows[window.number].gap_ms))

    def _go_on(self, ticket: Ticket, service: str, effort: float) -> None:
        """The next stop; it keeps the turn of the first."""
        ticket.service, ticket.queue, ticket.effort = service, self._service[service].queue, effort
        ticket.stop, ticket.gone_at = ticket.stop + 1, math.inf
        self.tell("TicketTransferred", ticket, stop=ticket.stop, stops=1 + len(ticket.visitor.then))
        self._wait(ticket)

    def _miss(self, window: Window, ticket: Ticket) -> None:
        self.tell("TicketMissed", ticket, window=window.number)
        if not ticket.returned and ticket.visitor.fate * 104729 % 1 < self.nature.returns:
            self.later(self.at + self._rng.uniform(2, 12) * MIN_MS, self._come_back, ticket)
        self._ready(window, self._rng.uniform(2, 10) * 1000)

    def _come_back(self, ticket: Ticket) -> None:
        """A missed ticket waits again, some places behind the head."""
        ticket.returned, ticket.gone_at = True, math.inf
        ticket.turn = self.queues.turn_behind(ticket.queue, PLACES_BEHIND) or self.at
        self.tell("TicketReinstated", ticket)
        self._wait(ticket)

    def _send_home(self) -> None:
        for window in self.windows.values():
            if window.status != "closed":
                self.close(window, "now")
        for ticket in self.tickets:
            if ticket.waiting:
                self.queues.leave(ticket)
                ticket.waiting, ticket.left = False, self.at
                self.tell("TicketExpired", ticket)
