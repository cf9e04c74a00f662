"""Who comes when: rates by service and quarter of an hour, from past days and from how today goes."""

from math import exp

import numpy as np

from queue_server.domain.hall import SELF_SERVICE, Hall
from queue_server.forecast.learning.quantiles import Array

BIN_MIN = 15
BINS = 24 * 60 // BIN_MIN
FILE_DAYS = 0.5
"""For how many days the hall file's figures count."""
SHAPE_WEIGHT = 25.0
"""For how many visitors the hall's common day shape counts against a service's own."""
NIGHT = 0.95
"""What of the past counts is kept for the next day."""
HALL_WEIGHT, SERVICE_WEIGHT = 25.0, 6.0
"""Visitors for which the plan counts against today (gamma shrinkage)."""
RECENT_MIN = 45.0
"""Memory of a service's own surge, in minutes."""
GROUPS = {"pregnant_infant": "infant"}
"""Groups of the hall file that take a priority of another name."""


class Arrivals:
    """Learns rates; services are known by their id."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.days = 0.0
        self.counts: dict[str, Array] = {}
        """Visitors by service and bin, of past days, the older the less."""
        self._today: dict[str, Array] = {}
        self._recent: dict[str, tuple[float, float, float]] = {}  # minute, came and expected lately
        self.priorities = _usual_priorities(hall)
        self.credits_s = {name: minutes * 60.0 for name, minutes in hall.credits_min.items()}
        self._file = {
            s.id: float(s.visits) for s in hall.services if s.queue != SELF_SERVICE or hall.window_queue_of(s)
        }
        self._shape = _file_shape(hall)
        self._rates: dict[str, Array] = {}

    def came(self, service: str, minute: float, priority: str, credit_s: float) -> None:
        """A visitor came by themselves."""
        at = bin_of(minute)
        self._today.setdefault(service, np.zeros(BINS))[at] += 1
        self._look(service, minute)
        then, came, expected = self._recent[service]
        self._recent[service] = (then, came + 1, expected)
        self.priorities[priority] = self.priorities.get(priority, 0.0) + 1
        known = self.credits_s.get(priority, credit_s)
        self.credits_s[priority] = known + 0.05 * (credit_s - known)

    def rate(self, service: str) -> Array:
        """Visitors expected in each bin of a day like the past ones."""
        found = self._rates.get(service)
        if found is None:
            found = self._rates[service] = self._rate(service)
        return found

    def services(self) -> list[str]:
        return sorted({*self.counts, *self._today, *(s for s, visits in self._file.items() if visits)})

    def today(self, minute: float) -> float:
        """How many times more visitors come today than on past days."""
        came = expected = 0.0
        at = minute / BIN_MIN
        for service in self.services():
            rate = self.rate(service)
            whole = int(at)
            expected += float(rate[:whole].sum() + rate[min(whole, BINS - 1)] * (at - whole))
            today = self._today.get(service)
            came += float(today.sum()) if today is not None else 0.0
        weight = HALL_WEIGHT if self.days else HALL_WEIGHT / 2
        return min(max((came + weight) / (expected + weight), 0.2), 5.0)

    def surge(self, service: str, minute: float, today: float) -> float:
        """How many times more than that come for one service lately."""
        if service not in self._recent:
            return 1.0
        self._look(service, minute)
        _, came, expected = self._recent[service]
        return min(max((came + SERVICE_WEIGHT) / (expected * today + SERVICE_WEIGHT), 0.2), 6.0)

    def end_day(self) -> None:
        """Today becomes one of the past days."""
        if not self._today:
            return
        self.days = self.days * NIGHT + 1
        for service, counts in self.counts.items():
            self.counts[service] = counts * NIGHT
        for service, today in self._today.items():
            self.counts[service] = self.counts.get(service, np.zeros(BINS)) + today
        for name in self.priorities:
            self.priorities[name] *= NIGHT
        self._today.clear()
        self._recent.clear()
        self._rates.clear()

    def mix(self) -> tuple[Array, Array]:
        """(cumulated chances, credit in seconds) of the priorities; the last chance is beyond 1, to catch all."""
        names = sorted(self.priorities)
        total = sum(self.priorities.values())
        shares = np.cumsum([self.priorities[name] / total for name in names])
        shares[-1] = 2.0
        return shares, np.array([self.credits_s.get(name, 0.0) for name in names])

    def restore(self, days: float, counts: dict[str, Array]) -> None:
        self.days, self.counts = days, counts
        self._rates.clear()

    def _look(self, service: str, minute: float) -> None:
        """Lets the memory of what came lately fade, and adds what was expected since."""
        then, came, expected = self._recent.get(service, (minute, 0.0, 0.0))
        passed = max(minute - then, 0.0)
        kept = exp(-passed / RECENT_MIN)
        per_minute = float(self.rate(service)[bin_of(minute)]) / BIN_MIN
        self._recent[service] = (max(minute, then), came * kept, expected * kept + per_minute * RECENT_MIN * (1 - kept))

    def _rate(self, service: str) -> Array:
        counts = self.counts.get(service)
        planned = self._file.get(service, 0.0)
        if counts is None or not self.days:
            unknown = service not in self._file
            return self._hall_shape() * (planned if not unknown or not self.days else 1.0)
        total = float(counts.sum())
        daily = (total + FILE_DAYS * planned) / (self.days + FILE_DAYS) if planned else total / self.days
        shape = (counts + SHAPE_WEIGHT * self._hall_shape()) / (total + SHAPE_WEIGHT)
        return np.asarray(daily * np.convolve(np.pad(shape, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid"))

    def _hall_shape(self) -> Array:
        if not self.days:
            return self._shape
        seen = np.sum(list(self.counts.values()), axis=0) if self.counts else np.zeros(BINS)
        return np.asarray((seen + 100.0 * self._shape) / (float(seen.sum()) + 100.0))


def bin_of(minute: float) -> int:
    return min(max(int(minute / BIN_MIN), 0), BINS - 1)


def _usual_priorities(hall: Hall) -> dict[str, float]:
    """Weights by priority, from the shares of the hall file's groups."""
    shares = {GROUPS.get(group, group): share for group, share in hall.crowd.groups.items()}
    found = {name: 0.5 * shares.get(name, 1.0) for name in hall.credits_min if name != "normal"}
    return {**found, "normal": max(50.0 - sum(found.values()), 10.0)}


def _file_shape(hall: Hall) -> Array:
    """Shares of a day's visitors by bin; even over the day where the file tells nothing."""
    shape = np.zeros(BINS)
    arrivals = hall.crowd.arrivals
    for index, (minute, share) in enumerate(arrivals):
        until = arrivals[index + 1][0] if index + 1 < len(arrivals) else minute + 30
        first, last = bin_of(minute), max(bin_of(min(until, minute + 60) - 1), bin_of(minute))
        shape[first : last + 1] += share / (last - first + 1)
    if not shape.sum():
        for period in hall.hours:
            shape[bin_of(period.opens_min) : bin_of(period.closes_min - 1) + 1] = 1
    if not shape.sum():
        shape[:] = 1
    return np.asarray(shape / shape.sum())
