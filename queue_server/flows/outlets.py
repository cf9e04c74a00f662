"""Tells systems outside what happens in a hall: each in its order, from a cursor of its own, through any outage."""

import asyncio
from typing import Any, Protocol

import msgspec
import structlog

from queue_server.contract import events
from queue_server.domain.calendar import day_of
from queue_server.domain.events import Event
from queue_server.domain.messages import Again, Refused, Told
from queue_server.domain.orders import StoredEvent
from queue_server.flows.messenger import Past
from queue_server.flows.ports import Clock
from queue_server.flows.running import RunningHall

LEASE_MS = 30_000
"""How long a hall's outlet is one worker's, from its last sign of life on."""
AT_ONCE = 50
LONGEST_ATTEMPT_S = 20.0
BACKOFF_S = (2, 5, 15, 60, 300, 900, 1800, 3600)
WORTH_MS = 24 * 3_600_000
"""What could not be told for so long is left out."""
PAUSE_S = 0.25
PAUSES = 8

log = structlog.get_logger()
_encode = msgspec.json.Encoder().encode


class Outlet(Protocol):
    """A system outside that is told facts. Telling raises `Refused` when it wants no more at all, or `Again`."""

    @property
    def name(self) -> str: ...
    @property
    def staff_facts(self) -> bool: ...
    @property
    def staff_names(self) -> bool: ...
    def wants(self, hall: str, event: str) -> bool: ...
    async def tell(self, told: Told) -> None: ...


class Cursors(Protocol):
    """How far each outlet was told; see `store.outbox`."""

    async def take_outlet(self, hall: str, at: int, name: str, lease_ms: int) -> tuple[int, int, int] | None: ...
    async def move_outlet(
        self, hall: str, at: int, day: str, name: str, serial: int, to: int,
        until_at: int = 0, vain: int = 0, due: int = 0, counts: tuple[str, ...] = (),
    ) -> bool: ...  # fmt: skip


class Telling:
    """One outlet of one hall. Several workers may try: one of them has the lease."""

    def __init__(self, running: RunningHall, outlet: Outlet, cursors: Cursors, past: Past, clock: Clock) -> None:
        self._running = running
        self._outlet = outlet
        self._cursors = cursors
        self._past = past
        self._clock = clock
        self._told = -1
        self._serial = 0
        self._pending = False  # another worker's just now, or not yet due again
        self.ended = False
        """The outlet wants to be told nothing any more."""

    async def rest(self) -> None:
        """Until there is something new, or for a while: what is another worker's, or not yet due, may be ours then."""
        for _ in range(PAUSES):
            await asyncio.sleep(PAUSE_S)
            if self._running.position > self._told and not (self._pending or self.ended):
                return

    async def step(self) -> bool:
        """Tells what is new, where the outlet is ours to tell; whether there may be more. Raises `StoreDown`."""
        if self.ended or (self._told >= self._running.position and not self._pending):
            return False
        self._pending = True
        hall, name = self._running.hall.id, self._outlet.name
        taken = await self._cursors.take_outlet(hall, self._clock(), name, LEASE_MS)
        if taken is None:
            return False
        position, vain, self._serial = taken
        while rows := await self._past.events_after(hall, position, AT_ONCE):
            for row in rows:
                if not await self._tell(row, vain):
                    return False
                position, vain = row.position, 0
            await self._move(position, until_at=self._clock() + LEASE_MS)
        await self._move(position)
        self._told, self._pending = position, False
        return False

    async def _tell(self, row: StoredEvent, vain: int) -> bool:
        """Whether to go on with the next."""
        if not self._outlet.wants(self._running.hall.id, row.event.name) or not self._is_for(row.event):
            return True
        if row.event.at < self._clock() - WORTH_MS:
            return await self._move(row.position, until_at=self._clock() + LEASE_MS, counts=("late",))
        try:
            async with asyncio.timeout(LONGEST_ATTEMPT_S):
                await self._outlet.tell(self._fact(row))
        except Refused as refused:
            log.error("an outlet wants no more", outlet=self._outlet.name, problem=refused.problem)
            self.ended = True
            return False
        except (Again, TimeoutError) as error:
            await self._later(row, vain, error)
            return False
        return await self._move(row.position, until_at=self._clock() + LEASE_MS, counts=("sent",))

    async def _later(self, row: StoredEvent, vain: int, error: Again | TimeoutError) -> None:
        after_s = error.after_s if isinstance(error, Again) else None
        after_s = after_s or BACKOFF_S[min(vain, len(BACKOFF_S) - 1)]
        problem = error.problem if isinstance(error, Again) else "TIMEOUT"
        log.warning("an outlet was not told", outlet=self._outlet.name, problem=problem, again_in_s=after_s)
        due = self._clock() + round(after_s * 1000)
        await self._move(row.position - 1, vain=vain + 1, due=due, counts=("retried",))

    async def _move(self, position: int, **more: Any) -> bool:
        hall, now = self._running.hall, self._clock()
        day = day_of(hall, now)
        return await self._cursors.move_outlet(hall.id, now, day, self._outlet.name, self._serial, position, **more)

    def _is_for(self, event: Event) -> bool:
        if event.name in events.MANAGERS_ONLY:  # who served, who complained, who signed in from where
            return self._outlet.staff_names
        return self._outlet.staff_facts or event.name not in events.STAFF_ONLY

    def _fact(self, row: StoredEvent) -> Told:
        hall, event = self._running.hall, row.event
        if self._outlet.staff_facts:
            document = events.for_staff(hall, row.position, event)
            if not self._outlet.staff_names:
                document = {name: value for name, value in document.items() if name not in events.NAMES_OF_STAFF}
        else:
            document = events.public(hall, row.position, event)
        name = f"{hall.id}.{row.position}-{event.at}"
        return Told(id=name, event=event.name, hall=hall.id, at=event.at, body=_encode(document))
