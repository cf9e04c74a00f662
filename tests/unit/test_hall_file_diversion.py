"""What a hall file says of diversion: who may be sent, what may begin by itself, what a window may learn."""

import pytest

from queue_server.contract.hall_file import read_hall
from queue_server.domain.hall import AutoRule, DiversionPlan
from tests.unit.test_hall_file import SMALL, hall_of

DIVERSION = """\
diversion:
  reserve_clerks: 4
  helper_teams: 2
  every_min: 5
  from_p90_min: 20
  auto:
    - {action: open_window, least_gain_min: 2.5, most_at_once: 3, from: "09:00", to: "16:30"}
    - {action: guide_to_device}
windows:
  - {n: 1, queue: A, may_learn: [N]}
  - {n: 2, queue: A}
  - {n: 3, queue: N}
"""
FIRST = SMALL.count("\n") + 1
"""The line on which these sections begin."""


def test_a_hall_says_when_advice_is_given_and_what_may_begin_by_itself() -> None:
    hall = hall_of(SMALL + DIVERSION)
    by_itself = (
        AutoRule(action="open_window", least_gain_min=2.5, most_at_once=3, from_min=540, to_min=990),
        AutoRule(action="guide_to_device"),
    )
    assert hall.diversion == DiversionPlan(
        reserve_clerks=4, helper_teams=2, every_min=5, from_p90_min=20, auto=by_itself
    )
    assert [plan.may_learn for plan in hall.windows] == [("N",), (), ()]


def test_a_hall_that_says_nothing_begins_nothing_by_itself() -> None:
    assert hall_of(SMALL).diversion == DiversionPlan()
    assert hall_of(SMALL + "diversion: {}\n").diversion.auto == ()


def test_rules_for_one_action_may_follow_one_another_through_the_day() -> None:
    rules = '    - {action: send_helpers, to: "12:00"}\n    - {action: send_helpers, from: "12:00"}\n'
    hall = hall_of(SMALL + "diversion:\n  auto:\n" + rules)
    assert [(rule.from_min, rule.to_min) for rule in hall.diversion.auto] == [(0, 720), (720, 1440)]


@pytest.mark.parametrize(
    ("old", "new", "line", "word", "suggestion"),
    [
        ("reserve_clerks: 4", "reserve_clarks: 4", 1, "reserve_clarks", 'did you mean "reserve_clerks"?'),
        ("helper_teams: 2", "helper_teams: two", 2, "two", "from 0 to 999"),
        ("every_min: 5", "every_min: 0", 3, "0", "from 1 to 60"),
        ("from_p90_min: 20", "from_p90_min: 7.5", 4, "7.5", "a whole number"),
        ("action: open_window", "action: open_windows", 6, "open_windows", 'did you mean "open_window"?'),
        ("action: open_window, ", "", 6, "action", "add action: ... here"),
        ("least_gain_min: 2.5", "least_gain_min: 0", 6, "0", "from 0.1 to 240"),
        ("most_at_once: 3", "most_at_once: 0", 6, "0", "from 1 to 99"),
        ("most_at_once: 3", "most_at_one: 3", 6, "most_at_one", 'did you mean "most_at_once"?'),
        ('from: "09:00"', 'from: "9:00"', 6, "9:00", "like 08:30"),
        ('to: "16:30"', 'to: "09:00"', 6, "09:00", "a later time"),
        ("action: guide_to_device", "action: open_window, from: 16:00", 7, "open_window", "let one end before"),
        ("may_learn: [N]", "may_learn: [M]", 9, "M", "use a queue out of: A, N"),
        ("may_learn: [N]", "may_learn: [SELF]", 9, "SELF", "use a queue out of: A, N"),
        ("may_learn: [N]", "may_learn: [N, N]", 9, "N", "remove one of the two"),
    ],
)
def test_each_mistake_has_its_line_its_word_and_a_suggestion(
    old: str, new: str, line: int, word: str, suggestion: str
) -> None:
    assert old in DIVERSION
    found = read_hall(SMALL + DIVERSION.replace(old, new, 1)).mistakes
    assert [(mistake.line, mistake.word) for mistake in found] == [(FIRST + line, word)]
    assert suggestion in found[0].suggestion
    assert found[0].problem


def test_rules_that_are_no_list_are_one_mistake() -> None:
    found = read_hall(SMALL + "diversion:\n  auto: {action: open_window}\n").mistakes
    assert [(mistake.line, mistake.word) for mistake in found] == [(FIRST + 1, "auto")]
