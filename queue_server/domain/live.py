"""The fold of a hall: what its events, one after another, make of it. No clock, no input or output.

It holds active tickets alone, so its size is that of the crowd in the hall, not of the day.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from queue_server.domain import waits
from queue_server.domain.events import Event
from queue_server.domain.orders import FoundTicket, Snapshot
from queue_server.domain.ticket import ACTIVE, FINAL, WindowRecord

Ranked = list[tuple[int, str]]

FREES_WINDOW = frozenset(
    {"ServiceFinished", "TicketHeld", "TicketMissed", "TicketTransferred", "TicketExpired", "TicketCancelled"}
)


class LiveTicket(Struct, kw_only=True, gc=False):
    """A ticket that is not final, as far as the fold needs it."""

    number: str
    queue: str
    service: str
    priority: str
    status: str
    turn: int
    since: int
    window: int
    only_window: int = 0

    @property
    def index(self) -> str:
        """The one order in which it waits."""
        return f"@{self.only_window}" if self.only_window else self.queue


class QueueDay(Struct, kw_only=True):
    """A queue's counters of the day, and how fast it goes."""

    issued: int = 0
    called: int = 0
    waited_ms: int = 0
    done: int = 0
    missed: int = 0
    cancelled: int = 0
    expired: int = 0
    paced: int = 0
    pace_ms: int = 0
    buckets: dict[int, int] = field(default_factory=dict)

    def count_wait(self, wait_ms: int, by: int) -> None:
        self.called += by
        self.waited_ms += wait_ms * by
        bucket = waits.bucket_of(wait_ms // 1000)
        left = self.buckets.get(bucket, 0) + by
        if left:
            self.buckets[bucket] = left
        else:
            self.buckets.pop(bucket, None)

    def learn(self, handled_ms: int) -> None:
        self.pace_ms = waits.learn_pace(self.pace_ms, self.paced, handled_ms)
        self.paced += 1


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
        self.days: dict[str, QueueDay] = {}
        self._orders: dict[str, Ranked] = {}
        self._sinces: dict[str, Ranked] = {}

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

    def in_order(self, index: str) -> Iterator[str]:
        """Ids of those that wait in an order (a queue, or `@N`), first to last."""
        return (ticket_id for _, ticket_id in self._orders.get(index, ()))

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
        self.windows = dict(snapshot.windows)
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
            record = row.ticket
            self._put(
                row.ticket_id,
                LiveTicket(
                    number=record.number, queue=record.queue, service=record.service, priority=record.priority,
                    status=record.status, turn=record.turn, since=record.since,
                    window=record.window if record.status in ACTIVE else 0,
                    only_window=record.only_window,
                ),
            )  # fmt: skip

    def apply(self, position: int, event: Event) -> None:
        """Moves the hall on by one event. Events before its position are ignored: they are in it already."""
        if position <= self.position:
            return
        self.position, self.at = position, event.at
        name = event.name
        if event.ticket:
            self._count(name, event)
            self._move(name, event)
        if event.window:
            self._at_window(name, event)
        if name == "DayClosed":
            self._end_day(event)

    # folding

    def _count(self, name: str, event: Event) -> None:
        day = self.queue_day(event.queue)
        if name == "TicketIssued":
            day.issued += 1
        elif name == "TicketCalled":
            day.count_wait(event.whole("waited_ms"), 1)
        elif name == "ServiceFinished":
            day.done += 1
            day.learn(event.whole("handled_ms"))
        elif name == "TicketMissed":
            day.missed += 1
        elif name == "TicketCancelled":
            day.cancelled += 1
        elif name == "TicketExpired":
            day.expired += 1
        elif name == "ActUndone":
            self._uncount(day, event)

    def _uncount(self, day: QueueDay, event: Event) -> None:
        undone = event.fact("undone")
        if undone == "TicketCalled":
            day.count_wait(event.whole("waited_ms"), -1)
        elif undone == "TicketMissed":
            day.missed -= 1
        elif undone == "ServiceFinished":
            day.done -= 1

    def _move(self, name: str, event: Event) -> None:
        before = self.tickets.get(event.ticket)
        if event.status in FINAL:
            self._drop(event.ticket)
            return
        since = event.fact("since")
        if isinstance(since, int):
            waits_since = since
        elif name == "TicketCalled":  # told even of one that moved on while a snapshot's pages were read
            waits_since = event.at - event.whole("waited_ms")
        elif before is None or name == "TicketTransferred":
            waits_since = event.at
        else:
            waits_since = before.since
        only = event.fact("only_window")
        only_window = only if isinstance(only, int) else (before.only_window if before else 0)
        self._put(
            event.ticket,
            LiveTicket(
                number=event.number, queue=event.queue, service=event.service, priority=event.priority,
                status=event.status, turn=event.turn, since=waits_since,
                window=event.window if event.status in ACTIVE else 0, only_window=only_window,
            ),
        )  # fmt: skip

    def _at_window(self, name: str, event: Event) -> None:
        window = self.windows.get(event.window)
        if window is None:
            window = self.windows[event.window] = closed_window(event.at)
        if name in {"TicketCalled", "TicketRecalled"}:
            window.ticket, window.number, window.call_queue = event.ticket, event.number, event.queue
            window.called_at, window.times = event.at, event.whole("times")
        elif name in FREES_WINDOW:
            if window.ticket == event.ticket:
                window.ticket = ""
        elif name == "ActUndone":
            window.ticket = event.ticket if event.status in ACTIVE else ""
            window.number, window.call_queue = str(event.fact("shown")), str(event.fact("shown_queue"))
            window.called_at, window.times = event.whole("shown_at"), event.whole("shown_times")
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
        self.days.clear()

    def _put(self, ticket_id: str, ticket: LiveTicket) -> None:
        self._drop(ticket_id)
        self.tickets[ticket_id] = ticket
        if ticket.status == "waiting":
            insort(self._orders.setdefault(ticket.index, []), (ticket.turn, ticket_id))
            insort(self._sinces.setdefault(ticket.queue, []), (ticket.since, ticket_id))

    def _drop(self, ticket_id: str) -> None:
        ticket = self.tickets.pop(ticket_id, None)
        if ticket is not None and ticket.status == "waiting":
            _remove(self._orders[ticket.index], (ticket.turn, ticket_id))
            _remove(self._sinces[ticket.queue], (ticket.since, ticket_id))


def _remove(ranked: Ranked, row: tuple[int, str]) -> None:
    del ranked[bisect_left(ranked, row)]
