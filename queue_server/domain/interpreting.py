"""Interpreters (翻译掌柜): who speaks what, who is free, and whom each of them goes with. Pure: no clock."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from queue_server.domain.rules import Fact

NEAR_AHEAD = 3
"""With so few ahead an interpreter is asked to come: earlier they would only wait with the visitor."""
HOLDS = "interpreter"
"""Why a ticket is held whose turn has come while no interpreter was free."""

DAY_MIN = 24 * 60
WEEK_MIN = 7 * DAY_MIN

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
    account: str = ""
    """The staff number of who signs in as this interpreter; empty for one without an account."""


class PlannedInterpreter(Fact, frozen=True, kw_only=True):
    """An interpreter as the hall file names them; from then on the roster's own."""

    id: str
    name: str
    languages: tuple[str, ...]
    phone: str = ""
    shifts: tuple[Shift, ...] = ()
    account: str = ""


class Speakers(Struct, frozen=True, kw_only=True):
    """Those who speak one language, now: how many are on duty, and after how many minutes the next shift begins."""

    here: int = 0
    next_min: int | None = None
    next_at: int | None = None
    """When (ms) that is by the clock in the hall; whoever knows the calendar says it."""


class Unmet(Struct, frozen=True, kw_only=True):
    """Visitors who asked for a language that nobody on duty speaks: how many, and since when (ms)."""

    language: str
    n: int
    since: int


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


def next_shift(shifts: Iterable[Shift], weekday: int, minute: int) -> int | None:
    """In how many minutes the next shift begins; None for whoever has none, so that nobody knows."""
    found = [((day - weekday) * DAY_MIN + begins - minute) % WEEK_MIN for day, begins, _ in shifts]
    return min(found, default=None)


def speakers(people: Iterable[InterpreterRecord], weekday: int, minute: int) -> dict[str, Speakers]:
    """Each language of the roster, with those who speak it at this minute of the week."""
    rows = list(people)
    return {language: _speakers(rows, language, weekday, minute) for row in rows for language in row.languages}


def _speakers(people: list[InterpreterRecord], language: str, weekday: int, minute: int) -> Speakers:
    who = [one for one in people if language in one.languages]
    soon = [wait for one in who if (wait := next_shift(one.shifts, weekday, minute)) is not None]
    return Speakers(here=sum(one.duty for one in who), next_min=min(soon, default=None))


def unmet(requests: Iterable[RequestRecord], known: Mapping[str, Speakers]) -> list[Unmet]:
    """For which languages visitors wait although nobody who speaks them is on duty; who waits longest comes first."""
    since: dict[str, list[int]] = {}
    for row in requests:
        if row.status == "asked" and not known.get(row.language, Speakers()).here:
            since.setdefault(row.language, []).append(row.asked_at)
    found = [Unmet(language=language, n=len(asked), since=min(asked)) for language, asked in since.items()]
    return sorted(found, key=lambda one: (one.since, one.language))


def served_on(record: InterpreterRecord, day: str) -> int:
    """With how many an interpreter went on a day."""
    return record.served if record.day == day else 0
