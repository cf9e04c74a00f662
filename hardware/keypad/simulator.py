"""Pads in memory."""

import time

from hardware.keypad.bounce import Bounce
from hardware.keypad.port import CallKey, Lamp, Score
from hardware.simulated import Said, Simulated
from hardware.stream import Clock


class SimulatedPad(Simulated[Said]):
    """`press` presses a key; `lamp` shows the lamp."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        super().__init__()
        self.lamp: Lamp = "off"
        self._clock = clock
        self._bounce = Bounce()

    def press(self, key: Said) -> None:
        if self._bounce.counts(key, self._clock()):
            self.say(key)

    def light(self, lamp: Lamp) -> None:
        self.lamp = lamp


class SimulatedCallPad(SimulatedPad[CallKey]):
    """The clerk's pad."""


class SimulatedRatingPad(SimulatedPad[Score]):
    """The visitor's pad."""
