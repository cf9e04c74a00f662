"""Promises that outlive a visit: papers that a visitor still brings (容缺受理), a result or a decision of the hall."""

import re
from datetime import date, timedelta

from msgspec import Struct

from queue_server.domain.calendar import bounds_of_date, local, moment
from queue_server.domain.hall import Hall, Service
from queue_server.domain.rating import due_at, is_worked

PAPERS = "papers"
KINDS = (PAPERS, "result", "decision")
"""补正材料 · 办理结果 · 审批决定. The first is the visitor's to keep, the others are the hall's."""
SUITS: dict[str, tuple[str, ...]] = {
    PAPERS: ("papers_due",),
    "result": ("done", "next", "passed_on"),
    "decision": ("done", "next", "passed_on"),
}
"""Kind → outcomes of a finish with which it may be promised."""
STANDS = "open"
ENDS = ("kept", "broken", "withdrawn")
STATES = (STANDS, *ENDS)

LONGEST_DAYS = 400
"""Nothing is promised for later than so many days from now."""
MOST_LOOKED_BACK = 30
_LIMIT = re.compile(r"(\d+)(min|h|d)")
_MINUTES = {"min": 1, "h": 60}


class PromiseRecord(Struct, array_like=True, kw_only=True):
    """A promise as the store keeps it. Moments are ms since the epoch; what does not apply is empty or 0."""

    kind: str
    status: str
    ticket: str
    stop: int
    number: str
    queue: str
    service: str
    window: int
    staff: str
    language: str
    person: str
    due_at: int
    papers: list[str]
    """Which papers are due, by their ids."""
    note: str
    """What else a clerk said of it, without personal data."""
    made_at: int
    ended_at: int
    by: str
    """Who promised; who ended it stands in `ended_by`."""
    ended_by: str
    remark: str
    """What was said when it ended."""
    reminders: list[tuple[str, int]]
    """(what, when) of those that are still to be sent, the first first."""


class Pledge(Struct, frozen=True, kw_only=True):
    """What a clerk promises with a finish."""

    kind: str
    due_at: int
    papers: tuple[str, ...]
    note: str
    reminders: tuple[tuple[str, int], ...]


def is_halls(kind: str) -> bool:
    """Whether the hall has to keep it; else its visitor has."""
    return kind != PAPERS


def usual_due(hall: Hall, service: Service | None, kind: str, at: int) -> int:
    """Until when something is promised at a moment (ms) if nobody says: as the item promises, else as the hall does.

    Never for later than anybody may promise: a finish must not fail for what its clerk did not say.
    """
    return min(_usual_due(hall, service, kind, at), at + LONGEST_DAYS * 86_400_000)


def _usual_due(hall: Hall, service: Service | None, kind: str, at: int) -> int:
    if kind == PAPERS:
        return due_at(hall, at, hall.promises.papers_days)
    found = _LIMIT.fullmatch(service.promise) if service else None
    if found is None:
        return due_at(hall, at, hall.promises.result_days)
    count, unit = int(found[1]), found[2]
    return due_at(hall, at, count) if unit == "d" else at + count * _MINUTES[unit] * 60_000


def due_on(hall: Hall, day: date) -> int:
    """The end of a day, in ms."""
    return bounds_of_date(hall, day)[1]


def is_sensible(at: int, due: int) -> bool:
    """Whether a promise made at a moment may be due then (ms): later, and not beyond all reckoning."""
    return at < due <= at + LONGEST_DAYS * 86_400_000


def reminders(hall: Hall, at: int, due: int) -> tuple[tuple[str, int], ...]:
    """What a visitor is reminded of and when (ms): some working days before, and on the day; never once it is due."""
    last = local(hall, due - 1).date()
    days = (("before", _worked_before(hall, last, hall.promises.remind_days)), ("day", last))
    told = [(what, moment(hall, day, hall.promises.remind_min)) for what, day in days if what == "day" or day != last]
    return tuple((what, when) for what, when in told if at < when < due)


def _worked_before(hall: Hall, day: date, days: int) -> date:
    """The so-manieth working day before a day; itself for none, or where no day is worked."""
    found = day
    for _ in range(MOST_LOOKED_BACK):
        if days == 0:
            break
        found -= timedelta(days=1)
        days -= is_worked(hall, found)
    return found if days == 0 else day
