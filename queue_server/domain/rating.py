"""Ratings (好差评) and cases: what a visitor says of a finished stop, and what becomes of what was not well."""

from datetime import date, timedelta

from msgspec import Struct

from queue_server.domain.calendar import bounds_of_date, day_off, local, periods
from queue_server.domain.hall import Hall

SCORES = (1, 2, 3, 4, 5)
"""非常不满意 · 不满意 · 基本满意 · 满意 · 非常满意."""
LOW = 2
"""Up to this score a rating opens a case."""
CHANNELS = ("pad", "phone", "desk", "kiosk")
PRAISE = ("friendly", "fast", "clear", "one_visit")
BLAME = ("long_wait", "unfriendly", "slow", "unclear", "came_again", "more_papers")
"""Why: what a visitor may touch instead of writing."""
KINDS = ("rating", "complaint", "project", "hard_case")

CASE_MOVES: dict[str, tuple[str, ...]] = {
    "open": ("verified", "rejected"),
    "verified": ("rectified",),
    "rectified": ("called_back",),
    "called_back": ("closed",),
    "closed": (),
    "rejected": (),
}
"""Status of a case → those that it may go to. Lua's table is made from this one."""
CASE_ENDS = frozenset(status for status, moves in CASE_MOVES.items() if not moves)
PROJECT_MOVES: dict[str, tuple[str, ...]] = {
    "open": ("accepted", "closed"),
    "accepted": ("reviewed", "closed"),
    "reviewed": ("closed",),
    "closed": (),
}
"""The same of a large project (一条龙专窗), which is nothing that went wrong."""
CASE_STATUSES = tuple(dict.fromkeys((*CASE_MOVES, *PROJECT_MOVES)))

REMEMBERED = 20
"""So many latest ratings of a queue are remembered as low or not."""
MOST_DAYS = 400
"""A hall that works on no day of more than a year has no working days."""


class RatedStop(Struct, array_like=True, kw_only=True):
    """A finished stop as the store keeps it: whom a rating is about, and the rating; `score` is 0 before it."""

    number: str
    queue: str
    service: str
    window: int
    staff: str
    finished_at: int
    score: int = 0
    tags: list[str] = []
    channel: str = ""
    comment: str = ""
    rated_at: int = 0


class CaseRecord(Struct, array_like=True, kw_only=True):
    """A case as the store keeps it. Moments are ms since the epoch; what does not apply is empty or 0."""

    kind: str
    status: str
    ticket: str
    stop: int
    number: str
    queue: str
    service: str
    window: int
    staff: str
    score: int
    tags: list[str]
    channel: str
    text: str
    """What the visitor wrote or said; it stands here alone."""
    owner: str
    """首问负责: who was asked first, until it is handed over; empty while it is nobody's."""
    due_at: int
    """Until when the next step is due; 0 once it has ended."""
    opened_at: int
    changed_at: int
    ended_at: int
    by: str
    changes: list[tuple[int, str, str, str, str, str]] = []
    """(moment, who, from status, to status, owner then, note) each, the first first."""
    news: list[str] = []
    """What its owners were told of it; see `domain.case_news`."""
    code: str = ""
    """Of a project: with it its applicant comes straight to its officer."""
    visits: list[tuple[int, str, str, int]] = []
    """(moment, ticket, number, window) of each visit for a project."""


def is_low(score: int) -> bool:
    """Whether a rating of this score opens a case."""
    return score <= LOW


def remember(latest: int, score: int) -> int:
    """The latest ratings as bits, the newest last: 1 for each low one. Lua does the same sum."""
    return (latest * 2 + is_low(score)) % (1 << REMEMBERED)


def low_share(latest: int, ratings: int) -> tuple[int, int]:
    """How many of the latest ratings were low, and how many those are."""
    return latest.bit_count(), min(ratings, REMEMBERED)


def satisfied(scores: tuple[int, ...]) -> int:
    """Of counts by score, from 1 on, how many were satisfied: 基本满意 and better."""
    return sum(scores[LOW:])


def is_worked(hall: Hall, day: date) -> bool:
    """Whether a hall works on a day. One without hours never closes: it works all days but its days off."""
    return bool(periods(hall, day)) if hall.hours else day_off(hall, day) is None


def due_at(hall: Hall, at: int, days: int) -> int:
    """The end of the so-manieth working day after the one of a moment, in ms."""
    day, left = local(hall, at).date(), days
    for _ in range(MOST_DAYS):
        if left == 0:
            break
        day += timedelta(days=1)
        left -= is_worked(hall, day)
    return bounds_of_date(hall, day)[1]


def moves_of(kind: str) -> dict[str, tuple[str, ...]]:
    """Where a case of a kind may go from each status."""
    return PROJECT_MOVES if kind == "project" else CASE_MOVES


def due_after(hall: Hall, status: str, at: int, kind: str = "") -> int:
    """Until when a case that has come to this status at a moment must go on; 0 for one that has ended."""
    if kind == "project":
        return due_at(hall, at, hall.cases.project_days) if PROJECT_MOVES.get(status) else 0
    rules = hall.ratings
    days = {
        "open": rules.verify_days,
        "verified": rules.rectify_days,
        "rectified": rules.call_back_days,
        "called_back": rules.close_days,
    }
    return due_at(hall, at, days[status]) if status in days else 0
