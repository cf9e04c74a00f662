"""What every ID-card reader can do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from hardware.health import Health

Age = Literal["child", "adult", "elder"]
"""Under 18, in between, 60 and more."""

Hide = Callable[[str], str]
"""A keyed hash of an ID number (in upper case): equal for equal people, meaningless without the key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CardFacts:
    """All that ever leaves a reader."""

    person: str
    age: Age
    valid: bool
    """Whether the card itself is in force today."""


class IdCardReader(Protocol):
    """Reads each card once for each time that it is laid on."""

    def read(self, timeout_s: float, today: date) -> CardFacts | None:
        """The facts of the card that lies there, or is laid there in time; None when there is none.

        Raises `DeviceError`: CARD_REMOVED when it was taken away too soon, CARD_UNREADABLE, and while the reader is
        away UNPLUGGED, NOT_FOUND or NOT_ANSWERING; it works again once it is back. No error holds what the card says.
        """

    def health(self) -> Health:
        """Never waits."""

    def close(self) -> None: ...
