"""A window's day, as it was, as it is guessed, or as somebody planned it."""

from msgspec import Struct

LONG_MIN = 25.0
"""A pause this long of which nobody said why is lunch."""


class Pause(Struct, array_like=True):
    """Minutes after midnight, and minutes."""

    start: float
    length: float
    long: bool = False
    """Whether it is the one long one of the day: lunch."""


class DayPlan(Struct, array_like=True):
    """One window's day, in minutes after midnight."""

    opens: float
    closes: float
    pauses: list[Pause] = []


def is_long(reason: str, length_min: float = 0.0) -> bool:
    """Whether a pause is lunch: it says so, or says nothing and is as long."""
    return reason == "lunch" or (reason != "break" and length_min >= LONG_MIN)
