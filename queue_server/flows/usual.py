"""Today against a usual day of its weekday: both from the archive, each read once."""

import asyncio
from contextlib import suppress

from queue_server.contract.usual import DaySlot, Usual
from queue_server.domain.calendar import bounds_of, day_of, local
from queue_server.domain.day_slots import SLOT_MIN, DaySlots
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask
from queue_server.flows.past import Past, UsualDay
from queue_server.flows.ports import Clock
from queue_server.flows.running import RunningHall

AT_ONCE = 5000
AGAIN_MS = 60_000
"""How soon an archive that was away is asked again."""


class Today:
    """One hall's day so far, followed in the archive."""

    def __init__(self, day: str, midnight: int) -> None:
        self.day = day
        self.slots = DaySlots(midnight)
        self.reading = asyncio.Lock()
        self.after = 0

    async def read(self, past: Past, hall: str) -> None:
        """Reads on to what is archived now."""
        async with self.reading:
            while rows := await past.day_events(hall, self.day, self.after, AT_ONCE):
                for row in rows:
                    self.slots.hear(row.event)
                self.after = rows[-1].position
                if len(rows) < AT_ONCE:
                    return


class UsualFlows:
    """All raise `ARCHIVE_AWAY` while the archive cannot be read."""

    def __init__(self, past: Past, clock: Clock) -> None:
        self._past = past
        self._clock = clock
        self._usual: dict[str, tuple[str, UsualDay]] = {}
        self._today: dict[str, Today] = {}
        self._not_before: dict[str, int] = {}

    async def usual(self, running: RunningHall) -> Usual:
        """Today so far beside the usual day."""
        at = self._clock()
        usual = await self._of(running, at)
        today = await self._so_far(running, at)
        return Usual(days=usual.days, slots=[_slot(row) for row in usual.slots], today=today)

    async def keep(self, ask: Ask) -> None:
        """Lets the hall know its usual crowd, once a day; call it as often as you like."""
        running, at = ask.running, self._clock()
        known = self._usual.get(running.hall.id)
        if (known and known[0] == day_of(running.hall, at)) or at < self._not_before.get(running.hall.id, 0):
            return
        self._not_before[running.hall.id] = at + AGAIN_MS
        with suppress(Refusal):
            await self._of(running, at)

    async def _of(self, running: RunningHall, at: int) -> UsualDay:
        hall, day = running.hall, day_of(running.hall, at)
        known = self._usual.get(hall.id)
        if known is None or known[0] != day:
            known = (day, await self._past.usual(hall.id, local(hall, at).weekday()))
            self._usual[hall.id] = known
            running.usual = {row.minute: row.waiting for row in known[1].slots}
        return known[1]

    async def _so_far(self, running: RunningHall, at: int) -> list[DaySlot]:
        hall, day = running.hall, day_of(running.hall, at)
        today = self._today.get(hall.id)
        if today is None or today.day != day:
            today = self._today[hall.id] = Today(day, bounds_of(hall, day)[0])
        await today.read(self._past, hall.id)
        today.slots.pass_time(at)
        return [
            DaySlot(minute=number * SLOT_MIN, issued=row.issued, waiting=row.waiting, mean_wait_s=row.mean_wait_s)
            for number, row in enumerate(today.slots.slots)
        ]


def _slot(row: object) -> DaySlot:
    return DaySlot(**{name: getattr(row, name) for name in DaySlot.__struct_fields__})
