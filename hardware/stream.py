"""What scanners and pads share: a device that says things unasked, one after the other, amid noise and losses."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.line import Greeting, Line

Said = TypeVar("Said")
Decoded = TypeVar("Decoded", covariant=True)
Clock = Callable[[], float]

MOST = 4096


class Decoder(Protocol[Decoded]):
    """Makes sense of bytes that may be split anywhere. It never raises: it counts what made no sense."""

    @property
    def garbled(self) -> int:
        """How often something was dropped."""

    def feed(self, data: bytes, now: float, /) -> Iterable[Decoded]:
        """Everything that is complete with these bytes."""

    def rest(self, now: float, /) -> None:
        """Nothing more has come: drops what was begun too long ago."""

    def lost(self) -> None:
        """The device was pulled out: whatever was begun will not be finished."""


class Stream(Generic[Said]):
    """The driver's half that is the same for all of them."""

    def __init__(
        self, address: str, decoder: Decoder[Said], clock: Clock = time.monotonic, greeting: Greeting | None = None
    ) -> None:
        self.decoder = decoder
        self.line = Line(address, greeting)
        self._clock = clock
        self._ready: deque[Said] = deque()
        self._garbled_before = 0

    def read(self, timeout_s: float) -> Said | None:
        """The next thing said, in order; None when nothing complete came in time."""
        end = self._clock() + timeout_s
        while not self._ready:
            left = end - self._clock()
            heard = self._listen(max(left, 0))
            if not self._ready and (not heard or left <= 0):
                return None
        self._garbled_before = self.decoder.garbled
        return self._ready.popleft()

    def health(self) -> Health:
        """Warns of GARBLED from when something made no sense until the next thing that does."""
        garbled = self.decoder.garbled
        return Health(
            ok=not self.line.trouble,
            code=self.line.trouble,
            warnings=("GARBLED",) if garbled > self._garbled_before else (),
            facts={"address": self.line.address, "garbled": garbled},
        )

    def close(self) -> None:
        self.line.close()

    def _listen(self, timeout_s: float) -> bool:
        try:
            self.line.open()
            data = self.line.read(MOST, timeout_s)
        except DeviceError:
            self.decoder.lost()
            raise
        if data:
            self._ready.extend(self.decoder.feed(data, self._clock()))
        else:
            self.decoder.rest(self._clock())
        return bool(data)
