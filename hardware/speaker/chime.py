"""The two tones before an announcement: a falling third, each struck softly and left to ring."""

import array
import math
from functools import cache

from hardware.speaker.waves import LOUDEST, RATE, wav

TONES = ((659.26, 0.0), (523.25, 0.42))
"""Hertz, and the second at which each is struck."""
LENGTH_S = 1.5
FADE_S = 0.45
ATTACK_S = 0.008
OVERTONES = ((1, 1.0), (2, 0.28), (3, 0.08))
LOUDNESS = 0.34


@cache
def chime() -> bytes:
    """The chime as a WAV, always the same."""
    count = int(LENGTH_S * RATE)
    return wav(array.array("h", (int(LOUDEST * LOUDNESS * _at(index / RATE)) for index in range(count))))


def _at(second: float) -> float:
    ending = min(1.0, (LENGTH_S - second) / 0.05)  # the last moments fall to nothing, so that nothing clicks
    return ending * sum(_tone(hertz, second - struck) for hertz, struck in TONES)


def _tone(hertz: float, age: float) -> float:
    if age < 0:
        return 0.0
    loud = min(1.0, age / ATTACK_S) * math.exp(-age / FADE_S)
    return loud * sum(share * math.sin(2 * math.pi * hertz * times * age) for times, share in OVERTONES)
