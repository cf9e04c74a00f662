"""Speaks as scanners do, so that the real drivers are tested."""

from hardware.emulation import Emulator
from hardware.evdev import ENTER, STROKES, stroke

AT = 1_795_320_000.0


def typed(text: str, at: float = AT, end: bool = True) -> bytes:
    """The text as strokes on a US keyboard."""
    strokes = [stroke(STROKES[letter][0], at, STROKES[letter][1]) for letter in text]
    return b"".join(strokes) + (stroke(ENTER, at) if end else b"")


class ScannerEmulator(Emulator):
    """`over` is `tcp` or `serial` for a scanner that sends lines, `evdev` for one that types."""

    def __init__(self, over: str = "tcp", split: bool = False) -> None:
        super().__init__(lambda _: b"", over, split)
        self._types = over == "evdev"

    def scan(self, text: str) -> None:
        self.say(typed(text) if self._types else f"{text}\r\n".encode())

    def half(self, text: str) -> None:
        """The beginning of a scan whose end never comes."""
        self.say(typed(text, end=False) if self._types else text.encode())
