"""The floor of a simulated hall: windows, queues, tickets, and the rule by which windows call."""

from bisect import insort
from dataclasses import dataclass, field

from ops.backtest.day import Pause, Visitor


@dataclass(slots=True)
class Ticket:
    id: str
    number: str
    visitor: Visitor
    service: str
    queue: str
    turn: int
    issued: int
    effort: float
    stop: int = 1
    since: int = 0
    called: int = 0
    left: int = 0
    """When it was cancelled while it waited, 0 otherwise."""
    reason: str = ""
    waiting: bool = True
    returned: bool = False
    gone_at: float = 0.0
    """When the visitor walks off without a word."""


@dataclass(slots=True)
class Window:
    number: int
    shares: dict[str, int]
    """Handicap (ms) by queue."""
    status: str = "closed"
    busy: bool = False
    """Calling, serving, or clearing the desk."""
    idle_since: int = 0
    closing: str = ""
    """`now` when it closes after the present visitor, `drained` when it closes once nobody waits for it."""
    due: list[Pause] = field(default_factory=list)
    served: int = 0
    pace: float = 1.0
    staff: str = ""
    learnt: str = ""
    """A queue that it serves for a while only."""

    @property
    def free(self) -> bool:
        return self.status == "open" and not self.busy


class Queues:
    """Who waits, in the order of turns."""

    def __init__(self, queues: list[str]) -> None:
        self._orders: dict[str, list[tuple[int, int, Ticket]]] = {queue: [] for queue in queues}
        self._count = 0

    def join(self, ticket: Ticket) -> None:
        self._count += 1
        insort(self._orders[ticket.queue], (ticket.turn, self._count, ticket))

    def leave(self, ticket: Ticket) -> None:
        order = self._orders[ticket.queue]
        order[:] = [entry for entry in order if entry[2] is not ticket]

    def waiting(self, queue: str) -> list[Ticket]:
        return [ticket for _, _, ticket in self._orders[queue]]

    def count(self, queue: str) -> int:
        return len(self._orders[queue])

    def turn_behind(self, queue: str, places: int) -> int | None:
        """The turn that leaves so many before it, or None where fewer wait."""
        order = self._orders[queue]
        return order[places - 1][0] + 1 if len(order) >= places else None

    def next_for(self, window: Window) -> Ticket | None:
        """The earliest head of the window's queues, each after its handicap."""
        heads = [
            (self._orders[queue][0][0] + handicap, place, self._orders[queue][0][2])
            for place, (queue, handicap) in enumerate(window.shares.items())
            if self._orders[queue]
        ]
        return min(heads, key=lambda head: head[:2])[2] if heads else None

    def anyone_for(self, window: Window) -> list[Ticket]:
        return [ticket for queue in window.shares for ticket in self.waiting(queue)]
