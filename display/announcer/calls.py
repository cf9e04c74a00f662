"""Calls that are to be spoken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

VOICE = "voice"
"""The step of the ladder at which a call is spoken."""

Identity = tuple[str, int, int, str]
"""Number, window, how many times it was called, and the step: no two calls of a day have the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call of one number to one window. `at` is when it came to be spoken, in seconds on the server's clock."""

    number: str
    window: int
    zone: str
    times: int
    language: str
    at: float

    @property
    def identity(self) -> Identity:
        return self.number, self.window, self.times, VOICE

    @property
    def facts(self) -> dict[str, Any]:
        """As the server and the log name it."""
        return {"window": self.window, "number": self.number, "times": self.times}


def call_of(row: Mapping[str, Any], at: str) -> Call:
    """The call that an event or a row of the board tells of."""
    return Call(
        number=row["number"], window=row["window"], zone=row["zone"], times=row["times"],
        language=row.get("language") or "", at=seconds(at),
    )  # fmt: skip


def seconds(moment: str) -> float:
    """A moment of the wire in seconds since the epoch."""
    return datetime.fromisoformat(moment).timestamp()
