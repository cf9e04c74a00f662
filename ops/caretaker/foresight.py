"""The forecast of one hall: kept up with its stream, and told again and again."""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import structlog
from msgspec.structs import replace

from ops.caretaker.beginning import Beginning
from ops.caretaker.calm import Calm
from ops.caretaker.mind import Mind
from ops.caretaker.tasks import Complaint
from ops.compiled import compile_apart, is_compiled
from queue_server.domain.calendar import day_of
from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.domain.outlook import Doubt, Outlook
from queue_server.domain.refusals import Refusal
from queue_server.flows.past import Past
from queue_server.flows.ports import Clock
from queue_server.store.feed import History
from queue_server.store.outlooks import Outlooks

if TYPE_CHECKING:
    from queue_server.diversion.effects import Effect
    from queue_server.forecast.forecaster import Forecaster

AT_ONCE = 2000
LISTEN_S = 2.0
SOON_S, SHARE = 1.0, 4
"""Between two outlooks lies a second, or four times what one costs, up to `AFTER_S`."""
AFTER_S, AFTER_QUIET_S = 10.0, 30.0
"""Without news an outlook is told after this time; after the second where nobody waits."""
BEHIND = Doubt(code="BEHIND")
BEHIND_S = 2.0
"""Whoever catches up for longer says so, and again each `AFTER_S`."""

REPLANNED = frozenset({"ShiftChanged", "DayClosed"})
"""With these the day's shifts are read again."""

Answer = TypeVar("Answer")

log = structlog.get_logger()


class Foresight:
    """One hall's forecast. What reckons runs in a thread, and no event moves it meanwhile."""

    def __init__(
        self,
        hall: Hall,
        history: History,
        outlooks: Outlooks,
        beginning: Beginning,
        past: Past,
        clock: Clock,
        turns: asyncio.Semaphore,
    ) -> None:
        """`turns` are shared by all halls: so many outlooks are worked out at once."""
        self.hall = hall
        self.told: Outlook | None = None
        """The last outlook, in the clock's own time."""
        self._history = history
        self._outlooks = outlooks
        self._beginning = beginning
        self._past = past
        self._clock = clock
        self._turns = turns
        self._calm = Calm()
        self._mind: Mind | None = None
        self._heard_at = 0
        """Up to when everything was heard: what is told or asked is as of then, however long it has to wait."""
        self._news = False
        self._planned = ""
        """The day whose shifts were read."""
        self._told_at = self._behind_since = 0.0
        self._pause_s = SOON_S
        self._quiet = self._is_live = self._is_prepared = self._is_warm = False
        self._complaint = Complaint("the forecast of a hall fails", hall=hall.id)

    async def step(self) -> None:
        """Hears what happened, after waiting for it a while, and tells an outlook when one is due."""
        mind = self._mind
        if mind is None:
            mind = self._mind = await self._begin()
            self._is_live, self._planned = False, ""
        rows = await self._history.events_soon(self.hall.id, mind.position, AT_ONCE, self._patience_ms(mind))
        heard_at = self._clock() if len(rows) < AT_ONCE else rows[-1].event.at
        if rows and rows[0].position != mind.position + 1:
            log.warning("gap in the stream: the forecast starts afresh", hall=self.hall.id, at=mind.position)
            self._mind = None
            return
        if rows:
            self._news = True
            await self._prepare()
            async with self._calm.moving():
                await asyncio.to_thread(mind.hear, rows, self._is_live)
        self._heard_at, self._is_live = heard_at, len(rows) < AT_ONCE
        await self._read_shifts(mind, rows)
        await self._keep(mind)
        if len(rows) == AT_ONCE:
            await self._say_behind(mind)
        else:
            self._behind_since = 0.0
            await self._tell_if_due(mind)

    async def _read_shifts(self, mind: Mind, rows: list[StoredEvent]) -> None:
        """Who is planned to work is read for each day, and again when somebody plans anew."""
        day = day_of(self.hall, self._heard_at)
        if day == self._planned and not any(row.event.name in REPLANNED for row in rows):
            return
        shifts = await self._history.shifts(self.hall.id, day)
        async with self._calm.moving():
            await asyncio.to_thread(mind.take_shifts, shifts)
        self._planned, self._news = day, self._news or bool(shifts)

    @property
    def is_awake(self) -> bool:
        """Whether anybody waited today, or earlier days taught something."""
        return self._mind is not None and self._mind.is_awake

    async def _begin(self) -> Mind:
        mind = await self._beginning.mind(self.hall)
        if mind.has_learnt:
            await self._prepare()
            await asyncio.to_thread(mind.awake)
        return mind

    async def _prepare(self) -> None:
        """Lets compile what reckons, if nobody ever did: in this process, the office could not be renewed meanwhile."""
        if not self._is_prepared:
            async with self._turns:
                if not await asyncio.to_thread(is_compiled):
                    await compile_apart()
            self._is_prepared = True

    async def ask(self, work: "Callable[[Forecaster], Answer]") -> Answer:
        """What the forecaster says now; it waits for an outlook, not for other questions. Refuses `FORECAST_AWAY`."""
        mind = self._mind
        if mind is None:
            raise Refusal("FORECAST_AWAY")
        async with self._calm.asking() as alone:  # the time of a question that is being answered stands still
            return await asyncio.to_thread(lambda: work(mind.at(self._heard_at) if alone else mind.awake()))

    async def effects(self) -> "list[Effect]":
        """What today's diversions have brought, in the forecast's own seconds."""
        async with self._calm.asking():
            return self._mind.effects() if self._mind is not None else []

    # telling

    def _due(self) -> float:
        """When the next outlook is, on the loop's clock."""
        if self._news:
            return self._told_at + self._pause_s
        return self._told_at + max(self._pause_s, AFTER_QUIET_S if self._quiet else AFTER_S)

    def _patience_ms(self, mind: Mind) -> int:
        wait_s = self._due() - time.monotonic() if mind.is_awake else LISTEN_S
        return max(int(min(wait_s, LISTEN_S) * 1000), 1)

    async def _tell_if_due(self, mind: Mind) -> None:
        if not mind.is_awake or time.monotonic() < self._due():
            return
        if await self._history.position(self.hall.id) < mind.position:
            log.warning("the store went back in time: the forecast starts afresh", hall=self.hall.id)
            self._mind = None
            return
        self._news, self._told_at = False, time.monotonic()
        async with self._turns, self._calm.moving():
            began = time.monotonic()
            outlook = await self._worked_out(mind)
        is_first, self._is_warm = not self._is_warm, True
        if is_first and self._clock() - self._heard_at > SOON_S * 1000:
            self._news = True  # it was compiled meanwhile: what happened since is heard before anything is told
        elif outlook is not None:
            now = time.monotonic()
            self._quiet, self._pause_s = not outlook.tickets, pause_s(now - self._told_at)
            self.told = replace(outlook, cost_ms=round((now - began) * 1000))
            await self._outlooks.publish(self.hall.id, self.told)

    async def _worked_out(self, mind: Mind) -> Outlook | None:
        try:
            return await asyncio.to_thread(mind.outlook, self._heard_at)
        except Exception as error:
            self._complaint.say(error)  # the last one grows old, and is not believed any more
            self._pause_s = AFTER_S
            return None

    async def _say_behind(self, mind: Mind) -> None:
        """While it catches up there is nothing to tell but that."""
        now = time.monotonic()
        self._behind_since = self._behind_since or now
        if now - self._behind_since > BEHIND_S and now - self._told_at > AFTER_S:
            self._told_at = now
            behind = Outlook(at=self._clock(), position=mind.position, tickets={}, queues=(), doubts=(BEHIND,))
            await self._outlooks.publish(self.hall.id, behind)

    async def _keep(self, mind: Mind) -> None:
        """Keeps what was learnt of days that ended; in a rehearsal nothing was."""
        kept, mind.kept = mind.kept, []
        for day, blob in kept if self._beginning.remembers else ():
            try:
                await self._past.keep_learnt(self.hall.id, day, blob)
            except Refusal as refusal:
                log.warning("what the forecast learnt is not kept", hall=self.hall.id, day=day, code=refusal.code)


def pause_s(cost_s: float) -> float:
    """Never so long that an outlook grows old, whatever the first one, which is compiled, costs."""
    return min(max(SOON_S, SHARE * cost_s), AFTER_S)
