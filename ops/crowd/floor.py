"""What visitors and clerks of the crowd share: who is whose ticket, who waits, and the news that wakes idle clerks."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from ops.crowd.clock import SimClock
from ops.crowd.plan import Visit

FINAL = frozenset({"done", "cancelled", "expired"})

Arrivals = tuple[int, ...]


class Floor:
    """Follows the hall's events. Nothing here asks the server."""

    def __init__(self, clock: SimClock) -> None:
        self.clock = clock
        self.on_called: Callable[[str], None] = lambda _: None
        self._visits: dict[str, Visit] = {}
        self._waiting: dict[str, dict[str, None]] = {}
        self._queue_of: dict[str, str] = {}
        self._arrivals: dict[str, int] = {}
        self._idle: dict[str, deque[asyncio.Future[None]]] = {}
        self._errands: set[asyncio.Task[None]] = set()

    # visits

    def know(self, ticket: str, visit: Visit) -> None:
        """Remembers how a ticket's visit will go, until it is over."""
        self._visits[ticket] = visit

    def visit_of(self, ticket: str) -> Visit | None:
        """The planned visit, or None for a person's own ticket."""
        return self._visits.get(ticket)

    def waiting(self, queues: tuple[str, ...]) -> list[str]:
        """Tickets that wait in these queues, about in the order of arrival."""
        return [ticket for queue in queues for ticket in self._waiting.get(queue, ())]

    # news

    def hear(self, name: str, told: dict[str, Any]) -> None:
        """Takes one event of the hall."""
        if name == "reset":
            for queue in self._idle:
                self._arrive(queue, everyone=True)
        ticket = told.get("ticket")
        if not ticket:
            return
        status, queue = told.get("status"), told["queue"]
        self._waiting.get(self._queue_of.pop(ticket, ""), {}).pop(ticket, None)
        if status == "waiting":
            self._queue_of[ticket] = queue
            self._waiting.setdefault(queue, {})[ticket] = None
            self._arrive(queue)
        elif status in FINAL:
            self._visits.pop(ticket, None)
        if name == "TicketCalled":
            self.on_called(ticket)

    def _arrive(self, queue: str, everyone: bool = False) -> None:
        """Somebody more waits here: one idle clerk looks up, or all of them."""
        self._arrivals[queue] = self._arrivals.get(queue, 0) + 1
        idle = self._idle.get(queue, deque())
        while idle:
            clerk = idle.popleft()
            if not clerk.done():
                clerk.set_result(None)
                if not everyone:
                    return

    def arrivals(self, queues: tuple[str, ...]) -> Arrivals:
        """A mark to give to `somebody`: take it before asking who is next."""
        return tuple(self._arrivals.get(queue, 0) for queue in queues)

    async def somebody(self, queues: tuple[str, ...], seen: Arrivals, patience_s: float) -> None:
        """Returns when someone came to these queues after `seen`, or when patience ends."""
        if self.arrivals(queues) != seen:
            return
        news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for queue in queues:
            self._idle.setdefault(queue, deque()).append(news)
        await asyncio.wait([news], timeout=max(patience_s, 0.01))
        news.cancel()

    # errands

    def later(self, minutes: float, act: Callable[[], Awaitable[object]]) -> None:
        """Does something after simulated minutes, beside everything else."""

        async def errand() -> None:
            await self.clock.sleep(minutes)
            await act()

        task = asyncio.create_task(errand())
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def close(self) -> None:
        """What is still to be done is left undone."""
        for task in self._errands:
            task.cancel()
