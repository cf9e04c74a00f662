"""What the pads can do."""

from typing import Literal, Protocol, TypeVar

from hardware.health import Health

CallKey = Literal[
    "next", "recall", "start", "finish", "missed", "pause", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"
]
Score = Literal[1, 2, 3, 4, 5]
"""The steps of the rating, as the rating pad counts them: 5 is best."""

Lamp = Literal["off", "on", "blink"]
Key = TypeVar("Key", covariant=True)


class Pad(Protocol[Key]):
    """A few keys and, on some, a lamp. One thread reads it all the time."""

    def read(self, timeout_s: float) -> Key | None:
        """The next key that was pressed; None when there was none in time. A key that chatters counts once.

        Raises `DeviceError` while the pad is away, and works again once it is back.
        """

    def light(self, lamp: Lamp) -> None:
        """Sets the lamp; does nothing on a pad that has none. Raises `DeviceError`."""

    def health(self) -> Health:
        """Never waits. Warns of GARBLED while the last that came made no sense."""

    def close(self) -> None: ...


class CallPad(Pad[CallKey], Protocol):
    """The clerk's keys."""


class RatingPad(Pad[Score], Protocol):
    """The visitor's five keys."""
