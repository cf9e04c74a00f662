"""Devices that tests plug in and pull out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from hardware.emulation import Emulator
from hardware.errors import DeviceError

Kind = TypeVar("Kind", bound=Emulator)
Said = TypeVar("Said")

SOON_S = 20.0
"""A ceiling for what happens at once; nothing waits as long."""


class Seconds:
    """A clock in seconds that tests move by hand."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


class Plugged(Generic[Kind]):
    """An emulator at an address that stays the same when it is put back, as the names that udev gives."""

    def __init__(self, make: Callable[[str, bool], Kind], over: str, split: bool, folder: Path) -> None:
        self._make = lambda: make(over, split)
        self._link = None if over == "tcp" else folder / "device"
        self.device = self._make()
        self.address = f"{over}://{self._link}" if self._link else self.device.address
        self._name()

    def unplug(self) -> None:
        self.device.unplug()
        if self._link:
            self._link.unlink()

    def plug(self) -> None:
        """A TCP device can be reached again as soon as it was cut."""
        if self._link:
            self.device.close()
            self.device = self._make()
            self._name()

    def close(self) -> None:
        self.device.close()

    def _name(self) -> None:
        if self._link:
            self._link.symlink_to(self.device.path)


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Lets another thread act while this one reads."""
    with ThreadPoolExecutor(1) as threads:
        acting = threads.submit(act)
        yield
        acting.result(SOON_S)


def code_when_pulled_out(read: Callable[[], object], pull_out: Callable[[], None]) -> str:
    """What a read that waits in another thread raises when the device is pulled out."""
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(read)
        pull_out()
        with pytest.raises(DeviceError) as caught:
            reading.result(SOON_S)
    return caught.value.code


def read_until_back(read: Callable[[], Said | None]) -> Said | None:
    """Reads as agents do: what is lost is tried again until it is back."""
    for _ in range(50):
        try:
            return read()
        except DeviceError as error:
            assert error.code in {"UNPLUGGED", "NOT_FOUND", "NOT_ANSWERING"}, error
    raise AssertionError("it did not come back")
