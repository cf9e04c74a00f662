"""Empirical quantile tables that begin from a guess and forget the oldest."""

from typing import Any

import numpy as np

POINTS = 65
"""Points of a table: 64 equal steps."""

Array = np.ndarray[Any, Any]


class Quantiles:
    """The last `keep` values of something, and the quantile table that they and the guess make together."""

    def __init__(self, guess: Array, weight: int = 30, keep: int = 3000, every: int = 20) -> None:
        self._guess = np.asarray(guess, dtype=np.float64)
        self._weight, self._keep, self._every = weight, keep, every
        self._values: list[float] = []
        self._new = every
        self._table = np.quantile(self._guess, np.linspace(0, 1, POINTS))

    def add(self, value: float) -> None:
        self._values.append(value)
        self._new += 1
        if len(self._values) > self._keep * 5 // 4:
            del self._values[: len(self._values) - self._keep]

    @property
    def count(self) -> int:
        return len(self._values)

    @property
    def values(self) -> list[float]:
        return self._values

    def restore(self, values: list[float]) -> None:
        self._values, self._new = list(values), self._every

    def table(self) -> Array:
        """Quantiles from 0 to 1 in equal steps. The guess counts as `weight` values."""
        if self._new >= self._every and self._values:
            self._new = 0
            count = len(self._values)
            guess = np.quantile(self._guess, (np.arange(self._weight) + 0.5) / self._weight)
            values = np.concatenate([np.asarray(self._values), guess])
            shares = np.concatenate([np.full(count, 1.0), np.full(self._weight, 1.0 if count < 400 else 0.05)])
            order = np.argsort(values, kind="stable")
            mass = np.cumsum(shares[order])
            middle = (mass - shares[order] / 2) / mass[-1]
            self._table = np.interp(np.linspace(0, 1, POINTS), middle, values[order])
        return self._table


class Spells:
    """Times until something happens, those included of which the end was not seen: the Kaplan-Meier estimate (1958).

    In units of what is usual, so their mean is about 1; the guess is exponential and counts as `weight` times.
    """

    def __init__(self, weight: int = 20, keep: int = 3000, every: int = 40) -> None:
        self._weight, self._keep, self._every = weight, keep, every
        self.values: list[float] = []
        """The times; negative ones ended unseen."""
        self._new = 0
        self._table = exponential(1.0, POINTS)

    def add(self, value: float, seen: bool = True) -> None:
        """A time, and whether its end was seen."""
        self.values.append(max(value, 1e-6) if seen else -max(value, 1e-6))
        self._new += 1
        if len(self.values) > self._keep * 5 // 4:
            del self.values[: len(self.values) - self._keep]

    def restore(self, values: list[float]) -> None:
        self.values, self._new = list(values), self._every

    def table(self) -> Array:
        """Quantiles from 0 to 1 in equal steps, of mean 1."""
        if self._new >= self._every:
            self._new = 0
            table = self._estimate()
            self._table = table / max(float(table.mean()), 1e-6)
        return self._table

    def _estimate(self) -> Array:
        times = np.concatenate([np.asarray(self.values), exponential(1.0, self._weight)])
        order = np.argsort(np.abs(times), kind="stable")
        at_risk = len(times) - np.arange(len(times))
        stays = np.cumprod(np.where(times[order] > 0, 1 - 1 / at_risk, 1.0))
        lengths = np.abs(times[order])
        shares = np.minimum(np.linspace(0, 1, POINTS), 1 - 0.25 / POINTS)
        last = max(float(stays[-1]), 0.25 / POINTS)
        table = np.interp(shares, 1 - stays, lengths)
        beyond = 1 - shares < last  # nobody saw so long a time end: it goes on as if at any moment
        table[beyond] = lengths[-1] + np.log(last / (1 - shares[beyond]))
        return np.asarray(table)


def exponential(mean: float, points: int = 200) -> Array:
    """A guess: times that end at any moment with the same chance."""
    return np.asarray(-mean * np.log(1 - (np.arange(points) + 0.5) / points))


def log_normal(median: float, sigma: float) -> Array:
    """A guess: times of which the logarithm is normal."""
    from statistics import NormalDist

    normal = NormalDist()
    return median * np.exp(sigma * np.array([normal.inv_cdf((i + 0.5) / 200) for i in range(200)]))
