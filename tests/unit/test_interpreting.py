"""Who is on shift, and with how many an interpreter went today."""

import pytest

from queue_server.domain.interpreting import InterpreterRecord, on_shift, served_on

MONDAY = (1, 9 * 60, 12 * 60)


@pytest.mark.parametrize(
    ("weekday", "minute", "is_here"),
    [(1, 9 * 60, True), (1, 9 * 60 - 1, False), (1, 12 * 60 - 1, True), (1, 12 * 60, False), (2, 10 * 60, False)],
)
def test_a_shift_begins_with_its_first_minute_and_ends_before_its_last(
    weekday: int, minute: int, is_here: bool
) -> None:
    assert on_shift([MONDAY], weekday, minute) is is_here


def test_whoever_has_no_set_hours_may_always_be_here() -> None:
    assert on_shift([], 7, 23 * 60)


def test_a_second_shift_of_the_day_counts_too() -> None:
    assert on_shift([MONDAY, (1, 13 * 60, 17 * 60)], 1, 14 * 60)


def test_what_was_done_yesterday_counts_for_nothing_today() -> None:
    one = InterpreterRecord(
        name="Lin", languages=["en"], phone="", shifts=[], duty=1, ticket="", since=0, day="261121", served=4
    )
    assert (served_on(one, "261121"), served_on(one, "261122")) == (4, 0)
