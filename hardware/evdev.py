"""Input devices of the system: the kernel's `struct input_event`, and keys with a US layout."""

import errno
import fcntl
import struct
from collections.abc import Iterator
from typing import NamedTuple

from hardware.errors import DeviceError
from hardware.transports import FileTransport, Transport

EVENT = struct.Struct("@llHHi")
"""Seconds, microseconds, kind, code, value; in the machine's own sizes, as the kernel gives it."""

SYN, KEY, MISC, LED, REPEAT = 0, 1, 4, 0x11, 0x14
DROPPED = 3
UP, DOWN, HELD = 0, 1, 2
MOST_CODE = 0x2FF
GAP_S = 1.0
"""The other half of an event comes at once or not at all."""
PLAIN_KINDS = {SYN: (3, 1), MISC: (7, 0x7FFFFFFF), LED: (15, 1), REPEAT: (1, 0x7FFFFFFF)}

EVIOCGRAB = 0x40044590
"""The device's keys come to us alone, not to the page that has the focus too."""

ENTER, KEYPAD_ENTER, LEFT_SHIFT, RIGHT_SHIFT = 28, 96, 42, 54


class Event(NamedTuple):
    """One event of an input device. `at` is the kernel's own clock, in seconds."""

    at: float
    kind: int
    code: int
    value: int


class Events:
    """Cuts bytes into events, wherever they were split, and steps over what is no event."""

    def __init__(self) -> None:
        self._rest = b""
        self._lost_step = False
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> Iterator[Event | None]:
        """The events, and a None for each stretch that was none."""
        if now - self._last > GAP_S:
            self.lost()
        self._last = now
        self._rest += data
        while len(self._rest) >= EVENT.size:
            event = _event(self._rest)
            self._rest = self._rest[EVENT.size if event else 1 :]
            if event is None and not self._lost_step:
                yield None
            elif event is not None:
                yield event
            self._lost_step = event is None

    def lost(self) -> None:
        self._rest = b""
        self._lost_step = False


def _event(data: bytes) -> Event | None:
    seconds, micros, kind, code, value = EVENT.unpack_from(data)
    if seconds < 0 or not 0 <= micros < 1_000_000:
        return None
    most_code, most_value = (MOST_CODE, HELD) if kind == KEY else PLAIN_KINDS.get(kind, (-1, -1))
    if code > most_code or not 0 <= value <= most_value:
        return None
    return Event(seconds + micros / 1_000_000, kind, code, value)


def packed(at: float, kind: int, code: int, value: int) -> bytes:
    """One event as the kernel writes it."""
    micros = round(at * 1_000_000)
    return EVENT.pack(micros // 1_000_000, micros % 1_000_000, kind, code, value)


def stroke(code: int, at: float, shifted: bool = False) -> bytes:
    """A key pressed and let go, as a keyboard sends it."""
    steps = [(LEFT_SHIFT, DOWN)] * shifted + [(code, DOWN), (code, UP)] + [(LEFT_SHIFT, UP)] * shifted
    return b"".join(
        packed(at, MISC, 4, 0x70000 + key) + packed(at, KEY, key, value) + packed(at, SYN, 0, 0) for key, value in steps
    )


def grab(way: Transport) -> None:
    """Takes the device for us alone, where the file can do that. NO_RIGHT when somebody else has it already."""
    if not isinstance(way, FileTransport):
        return
    try:
        fcntl.ioctl(way.fileno(), EVIOCGRAB, 1)
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise DeviceError("NO_RIGHT", said=str(error)) from error
        if error.errno == errno.ENODEV:
            raise DeviceError("UNPLUGGED", said=str(error)) from error
        # a terminal or a pipe knows no grabbing, and nobody else reads it


def _row(first: int, plain: str, shifted: str) -> dict[int, tuple[str, str]]:
    return {first + at: (plain[at], shifted[at]) for at in range(len(plain))}


KEYS: dict[int, tuple[str, str]] = {
    **_row(2, "1234567890-=", "!@#$%^&*()_+"),
    **_row(16, "qwertyuiop[]", "QWERTYUIOP{}"),
    **_row(30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    **_row(43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    57: (" ", " "),
    **_row(71, "789-456+1230.", "789-456+1230."),
    55: ("*", "*"),
    98: ("/", "/"),
    117: ("=", "="),
}
"""Key code -> what it types, alone and with shift."""

STROKES: dict[str, tuple[int, bool]] = {
    typed: (code, bool(shifted))
    for code, pair in reversed(KEYS.items())
    for shifted, typed in reversed(list(enumerate(pair)))
}
"""What is to be typed -> key code, and whether shift is held."""
