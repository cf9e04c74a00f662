"""Until when something is promised, and when its visitor is reminded: on the hall's own calendar."""

from datetime import date

import pytest
from msgspec import structs

from queue_server.domain.calendar import local
from queue_server.domain.hall import Hall, Period
from queue_server.domain.promise import due_on, is_sensible, reminders, usual_due
from queue_server.domain.rules import Promises
from tests.support.clocks import NOON
from tests.support.halls import service, small_hall

WEEK = tuple(Period(weekday=day, opens_min=540, closes_min=1020) for day in range(5))
DAY_MS = 86_400_000


def hall(**more: int) -> Hall:
    """One that works from Monday to Friday; noon is on Sunday the 22nd."""
    return structs.replace(small_hall(hours=WEEK), promises=Promises(**more))


def last_day(promised: int) -> date:
    return local(hall(), promised - 1).date()


@pytest.mark.parametrize(("promise", "day"), [("3d", 25), ("7d", 1), ("instant", 27), ("n/a", 27), ("", 27)])
def test_a_result_is_due_as_its_item_promises_else_as_the_hall_does(promise: str, day: int) -> None:
    item = service("A-9", "A", promise=promise)
    assert last_day(usual_due(hall(), item, "result", NOON)).day == day


def test_minutes_and_hours_are_no_working_days() -> None:
    assert usual_due(hall(), service("A-9", "A", promise="60min"), "result", NOON) == NOON + 3_600_000
    assert usual_due(hall(), service("A-9", "A", promise="2h"), "decision", NOON) == NOON + 7_200_000


@pytest.mark.parametrize("promise", ["300d", "500d", "20000h"])
def test_an_item_that_takes_for_ever_promises_no_later_than_a_clerk_may(promise: str) -> None:
    due = usual_due(hall(), service("A-9", "A", promise=promise), "result", NOON)
    assert is_sensible(NOON, due)


def test_papers_are_due_as_the_hall_says_whatever_the_item_promises() -> None:
    item = service("A-9", "A", promise="60min")
    assert last_day(usual_due(hall(papers_days=1), item, "papers", NOON)) == date(2026, 11, 23)
    assert last_day(usual_due(hall(), None, "papers", NOON)) == date(2026, 11, 27)


def test_a_reminder_goes_out_on_the_working_day_before_and_on_the_day() -> None:
    monday = due_on(hall(), date(2026, 11, 30))
    told = [(what, f"{local(hall(), at):%d %H:%M}") for what, at in reminders(hall(), NOON, monday)]
    assert told == [("before", "27 09:00"), ("day", "30 09:00")]


def test_what_is_past_or_not_wished_is_not_reminded_of() -> None:
    monday = due_on(hall(), date(2026, 11, 23))
    assert [what for what, _ in reminders(hall(), NOON, monday)] == ["day"], "the working day before is over"
    assert [what for what, _ in reminders(hall(remind_days=0), NOON - 5 * DAY_MS, monday)] == ["day"]
    assert reminders(hall(), NOON, NOON + 3_600_000) == ()


def test_nothing_is_promised_for_the_past_or_for_ever() -> None:
    assert [is_sensible(NOON, NOON + days * DAY_MS) for days in (0, 1, 400, 401)] == [False, True, True, False]
