"""Shifts and the forecast: a window is expected when somebody is planned for it, not when it usually opens."""

import pytest

from queue_server.domain.hall import Period
from queue_server.domain.staff_orders import ShiftRecord
from queue_server.forecast.kernel.inputs import FAR
from queue_server.forecast.learning.day_plan import DayPlan
from queue_server.forecast.learning.presence import Presence
from queue_server.forecast.learning.shifts import plans_of
from tests.support.clocks import NOON
from tests.support.halls import small_hall

HOUR = 3_600_000
NINE = NOON - 3 * HOUR
HALL = small_hall(hours=tuple(Period(weekday=day, opens_min=9 * 60, closes_min=17 * 60) for day in range(7)))


def shift(window: int, start: float, end: float, *breaks: tuple[float, float]) -> ShiftRecord:
    """A shift by the hours of the day."""

    def at(hour: float) -> int:
        return NOON + round((hour - 12) * HOUR)

    rests = [(at(begins), at(ends)) for begins, ends in breaks]
    return ShiftRecord(
        person="p", number="1", name="N", window=window, start_at=at(start), end_at=at(end), breaks=rests
    )


def test_a_windows_day_is_its_shifts_with_their_breaks_and_gaps() -> None:
    rows = [shift(3, 13, 17), shift(3, 9, 12, (10, 10.25)), shift(0, 9, 17), shift(1, 9, 17)]
    plan = plans_of(HALL, rows)[3]
    assert (plan.opens, plan.closes) == (9 * 60, 17 * 60)
    assert [(pause.start, pause.length, pause.long) for pause in plan.pauses] == [(600, 15, False), (720, 60, True)]
    assert sorted(plans_of(HALL, rows)) == [1, 3]


def test_a_planned_window_is_expected_at_its_hour_alone() -> None:
    presence = Presence(HALL)
    presence.days = {3: [DayPlan(9 * 60, 17 * 60)] * 5}
    presence.seen_days = 5
    assert presence.opens_soon(3, NINE, 1800)
    presence.plan(plans_of(HALL, [shift(3, 13, 17), shift(2, 9, 17)]))
    assert not presence.opens_soon(3, NINE, 1800)
    opens = presence.plans(3, NINE, is_open=False)[:, 0]
    assert opens == pytest.approx([4 * 3600])
    assert presence.is_planned(2) and presence.plans(2, NINE, is_open=False)[0, 0] < FAR
    presence.end_day()
    assert presence.opens_soon(3, NINE, 1800), "another day, another plan"
