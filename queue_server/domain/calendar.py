"""Days and opening hours in the hall's own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from queue_server.domain.hall import Hall

LONGEST_LUNCH_MIN = 150
"""A gap up to this long between two openings is lunch; a longer one closes the hall."""


class Opening(Struct, frozen=True, kw_only=True):
    """Is the hall open at a moment, and when does that end or begin (ms since the epoch)."""

    open: bool
    opens_at: int | None = None
    closes_at: int | None = None


def local(hall: Hall, at: int) -> datetime:
    """The moment `at` (ms since the epoch) on the hall's own clock."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(hall.timezone))


def day_of(hall: Hall, at: int) -> str:
    """The hall's local day as `YYMMDD`: short, and days sort as text until 2099."""
    return _day(hall.timezone, at // 60_000)


@lru_cache(maxsize=256)
def _day(timezone: str, minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, ZoneInfo(timezone)).strftime("%y%m%d")


def bounds_of(hall: Hall, day: str) -> tuple[int, int]:
    """When a local day (`YYMMDD`) begins and ends, in ms; one that its month has not counts as one of the next."""
    year, month, number = 2000 + int(day[:2]), min(max(int(day[2:4]), 1), 12), int(day[4:])
    begins = date(year, month, 1) + timedelta(days=number - 1)
    return _moment(hall, begins, 0), _moment(hall, begins + timedelta(days=1), 0)


def _moment(hall: Hall, day: date, minute: int) -> int:
    midnight = datetime.combine(day, time(), ZoneInfo(hall.timezone))
    wall = midnight + timedelta(minutes=minute)
    return int(wall.astimezone(UTC).timestamp() * 1000)


def _spans(hall: Hall, day: date) -> list[tuple[int, int]]:
    """Minutes in which tickets are given: doors open a little early, lunch is bridged where there is duty."""
    periods = sorted((p.opens_min, p.closes_min) for p in hall.hours if p.weekday == day.weekday())
    if not periods:
        return []
    doors = hall.rules.doors_open_min
    early = max(periods[0][0] - doors, 0) if doors is not None else 0
    spans: list[tuple[int, int]] = []
    for opens, closes in periods:
        is_lunch = spans and opens - spans[-1][1] <= LONGEST_LUNCH_MIN and opens < 15 * 60
        if is_lunch and hall.rules.lunch_duty:
            spans[-1] = (spans[-1][0], closes)
        else:
            spans.append((opens - early, closes))
    return spans


def opening(hall: Hall, at: int) -> Opening:
    """Whether the hall gives tickets at `at`; if not, when it next does within eight days.

    A hall file without hours means a hall that never closes.
    """
    if not hall.hours:
        return Opening(open=True)
    today = local(hall, at).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        for opens, closes in _spans(hall, day):
            starts, ends = _moment(hall, day, opens), _moment(hall, day, closes)
            if starts <= at < ends:
                return Opening(open=True, opens_at=starts, closes_at=ends)
            if at < starts:
                return Opening(open=False, opens_at=starts, closes_at=ends)
    return Opening(open=False)
