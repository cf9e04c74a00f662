"""Scanners on a serial line (or TCP, or USB as a serial device): UTF-8, each code ended by CR, LF or both."""

import time
from collections.abc import Iterator

from hardware.scanner.gathering import Gathering
from hardware.stream import Clock, Stream

ENDS = b"\r\n"


class LineDecoder:
    """Bytes to scans."""

    def __init__(self) -> None:
        self._scan = Gathering()

    @property
    def garbled(self) -> int:
        return self._scan.garbled

    def feed(self, data: bytes, now: float) -> Iterator[str]:
        for at in range(len(data)):
            if data[at] not in ENDS:
                self._scan.add(data[at : at + 1], now)
            elif text := self._scan.end(now):
                yield text

    def rest(self, now: float) -> None:
        self._scan.rest(now)

    def lost(self) -> None:
        self._scan.lost()


class LineScanner(Stream[str]):
    """`serial:///dev/ttyUSB0?baud=9600`, `tcp://HOST:PORT`, `usb://VID:PID`."""

    def __init__(self, address: str, clock: Clock = time.monotonic) -> None:
        super().__init__(address, LineDecoder(), clock)
