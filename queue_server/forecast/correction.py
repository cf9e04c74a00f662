"""What the forecast learns from its own errors: how wide an honest range is, and a lasting bias."""

from math import exp, log

import numpy as np

from queue_server.domain.outlook import Range
from queue_server.forecast.learning.quantiles import Array

FLOOR_S = 60.0
RATE = 0.03
"""How fast a range's ends move, as a logarithm, when they were wrong."""
NARROWEST, WIDEST = 0.6, 2.5
BIAS_MEMORY = 300.0
BIAS_MOST = 0.15
BIAS_TRUST = 150.0


class Correction:
    """Follows each told wait to its end."""

    def __init__(self) -> None:
        self.low = self.high = 0.0
        """Logarithms of how much wider the lower and upper half of a range is made."""
        self.bias, self.weight = 0.0, 0.0
        self._told: dict[str, tuple[int, float, float, float]] = {}

    def told(self, ticket: str, at: int, raw: Array) -> None:
        self._told[ticket] = (at, float(raw[0]), float(raw[1]), float(raw[2]))

    def ended(self, ticket: str, at: int, called: bool) -> None:
        """A wait came to its end; only calls say how good the word was."""
        told = self._told.pop(ticket, None)
        if told is None or not called:
            return
        wait = max((at - told[0]) / 1000, 0.0)
        low, _, high = self._stretched(np.array(told[1:]))
        self.low += RATE * (0.9 if wait < low else -0.1)
        self.high += RATE * (0.9 if wait > high else -0.1)
        self.low, self.high = (min(max(v, log(NARROWEST)), log(WIDEST)) for v in (self.low, self.high))
        error = min(max(log((wait + FLOOR_S) / (told[2] + FLOOR_S)), -1.0), 1.0)
        self.weight = min(self.weight + 1, BIAS_MEMORY)
        self.bias += (error - self.bias) / self.weight

    def start_day(self) -> None:
        self._told.clear()

    def _factor(self) -> float:
        trust = self.weight / (self.weight + BIAS_TRUST)
        return exp(min(max(self.bias * trust, -BIAS_MOST), BIAS_MOST))

    def _stretched(self, raw: Array) -> tuple[float, float, float]:
        low, middle, high = (float(value) for value in raw)
        factor = self._factor()
        centre = (middle + FLOOR_S) * factor - FLOOR_S if middle > 0 else 0.0
        centre = max(centre, 0.0)
        return (
            max(centre - (middle - low) * exp(self.low), 0.0), centre, centre + max(high - middle, 0.0) * exp(self.high)
        )  # fmt: skip

    def corrected(self, raw: Array) -> Range:
        """The range that is told, in whole seconds, in order."""
        low, middle, high = self._stretched(raw)
        return int(low), max(round(middle), int(low)), max(round(high), round(middle))
