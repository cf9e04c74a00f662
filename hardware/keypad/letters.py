"""Pads on a serial line (or TCP): one letter for each press, `L0` `L1` `L2` for the lamp."""

import time
from collections.abc import Iterator, Mapping
from typing import Generic

from hardware.keypad.bounce import Bounce
from hardware.keypad.maps import CALL_LETTERS, LAMPS, RATING_LETTERS
from hardware.keypad.port import CallKey, Lamp, Score
from hardware.stream import Clock, Said, Stream

NOISE_S = 0.3


class LetterDecoder(Generic[Said]):
    """Letters to keys. Where a line spits noise, the letters beside it are noise too: nobody pressed them."""

    def __init__(self, letters: Mapping[bytes, Said]) -> None:
        self.garbled = 0
        self._letters = letters
        self._bounce = Bounce()
        self._noise_until = float("-inf")

    def feed(self, data: bytes, now: float) -> Iterator[Said]:
        sent = [bytes([byte]) for byte in data.upper() if byte not in b"\r\n"]
        if any(letter not in self._letters for letter in sent):
            self._noise_until = now + NOISE_S
        if now < self._noise_until:
            self.garbled += len(sent)
            return
        for letter in sent:
            key = self._letters[letter]
            if self._bounce.counts(key, now):
                yield key

    def rest(self, now: float) -> None: ...

    def lost(self) -> None: ...


class LetterPad(Stream[Said]):
    """`serial:///dev/ttyUSB1?baud=9600`, `tcp://HOST:PORT`."""

    def light(self, lamp: Lamp) -> None:
        """Sets the pad's lamp."""
        self.line.write(LAMPS[lamp])


class LetterCallPad(LetterPad[CallKey]):
    """The clerk's pad."""

    def __init__(self, address: str, clock: Clock = time.monotonic) -> None:
        super().__init__(address, LetterDecoder(CALL_LETTERS), clock)


class LetterRatingPad(LetterPad[Score]):
    """The visitor's pad."""

    def __init__(self, address: str, clock: Clock = time.monotonic) -> None:
        super().__init__(address, LetterDecoder(RATING_LETTERS), clock)
