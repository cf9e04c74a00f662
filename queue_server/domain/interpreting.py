"""Interpreters (翻译掌柜): who speaks what, who is free, and whom each of them goes with. Pure: no clock."""

from collections.abc import Iterable

from msgspec import Struct

NEAR_AHEAD = 3
"""With so few ahead an interpreter is asked to come: earlier they would only wait with the visitor."""
HOLDS = "interpreter"
"""Why a ticket is held whose turn has come while no interpreter was free."""

Shift = tuple[int, int, int]
"""Weekday (1 is Monday), and from when until when, in minutes of the day."""


class InterpreterRecord(Struct, array_like=True, kw_only=True):
    """An interpreter as the store keeps them."""

    name: str
    languages: list[str]
    phone: str
    shifts: list[Shift]
    """When they are here; empty for whoever has no set hours."""
    duty: int
    """1 while they are here and may be asked."""
    ticket: str
    """Whom they go with now, or empty."""
    since: int
    """Since when (ms) they have been free, or have gone with that one."""
    day: str
    served: int
    """With how many they went on `day`."""


class RequestRecord(Struct, array_like=True, kw_only=True):
    """A visitor's wish for an interpreter as the store keeps it, until the end of the next day."""

    number: str
    queue: str
    service: str
    language: str
    channel: str
    status: str
    """`asked`: nobody goes with them yet; `assigned`; `done` with one; `dropped`: it ended otherwise."""
    interpreter: str
    """Who goes with them, or went last."""
    asked_at: int
    assigned_at: int
    ended_at: int
    note: str = ""
    """What the interpreter wrote afterwards; it stands here alone."""


def on_shift(shifts: Iterable[Shift], weekday: int, minute: int) -> bool:
    """Whether someone with these shifts is here now; whoever has none always may be."""
    rows = list(shifts)
    return not rows or any(day == weekday and begins <= minute < ends for day, begins, ends in rows)


def served_on(record: InterpreterRecord, day: str) -> int:
    """With how many an interpreter went on a day."""
    return record.served if record.day == day else 0
