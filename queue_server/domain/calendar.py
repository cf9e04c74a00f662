"""Days and opening hours in the hall's own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from queue_server.domain.hall import Hall, Zone
from queue_server.domain.rules import Names
from queue_server.domain.workdays import holiday, is_moved_workday

LONGEST_LUNCH_MIN = 150
"""A gap up to this long between two openings is lunch; a longer one closes the hall."""
EVENING_MIN = 17 * 60
"""An opening that begins at this minute or later is an evening: a moved workday has none."""
LOOK_AHEAD_DAYS = 60
"""How far the next opening is looked for: beyond the longest holidays and most building works."""
MOST_KNOWN = 10_000


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
    return bounds_of_date(hall, date(year, month, 1) + timedelta(days=number - 1))


def bounds_of_date(hall: Hall, day: date) -> tuple[int, int]:
    """When a local day begins and ends, in ms: 23, 24 or 25 hours later."""
    return moment(hall, day, 0), moment(hall, day + timedelta(days=1), 0)


def moment(hall: Hall, day: date, minute: int) -> int:
    """Ms since the epoch when the clock on the hall's wall first shows a minute of a day, or first is beyond it."""
    return _moment(hall.timezone, day, minute)


@lru_cache(maxsize=4096)
def _moment(timezone: str, day: date, minute: int) -> int:
    zone, wall, skipped = ZoneInfo(timezone), datetime.combine(day, time()) + timedelta(minutes=minute), False
    while True:
        at = wall.replace(tzinfo=zone).astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None) == wall:
            return int(at.timestamp() * 1000) + (60_000 if skipped else 0)
        # the wall never shows it: the change to summer time comes after the last minute that it did show
        wall, skipped = wall - timedelta(minutes=1), True


def day_off(hall: Hall, day: date) -> Names | None:
    """Why the hall is shut on a day whatever its hours say, by its names; None on a day that has its hours."""
    for closure in hall.calendar.closures:
        if closure.day == day.isoformat():
            return closure.names
    return holiday(hall.calendar.country, day)


def periods(hall: Hall, day: date, queue: str = "") -> list[tuple[int, int]]:
    """Minutes in which the windows serve on a day, in order: those of a queue, or of any. Lunch is left out.

    A queue in a zone with hours of its own has those, on every day.
    """
    if has_own_hours(hall, queue):
        return own_periods(hall.zone_by_id[hall.zone_of(queue)])
    if day_off(hall, day) is not None:
        return []
    moved = is_moved_workday(hall.calendar.country, day)
    weekday = min(period.weekday for period in hall.hours) if moved and hall.hours else day.weekday()
    found = (
        (period.opens_min, period.closes_min)
        for period in hall.hours
        if period.weekday == weekday
        and not (queue and period.queues and queue not in period.queues)
        and not (moved and period.opens_min >= EVENING_MIN)
    )
    return _merged(sorted(found))


def has_own_hours(hall: Hall, queue: str) -> bool:
    """Whether a queue is in a zone that does not keep the hall's hours."""
    zone = hall.zone_by_id.get(hall.zone_of(queue)) if queue else None
    return zone is not None and bool(zone.hours)


def own_periods(zone: Zone) -> list[tuple[int, int]]:
    """A zone's own hours, in order."""
    return [(span.from_min, span.to_min) for span in zone.hours]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Evenings of different queues may overlap: the hall is open while any of them is."""
    merged: list[tuple[int, int]] = []
    for opens, closes in spans:
        if merged and opens < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    return merged


def _spans(hall: Hall, day: date, queue: str) -> list[tuple[int, int]]:
    """Moments between which tickets are given: doors open a little early, lunch is bridged where there is duty."""
    own, everybody = periods(hall, day, queue), periods(hall, day)
    if not own:
        return []
    if has_own_hours(hall, queue):
        return [(moment(hall, day, opens), moment(hall, day, closes)) for opens, closes in own]
    doors = hall.rules.doors_open_min
    early = max(everybody[0][0] - doors, 0) if doors is not None else 0
    spans: list[tuple[int, int]] = []
    for opens, closes in own:
        is_lunch = spans and opens - spans[-1][1] <= LONGEST_LUNCH_MIN and opens < 15 * 60
        if is_lunch and hall.rules.lunch_duty:
            spans[-1] = (spans[-1][0], closes)
        else:
            spans.append((opens - early, closes))
    return [(moment(hall, day, opens), moment(hall, day, closes)) for opens, closes in spans]


def _known_spans(hall: Hall, day: date, queue: str) -> list[tuple[int, int]]:
    known = hall.known_days
    spans: list[tuple[int, int]] | None = known.get((queue, day))
    if spans is None:
        if len(known) >= MOST_KNOWN:
            known.clear()
        spans = known[queue, day] = _spans(hall, day, queue)
    return spans


def opening(hall: Hall, at: int, queue: str = "") -> Opening:
    """Whether the hall gives tickets at `at`, for a queue or for any; if not, when it next does within sixty days.

    A hall file without hours means a hall that never closes.
    """
    if not hall.hours:
        return Opening(open=True)
    today = local(hall, at).date()
    for ahead in range(LOOK_AHEAD_DAYS + 1):
        for starts, ends in _known_spans(hall, today + timedelta(days=ahead), queue):
            if starts <= at < ends:
                return Opening(open=True, opens_at=starts, closes_at=ends)
            if at < starts:
                return Opening(open=False, opens_at=starts, closes_at=ends)
    return Opening(open=False)


def zone_opening(hall: Hall, zone: Zone, at: int) -> Opening:
    """Whether a zone is open at a moment: by its own hours where it has any, else as the hall."""
    if not zone.hours:
        return opening(hall, at)
    if zone.always:
        return Opening(open=True)
    today = local(hall, at).date()
    for ahead in (0, 1):
        for opens_min, closes_min in own_periods(zone):
            day = today + timedelta(days=ahead)
            starts, ends = moment(hall, day, opens_min), moment(hall, day, closes_min)
            if at < ends:
                return Opening(open=starts <= at, opens_at=starts, closes_at=ends)
    return Opening(open=False)
