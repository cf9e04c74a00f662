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


def exponential(mean: float) -> Array:
    """A guess: times that end at any moment with the same chance."""
    return -mean * np.log(1 - (np.arange(200) + 0.5) / 200)


def log_normal(median: float, sigma: float) -> Array:
    """A guess: times of which the logarithm is normal."""
    from statistics import NormalDist

    normal = NormalDist()
    return median * np.exp(sigma * np.array([normal.inv_cdf((i + 0.5) / 200) for i in range(200)]))
