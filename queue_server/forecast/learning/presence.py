"""When windows are there: a window's coming days are drawn from its past ones, lunch and breaks included.

On the first day there is no past: a plan is guessed from the opening hours, with a lunch in shifts and two breaks.
"""

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct

from queue_server.domain.calendar import moment, periods
from queue_server.domain.hall import Hall
from queue_server.forecast.kernel.inputs import FAR, PAUSES
from queue_server.forecast.learning.day_plan import DayPlan, Pause, is_long
from queue_server.forecast.learning.quantiles import Array, Quantiles, log_normal

KEPT_DAYS = 12
GUESSED_DAYS = 10
MOST_PAUSES = 6
LATE_MIN = 40.0
"""A window that is so late does not come any more."""
LUNCH_LATE_MIN = 90.0
LUNCH_FROM, LUNCH_TO, LUNCH_MIN = 11 * 60 + 20, 13 * 60 + 10, 45.0
BREAK_MIN, BREAKS = 12.0, 2
BREAK_WEIGHT = 3.0
"""How many breaks the plan counts for against those of today."""
QUARTER_MIN, QUARTERS = 15, 48
EVERY_DAY = (0, 24 * 60)
FRESH_MIN = 3.0
"""A plan is looked through again when the day has gone on by this much."""


MOMENTS = np.array([1.0, 1.0] + [1.0, 0.0] * MOST_PAUSES)
"""Which places of a plan are moments, not lengths."""


class Today(Struct):
    """What a window did today."""

    opened: float = -1.0
    closed: float = -1.0
    paused: float = -1.0
    reason: str = ""
    pauses: list[Pause] = []


class Presence:
    """Learns when windows open, pause and close."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._zone = ZoneInfo(hall.timezone)
        self.days: dict[int, list[DayPlan]] = {}
        """The latest days of each window on which it opened."""
        self.seen_days = 0
        self.planned: dict[int, DayPlan] = {}
        """Windows for which somebody is planned today: they are believed before any past day."""
        self._today: dict[int, Today] = {}
        self._breaks: tuple[int, tuple[Array, float]] | None = None
        self._plans: dict[int, tuple[tuple[int, bool, int, bool], Array]] = {}
        self._day: date | None = None
        self._start_ms = 0
        self.lengths = (
            Quantiles(log_normal(10 * 60, 0.5), weight=20, keep=400),
            Quantiles(log_normal(42 * 60, 0.3), weight=12, keep=400),
        )
        """Lengths of breaks and of lunches, in seconds."""

    # hearing

    def plan(self, planned: dict[int, DayPlan]) -> None:
        """Today's shifts, by window; they hold until the day ends or others are told."""
        self.planned = planned
        self._plans.clear()

    def minute(self, at: int) -> float:
        """Minutes of the day's clock since midnight."""
        day = datetime.fromtimestamp(at / 1000, self._zone).date()
        if day != self._day:
            self._day, self._start_ms = day, moment(self._hall, day, 0)
        return (at - self._start_ms) / 60_000

    def opened(self, window: int, at: int) -> None:
        today = self._today.setdefault(window, Today())
        minute = self.minute(at)
        if today.opened < 0:
            today.opened = minute
        elif today.closed >= 0:  # it was shut for a while: a pause by another name
            length = max(minute - today.closed, 0.0)
            today.pauses.append(Pause(today.closed, length, is_long("", length)))
        today.closed = -1.0
        self._end_pause(today, minute)

    def paused(self, window: int, at: int, reason: str) -> None:
        today = self._today.setdefault(window, Today(opened=self.minute(at)))
        if today.paused < 0:
            today.paused, today.reason = self.minute(at), reason

    def resumed(self, window: int, at: int) -> None:
        if window in self._today:
            self._end_pause(self._today[window], self.minute(at))

    def closed(self, window: int, at: int) -> None:
        today = self._today.setdefault(window, Today())
        today.closed = self.minute(at)
        today.paused = -1.0

    def _end_pause(self, today: Today, minute: float) -> None:
        if today.paused < 0:
            return
        length = max(minute - today.paused, 0.0)
        long = is_long(today.reason, length)
        today.pauses.append(Pause(today.paused, length, long))
        self.lengths[long].add(length * 60)
        today.paused = -1.0

    def end_day(self) -> None:
        """Today becomes one of the past days."""
        self.planned = {}
        if not self._today:
            return
        self.seen_days += 1
        for window, today in self._today.items():
            if today.opened >= 0:
                closes = today.closed if today.closed > today.opened else self._closing()
                plans = self.days.setdefault(window, [])
                plans.append(DayPlan(today.opened, closes, today.pauses[: 3 * MOST_PAUSES]))
                del plans[:-KEPT_DAYS]
        self._today.clear()
        self._plans.clear()
        self._breaks = None

    # telling

    def plans(self, window: int, at: int, is_open: bool) -> Array:
        """[day, place] plans of a window from now on, in seconds from now; see `kernel.inputs`."""
        now = self.minute(at)
        today = self._today.get(window)
        key = (int(now / FRESH_MIN), is_open, len(today.pauses) if today else 0, bool(today and today.paused >= 0))
        known = self._plans.get(window)
        if known is None or known[0] != key:
            known = self._plans[window] = (key, self._all_plans(window, now, is_open) + now * 60 * MOMENTS)
        return np.asarray(known[1] - now * 60 * MOMENTS)

    def _all_plans(self, window: int, now: float, is_open: bool) -> Array:
        pool = self._pool(window)
        rows = [self._row(plan, now, self._today.get(window), is_open, index) for index, plan in enumerate(pool)]
        if not is_open and self.seen_days and window not in self.planned:
            absent = max(min(self.seen_days, KEPT_DAYS) - len(self.days.get(window, ())), 0)
            rows += [_never() for _ in range(absent)]
        return np.array(rows if rows else [_never()])

    def is_planned(self, window: int) -> bool:
        """Whether anybody may expect this window to open at all."""
        return bool(self.days.get(window)) or not self.seen_days or window in self.planned

    def closing_s(self, at: int) -> float:
        """Seconds until the hall closes for the day; FAR for one that never does."""
        closes = self._closing()
        return (closes - self.minute(at)) * 60 if closes < EVERY_DAY[1] else FAR

    def breaks(self, at: int) -> tuple[Array, float]:
        """Breaks beyond what the plans say, per second at work, by quarters of an hour from now on; and how many times
        longer breaks are today. There are as many more, at the times at which there always are, as there were so far.
        """
        now = self.minute(at)
        key = int(now / FRESH_MIN)
        if self._breaks is None or self._breaks[0] != key:
            self._breaks = (key, self._more_breaks(now))
        return self._breaks[1]

    def _more_breaks(self, now: float) -> tuple[Array, float]:
        expected, usual_min, taken, lengths, open_windows = 0.0, 0.0, 0.0, [], 0
        lost = np.zeros(QUARTERS)
        for window, today in self._today.items():
            if today.opened < 0:
                continue
            pool, open_windows = self._pool(window), open_windows + 1
            for pause in (p for plan in pool for p in plan.pauses if not p.long):
                ahead = int((pause.start - now) // QUARTER_MIN)
                if 0 <= ahead < QUARTERS:
                    lost[ahead] += pause.length / len(pool)
                elif today.opened <= pause.start < now:
                    expected += 1 / len(pool)
                    usual_min += pause.length / len(pool)
            short = [p.length for p in today.pauses if not p.long]
            lengths += short
            taken += len(short) + (today.paused >= 0 and today.reason != "lunch")
        usual = usual_min / expected if expected else BREAK_MIN
        longer = (sum(lengths) / usual + BREAK_WEIGHT) / (len(lengths) + BREAK_WEIGHT)
        more = (taken + BREAK_WEIGHT) / (expected + BREAK_WEIGHT) * longer - 1
        if more < 0.1 or not open_windows:
            return np.zeros(QUARTERS), longer
        mean = float(self.lengths[0].table().mean()) / 60 * longer
        return lost * more / (mean * open_windows * QUARTER_MIN * 60), longer

    def opens_soon(self, window: int, at: int, within_s: float) -> bool:
        """Whether a window that is shut is more likely than not to open by itself before long."""
        now = self.minute(at)
        if window in self.planned:
            return now - LATE_MIN / 2 < self.planned[window].opens < now + within_s / 60
        days = self.days.get(window)
        if days is None:
            hours = self._hours()
            return not self.seen_days and bool(hours) and now < hours[0][0] + LATE_MIN / 2
        soon = sum(1 for plan in days if now - LATE_MIN / 2 < plan.opens < now + within_s / 60)
        return soon > max(len(days), min(self.seen_days, KEPT_DAYS)) / 2

    def _row(self, plan: DayPlan, now: float, today: Today | None, is_open: bool, index: int) -> list[float]:
        opens = self._opens(plan, now, is_open, index)
        closes = (plan.closes - now) * 60
        if is_open and closes <= 0:
            closes = max((self._closing() - now) * 60, 600.0)
        row = [opens, max(closes, opens)]
        for pause in self._pauses(plan, now, today, is_open, index)[:MOST_PAUSES]:
            row += [(pause.start - now) * 60, pause.length * 60]
        return row + [FAR, 0.0] * ((PAUSES - 2) // 2 + MOST_PAUSES - (len(row) - 2) // 2)

    def _opens(self, plan: DayPlan, now: float, is_open: bool, index: int) -> float:
        if is_open:
            return 0.0
        if plan.opens >= now:
            return (plan.opens - now) * 60
        late = now - plan.opens
        nobody_yet = not self.seen_days and all(today.opened < 0 for today in self._today.values())
        if now < plan.closes and (late < LATE_MIN or nobody_yet):
            return (2.0 + 3.0 * (index % 5)) * 60
        return FAR

    def _pauses(self, plan: DayPlan, now: float, today: Today | None, is_open: bool, index: int) -> list[Pause]:
        had_long = today is not None and (
            any(pause.long for pause in today.pauses) or (today.paused >= 0 and today.reason == "lunch")
        )
        found = []
        for pause in plan.pauses:
            if pause.long and had_long:
                continue
            if pause.start > now:
                found.append(pause)
            elif is_open and pause.long and now - pause.start < LUNCH_LATE_MIN:
                found.append(Pause(now + 1.0 + 4.0 * (index % 6), pause.length, True))
        return sorted(found, key=lambda pause: pause.start)

    def _pool(self, window: int) -> list[DayPlan]:
        if window in self.planned:
            return [self.planned[window]]
        days = self.days.get(window, [])
        if len(days) >= 3 or (self.seen_days and days):
            return days
        return days + self._guessed(window)

    def _hours(self) -> list[tuple[int, int]]:
        day = self._day or date(2026, 1, 5)
        return [(int(a), int(b)) for a, b in periods(self._hall, day)] if self._hall.hours else []

    def _closing(self) -> float:
        hours = self._hours()
        return float(hours[-1][1]) if hours else float(EVERY_DAY[1])

    def _guessed(self, window: int) -> list[DayPlan]:
        """Days that a window may have had, by the hours alone: the same each time they are asked for."""
        hours = self._hours()
        if not hours:
            return [DayPlan(*EVERY_DAY)]
        opens, closes = float(hours[0][0]), float(hours[-1][1])
        gaps = [Pause(float(a[1]), float(b[0] - a[1]), True) for a, b in pairwise(hours)]
        return [
            DayPlan(opens, closes, gaps + self._guessed_pauses(window * 7 + k * 11, opens, closes, bool(gaps)))
            for k in range(GUESSED_DAYS)
        ]

    def _guessed_pauses(self, place: int, opens: float, closes: float, has_gap: bool) -> list[Pause]:
        part = (place * 0.6180339887) % 1.0  # spread evenly: the golden ratio's multiples
        pauses = []
        if not has_gap and opens < LUNCH_FROM - 60 and closes > LUNCH_TO + 60 and part < 0.92:
            pauses.append(Pause(LUNCH_FROM + part * (LUNCH_TO - LUNCH_FROM), LUNCH_MIN, True))
        for k in range(BREAKS):
            share = (place * 0.7548776662 + k / BREAKS) % 1.0
            if share * 10 % 1 < 0.8:
                pauses.append(Pause(opens + 45 + share * max(closes - opens - 90, 0.0), BREAK_MIN))
        return pauses


def _never() -> list[float]:
    return [FAR, FAR] + [FAR, 0.0] * MOST_PAUSES
