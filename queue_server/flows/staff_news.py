"""What became of accounts: every worker forgets what it remembers, and each hall is told in its own stream, once."""

from collections.abc import Callable
from typing import Any

from queue_server.domain.callers import Caller
from queue_server.domain.orders import StoredEvent
from queue_server.domain.staff_orders import TellStaff
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.people import People

UNCHANGED = frozenset({"signed_in", "locked", "unlocked"})
"""Who is signed in stays so, and may what they might: nobody ends another's streams by guessing at their password."""
AT_ONCE = 200
WAIT_MS = 2000


class StaffNews:
    """Follows the accounts' stream; `step` is one look at it, and raises `StoreDown`."""

    def __init__(self, people: People, acting: Acting, on_change: Callable[[str], None]) -> None:
        self._people = people
        self._acting = acting
        self._on_change = on_change
        self._told: dict[str, int] = {}
        """Up to where each hall has been told."""
        self._read = -1

    async def step(self) -> bool:
        """Reads on; whether there was anything."""
        await self._know_halls()
        if self._read < 0:
            self._read = min(self._told.values(), default=0)
        rows = await self._people.staff.events_soon(self._read, AT_ONCE, WAIT_MS)
        for row in rows:
            await self._take(row)
            self._read = row.position
        if not rows and self._read > await self._people.staff.position():
            self.lost()  # the store was restored from an older copy
        return bool(rows)

    def lost(self) -> None:
        """The store was away: whatever is remembered may have changed meanwhile."""
        self._people.forget("")
        self._told.clear()
        self._read = -1

    async def _know_halls(self) -> None:
        for hall in self._people.halls:
            if hall not in self._told:
                self._told[hall] = await self._people.staff.told(hall)
                if self._read > self._told[hall]:
                    self._read = self._told[hall]

    async def _take(self, row: StoredEvent) -> None:
        event = row.event
        if str(event.fact("change")) not in UNCHANGED:
            self._people.forget(event.staff)
            self._on_change(event.staff)
        for hall in str(event.fact("halls") or "").split(","):
            running = self._people.halls.get(hall)
            if running is None or row.position <= self._told.get(hall, 0):
                continue
            facts: dict[str, Any] = {
                name: str(event.fact(name) or "") for name in ("number", "name", "change", "what", "whence")
            }
            ask = Ask(running=running, caller=Caller(role="system"))
            common = {**self._acting.common(ask), "actor": event.actor}
            order = TellStaff(**common, position=row.position, person=event.staff, since=event.at, **facts)
            await self._acting.act(ask, "tell_staff", order)
            self._told[hall] = row.position
