"""What the elected caretaker does: a forecast for each hall, advice, what-ifs, the archive."""

import asyncio
import os
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from ops.archive.past import past_of
from ops.caretaker.advice import Advice
from ops.caretaker.archiving import Archiving
from ops.caretaker.beginning import Beginning
from ops.caretaker.foresight import Foresight
from ops.caretaker.questions import Questions
from ops.caretaker.tasks import Complaint, keep_on
from ops.reports.schedule import Mailing
from queue_server.domain.hall import Hall
from queue_server.ending import end_tasks
from queue_server.flows.ports import Clock
from queue_server.settings import Settings
from queue_server.store.catalogue import Catalogue
from queue_server.store.feed import History
from queue_server.store.outlooks import Outlooks

NEWS_MS = 2000

Step = Callable[[], Awaitable[None]]


class Term:
    """One term of office. Forecasts and archive have a connection each, so that neither waits for the other."""

    def __init__(self, settings: Settings, name: str, store: "Redis", archive_store: "Redis", clock: Clock) -> None:
        """`name` is that of whoever is elected."""
        self._settings = settings
        self._store = store
        self._outlooks = Outlooks(store, name)
        self._clock = clock
        self._catalogue = Catalogue(store)
        self._news = ""
        self._foresights: dict[str, Foresight] = {}
        self._past = past_of(settings.archive)
        self._turns = asyncio.Semaphore(max((os.cpu_count() or 1) // 2, 1))
        self._archiving = Archiving(archive_store, settings.archive, self._foresights, clock)
        self._mailing = Mailing(self._halls, settings, clock)
        questions = Questions(self._outlooks, self._foresights, settings.rehearsal_speed)
        self._tasks: dict[str, list[asyncio.Task[None]]] = {
            "": [
                kept_on("the caretaker does not know its halls", self._follow_halls),
                kept_on("a what-if fails", questions.step),
                kept_on("the archive is stuck", self._archiving.step),
                kept_on("reports are not sent", self._mailing.step),
            ]
        }
        """By hall; those of all halls under no name."""

    def check(self) -> None:
        """Raises what ended a task: none ends by itself."""
        for task in [task for tasks in self._tasks.values() for task in tasks if task.done()]:
            task.result()

    async def end(self) -> None:
        await end_tasks(task for tasks in self._tasks.values() for task in tasks)

    async def close(self) -> None:
        """After its end: lets go of the archive."""
        await asyncio.to_thread(self._archiving.close)
        await asyncio.to_thread(self._mailing.close)

    # halls

    def _halls(self) -> list[Hall]:
        return [foresight.hall for foresight in self._foresights.values()]

    async def _follow_halls(self) -> None:
        """Waits a while for news of halls, and looks after those that are new or have a new file."""
        news = await self._catalogue.news(self._news or "0-0", NEWS_MS if self._news else 1)
        if news == self._news:
            return
        for hall in await self._catalogue.halls():
            known = self._foresights.get(hall.id)
            if known is None or known.hall != hall:
                await self._look_after(hall)
        self._news = news

    async def _look_after(self, hall: Hall) -> None:
        await end_tasks(self._tasks.pop(hall.id, []))
        foresight = self._foresight(hall)
        speed = self._settings.rehearsal_speed
        advice = Advice(foresight, self._foresights, self._store, self._clock, speed)
        self._foresights[hall.id] = foresight
        self._tasks[hall.id] = [
            kept_on("the forecast of a hall is stuck", foresight.step, hall.id),
            kept_on("there is no advice", advice.step, hall.id),
        ]

    def _foresight(self, hall: Hall) -> Foresight:
        history = History(self._store)
        beginning = Beginning(history, self._past, self._settings)
        return Foresight(hall, history, self._outlooks, beginning, self._past, self._clock, self._turns)


def kept_on(trouble: str, step: Step, hall: str = "") -> "asyncio.Task[None]":
    """A task that steps until it is ended; `trouble` is what is logged while it cannot."""
    return asyncio.create_task(keep_on(step, Complaint(trouble, hall=hall)))
