"""The part of the simulators in memory that is the same for scanners and pads."""

from queue import Empty, Queue
from typing import Generic, TypeVar

from hardware.errors import DeviceError
from hardware.health import Health

Said = TypeVar("Said")


class Simulated(Generic[Said]):
    """A device that says what it is told to say, is pulled out, and is put back."""

    def __init__(self) -> None:
        self._waiting: Queue[Said | None] = Queue()
        self._plugged = True
        self._lost = False
        self._garbled = 0
        self._garbled_before = 0

    def say(self, thing: Said) -> None:
        """Makes the next `read` return it."""
        self._waiting.put(thing)

    def garble(self) -> None:
        """Something came that made no sense."""
        self._garbled += 1

    def unplug(self) -> None:
        self._plugged = False
        self._waiting.put(None)

    def plug(self) -> None:
        self._plugged = True

    def read(self, timeout_s: float) -> Said | None:
        try:
            said = self._waiting.get(timeout=timeout_s) if timeout_s > 0 else self._waiting.get_nowait()
        except Empty:
            said = None
        self._lost = not self._plugged and said is None
        if self._lost:
            raise DeviceError("UNPLUGGED", address="memory")
        if said is not None:
            self._garbled_before = self._garbled
        return said

    def health(self) -> Health:
        return Health(
            ok=not self._lost,
            code="UNPLUGGED" if self._lost else "",
            warnings=("GARBLED",) if self._garbled > self._garbled_before else (),
            facts={"garbled": self._garbled},
        )

    def close(self) -> None: ...
