"""Who is on shift, and with how many an interpreter went today."""

from typing import Any

import pytest

from queue_server.domain.interpreting import (
    InterpreterRecord,
    RequestRecord,
    Speakers,
    Unmet,
    next_shift,
    on_shift,
    served_on,
    speakers,
    unmet,
)

MONDAY = (1, 9 * 60, 12 * 60)


def person(*languages: str, **more: Any) -> InterpreterRecord:
    usual: dict[str, Any] = {"phone": "", "shifts": [], "duty": 0, "ticket": "", "since": 0, "day": "", "served": 0}
    return InterpreterRecord(name="Lin", languages=list(languages), **(usual | more))


def asked(language: str, at: int, status: str = "asked") -> RequestRecord:
    return RequestRecord(
        number="A001", queue="A", service="A-1", language=language, channel="phone", status=status, interpreter="",
        asked_at=at, assigned_at=0, ended_at=0,
    )  # fmt: skip


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


@pytest.mark.parametrize(
    ("weekday", "minute", "wait"),
    [(1, 8 * 60, 60), (7, 9 * 60, 24 * 60), (1, 9 * 60, 0), (1, 9 * 60 + 1, 7 * 24 * 60 - 1)],
)
def test_the_next_shift_is_found_over_the_end_of_the_week(weekday: int, minute: int, wait: int) -> None:
    assert next_shift([MONDAY], weekday, minute) == wait


def test_each_language_is_known_with_who_is_here_and_who_comes_next() -> None:
    people = [person("en", "ru", duty=1), person("ru", shifts=[MONDAY]), person("ja")]
    assert speakers(people, 1, 8 * 60) == {
        "en": Speakers(here=1), "ru": Speakers(here=1, next_min=60), "ja": Speakers(),
    }  # fmt: skip


def test_who_waits_in_vain_is_counted_by_language_from_the_first_of_them() -> None:
    known = speakers([person("en", duty=1), person("ru")], 1, 0)
    rows = [asked("ru", 20), asked("en", 5), asked("ru", 10), asked("ja", 30), asked("ja", 1, status="done")]
    assert unmet(rows, known) == [Unmet(language="ru", n=2, since=10), Unmet(language="ja", n=1, since=30)]
