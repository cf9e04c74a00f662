"""Cases as the archive follows them: when each step was due, whether any came late. What visitors wrote is not here."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from ops.archive.database import put
from ops.archive.tables import cases
from queue_server.domain.events import Event

ENDS = frozenset({"closed", "rejected"})
NAMES = frozenset({"CaseOpened", "CaseChanged"})


def fold_cases(connection: Connection, hall: str, told: Iterable[tuple[str, Event]]) -> None:
    """Moves cases on by their events, each with its day. One whose beginning was lost is not followed."""
    happened = [(day, event) for day, event in told if event.name in NAMES]
    if not happened:
        return
    ids = {str(event.fact("case")) for _, event in happened}
    asked = select(cases).where(cases.c.hall == hall, cases.c.id.in_(sorted(ids)))
    known = {row.id: dict(row._mapping) for row in connection.execute(asked)}
    for day, event in happened:
        case = str(event.fact("case"))
        if event.name == "CaseOpened":
            known[case] = _opened(hall, case, day, event)
        elif case in known:
            _move(known[case], day, event)
    put(connection, cases, list(known.values()))


def _opened(hall: str, case: str, day: str, event: Event) -> dict[str, Any]:
    return {
        "hall": hall, "id": case, "kind": str(event.fact("kind") or ""), "ticket": event.ticket, "day": day,
        "queue": event.queue, "service": event.service, "window": event.window, "opened_at": event.at,
        "due_at": event.whole("due_at"), "late": 0, "status": "open", "ended_day": "", "ended_at": 0,
    }  # fmt: skip


def _move(case: dict[str, Any], day: str, event: Event) -> None:
    status = str(event.fact("to") or "")
    if status in (case["status"], "purged"):  # handed over to somebody else; forgotten by the hall
        return
    case["late"] = int(case["late"] or (0 < case["due_at"] < event.at))
    case["status"], case["due_at"] = status, event.whole("due_at")
    if status in ENDS:
        case["ended_day"], case["ended_at"] = day, event.at
