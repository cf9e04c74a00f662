"""What a day comes to: its waits, its quarters of an hour, and how true what was told has been."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ops.archive.legs import Leg
from ops.archive.totals import SLOTS, Slot, added, slot_moments, slots, telling_error, told, totals

ZONE, DAY = "Asia/Shanghai", "261123"


def at(clock: str) -> int:
    return int(datetime.strptime(f"{DAY} {clock}", "%y%m%d %H:%M").replace(tzinfo=ZoneInfo(ZONE)).timestamp()) * 1000


def leg(came: str, called: str = "", finished: str = "", **more: Any) -> Leg:
    facts: dict[str, Any] = {
        "visit": 1, "leg": 1, "day": DAY, "ticket": "t", "number": "A001", "queue": "A", "service": "A-1",
        "priority": "normal", "issued_at": at(came), "waits_since": at(came), "called_at": at(called) if called else 0,
        "started_at": at(called) if called else 0, "finished_at": at(finished) if finished else 0, "status": "done",
    }  # fmt: skip
    return Leg(**(facts | more))


def promised(queue: str, p10_s: int, p50_s: int, p90_s: int, called: str) -> Leg:
    return leg("09:00", called, queue=queue, told_at=at("09:00"), p10_s=p10_s, p50_s=p50_s, p90_s=p90_s)


def test_a_day_counts_visits_once_and_waits_each_time() -> None:
    found = totals(
        [
            leg("09:00", "09:10", "09:15"),
            leg("09:15", "09:17", "09:20", leg=2),
            leg("09:05", status="cancelled", finished="09:30"),
            leg("16:50", status="expired", finished="17:00"),
            leg("10:00", "10:00", "10:02", status="missed", started_at=0),
        ],
        ZONE, DAY,
    )  # fmt: skip
    assert (found.visits, found.called, found.waited_s) == (4, 3, 12 * 60)
    assert (found.served, found.handled_s) == (2, 8 * 60)
    assert (found.cancelled, found.expired, found.missed) == (1, 1, 1)


def test_a_quarter_of_an_hour_knows_who_came_in_it_and_who_waited_when_it_began() -> None:
    found = slots([leg("09:05", "09:20"), leg("09:14", "09:50"), leg("09:15", "09:16")], slot_moments(ZONE, DAY))
    nine = 9 * 4
    assert found[nine] == Slot(issued=2, waiting=0, called=2, waited_s=51 * 60)
    assert found[nine + 1] == Slot(issued=1, waiting=3, called=1, waited_s=60)
    assert [slot.waiting for slot in found[nine + 2 : nine + 5]] == [1, 1, 0]
    assert len(found) == SLOTS


@pytest.mark.parametrize(("day", "hours"), [("270328", 23), ("271031", 25), ("270615", 24)])
def test_quarters_of_an_hour_follow_the_clock_on_the_wall(day: str, hours: int) -> None:
    """The day on which clocks go forward has fewer, and none of them begins before the one before it."""
    begins = slot_moments("Europe/Berlin", day)
    assert begins == sorted(begins)
    assert begins[-1] - begins[0] == (hours * 60 - 15) * 60_000


def test_what_was_told_is_held_against_how_long_it_took() -> None:
    rows = told(
        [
            promised("B", 60, 300, 600, "09:10"),  # 600 s: 300 too little, just within
            promised("A", 60, 300, 600, "09:01"),  # 60 s: 240 too much, just within
            promised("A", 60, 120, 180, "09:04"),  # 240 s: 120 too little, outside
            leg("09:00", "09:10"),  # nobody was told
            leg("09:00", told_at=at("09:00"), p10_s=1, p50_s=2, p90_s=3),  # nobody was called
        ]
    )
    assert [(row.queue, row.tickets) for row in rows] == [("A", 2), ("B", 1)]
    error = telling_error(added(rows))
    assert error is not None
    assert (error.tickets, error.mean_error_s, error.bias_s, error.covered_pct) == (3, 220, -60, 67)
    assert telling_error(added([])) is None
