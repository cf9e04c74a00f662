"""A hall that a caretaker looks after in this process, with a forecast and an archive of few words."""

import asyncio
from pathlib import Path
from typing import Any

from ops.caretaker.beginning import Beginning
from ops.caretaker.foresight import Foresight
from ops.caretaker.questions import Questions
from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.domain.outlook import Outlook, QueueOutlook, Range
from queue_server.flows.past import Learnt, NoPast
from queue_server.forecast.heard import Heard
from queue_server.settings import Settings
from queue_server.store.connect import connect
from queue_server.store.feed import History
from queue_server.store.outlooks import Outlooks, unpack_outlook
from tests.support.clocks import HandClock


class TheForecaster:
    """Expects every ticket of a queue to take 100 s; fails when told to by an outlandish hall."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.now = self.days = 0
        self.waiting: dict[str, str] = {}
        self.windows: set[int] = set()
        self.rehearsed: list[str] = []

    def rehearse(self, ticket_id: str) -> None:
        self.rehearsed.append(ticket_id)

    def hear(self, heard: Heard) -> None:
        self.now = max(self.now, heard.at)
        if heard.name == "TicketIssued":
            self.waiting[heard.ticket] = heard.queue
        elif heard.name == "WindowOpened":
            self.windows.add(heard.window)
        elif heard.ticket:
            self.waiting.pop(heard.ticket, None)

    def pass_time(self, at: int) -> None:
        self.now = max(self.now, at)

    def outlook(self, position: int = 0) -> Outlook:
        if self.hall.id == "outlandish":
            raise ZeroDivisionError("what a hall")
        tickets: dict[str, Range] = {ticket: (0, 100 * n, 200 * n) for n, ticket in enumerate(self.waiting)}
        row = QueueOutlook(queue="A", waiting=len(tickets), wait_s=(len(self.windows), 9, 9), pace_s=self.days)
        return Outlook(at=self.now, position=position, tickets=tickets, queues=(row,))

    def end_day(self) -> None:
        self.days += 1
        self.waiting.clear()

    def save(self) -> bytes:
        return b"%d days" % self.days

    def load(self, saved: bytes) -> bool:
        self.days = int(saved.split()[0])
        return True


class ThePast(NoPast):
    """An archive that keeps what was learnt, and may have today's events."""

    def __init__(self, events: list[StoredEvent]) -> None:
        self.kept: list[Learnt] = []
        self.events = events

    async def learnt(self, _: str) -> Learnt | None:
        return self.kept[-1] if self.kept else None

    async def keep_learnt(self, _: str, day: str, blob: bytes) -> None:
        self.kept.append(Learnt(day=day, blob=blob))

    async def day_events(self, _hall: str, _day: str, after: int, limit: int) -> list[StoredEvent]:
        return [row for row in self.events if row.position > after][:limit]


class Watched:
    """A hall that a caretaker looks after in this process, step by step."""

    def __init__(self, hall: Hall, url: str, clock: HandClock, past: ThePast, **settings: Any) -> None:
        self.client = connect(url)
        history, outlooks = History(self.client), Outlooks(self.client)
        beginning = Beginning(history, past, Settings(data=Path(), store=url, **settings))
        self.foresight = Foresight(hall, history, outlooks, beginning, past, clock, asyncio.Semaphore(1))
        self.questions = Questions(outlooks, {hall.id: self.foresight}, settings.get("rehearsal_speed", 1.0))
        self.hall = hall

    async def step(self, times: int = 1) -> Outlook | None:
        """What is told after so many steps."""
        for _ in range(times):
            await self.foresight.step()
        rows = await self.client.xrevrange(f"gw:{{{self.hall.id}}}:o", count=1)
        return unpack_outlook(rows[0][1][b"o"]) if rows else None
