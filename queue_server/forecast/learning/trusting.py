"""How far the predicted gains of a diversion are believed: by what those before it really brought."""

from msgspec import Struct

PRIOR_WEIGHT = 6.0
"""Diversions for which the prediction counts against what was seen: one effect alone is mostly chance."""
MEMORY = 40.0
LEAST_GAIN_S = 5.0
"""A smaller prediction says nothing when it is divided by."""
WORST, BEST = -1.0, 3.0
"""A single ratio beyond these is chance."""
LEAST, MOST = 0.25, 1.5


class Ratio(Struct):
    """Real gain over predicted gain, of late."""

    mean: float = 0.0
    weight: float = 0.0


class Trust:
    """By action."""

    def __init__(self) -> None:
        self.ratios: dict[str, Ratio] = {}

    def learn(self, action: str, predicted_s: float, real_s: float) -> None:
        """One diversion was measured."""
        if predicted_s < LEAST_GAIN_S:
            return
        ratio = self.ratios.setdefault(action, Ratio())
        ratio.weight = min(ratio.weight + 1, MEMORY)
        ratio.mean += (min(max(real_s / predicted_s, WORST), BEST) - ratio.mean) / ratio.weight

    def factor(self, action: str) -> float:
        """What a predicted gain is multiplied by: 1 where nothing was seen."""
        ratio = self.ratios.get(action, Ratio())
        shrunk = (ratio.mean * ratio.weight + PRIOR_WEIGHT) / (ratio.weight + PRIOR_WEIGHT)
        return min(max(shrunk, LEAST), MOST)
