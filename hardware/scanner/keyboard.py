"""Scanners that type like a keyboard (HID), with a US layout and Enter at the end."""

import time
from collections.abc import Iterator

from hardware.evdev import (
    DOWN,
    DROPPED,
    ENTER,
    HELD,
    KEY,
    KEYPAD_ENTER,
    KEYS,
    LEFT_SHIFT,
    RIGHT_SHIFT,
    SYN,
    UP,
    Event,
    Events,
    grab,
)
from hardware.scanner.gathering import Gathering
from hardware.stream import Clock, Stream

NUM_LOCK = 69


class StrokeDecoder:
    """Key strokes to scans."""

    def __init__(self) -> None:
        self._events = Events()
        self._scan = Gathering()
        self._shifts: set[int] = set()

    @property
    def garbled(self) -> int:
        return self._scan.garbled

    def feed(self, data: bytes, now: float) -> Iterator[str]:
        for event in self._events.feed(data, now):
            if event is None or (event.kind == SYN and event.code == DROPPED):
                self._shifts.clear()
                self._scan.spoil(now)
            elif event.kind == KEY and (text := self._key(event, now)):
                yield text

    def _key(self, event: Event, now: float) -> str | None:
        if event.code in (LEFT_SHIFT, RIGHT_SHIFT):
            self._shift(event)
        elif event.value in (UP, HELD) or event.code == NUM_LOCK:
            pass
        elif event.code in (ENTER, KEYPAD_ENTER):
            return self._scan.end(now)
        elif event.code in KEYS:
            self._scan.add(KEYS[event.code][bool(self._shifts)].encode(), now)
        else:
            self._scan.spoil(now)
        return None

    def _shift(self, event: Event) -> None:
        if event.value == DOWN:
            self._shifts.add(event.code)
        elif event.value == UP:
            self._shifts.discard(event.code)

    def rest(self, now: float) -> None:
        if self._scan.rest(now):
            self._shifts.clear()

    def lost(self) -> None:
        self._events.lost()
        self._shifts.clear()
        self._scan.lost()


class KeyboardScanner(Stream[str]):
    """`evdev:///dev/input/by-id/usb-...-event-kbd`."""

    def __init__(self, address: str, clock: Clock = time.monotonic) -> None:
        super().__init__(address, StrokeDecoder(), clock, grab)
