"""When a hall gives tickets, on its own clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from queue_server.domain.calendar import day_of, local, opening
from queue_server.domain.hall import Hall, Period
from queue_server.domain.rules import Rules

MONDAY, TUESDAY, SATURDAY, SUNDAY = "2026-03-02", "2026-03-03", "2026-03-07", "2026-03-08"

OFFICE = ((510, 720), (810, 1020))
NIGHT = (1080, 1200)

PERIODS = (
    *(Period(weekday=day, opens_min=opens, closes_min=closes) for day in range(5) for opens, closes in OFFICE),
    Period(weekday=1, opens_min=NIGHT[0], closes_min=NIGHT[1]),
)


def hall(
    hours: tuple[Period, ...] = PERIODS,
    lunch_duty: bool = True,
    doors: int | None = None,
    timezone: str = "Asia/Shanghai",
) -> Hall:
    return Hall(
        id="h",
        names={},
        timezone=timezone,
        hours=hours,
        zones=(),
        departments=(),
        queues=(),
        services=(),
        windows=(),
        rules=Rules(lunch_duty=lunch_duty, doors_open_min=doors),
    )


def at(day: str, clock: str, timezone: str = "Asia/Shanghai") -> int:
    moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(timezone))
    return int(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("08:29", False), ("08:30", True), ("11:59", True), ("16:59", True), ("17:00", False), ("23:00", False)],
)
def test_a_hall_is_open_from_its_first_to_its_last_minute(clock: str, is_open: bool) -> None:
    assert opening(hall(), at(MONDAY, clock)).open is is_open


def test_lunch_is_bridged_where_there_is_duty() -> None:
    noon = opening(hall(), at(MONDAY, "12:30"))
    assert noon.open
    assert (noon.opens_at, noon.closes_at) == (at(MONDAY, "08:30"), at(MONDAY, "17:00"))


def test_without_duty_a_hall_shuts_for_lunch() -> None:
    noon = opening(hall(lunch_duty=False), at(MONDAY, "12:30"))
    assert not noon.open
    assert noon.opens_at == at(MONDAY, "13:30")


def test_the_evening_is_an_opening_of_its_own() -> None:
    assert not opening(hall(), at(TUESDAY, "17:30")).open
    evening = opening(hall(), at(TUESDAY, "19:00"))
    assert evening.open
    assert evening.closes_at == at(TUESDAY, "20:00")
    assert not opening(hall(), at(MONDAY, "19:00")).open


def test_the_doors_open_a_little_earlier_than_the_windows() -> None:
    early = hall(doors=495)
    assert not opening(early, at(MONDAY, "08:14")).open
    assert opening(early, at(MONDAY, "08:15")).open
    assert opening(early, at(MONDAY, "08:20")).opens_at == at(MONDAY, "08:15")


def test_before_the_evening_the_doors_open_as_early() -> None:
    assert opening(hall(doors=495), at(TUESDAY, "17:45")).open
    assert not opening(hall(doors=495), at(TUESDAY, "17:44")).open


def test_doors_that_open_after_the_windows_change_nothing() -> None:
    assert opening(hall(doors=600), at(MONDAY, "08:30")).open


def test_over_the_weekend_the_next_opening_is_monday() -> None:
    for day in (SATURDAY, SUNDAY):
        closed = opening(hall(), at(day, "10:00"))
        assert not closed.open
        assert closed.opens_at == at("2026-03-09", "08:30")
        assert closed.closes_at == at("2026-03-09", "17:00")


def test_a_hall_without_hours_never_closes() -> None:
    always = opening(hall(hours=()), at(SUNDAY, "03:00"))
    assert always.open
    assert always.closes_at is None


def test_a_hall_open_on_one_day_finds_it_a_week_ahead() -> None:
    weekly = hall(hours=(Period(weekday=0, opens_min=510, closes_min=720),))
    assert opening(weekly, at(MONDAY, "12:00")).opens_at == at("2026-03-09", "08:30")


@pytest.mark.parametrize("day", ["2026-03-27", "2026-03-30", "2026-10-23", "2026-10-26"])
def test_a_change_to_summer_time_moves_no_opening(day: str) -> None:
    berlin = hall(timezone="Europe/Berlin")
    assert opening(berlin, at(day, "08:30", "Europe/Berlin")).open
    assert not opening(berlin, at(day, "08:29", "Europe/Berlin")).open
    assert opening(berlin, at(day, "09:00", "Europe/Berlin")).closes_at == at(day, "17:00", "Europe/Berlin")


def test_hours_on_the_very_day_of_the_change_follow_the_clock_on_the_wall() -> None:
    sunday = hall(hours=(Period(weekday=6, opens_min=510, closes_min=720),), timezone="Europe/Berlin")
    for day in ("2026-03-29", "2026-10-25"):
        found = opening(sunday, at(day, "10:00", "Europe/Berlin"))
        assert found.opens_at == at(day, "08:30", "Europe/Berlin")
        assert found.closes_at == at(day, "12:00", "Europe/Berlin")


def test_a_hall_may_be_open_until_midnight() -> None:
    late = hall(hours=(Period(weekday=0, opens_min=510, closes_min=1440),))
    assert opening(late, at(MONDAY, "23:59")).open
    assert not opening(late, at(TUESDAY, "00:00")).open


def test_the_day_changes_at_the_halls_own_midnight() -> None:
    before, after = at(MONDAY, "23:59:59.999"), at(TUESDAY, "00:00")
    assert after - before == 1
    assert (day_of(hall(), before), day_of(hall(), after)) == ("260302", "260303")
    assert day_of(hall(timezone="UTC"), after) == "260302"


def test_the_clock_is_the_halls_own() -> None:
    assert local(hall(), at(MONDAY, "08:30")).hour == 8
    assert local(hall(timezone="UTC"), at(MONDAY, "08:30")).hour == 0
