"""What the forecast learns from its own errors: how wide an honest range is, and a lasting bias."""

from math import exp, log

import numpy as np
from msgspec import Struct

from queue_server.domain.outlook import Range
from queue_server.forecast.learning.quantiles import Array

FLOOR_S = 60.0
AT_ONCE_S = 5
"""Nobody is called within no time: a range is at least so wide."""
MISSES = 0.08
"""The share of waits beyond either end of a range: a little less than a tenth, since no day is quite like the last."""
RATE = 0.03
"""How fast a range's ends move, as a logarithm, when they were wrong."""
NARROWEST, WIDEST = 0.6, 2.5
BIAS_MEMORY = 300.0
BIAS_MOST = 0.15
BIAS_TRUST = 150.0
BLENDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of the last visitor's wait in what is told."""
BLEND_MEMORY = 400.0
BLEND_EDGE = 0.95
"""A blend must be as much better than the forecast alone: where a hall is what it seems, the forecast is."""


class Told(Struct, frozen=True, array_like=True):
    """What the futures said of one ticket."""

    at: int
    low: float
    middle: float
    high: float
    last: float | None
    """The wait of the one called last, in seconds."""


class Correction:
    """Follows each told wait to its end. Which blend to tell is learnt as from experts' advice: by who erred least."""

    def __init__(self) -> None:
        self.low = self.high = 0.0
        """Logarithms of how much wider the lower and upper half of a range is made."""
        self.bias, self.weight = 0.0, 0.0
        self.errors: list[float] = [0.0] * len(BLENDS)
        self.blended = 0.0
        """Mean absolute errors of the blends, in seconds, and of how many waits."""
        self._told: dict[str, Told] = {}

    def told(self, ticket: str, at: int, raw: Array, last_s: float | None) -> None:
        """Notes what the futures said of a ticket, and how long the last one waited."""
        self._told[ticket] = Told(at, float(raw[0]), float(raw[1]), float(raw[2]), last_s)

    def ended(self, ticket: str, at: int, called: bool) -> None:
        """A wait came to its end; only calls say how good the word was."""
        told = self._told.pop(ticket, None)
        if told is None or not called:
            return
        wait = max((at - told.at) / 1000, 0.0)
        low, _, high = self._stretched(np.array((told.low, told.middle, told.high)), told.last)
        self.low += RATE * (1 - MISSES if wait < low else -MISSES)
        self.high += RATE * (1 - MISSES if wait > high else -MISSES)
        self.low, self.high = (min(max(v, log(NARROWEST)), log(WIDEST)) for v in (self.low, self.high))
        error = min(max(log((wait + FLOOR_S) / (told.middle + FLOOR_S)), -1.0), 1.0)
        self.weight = min(self.weight + 1, BIAS_MEMORY)
        self.bias += (error - self.bias) / self.weight
        if told.last is not None:
            self._compare(told, told.last, wait)

    def _compare(self, told: Told, last: float, wait: float) -> None:
        self.blended = min(self.blended + 1, BLEND_MEMORY)
        own = self._centre(told.middle)
        for index, share in enumerate(BLENDS):
            error = abs(own + share * (last - own) - wait)
            self.errors[index] += (error - self.errors[index]) / self.blended

    @property
    def blend(self) -> float:
        """The share of the last visitor's wait that served best of late; none unless clearly."""
        best = min(range(len(BLENDS)), key=self.errors.__getitem__)
        clear = self.blended >= BLEND_MEMORY / 4 and self.errors[best] < BLEND_EDGE * self.errors[0]
        return BLENDS[best] if clear else 0.0

    def start_day(self) -> None:
        self._told.clear()

    def _factor(self) -> float:
        trust = self.weight / (self.weight + BIAS_TRUST)
        return exp(min(max(self.bias * trust, -BIAS_MOST), BIAS_MOST))

    def _centre(self, middle: float) -> float:
        return max((middle + FLOOR_S) * self._factor() - FLOOR_S, 0.0) if middle > 0 else 0.0

    def _stretched(self, raw: Array, last_s: float | None) -> tuple[float, float, float]:
        low, middle, high = (float(value) for value in raw)
        centre = self._centre(middle)
        if last_s is not None:
            centre += self.blend * (last_s - centre)
        return (
            max(centre - (middle - low) * exp(self.low), 0.0), centre, centre + max(high - middle, 0.0) * exp(self.high)
        )  # fmt: skip

    def corrected(self, raw: Array, last_s: float | None = None) -> Range:
        """The range that is told, in whole seconds, in order."""
        low, middle, high = self._stretched(raw, last_s)
        centre = max(round(middle), int(low))
        return int(low), centre, max(round(high), centre + AT_ONCE_S)
