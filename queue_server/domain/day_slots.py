"""A day in quarters of an hour, as its events made it. A fold: no clock, no input or output."""

from msgspec import Struct

from queue_server.domain.events import AFTERWARDS, Event

SLOT_MIN = 15
SLOT_MS = SLOT_MIN * 60_000
DAY_SLOTS = 24 * 60 // SLOT_MIN


class Slot(Struct, kw_only=True):
    """What happened in one of them: tickets issued, how many waited when it began, waits of those who began to wait."""

    issued: int = 0
    waiting: int = 0
    called: int = 0
    waited_ms: int = 0

    @property
    def mean_wait_s(self) -> int | None:
        return round(self.waited_ms / self.called / 1000) if self.called else None


class DaySlots:
    """The slots of one day from its midnight (ms since the epoch) on, as far as it was heard."""

    def __init__(self, midnight: int) -> None:
        self.midnight = midnight
        self.slots: list[Slot] = []
        self._waiting: set[str] = set()

    def hear(self, event: Event) -> None:
        """Moves on by one event; a moment outside the day counts as the nearest of it."""
        self.pass_time(event.at)
        if event.name == "TicketIssued":
            self.slots[-1].issued += 1
        elif event.name == "TicketCalled":
            self._count_wait(event)
        if event.ticket and event.name not in AFTERWARDS:
            self._follow(event)

    def pass_time(self, at: int) -> None:
        """Begins the slots up to a moment: who waits then waits when they begin."""
        while len(self.slots) <= self._at(at):
            self.slots.append(Slot(waiting=len(self._waiting)))

    def _at(self, at: int) -> int:
        return min(max((at - self.midnight) // SLOT_MS, 0), DAY_SLOTS - 1)

    def _count_wait(self, event: Event) -> None:
        waited_ms = event.whole("waited_ms")
        slot = self.slots[self._at(event.at - waited_ms)]
        slot.called += 1
        slot.waited_ms += waited_ms

    def _follow(self, event: Event) -> None:
        if event.status == "waiting":
            self._waiting.add(event.ticket)
        else:
            self._waiting.discard(event.ticket)
