"""The fold of a hall: what its events, one after another, make of it. No clock, no input or output.

It holds active tickets alone, so its size is that of the crowd in the hall, not of the day.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence

from queue_server.domain.day import QueueDay
from queue_server.domain.events import AFTERWARDS, Event
from queue_server.domain.live_ticket import LiveTicket, moved, of_record
from queue_server.domain.occupancy import Occupancy
from queue_server.domain.orders import FoundTicket, Snapshot
from queue_server.domain.standing import StandingDiversions
from queue_server.domain.ticket import ACTIVE, FINAL, WindowRecord, as_told

Ranked = list[tuple[int, str]]

FREES_WINDOW = frozenset(
    {"ServiceFinished", "TicketHeld", "TicketMissed", "TicketTransferred", "TicketExpired", "TicketCancelled"}
)


BESIDE_WINDOW = ("Diversion", "ActNoted")
"""Events that name a window and leave it as it is begin so."""

PAST_SLOT_MS = 24 * 3_600_000
"""Slots that began longer ago are forgotten when a day ends."""


def closed_window(at: int) -> WindowRecord:
    """A window that nobody opened yet today."""
    return WindowRecord(
        status="closed", staff="", queues=[], ticket="", since=at,
        number="", call_queue="", called_at=0, times=0, reason="",
    )  # fmt: skip


class LiveHall:
    """The state of one hall at one position of its stream. `apply` moves it on, one event at a time."""

    def __init__(self) -> None:
        self.position = 0
        self.day = ""
        self.at = 0
        self.tickets: dict[str, LiveTicket] = {}
        self.windows: dict[int, WindowRecord] = {}
        self.freed: dict[int, int] = {}
        """When (ms) each window's last ticket left it, as far as that was heard; for others the snapshot's moment."""
        self.days: dict[str, QueueDay] = {}
        self.places: dict[tuple[str, int], int] = {}
        """How many places are in use, by pool and the slot's beginning (ms)."""
        self.diversions = StandingDiversions()
        self.occupancy = Occupancy()
        self.case_version = 0
        """The position at which a case last changed; 0 before the first."""
        self.promise_version = 0
        """The same for promises that outlive a visit."""
        self.interpreter_version = 0
        """The same for interpreters."""
        self.roster_version = 0
        """The same for their roster alone: who there is, and who is on duty."""
        self.locker_version = 0
        """The same for lockers."""
        self.place_version: dict[str, int] = {}
        """The position at which the places of a pool last changed; 0 for one without any."""
        self._orders: dict[str, Ranked] = {}
        self._sinces: dict[str, Ranked] = {}
        self._outside: dict[str, Ranked] = {}

    # reading

    def waiting(self, queue: str) -> int:
        """How many wait in a queue, those for one window alone included."""
        return len(self._sinces.get(queue, ()))

    def oldest(self, queue: str) -> int | None:
        """Since when (ms) the one who waits longest in a queue has waited."""
        sinces = self._sinces.get(queue)
        return sinces[0][0] if sinces else None

    def ahead(self, ticket_id: str) -> int:
        """How many go before a waiting ticket; 0 for any other."""
        ticket = self.tickets.get(ticket_id)
        if ticket is None or ticket.status != "waiting":
            return 0
        return bisect_left(self._orders[ticket.index], (ticket.turn, ticket_id))

    def ahead_of_turn(self, queue: str, turn: int) -> int:
        """How many would go before a ticket that came to this queue with this turn."""
        return bisect_left(self._orders.get(queue, []), (turn, ""))

    def at_place(self, queue: str, ahead: int) -> str | None:
        """The id of the one who waits in a queue with so many ahead; None for a place beyond its end."""
        order = self._orders.get(queue, ())
        return order[ahead][1] if ahead < len(order) else None

    def in_order(self, index: str) -> Iterator[str]:
        """Ids of those that wait in an order (a queue, or `@N`), first to last."""
        return (ticket_id for _, ticket_id in self._orders.get(index, ()))

    def outside(self, zone: str) -> Sequence[tuple[int, str]]:
        """(turn, id) of those who wait outside a full zone, first to last."""
        return self._outside.get(zone, ())

    def queue_day(self, queue: str) -> QueueDay:
        """The counters of a queue; made when first asked for."""
        day = self.days.get(queue)
        if day is None:
            day = self.days[queue] = QueueDay()
        return day

    # building

    def start_from(self, snapshot: Snapshot) -> None:
        """Takes over counters and windows; the tickets come by `add_page`, later events by `apply`."""
        self.position, self.day, self.at = snapshot.position, snapshot.day, snapshot.at
        self.windows = {number: as_told(window) for number, window in snapshot.windows}
        self.diversions.start_from(snapshot.diversions)
        self.occupancy.start_from(snapshot.zones)
        self.freed = dict.fromkeys(self.windows, snapshot.at)
        for pool, start, used in snapshot.places:
            self._use_places(pool, start, used)
        for name, value in zip(snapshot.stats[::2], snapshot.stats[1::2], strict=True):
            queue, what = name.split("|")
            if what.startswith("b") and what[1:].isdigit():
                if int(value):
                    self.queue_day(queue).buckets[int(what[1:])] = int(value)
            else:
                setattr(self.queue_day(queue), what, int(value))

    def add_page(self, found: Iterable[FoundTicket]) -> None:
        """Adds tickets as read. What they went through after the snapshot comes again by `apply`, and ends the same."""
        for row in found:
            if row.ticket is None or row.ticket.status in FINAL:
                continue
            self._put(row.ticket_id, of_record(row.ticket))

    def apply(self, position: int, event: Event) -> None:
        """Moves the hall on by one event. Events before its position are ignored: they are in it already."""
        if position <= self.position:
            return
        self.position, self.at = position, event.at
        name = event.name
        if event.ticket and name not in AFTERWARDS:
            self.queue_day(event.queue).count(event)
            self._move(name, event)
        elif name == "RatingGiven":
            self.queue_day(event.queue).count_rating(event.whole("score"))
        elif name.startswith("Interpreter"):
            self._interpreting(position, event)
        elif name == "LockerChanged":
            self.locker_version = position
        if event.window and not name.startswith(BESIDE_WINDOW) and name not in AFTERWARDS:
            self._at_window(name, event)
        if name.startswith("Case"):
            self.case_version = position
        elif name.startswith("Promise"):
            self.promise_version = position
        self.diversions.apply(event)
        self.occupancy.apply(event)
        if "used" in event.facts:
            self._use_places(str(event.fact("pool")), event.whole("start"), event.whole("used"))
        if name == "DayClosed":
            self._end_day(event)

    # folding

    def _move(self, name: str, event: Event) -> None:
        if event.status in FINAL:
            self._drop(event.ticket)
            return
        self._put(event.ticket, moved(name, event, self.tickets.get(event.ticket)))

    def _interpreting(self, position: int, event: Event) -> None:
        self.interpreter_version = position
        if event.name == "InterpreterChanged":
            self.roster_version = position
        if event.ticket:
            self.queue_day(event.queue).count_interpreting(event.name)

    def _at_window(self, name: str, event: Event) -> None:
        window = self.windows.get(event.window)
        if window is None:
            window = self.windows[event.window] = closed_window(event.at)
        if name in {"TicketCalled", "TicketRecalled"}:
            window.ticket, window.number, window.call_queue = event.ticket, event.number, event.queue
            window.called_at, window.times = event.at, event.whole("times")
            window.step, window.language = str(event.fact("step")), str(event.fact("language"))
        elif name == "CallEscalated":
            window.step = str(event.fact("step"))
        elif name in FREES_WINDOW:
            if window.ticket == event.ticket:
                window.ticket, self.freed[event.window] = "", event.at
        elif name == "ActUndone":
            window.ticket = event.ticket if event.status in ACTIVE else ""
            window.number, window.call_queue = str(event.fact("shown")), str(event.fact("shown_queue"))
            window.called_at, window.times = event.whole("shown_at"), event.whole("shown_times")
            window.step, window.language = str(event.fact("shown_step")), str(event.fact("shown_language"))
        elif name.startswith("Window"):
            self._window_status(name, window, event)

    def _window_status(self, name: str, window: WindowRecord, event: Event) -> None:
        window.status, window.since = event.status, event.at
        window.reason = str(event.fact("reason") or "")
        if name == "WindowOpened":
            window.staff = event.staff
            queues = event.fact("queues")
            window.queues = [(queue, handicap_s) for queue, handicap_s in queues] if isinstance(queues, list) else []

    def _end_day(self, event: Event) -> None:
        self.day = str(event.fact("next_day"))
        self.windows.clear()
        self.freed.clear()
        self.days.clear()
        for pool, start in [slot for slot in self.places if slot[1] < event.at - PAST_SLOT_MS]:
            self._use_places(pool, start, 0)

    def _use_places(self, pool: str, start: int, used: int) -> None:
        if used:
            self.places[pool, start] = used
        else:
            self.places.pop((pool, start), None)
        self.place_version[pool] = self.position

    def _put(self, ticket_id: str, ticket: LiveTicket) -> None:
        self._drop(ticket_id)
        self.tickets[ticket_id] = ticket
        if ticket.status == "waiting":
            insort(self._orders.setdefault(ticket.index, []), (ticket.turn, ticket_id))
            insort(self._sinces.setdefault(ticket.queue, []), (ticket.since, ticket_id))
        if ticket.outside:
            insort(self._outside.setdefault(ticket.outside, []), (ticket.turn, ticket_id))

    def _drop(self, ticket_id: str) -> None:
        ticket = self.tickets.pop(ticket_id, None)
        if ticket is not None and ticket.status == "waiting":
            _remove(self._orders[ticket.index], (ticket.turn, ticket_id))
            _remove(self._sinces[ticket.queue], (ticket.since, ticket_id))
        if ticket is not None and ticket.outside:
            _remove(self._outside[ticket.outside], (ticket.turn, ticket_id))


def _remove(ranked: Ranked, row: tuple[int, str]) -> None:
    del ranked[bisect_left(ranked, row)]
