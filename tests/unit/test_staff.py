"""What an account is: whom it lets where, which passwords are none, what a clerk serves at which hour."""

import pytest

from queue_server.domain.staff import (
    COMMON,
    SHORTEST,
    Grant,
    Person,
    Skill,
    caller_at,
    departments_of_window,
    password_mistake,
    serving_shares,
    windows_of,
)
from tests.support.halls import small_hall

HALL = small_hall()


def person(*grants: Grant, disabled: bool = False) -> Person:
    return Person(id="p1", name="Li", number="1024", sign_in="li", grants=grants, disabled=disabled)


def test_a_grant_reaches_its_windows_its_departments_or_the_whole_hall() -> None:
    assert windows_of(Grant(hall="small", role="window"), HALL) == [1, 2, 3, 4, 5]
    assert windows_of(Grant(hall="small", role="window", windows=(2, 99)), HALL) == [2]
    assert windows_of(Grant(hall="small", role="window", departments=("D9",)), HALL) == []
    assert departments_of_window(HALL, 1) == {"D1"}


def test_a_person_speaks_in_the_role_asked_for_else_in_the_widest() -> None:
    both = person(Grant(hall="small", role="window", windows=(1,)), Grant(hall="small", role="desk"))
    found = {role: caller_at(both, HALL, role, 1) for role in ("", "window", "manager")}
    assert [caller and caller.role for caller in found.values()] == ["desk", "window", None]
    clerk = found["window"]
    assert clerk is not None and (clerk.window, clerk.staff, clerk.actor) == (1, "1024", "window:1:p1")


def test_whoever_may_not_work_at_a_window_speaks_for_none() -> None:
    clerk = caller_at(person(Grant(hall="small", role="window", windows=(1,))), HALL, "window", 2)
    assert clerk is not None and clerk.window == 0
    assert caller_at(person(Grant(hall="other", role="manager")), HALL) is None
    assert caller_at(person(Grant(hall="small", role="manager"), disabled=True), HALL) is None


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("x" * (SHORTEST - 1), "short"),
        ("ab" * 65, "long"),
        ("Password1234", "common"),
        ("aaaaaaaaabbbb", "common"),
        ("wang-xiaoming", "own"),
        ("a quiet green wave", ""),
        ("\u7eff\u6ce2\u4e4b\u4e0b\u6709\u6e05\u98ce\u548c\u660e\u6708", ""),
    ],
)
def test_passwords_that_are_none(password: str, wrong: str) -> None:
    assert password_mistake(password, "xiaoming", "1") == wrong


def test_the_list_holds_only_what_would_be_long_enough() -> None:
    assert all(len(each) >= SHORTEST and each == each.casefold() for each in COMMON)


def test_a_clerk_serves_what_they_can_at_that_hour_and_never_nothing() -> None:
    skills = [Skill(queue="A", handicap_s=60, from_min=540, to_min=720), Skill(queue="C")]
    planned = [("A", 0), ("B", 600)]
    assert serving_shares(skills, planned, 600) == [("A", 60)]
    assert serving_shares(skills, planned, 720) == planned
    assert serving_shares((), planned, 600) == planned
