"""What one hall's forecast knows. It reckons, so it runs in a thread; nothing here waits for anything.

The forecaster wakes when somebody waits, or when earlier days have something to say: a hall in which nothing happens
costs nothing, not even the import of what reckons.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ops.caretaker.hall_time import HallTime
from queue_server.domain.events import Event
from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.domain.outlook import Doubt, Outlook
from queue_server.domain.staff_orders import ShiftRecord
from queue_server.forecast.heard import Heard, overhear

if TYPE_CHECKING:
    from queue_server.diversion.effects import Effect, Effects
    from queue_server.forecast.forecaster import Forecaster

MISSING = Doubt(code="MISSING_EVENTS")
"""The day's first events are in neither stream nor archive."""

Kept = tuple[str, bytes]
"""A day that ended, and what was learnt up to then."""


class Mind:
    """Hears the events of a day from its first one on."""

    def __init__(self, hall: Hall, hall_time: HallTime, learnt: bytes = b"") -> None:
        self.position = 0
        self.kept: list[Kept] = []
        """Days that ended, with what was learnt: for whoever keeps it."""
        self.doubts: tuple[Doubt, ...] = ()
        self._hall = hall
        self._time = hall_time
        self._learnt = learnt
        self._early: list[Heard] = []
        """What happened before anybody waited."""
        self._forecaster: Forecaster | None = None
        self._effects: Effects | None = None
        self._shifts: list[ShiftRecord] = []
        self._is_planned = False
        self._lived = False
        """Whether the forecaster has heard anything of this day."""

    @property
    def has_learnt(self) -> bool:
        """Whether earlier days have something to say."""
        return bool(self._learnt)

    @property
    def is_awake(self) -> bool:
        return self._forecaster is not None

    def awake(self) -> "Forecaster":
        """The forecaster, made now if it was not needed before."""
        if self._forecaster is None:
            from queue_server.diversion.effects import Effects  # here: they bring numpy and numba with them
            from queue_server.forecast.forecaster import Forecaster

            forecaster = Forecaster(self._hall)
            self._effects = Effects(forecaster)
            if self._learnt:
                forecaster.load(self._learnt)
            for heard in self._early:
                forecaster.hear(heard)
            self._forecaster, self._early = forecaster, []
            self._plan()
        return self._forecaster

    def take_shifts(self, shifts: list[ShiftRecord]) -> None:
        """Who is planned to work today; a rehearsal's crowd follows no such plan."""
        self._shifts = shifts if self._time.speed == 1 else []
        self._plan()

    def _plan(self) -> None:
        if self._forecaster is None or not (self._shifts or self._is_planned):
            return
        self._is_planned = bool(self._shifts)
        from queue_server.forecast.learning.shifts import plans_of  # here: it brings numpy with it

        self._forecaster.knowledge.presence.plan(plans_of(self._hall, self._shifts))
        self._forecaster.knowledge.forget_parts()

    def at(self, now: int) -> "Forecaster":
        """The forecaster, with its clock at `now` (ms since the epoch)."""
        forecaster = self.awake()
        forecaster.pass_time(self._time.there(now))
        return forecaster

    def hear(self, rows: Sequence[StoredEvent], live: bool = False) -> None:
        """Moves on by these events. One that fails is passed over, and those after it are still to be heard.

        From tickets of just now (`live`) it learns how right it is: what it would have told is noted.
        """
        for row in rows:
            self.position = row.position
            self._hear(row.event, live)

    def _hear(self, event: Event, live: bool) -> None:
        heard = overhear(event)
        begins = self._time.begins_day(heard)
        if begins or event.name == "DayClosed":
            self._end_day(str(event.fact("day") or ""))
        lived = self._time.hear(heard)
        if lived is None or event.name == "DayClosed":
            return
        if self._forecaster is not None or event.name == "TicketIssued":
            self._lived = True
            forecaster = self.awake()
            forecaster.hear(lived)
            if live and lived.name == "TicketIssued":
                forecaster.rehearse(lived.ticket)
            if self._effects is not None:
                self._effects.hear(lived)
        elif lived.window or lived.booking:  # nothing else matters before the first ticket
            self._early.append(lived)

    def _end_day(self, day: str) -> None:
        self.doubts, self._early = (), []
        lived, self._lived = self._lived, False
        if not lived:  # a rehearsal's day has ended already when the next one begins
            return
        if not self._time.was_whole:
            self._forecaster = self._effects = None
        if self._forecaster is not None and self._effects is not None:
            self._effects.end_day()
            self._forecaster.end_day()
            self.kept.append((day, self._forecaster.save()))

    def effects(self) -> "list[Effect]":
        """What diversions that ended have brought, in the forecast's own seconds."""
        return self._effects.told() if self._effects is not None else []

    def outlook(self, now: int) -> Outlook:
        """What is expected, in the clock's own time."""
        found = self._time.told(self.at(now).outlook(self.position), now)
        return replace(found, doubts=(*self.doubts, *found.doubts))
