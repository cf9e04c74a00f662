"""The live hall as a forecast sees it: who waits where, what each window is about. A fold over what is heard."""

from msgspec import Struct

from queue_server.domain.hall import Hall
from queue_server.forecast.heard import Heard

FREE, CALLED, SERVING = range(3)
MOST_PAST = 20_000
"""Tickets remembered after they left a window, in case that they come back."""


class Visitor(Struct, kw_only=True):
    """A ticket that waits, is called or served, or may come back."""

    name: int
    """A number that stays theirs."""
    queue: str
    service: str
    priority: str
    turn: int
    """In ms since the epoch."""
    came: int
    """When they began to wait, in ms."""
    stop: int = 1
    only: int = 0
    window: int = 0
    called: int = 0


class Counter(Struct, kw_only=True):
    """A window."""

    open: bool = False
    paused: bool = False
    reason: str = ""
    until: int = 0
    paused_at: int = 0
    opened_at: int = 0
    closed_at: int = 0
    queues: tuple[tuple[str, int], ...] = ()
    """(queue, handicap in ms)."""
    ticket: str = ""
    phase: int = FREE
    since: int = 0
    """Since when it is in its phase."""
    called_at: int = 0
    dry: bool = False
    """Whether nobody waited for it at some time since it became free."""
    ignored_s: float = 0.0
    """For how long it has been free while somebody waited for it."""
    service: str = ""
    staff: str = ""

    @property
    def is_free(self) -> bool:
        """Whether it could call somebody now."""
        return self.open and not self.paused and not self.ticket


class Scene:
    """Moves on by `apply`; everything else only reads."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.visitors: dict[str, Visitor] = {}
        """Those who wait, are called or served."""
        self.queues: dict[str, dict[str, Visitor]] = {}
        """Those who wait, by queue."""
        self.counters: dict[int, Counter] = {}
        self.bookings: dict[str, tuple[int, str, str]] = {}
        """(slot's beginning in ms, service, queue) of bookings that nobody came for yet."""
        self.seen = 0
        self._past: dict[str, Visitor] = {}

    def start_day(self) -> None:
        """Nobody waits, every window is shut."""
        self.visitors.clear()
        self.queues.clear()
        self.counters.clear()
        self._past.clear()

    def counter(self, window: int) -> Counter:
        """A window, made when first heard of."""
        found = self.counters.get(window)
        if found is None:
            found = self.counters[window] = Counter()
        return found

    def queue_of(self, service: str) -> str:
        known = self.hall.service_by_id.get(service)
        return (self.hall.window_queue_of(known) or "") if known else ""

    def waiting(self, queue: str) -> int:
        return len(self.queues.get(queue, ()))

    # what befalls a ticket

    def issue(self, heard: Heard) -> Visitor:
        queue = heard.queue or self.queue_of(heard.service)
        self.seen += 1
        visitor = Visitor(
            name=self.seen, queue=queue, service=heard.service or f"queue:{queue}", priority=heard.priority,
            turn=heard.turn or self.usual_turn(heard), came=heard.at, stop=heard.stop, only=heard.only_window,
        )  # fmt: skip
        self.wait(heard.ticket, visitor)
        return visitor

    def usual_turn(self, heard: Heard) -> int:
        return heard.at - self.hall.credits_min.get(heard.priority, 0) * 60_000

    def wait(self, ticket: str, visitor: Visitor) -> None:
        """Puts a visitor into a queue, out of wherever they were."""
        self.leave(ticket)
        visitor.window = 0
        self.visitors[ticket] = visitor
        self.queues.setdefault(visitor.queue, {})[ticket] = visitor

    def leave(self, ticket: str) -> Visitor | None:
        """Takes a visitor out of queue and window, and remembers them for a while."""
        visitor = self.visitors.pop(ticket, None)
        if visitor is None:
            return None
        self.queues.get(visitor.queue, {}).pop(ticket, None)
        self._free(visitor.window, ticket)
        self._past[ticket] = visitor
        if len(self._past) > MOST_PAST:
            self._past.pop(next(iter(self._past)))
        return visitor

    def known(self, ticket: str) -> Visitor | None:
        return self.visitors.get(ticket) or self._past.get(ticket)

    def again(self, ticket: str) -> Visitor | None:
        """A visitor who is about to wait again."""
        return self.known(ticket)

    def call(self, heard: Heard) -> Visitor | None:
        """The window has a visitor now, whoever was there before."""
        counter = self.counter(heard.window)
        if counter.ticket and counter.ticket != heard.ticket:
            self.leave(counter.ticket)
        visitor = self.known(heard.ticket)
        if visitor is None:
            return None
        if visitor.window and visitor.window != heard.window:
            self._free(visitor.window, heard.ticket)
        self.queues.get(visitor.queue, {}).pop(heard.ticket, None)
        self.visitors[heard.ticket] = visitor
        visitor.window, visitor.called = heard.window, heard.at
        counter.ticket, counter.phase, counter.since, counter.called_at = heard.ticket, CALLED, heard.at, heard.at
        counter.service = visitor.service
        return visitor

    def serve(self, heard: Heard) -> None:
        counter = self.counter(heard.window)
        if counter.ticket != heard.ticket:
            self.call(heard)
        counter.phase, counter.since = SERVING, heard.at

    def _free(self, window: int, ticket: str) -> None:
        counter = self.counters.get(window)
        if counter and counter.ticket == ticket:
            counter.ticket, counter.phase = "", FREE
