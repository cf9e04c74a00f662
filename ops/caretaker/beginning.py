"""How a forecast begins, at a start or after a gap: with what earlier days taught, and with today from its start."""

from msgspec.structs import replace

from ops.caretaker.hall_time import time_of
from ops.caretaker.mind import MISSING, Mind
from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.domain.refusals import Refusal
from queue_server.flows.past import Past
from queue_server.settings import Settings
from queue_server.store.feed import History

PAGE = 2000


class Beginning:
    """Reads what a forecast begins with. Raises `StoreDown`; an archive that is away is done without."""

    def __init__(self, history: History, past: Past, settings: Settings) -> None:
        self._history = history
        self._past = past
        self._settings = settings

    @property
    def remembers(self) -> bool:
        """Whether days teach something: those of a rehearsal do not."""
        return not self._settings.crowd

    async def mind(self, hall: Hall) -> Mind:
        """A mind that stands before today's first event in the stream. An empty stream needs no archive."""
        first = await self._history.first_position(hall.id)
        mind = self._new(hall, await self._learnt(hall.id) if first else b"")
        day, began = await self._history.day(hall.id)
        if first > began + 1:
            await self._recall(mind, hall.id, day, first)
        mind.position = max(began, first - 1, 0)
        return mind

    def _new(self, hall: Hall, learnt: bytes) -> Mind:
        settings = self._settings
        if settings.open_now and not settings.crowd:
            hall = replace(hall, hours=())
        return Mind(hall, time_of(hall, settings.crowd, settings.rehearsal_speed), learnt)

    async def _learnt(self, hall: str) -> bytes:
        if not self.remembers:
            return b""
        try:
            learnt = await self._past.learnt(hall)
        except Refusal:
            return b""
        return learnt.blob if learnt else b""

    async def _recall(self, mind: Mind, hall: str, day: str, first: int) -> None:
        """The day's events that the stream no longer has, from the archive; a doubt where it has none."""
        rows = await self._history.events_after(hall, first - 1, 1)
        try:
            known = await self._archived(hall, day, rows[0].event.at if rows else 0)
        except Refusal:
            known = []
        mind.hear(known)
        if not known:
            mind.doubts = (MISSING,)

    async def _archived(self, hall: str, day: str, until: int) -> list[StoredEvent]:
        found: list[StoredEvent] = []
        while page := await self._past.day_events(hall, day, found[-1].position if found else 0, PAGE):
            found += [row for row in page if row.event.at < until]
            if page[-1].event.at >= until:
                break
        return found
