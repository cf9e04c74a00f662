"""Pads that are keyboards (HID): a numeric block, or a few programmable keys."""

import time
from collections.abc import Iterator, Mapping
from typing import Generic

from hardware.evdev import DOWN, DROPPED, KEY, SYN, Events, grab
from hardware.keypad.bounce import Bounce
from hardware.keypad.maps import CALL_KEYS, RATING_KEYS
from hardware.keypad.port import CallKey, Lamp, Score
from hardware.stream import Clock, Said, Stream


class StrokeDecoder(Generic[Said]):
    """Key strokes to keys, timed by the kernel's clock: a thread that reads late must not take two presses for one."""

    def __init__(self, keys: Mapping[int, Said]) -> None:
        self.garbled = 0
        self._keys = keys
        self._events = Events()
        self._bounce = Bounce()

    def feed(self, data: bytes, now: float) -> Iterator[Said]:
        for event in self._events.feed(data, now):
            if event is None or (event.kind == SYN and event.code == DROPPED):
                self.garbled += 1
            elif event.kind == KEY and event.value == DOWN and event.code in self._keys:
                key = self._keys[event.code]
                if self._bounce.counts(key, event.at):
                    yield key

    def rest(self, now: float) -> None: ...

    def lost(self) -> None:
        self._events.lost()


class StrokePad(Stream[Said]):
    """`evdev:///dev/input/by-id/usb-...-event-kbd`."""

    def light(self, _: Lamp) -> None:
        """These have no lamp."""


class StrokeCallPad(StrokePad[CallKey]):
    """The clerk's pad."""

    def __init__(self, address: str, clock: Clock = time.monotonic) -> None:
        super().__init__(address, StrokeDecoder(CALL_KEYS), clock, grab)


class StrokeRatingPad(StrokePad[Score]):
    """The visitor's pad."""

    def __init__(self, address: str, clock: Clock = time.monotonic) -> None:
        super().__init__(address, StrokeDecoder(RATING_KEYS), clock, grab)
