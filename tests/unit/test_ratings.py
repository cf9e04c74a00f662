"""Ratings and cases without a hall: when steps are due, what is low, what a hall file says, when it alarms."""

from datetime import UTC, datetime

import pytest
from msgspec import structs

from queue_server.contract.hall_file import read_hall
from queue_server.domain.day import QueueDay
from queue_server.domain.hall import Hall, Period
from queue_server.domain.rating import CASE_MOVES, due_after, due_at, is_low, low_share, remember, satisfied
from queue_server.domain.rules import Closure, Ratings, WorkCalendar
from queue_server.flows.scores import ratings_of
from tests.support.halls import small_hall
from tests.unit.test_alarms import Day
from tests.unit.test_hall_file import SMALL, hall_of

WORKDAYS = tuple(Period(weekday=day, opens_min=540, closes_min=1020) for day in range(5))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def shanghai(ms: int) -> str:
    """The last minute before a moment, on the hall's clock."""
    return datetime.fromtimestamp(ms / 1000 - 60 + 8 * 3600, UTC).strftime("%m-%d %H:%M")


def hall(**more: object) -> Hall:
    return structs.replace(small_hall(hours=WORKDAYS), **more)


# when steps are due


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        ("2026-11-23T04:00", 1, "11-24 23:59"),  # Monday noon: Tuesday
        ("2026-11-27T04:00", 1, "11-30 23:59"),  # Friday: Monday
        ("2026-11-28T04:00", 1, "11-30 23:59"),  # Saturday: Monday
        ("2026-11-23T04:00", 5, "11-30 23:59"),
        ("2026-11-23T17:00", 1, "11-25 23:59"),  # already Tuesday there
        ("2026-11-23T04:00", 0, "11-23 23:59"),
    ],
)
def test_a_step_is_due_at_the_end_of_a_working_day(moment: str, days: int, due: str) -> None:
    assert shanghai(due_at(hall(), at(moment), days)) == due


def test_holidays_closures_and_moved_workdays_count_as_the_hall_works_them() -> None:
    china = hall(calendar=WorkCalendar(country="CN"))
    assert shanghai(due_at(china, at("2026-09-30T04:00"), 1)) == "10-08 23:59"  # the national days
    assert shanghai(due_at(china, at("2026-10-09T04:00"), 1)) == "10-10 23:59"  # a Saturday that is worked
    shut = hall(calendar=WorkCalendar(closures=(Closure(day="2026-11-24"),)))
    assert shanghai(due_at(shut, at("2026-11-23T04:00"), 1)) == "11-25 23:59"


def test_a_hall_without_hours_works_every_day_and_one_that_is_never_open_comes_to_an_end() -> None:
    assert shanghai(due_at(small_hall(), at("2026-11-27T04:00"), 1)) == "11-28 23:59"
    never = structs.replace(hall(), hours=(Period(weekday=0, opens_min=0, closes_min=0),))
    assert due_at(never, at("2026-11-23T04:00"), 60) > 0


def test_each_status_has_the_days_of_the_hall_file_and_an_end_has_none() -> None:
    rules = Ratings(verify_days=0, rectify_days=1, call_back_days=2, close_days=3)
    found = [due_after(hall(ratings=rules), status, at("2026-11-23T04:00")) for status in CASE_MOVES]
    assert [shanghai(ms)[:5] if ms else "" for ms in found] == ["11-23", "11-24", "11-25", "11-26", "", ""]


# what is low


def test_the_latest_twenty_are_remembered_as_low_or_not() -> None:
    latest = 0
    for score in (1, 2, 3, 4, 5):
        latest = remember(latest, score)
    assert low_share(latest, 5) == (2, 5)
    for _ in range(19):
        latest = remember(latest, 5)
    assert low_share(latest, 24) == (0, 20)
    assert [is_low(score) for score in (1, 2, 3)] == [True, True, False]
    assert satisfied((1, 2, 3, 4, 5)) == 12


def test_shares_are_told_where_there_is_something_to_share() -> None:
    assert ratings_of([]).satisfied_pct is None
    day = QueueDay(done=4, score1=1, score5=2)
    found = ratings_of([day, QueueDay(done=2)])
    assert (found.count, found.low, found.satisfied_pct, found.rated_pct) == (3, 1, 67, 50)
    assert ratings_of([QueueDay(done=1, score5=3)]).rated_pct == 100  # of yesterday's visits


def rated(day: Day, *scores: int) -> list[tuple[str, int, int]]:
    for number, score in enumerate(scores):
        day.happens("RatingGiven", 1, f"A{number}", score=score, tags="", channel="pad", stop=1)
    return [(row.queue, row.n, row.most) for row in day.alarms("LOW_RATINGS")]


def test_low_ratings_of_a_queue_alarm_once_there_are_enough() -> None:
    assert rated(Day(small_hall()), 1, 1, 1) == []
    assert rated(Day(small_hall()), *[5] * 8, 1, 2) == [("A", 2, 10)]
    assert rated(Day(small_hall()), *[5] * 9, 1) == []
    never = structs.replace(small_hall(), ratings=Ratings(low_pct=0))
    assert rated(Day(never), *[1] * 20) == []


def test_a_rating_moves_no_ticket_and_opens_no_window() -> None:
    day = Day(small_hall())
    day.open()
    ticket = day.come()
    rated(day, 5)
    day.happens("RatingGiven", 9, ticket, score=1, tags="", channel="phone", stop=1)
    day.happens("CaseOpened", 9, ticket, case="C-1", kind="rating", owner="", due_at=1)
    live = day.running.live
    assert (live.waiting("A"), live.tickets[ticket].status, 9 in live.windows) == (1, "waiting", False)
    assert live.case_version == live.position


# the hall file


def test_a_hall_file_says_how_ratings_are_dealt_with() -> None:
    found = hall_of(SMALL + "ratings: {verify_days: 2, owner: Head of service, low_pct: 30}\n").ratings
    assert found == Ratings(verify_days=2, owner="Head of service", low_pct=30)
    assert hall_of(SMALL).ratings == Ratings()


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("{verify_days: 61}", "ratings.verify_days"),
        ("{low_of: 21}", "ratings.low_of"),
        ("{low_pct: many}", "ratings.low_pct"),
        ("{verify: 1}", "ratings.verify"),
        (f"{{owner: {'x' * 65}}}", "ratings.owner"),
    ],
)
def test_a_mistake_in_it_is_named_with_its_line(written: str, path: str) -> None:
    [mistake] = read_hall(SMALL + f"ratings: {written}\n").mistakes
    assert mistake.path == path
