"""Cases as the archive follows them, and what it forgets of who served."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict, replace
from sqlalchemy import event, insert, select

from ops.archive.cases import fold_cases
from ops.archive.counting import count_day, events_of, forget_who_served, read_tallies
from ops.archive.database import Archive
from ops.archive.figures import listed
from ops.archive.legs import Leg
from ops.archive.reading import read_legs
from ops.archive.reports import SEARCHED_DAYS, count, tickets
from ops.archive.tables import cases, events, tallies, visits
from queue_server.domain.events import Event
from queue_server.domain.report import Asked, ReportPlan
from tests.support.halls import small_hall

DAY_MS = 24 * 3_600_000
OPENED = 1_000 * DAY_MS


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    found = Archive(f"sqlite:///{tmp_path}/archive.db")
    found.prepare()
    yield found
    found.close()


def told(name: str, days: float, **facts: Any) -> Event:
    return Event(
        name=name, at=OPENED + round(days * DAY_MS), ticket="t1", number="A001", queue="A", service="A-1", window=2,
        status="", was="", priority="", turn=0, actor="", staff="", facts={"case": "c1", **facts},
    )  # fmt: skip


def due(days: float) -> int:
    return OPENED + round(days * DAY_MS)


OPEN = told("CaseOpened", 0, kind="rating", due_at=due(1))


def verified(days: float) -> Event:
    return told("CaseChanged", days, step="open", to="verified", due_at=due(6))


@pytest.mark.parametrize(
    ("happened", "late", "status"),
    [
        ((OPEN, verified(0.5), told("CaseChanged", 5, step="verified", to="closed", due_at=0)), 0, "closed"),
        ((OPEN, verified(2), told("CaseChanged", 5, step="verified", to="closed", due_at=0)), 1, "closed"),
        ((OPEN, verified(0.5), told("CaseChanged", 7, step="verified", to="rejected", due_at=0)), 1, "rejected"),
        ((OPEN, told("CaseChanged", 3, step="open", to="open", due_at=due(1))), 0, "open"),
        ((OPEN, verified(0.5), told("CaseChanged", 40, to="purged")), 0, "verified"),
        ((verified(0.5),), None, ""),
    ],
)  # fmt: skip
def test_a_case_is_late_once_a_step_came_after_it_was_due(
    archive: Archive, happened: tuple[Event, ...], late: int | None, status: str
) -> None:
    for one in happened:  # a page of the stream each
        with archive.writing() as connection:
            fold_cases(connection, "small", [("261122", one)])
    with archive.reading() as connection:
        row = connection.execute(select(cases)).first()
    assert (row is None) == (late is None)
    if row is not None:
        assert (row.late, row.status) == (late, status)
        assert row.ended_day == ("261122" if status in ("closed", "rejected") else "")


def served(visit: int, day: str, **more: Any) -> dict[str, Any]:
    at = OPENED + visit * 60_000
    leg: dict[str, Any] = {
        "visit": visit, "leg": 1, "day": day, "ticket": f"t{visit}", "number": "A001", "queue": "A", "service": "A-1",
        "priority": "normal", "issued_at": at, "waits_since": at, "called_at": at + 1, "started_at": at + 1,
        "finished_at": at + 2, "at_window": 1, "outcome": "done", "status": "done", "staff": "Li",
    }  # fmt: skip
    return {"hall": "small", **asdict(Leg(**(leg | more)))}


def test_who_served_is_forgotten_and_every_other_figure_stays(archive: Archive) -> None:
    hall = replace(small_hall(), reports=ReportPlan(staff=True))
    with archive.writing() as connection:
        connection.execute(insert(visits), [served(1, "261122"), served(2, "261122", staff="Wu")])
        count_day(connection, hall, "261122")
    of_staff = select(tallies.c.packed).where(tallies.c.dimension == "staff")
    with archive.writing() as connection:
        assert set(read_tallies(connection.execute(of_staff).scalar_one())) == {"Li", "Wu"}
        forget_who_served(connection, "small", "261122")
    with archive.reading() as connection:
        assert connection.execute(of_staff).first() is None
        assert set(connection.execute(select(visits.c.staff)).scalars()) == {""}
    assert count(archive, hall, "261122", "261122", "queue").rows["A"].served == 2


def test_a_long_search_for_tickets_stops_now_and_then_and_goes_on(archive: Archive) -> None:
    """Days are searched a few at a time, so that no question holds up the others."""
    days = [f"2601{number:02d}" for number in range(1, SEARCHED_DAYS + 6)]
    with archive.writing() as connection:
        connection.execute(insert(visits), [served(number, day) for number, day in enumerate(days, 1)])
    asked = Asked(first="260101", last="260131", by="queue", key="A", figure="served")
    first, after = tickets(archive, small_hall(), asked)
    assert [leg.day for leg in first] == days[:SEARCHED_DAYS]
    rest, end = tickets(archive, small_hall(), replace(asked, after=after))
    assert [leg.day for leg in rest] == days[SEARCHED_DAYS:]
    assert end is None


def test_days_counted_without_such_tickets_are_not_searched(archive: Archive) -> None:
    hall = small_hall()
    with archive.writing() as connection:
        connection.execute(insert(visits), [served(1, "260101"), served(2, "260102", score=1)])
        for day in ("260101", "260102"):
            count_day(connection, hall, day)
        connection.execute(visits.update().where(visits.c.visit == 1).values(score=1))  # seen only by who searches
    found, _ = tickets(archive, hall, Asked(first="260101", last="260131", by="queue", key="A", figure="low"))
    assert [leg.visit for leg in found] == [2]


def test_one_day_of_many_is_found_and_not_searched_for(archive: Archive) -> None:
    """A year of visits lies in one table: who reads a day of it must not walk through the others."""
    asked = Asked(first="260101", last="260131", by="queue", key="A", figure="low", after=("260101", 1, 1))
    with archive.writing() as connection:
        row = {"hall": "small", "id": 1, "day": "260102", "at": 1, "name": "CaseOpened", "packed": b""}
        connection.execute(insert(events), [row])
    with archive.reading() as connection:
        told: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda *call: told.append(call[2]))
        read_legs(connection, visits.c.hall == "small", visits.c.day == "260101")
        connection.execute(listed(small_hall(), asked, "260101", 10))
        events_of(connection, "small", "260101", frozenset({"CaseOpened"}))
        events_of(connection, "small", "260102", frozenset({"CaseOpened"}))
        for statement in [one for one in told if one.startswith("SELECT")]:
            holes = statement.count("?")
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("1",) * holes).all()
            is_found = ("_by_day (hall=? AND day=?", "PRIMARY KEY (hall=? AND id>? AND id<?)")
            assert any(way in plan[0][3] for way in is_found), plan
