"""How long visits take: per service and window, learnt visit by visit.

The logarithm of a handling time is a sum of effects: the hall's, the service's, the window's, the pair's, and two that
last for part of a day (the service's and the hall's). Each effect is a guess with a variance; each visit moves all of
them by their share of the uncertainty: a Kalman filter that keeps variances alone (West and Harrison, Bayesian
Forecasting and Dynamic Models, 1997). So much is believed of few visits as they can say: shrinkage n / (n + s2/t2).
"""

from collections.abc import Sequence
from math import exp, log, sqrt

import numpy as np
from msgspec import Struct

from queue_server.domain.hall import Hall
from queue_server.forecast.learning.quantiles import Array, Quantiles

Z90 = 1.2815515594
SHORTEST_S, LONGEST_S = 5.0, 4 * 3600.0
"""Shorter and longer visits are mistakes: a key pressed twice, a clerk who starts and forgets."""
CLIP = 3.0
"""A residual beyond so many deviations counts as this many."""
USUAL_MEAN_S, USUAL_SIGMA = 600.0, 0.6
"""Of a service that no file tells of."""

HALL, SERVICE, WINDOW, PAIR = 0.20**2, 0.30**2, 0.20**2, 0.10**2
"""Variances of the effects before anything is known: the hall file may be wrong by a third."""
DAY_SERVICE, DAY_HALL = 0.06**2, 0.05**2
"""Variances of what a day does to a service and to the whole hall."""
SERVICE_MEMORY_S, HALL_MEMORY_S = 90 * 60.0, 20 * 60.0
"""How fast that is forgotten."""
FORGET = {"hall": 0.03**2, "service": 0.03**2, "window": 0.03**2, "pair": 0.02**2}
"""Variance added overnight."""
SIGMA_WEIGHT = 20.0
"""Visits for which the file's spread counts."""


class Effect(Struct):
    """A guess of one effect."""

    variance: float
    mean: float = 0.0
    at: float = 0.0
    """When it was last moved, in seconds; for the effects of a day."""


class Spread(Struct):
    """The spread of a service's logarithms."""

    square: float
    weight: float = SIGMA_WEIGHT


def fit(mean: float, p90: float) -> tuple[float, float]:
    """Mean and deviation of the logarithm of a log-normal time with this mean and 90th percentile (one unit)."""
    ratio = min(max(p90 / mean, 1.02), 2.2)
    low, high = 0.0, Z90
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if exp(Z90 * middle - middle * middle / 2) < ratio else (low, middle)
    return log(mean) - low * low / 2, low


class Handling:
    """Handling times of a hall. Services by id; one that no file tells of is like the others of its queue."""

    def __init__(self, hall: Hall) -> None:
        self._plan = {s.id: fit(s.mean_min * 60, s.p90_min * 60) for s in hall.services}
        for queue, mean_ms in hall.mean_handling_ms.items():
            self._plan.setdefault(f"queue:{queue}", fit(mean_ms / 1000, mean_ms / 1000 * 1.8))
        self.common = Effect(HALL)
        self.services: dict[str, Effect] = {}
        self.windows: dict[int, Effect] = {}
        self.pairs: dict[str, dict[int, Effect]] = {}
        self._day_services: dict[str, Effect] = {}
        self._day_hall = Effect(DAY_HALL)
        self.spreads: dict[str, Spread] = {}
        self.residual = Quantiles(normal_points(), weight=200, keep=4000, every=100)

    def learn(self, service: str, window: int, took_s: float, at_s: float) -> None:
        """One visit has ended."""
        if not SHORTEST_S <= took_s <= LONGEST_S:
            return
        spread = self._spread(service)
        sigma = sqrt(spread.square)
        residual = log(took_s) - self._center(service, window, at_s)
        clipped = min(max(residual, -CLIP * sigma), CLIP * sigma)
        effects = self._effects(service, window, at_s)
        total = sum(effect.variance for effect in effects) + spread.square
        for effect in effects:
            gain = effect.variance / total
            effect.mean += gain * clipped
            effect.variance *= 1 - gain
        spread.weight = min(spread.weight + 1, 400.0)
        surprise = (
            clipped * clipped * spread.square / total
        )  # what the effects did not know is not the service's spread
        spread.square += (surprise - spread.square) / spread.weight
        self.residual.add(clipped / sqrt(total))

    def mean(self, service: str, window: int, at_s: float) -> float:
        """The expected logarithm of the seconds that a visit takes at a moment."""
        return self._center(service, window, at_s)

    def means(self, services: Sequence[str], windows: Sequence[int], at_s: float) -> Array:
        """`mean` of all these at all those: [service, window], to the last bit what one by one would be."""
        found = np.zeros((len(services), len(windows)))
        column = {window: at for at, window in enumerate(windows)}
        known = [self.services.get(service) for service in services]
        found += np.array([self._planned(service)[0] + self.common.mean for service in services])[:, None]
        found += np.array([effect.mean if effect else 0.0 for effect in known])[:, None]
        found += np.array([self.windows[window].mean if window in self.windows else 0.0 for window in windows])
        for row, service in enumerate(services):
            for window, effect in self.pairs.get(service, {}).items():
                if window in column:
                    found[row, column[window]] += effect.mean
        found += np.array([self._of_day(service, at_s) for service in services])[:, None]
        return found + self._of_day_hall(at_s)

    def sigma(self, service: str) -> float:
        """Deviation of that logarithm from visit to visit."""
        return sqrt(self._spread(service).square)

    def doubt(self, service: str) -> float:
        """Deviation of what is believed of the service itself."""
        effect = self.services.get(service)
        return sqrt((effect.variance if effect else SERVICE) + self.common.variance)

    def residuals(self) -> Array:
        """The table of deviations from the expected logarithm, in units of `sigma`."""
        return self.residual.table()

    def mean_s(self, service: str) -> float:
        """The expected seconds of a visit at any window."""
        return exp(self._center(service, 0, 0.0) + self._spread(service).square / 2)

    def end_day(self) -> None:
        """Overnight the effects of the day are forgotten, and the others become a little less sure."""
        self._day_services.clear()
        self._day_hall = Effect(DAY_HALL)
        for effects, limit, name in (
            ([self.common], HALL, "hall"), (self.services.values(), SERVICE, "service"),
            (self.windows.values(), WINDOW, "window"),
            ([effect for pairs in self.pairs.values() for effect in pairs.values()], PAIR, "pair"),
        ):  # fmt: skip
            for effect in effects:
                effect.variance = min(effect.variance + FORGET[name], limit)

    def _planned(self, service: str) -> tuple[float, float]:
        plan = self._plan.get(service)
        return plan if plan else fit(USUAL_MEAN_S, USUAL_MEAN_S * 1.8)

    def _spread(self, service: str) -> Spread:
        spread = self.spreads.get(service)
        if spread is None:
            spread = self.spreads[service] = Spread(max(self._planned(service)[1], 0.15) ** 2)
        return spread

    def _center(self, service: str, window: int, at_s: float) -> float:
        found = self._planned(service)[0] + self.common.mean
        for effect in (
            self.services.get(service), self.windows.get(window), self.pairs.get(service, {}).get(window),
        ):  # fmt: skip
            if effect:
                found += effect.mean
        return found + self._of_day(service, at_s) + self._of_day_hall(at_s)

    def _of_day(self, service: str, at_s: float) -> float:
        day = self._day_services.get(service)
        return day.mean * exp(-max(at_s - day.at, 0.0) / SERVICE_MEMORY_S) if day else 0.0

    def _of_day_hall(self, at_s: float) -> float:
        return self._day_hall.mean * exp(-max(at_s - self._day_hall.at, 0.0) / HALL_MEMORY_S)

    def _effects(self, service: str, window: int, at_s: float) -> list[Effect]:
        day = self._day_services.setdefault(service, Effect(DAY_SERVICE, at=at_s))
        _fade(day, at_s, SERVICE_MEMORY_S, DAY_SERVICE)
        _fade(self._day_hall, at_s, HALL_MEMORY_S, DAY_HALL)
        return [
            self.common,
            self.services.setdefault(service, Effect(SERVICE)),
            self.windows.setdefault(window, Effect(WINDOW)),
            self.pairs.setdefault(service, {}).setdefault(window, Effect(PAIR)),
            day,
            self._day_hall,
        ]


def _fade(effect: Effect, at_s: float, memory_s: float, variance: float) -> None:
    """What a day does goes back to nothing, and its variance to what it was before."""
    kept = exp(-max(at_s - effect.at, 0.0) / memory_s)
    effect.mean *= kept
    effect.variance = variance - (variance - effect.variance) * kept * kept
    effect.at = max(at_s, effect.at)


def normal_points() -> Array:
    """Two hundred values of the standard normal distribution, evenly by share."""
    from statistics import NormalDist

    normal = NormalDist()
    return np.array([normal.inv_cdf((i + 0.5) / 200) for i in range(200)])
