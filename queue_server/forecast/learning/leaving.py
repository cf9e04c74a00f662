"""Who does not come when called, and who leaves: patience as a curve, since bins say nothing beyond what was seen.

Patience is log-normal with chances on top for those who never come: the guess is that of the hall file's usual hall
(half leave within 75 minutes, nine of ten within 150), moved by what is seen (maximum a posteriori on a grid).
"""

from math import log
from statistics import NormalDist

import numpy as np

from queue_server.forecast.learning.quantiles import Array

MINUTES = 301
"""Length of a curve: one point a minute, five hours."""
USUAL_MISS = 0.05
NIGHT = 0.8
"""What of a day's counts is kept for the next."""

_Z = NormalDist()


def _curves(medians: Array, sigmas: Array) -> Array:
    """[median, sigma, minute] chance to have lost patience; the middle of each minute."""
    minutes = np.log(np.arange(MINUTES) + 0.5)
    z = (minutes[None, None, :] - np.log(medians)[:, None, None]) / sigmas[None, :, None]
    table = np.linspace(-8, 8, 3201)
    normal = np.array([_Z.cdf(float(value)) for value in table])
    return np.asarray(np.interp(z, table, normal))


class Patience:
    """Learns both curves: of those who are called in vain, and of those who cancel or leave while they wait."""

    def __init__(self) -> None:
        self._medians = np.exp(np.linspace(log(20), log(600), 25))
        self._sigmas = np.array([0.35, 0.45, 0.55, 0.7, 0.9, 1.2])
        self._bases = np.array([0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.13, 0.17, 0.25])
        self._lost = _curves(self._medians, self._sigmas)
        self.called, self.missed = np.zeros(MINUTES), np.zeros(MINUTES)
        self.stayed, self.left = np.zeros(MINUTES), np.zeros(MINUTES)
        self._new = 0
        self._miss = self._fit_miss()
        self._stay = self._fit_stay()

    def call(self, waited_s: float, missed: bool) -> None:
        """A call ended well, or in vain."""
        at = min(int(waited_s / 60), MINUTES - 1)
        self.called[at] += 1
        self.missed[at] += missed
        self._new += 1

    def end(self, waited_s: float, left: bool) -> None:
        """A wait ended, by a call or because they left."""
        at = min(int(waited_s / 60), MINUTES - 1)
        self.stayed[: at + 1] += 1
        self.left[at] += left
        self._new += 1

    def curves(self) -> tuple[Array, Array]:
        """(chance to be called in vain, chance not to have left), by minutes waited."""
        if self._new >= 400:
            self._new = 0
            self._miss, self._stay = self._fit_miss(), self._fit_stay()
        return self._miss, self._stay

    def counts(self) -> tuple[Array, Array, Array, Array]:
        """By minutes waited: called, called in vain, stayed so long, left then."""
        return self.called, self.missed, self.stayed, self.left

    def restore(self, counts: list[Array]) -> None:
        self.called, self.missed, self.stayed, self.left = counts
        self._miss, self._stay = self._fit_miss(), self._fit_stay()

    def end_day(self) -> None:
        for counts in self.counts():
            counts *= NIGHT

    def _prior(self) -> Array:
        """[median, sigma] logarithm of the guess."""
        median = (np.log(self._medians) - log(75)) / 0.5
        sigma = (np.log(self._sigmas) - log(0.55)) / 0.3
        return np.asarray(-0.5 * (median[:, None] ** 2 + sigma[None] ** 2))

    def _fit_miss(self) -> Array:
        base = self._bases[:, None, None, None]
        chance = base + (1 - base) * self._lost[None]
        chance = np.clip(chance, 1e-6, 1 - 1e-6)
        likely = (self.missed * np.log(chance) + (self.called - self.missed) * np.log1p(-chance)).sum(-1)
        likely += self._prior()[None] - 0.5 * ((np.log(self._bases) - log(USUAL_MISS)) / 0.6)[:, None, None] ** 2
        weights = np.exp(likely - likely.max())
        return np.asarray((weights[..., None] * chance).sum((0, 1, 2)) / weights.sum())

    def _fit_stay(self) -> Array:
        """Those who leave in a minute, of those who stayed until it; a share of visitors never leaves so."""
        shares = np.array([0.0, 0.01, 0.03, 0.06, 0.12, 0.25, 0.5, 1.0])
        gone = shares[:, None, None, None] * self._lost[None]
        before = np.concatenate([np.zeros((*gone.shape[:-1], 1)), gone[..., :-1]], axis=-1)
        chance = np.clip((gone - before) / (1 - before + 1e-9), 1e-9, 0.9)
        likely = (self.left * np.log(chance) + (self.stayed - self.left) * np.log1p(-chance)).sum(-1)
        likely += self._prior()[None] - 0.5 * ((shares - 0.03) / 0.2)[:, None, None] ** 2
        weights = np.exp(likely - likely.max())
        return np.asarray(1 - (weights[..., None] * gone).sum((0, 1, 2)) / weights.sum())
