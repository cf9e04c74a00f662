"""Days that are worked and days that are not, and queues with evenings of their own."""

from datetime import date

import msgspec
import pytest

from queue_server.domain.calendar import day_off, opening, periods
from queue_server.domain.hall import Hall, Period
from queue_server.domain.rules import Closure, WorkCalendar
from queue_server.domain.workdays import countries, holiday, knows_year
from tests.unit.test_calendar import OFFICE, PERIODS, TUESDAY, at, hall

EVENING = Period(weekday=1, opens_min=1080, closes_min=1200, queues=("A", "G"))
MONDAY_EVENING = Period(weekday=0, opens_min=1080, closes_min=1200)
CHINA = WorkCalendar(country="CN")


def working(calendar: WorkCalendar, hours: tuple[Period, ...] = PERIODS, timezone: str = "Asia/Shanghai") -> Hall:
    return msgspec.structs.replace(hall(hours, timezone=timezone), calendar=calendar)


@pytest.mark.parametrize("day", ["2026-02-14", "2026-10-10"])
def test_a_saturday_that_is_worked_has_mondays_hours_without_its_evening(day: str) -> None:
    china = working(CHINA, (*PERIODS, MONDAY_EVENING))
    assert opening(china, at(day, "09:00")).open
    assert opening(china, at(day, "09:00")).closes_at == at(day, "17:00")
    assert not opening(china, at(day, "18:30")).open
    assert not opening(working(WorkCalendar()), at(day, "09:00")).open


def test_a_saturday_that_is_worked_is_a_whole_day_even_where_saturdays_are_half() -> None:
    half = Period(weekday=5, opens_min=540, closes_min=660)
    assert periods(working(CHINA, (*PERIODS, half)), date(2026, 10, 10)) == list(OFFICE)
    assert periods(working(CHINA, (*PERIODS, half)), date(2026, 10, 17)) == [(540, 660)]


def test_the_golden_week_is_shut_from_end_to_end_its_weekend_too() -> None:
    daily = tuple(Period(weekday=day, opens_min=510, closes_min=1020) for day in range(7))
    china = working(CHINA, daily)
    for day in range(1, 8):
        assert day_off(china, date(2026, 10, day)) == {"zh": "国庆节", "en": "National Day"}
        assert opening(china, at(f"2026-10-0{day}", "10:00")).opens_at == at("2026-10-08", "08:30")
    assert opening(china, at("2026-10-08", "10:00")).open


def test_nine_days_of_spring_festival_are_looked_beyond() -> None:
    assert opening(working(CHINA), at("2026-02-14", "18:00")).opens_at == at("2026-02-24", "08:30")


def test_of_a_year_whose_moved_days_are_not_announced_the_holidays_are_known() -> None:
    assert knows_year("CN", 2026)
    assert not knows_year("CN", 2035)
    assert holiday("CN", date(2035, 10, 1)) == {"zh": "国庆节", "en": "National Day"}
    china = working(CHINA)
    assert not opening(china, at("2035-10-01", "10:00")).open
    assert opening(china, at("2035-10-15", "10:00")).open
    assert not opening(china, at("2035-10-13", "10:00")).open


def test_other_countries_have_their_own_holidays_and_move_none() -> None:
    germany = working(WorkCalendar(country="DE"), timezone="Europe/Berlin")
    assert not opening(germany, at("2026-10-03", "10:00", "Europe/Berlin")).open
    assert opening(germany, at("2026-10-01", "10:00", "Europe/Berlin")).open
    assert holiday("DE", date(2026, 10, 31)) is None
    assert holiday("DE-BB", date(2026, 10, 31)) is not None
    assert knows_year("DE", 2035)
    assert {"CN", "DE", "DE-BB"} <= countries()


def test_a_closure_goes_before_everything() -> None:
    names = {"zh": "系统升级", "en": "System change"}
    shut = working(WorkCalendar(country="CN", closures=(Closure(day="2026-10-10", names=names),)))
    assert day_off(shut, date(2026, 10, 10)) == names
    assert opening(shut, at("2026-10-10", "10:00")).opens_at == at("2026-10-12", "08:30")


def test_an_evening_of_some_queues_is_none_of_the_others() -> None:
    night = hall((*PERIODS[:-1], EVENING), doors=495)
    assert opening(night, at(TUESDAY, "19:00")).open
    assert opening(night, at(TUESDAY, "17:45"), "A").open
    assert opening(night, at(TUESDAY, "19:00"), "G").closes_at == at(TUESDAY, "20:00")
    assert not opening(night, at(TUESDAY, "19:00"), "D").open
    assert opening(night, at(TUESDAY, "19:00"), "D").opens_at == at("2026-03-04", "08:15")
    assert opening(night, at(TUESDAY, "10:00"), "D").open


def test_evenings_that_overlap_are_one_of_the_hall() -> None:
    later = Period(weekday=1, opens_min=1110, closes_min=1260, queues=("D",))
    night = hall((*PERIODS[:-1], EVENING, later))
    assert opening(night, at(TUESDAY, "19:00")).closes_at == at(TUESDAY, "21:00")
    assert opening(night, at(TUESDAY, "19:00"), "A").closes_at == at(TUESDAY, "20:00")
