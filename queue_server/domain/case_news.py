"""What the owner of a case is told of it: that it is theirs, that its next step is due soon, that it is overdue."""

from datetime import timedelta

from msgspec import Struct

from queue_server.domain.calendar import local
from queue_server.domain.hall import Hall
from queue_server.domain.rating import CaseRecord
from queue_server.domain.rules import CaseContact

MORNING_H = 8
"""Steps are due at the end of a day; nobody is told of it before the next morning."""
TO, SOON, LATE = "to:", "soon:", "late:"


class News(Struct, frozen=True, kw_only=True):
    """One thing to tell once: `mark` stays with the case, so that nobody tells it again."""

    mark: str
    template: str


def news_of(hall: Hall, case: CaseRecord, at: int) -> list[News]:
    """What its owner does not know yet at a moment. A case that has ended has no news."""
    if case.ended_at:
        return []
    return [row for row in (_owned(case), _due(hall, case, at)) if row and row.mark not in case.news[_since(case) :]]


def contacts_of(hall: Hall, owner: str) -> list[CaseContact]:
    """Who is told of the cases of an owner: their own contacts; without any, those that stand for everybody else."""
    own = [row for row in hall.cases.tell if row.owner == owner]
    return own or [row for row in hall.cases.tell if not row.owner]


def _since(case: CaseRecord) -> int:
    """From which of its news on the case belongs to whom it belongs now: a new owner is told anew."""
    owners = [at for at, mark in enumerate(case.news) if mark.startswith(TO)]
    return owners[-1] if owners else 0


def _owned(case: CaseRecord) -> News:
    is_first = not any(mark.startswith(TO) for mark in case.news)
    return News(mark=TO + case.owner, template="case_opened" if is_first else "case_handed")


def _due(hall: Hall, case: CaseRecord, at: int) -> News | None:
    now, changed = local(hall, at), local(hall, case.changed_at)
    if not case.due_at or now.hour < MORNING_H:
        return None
    if at >= case.due_at:
        return News(mark=f"{LATE}{case.due_at}", template="case_late")
    last_day = local(hall, case.due_at - 1).date()
    is_soon = now.date() >= last_day - timedelta(days=1) and changed.date() < now.date()  # else it was told just now
    return News(mark=f"{SOON}{case.due_at}", template="case_soon") if is_soon else None
