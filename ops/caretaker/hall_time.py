"""The time that a forecast lives in: the clock's, or in a rehearsal the crowd's faster one. Pure."""

from datetime import timedelta

from msgspec.structs import replace

from ops.crowd.plan import EARLY_MIN, LEAD_IN_MIN, ORDINARY_WEEKDAY, opening
from queue_server.domain.calendar import day_off, local, moment
from queue_server.domain.hall import Hall
from queue_server.domain.outlook import Later, Outlook, Range
from queue_server.forecast.heard import Heard

EVENING_MIN = 60
"""From so long before closing on, a hall whose last window closes has ended its simulated day."""
FIRST_TWO = 2
"""A crowd comes when its first day is in full swing: when its second begins, no whole one has ended yet."""
BEGINS_DAY = frozenset({"TicketIssued", "WindowOpened"})


class HallTime:
    """The clock's own time."""

    speed = 1.0
    was_whole = True
    """Whether the day that ended was watched from its opening on: any other would teach wrong hours."""

    def begins_day(self, heard: Heard) -> bool:  # noqa: ARG002 - the clock's own days end with DayClosed
        """Whether another simulated day begins with this event. Told of every event, in order."""
        return False

    def there(self, at: int) -> int:
        """A moment as the forecast lives it."""
        return at

    def hear(self, heard: Heard) -> Heard | None:
        """An event as the forecast lives it; None for one from before its time."""
        return heard

    def told(self, outlook: Outlook, at: int) -> Outlook:
        """What was worked out at `at`, in the clock's own time."""
        return replace(outlook, at=at)


class RehearsedTime(HallTime):
    """`speed` times faster than the clock, and at the time of day at which the crowd of `greenwave crowd` has come."""

    def __init__(self, hall: Hall, speed: float) -> None:
        self.speed = speed
        self._hall = hall
        self._opens, self._closes = opening(hall)
        self._began_at = 0
        self._begins_at = 0
        self._open: set[int] = set()
        self._is_over = True
        self._first = True
        self._begun = 0
        self.was_whole = False

    def begins_day(self, heard: Heard) -> bool:
        self._follow(heard)
        if not (self._is_over and heard.name in BEGINS_DAY):
            return False
        day = local(self._hall, max(self._begins_at, heard.at)).date() + timedelta(days=0 if self._first else 1)
        while day.weekday() != ORDINARY_WEEKDAY or day_off(self._hall, day) is not None:
            day += timedelta(days=1)
        minute = self._opens + LEAD_IN_MIN if self._first else self._opens - EARLY_MIN
        self._began_at, self._begins_at = heard.at, moment(self._hall, day, int(minute))
        self._is_over = False
        self._begun += 1
        self.was_whole = self._begun > FIRST_TWO
        begins, self._first = not self._first, False
        return begins

    def _follow(self, heard: Heard) -> None:
        if heard.name == "DayClosed":
            self._open.clear()
            self._is_over = True
        elif heard.name == "WindowOpened":
            self._open.add(heard.window)
        elif heard.name == "WindowClosed":
            self._open.discard(heard.window)
            evening = moment(self._hall, local(self._hall, self._begins_at).date(), self._closes - EVENING_MIN)
            self._is_over |= not self._open and self.there(heard.at) >= evening

    def there(self, at: int) -> int:
        return self._begins_at + round((at - self._began_at) * self.speed)

    def hear(self, heard: Heard) -> Heard | None:
        if not self._began_at:
            return None
        known = {name: getattr(heard, name) for name in ("at", "turn", "until_at", "start")}
        return replace(heard, **{name: self.there(value) for name, value in known.items() if value})

    def told(self, outlook: Outlook, at: int) -> Outlook:
        return replace(
            outlook,
            at=at,
            tickets={ticket: self._shorter(wait_s) for ticket, wait_s in outlook.tickets.items()},
            queues=tuple(
                replace(
                    row,
                    wait_s=self._shorter(row.wait_s) if row.wait_s else None,
                    pace_s=round(row.pace_s / self.speed),
                    later=tuple(self._sooner(later, outlook.at, at) for later in row.later),
                )
                for row in outlook.queues
            ),
            hall=tuple(self._sooner(later, outlook.at, at) for later in outlook.hall),
        )

    def _shorter(self, wait_s: Range) -> Range:
        low, middle, high = wait_s
        return round(low / self.speed), round(middle / self.speed), round(high / self.speed)

    def _sooner(self, later: Later, then: int, at: int) -> Later:
        return replace(later, at=at + round((later.at - then) / self.speed), wait_s=self._shorter(later.wait_s))


def time_of(hall: Hall, crowd: bool, speed: float) -> HallTime:
    """The time of a hall: the crowd's where one comes."""
    return RehearsedTime(hall, speed) if crowd else HallTime()
