"""Speaks as pads do, so that the real drivers are tested."""

from collections.abc import Callable

from hardware.emulation import Emulator
from hardware.evdev import stroke
from hardware.keypad.maps import CALL_KEYS, CALL_LETTERS, LAMPS, RATING_KEYS, RATING_LETTERS
from hardware.keypad.port import CallKey, Lamp, Score


class PadEmulator(Emulator):
    """Either pad. `over` is `tcp` or `serial` for a pad that sends letters, `evdev` for a keyboard."""

    def __init__(self, over: str = "tcp", split: bool = False, clock: Callable[[], float] = lambda: 0.0) -> None:
        super().__init__(self._heard_lamp, over, split)
        self.lamp: Lamp = "off"
        self._strokes = over == "evdev"
        self._clock = clock
        self._said = b""

    def press(self, key: CallKey | Score) -> None:
        self.say(self._stroke(key) if self._strokes else _letter(key))

    def _stroke(self, key: CallKey | Score) -> bytes:
        known = CALL_KEYS if isinstance(key, str) else RATING_KEYS
        return stroke(next(code for code, meant in known.items() if meant == key), self._clock())

    def _heard_lamp(self, data: bytes) -> bytes:
        self._said += data
        while b"\r\n" in self._said:
            line, _, self._said = self._said.partition(b"\r\n")
            self.lamp = next((lamp for lamp, sent in LAMPS.items() if sent.strip() == line), self.lamp)
        return b""


def _letter(key: CallKey | Score) -> bytes:
    known = CALL_LETTERS if isinstance(key, str) else RATING_LETTERS
    return next(letter for letter, meant in known.items() if meant == key)
