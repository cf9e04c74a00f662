"""What owners of cases are told, and when: pure; and what the hall file says of whom."""

import pytest
from msgspec import structs

from queue_server.contract.hall_file import read_hall
from queue_server.domain.case_news import contacts_of, news_of
from queue_server.domain.hall import Hall
from queue_server.domain.rating import CaseRecord
from queue_server.domain.rules import CaseContact, Cases
from tests.support.halls import small_hall
from tests.unit.test_hall_file import SMALL, hall_of
from tests.unit.test_ratings import at

OPENED = at("2026-11-20T02:00")  # Friday, ten o'clock in Shanghai
DUE = at("2026-11-23T16:00")  # the end of Monday there
HALL: Hall = small_hall()


def case(**more: object) -> CaseRecord:
    fresh = CaseRecord(
        kind="complaint", status="open", ticket="", stop=0, number="", queue="", service="", window=0, staff="",
        score=0, tags=[], channel="desk", text="words", owner="Ann", due_at=DUE, opened_at=OPENED, changed_at=OPENED,
        ended_at=0, by="desk",
    )  # fmt: skip
    return structs.replace(fresh, **more)  # type: ignore[arg-type]


def told(of: CaseRecord, moment: int) -> list[str]:
    return [row.template for row in news_of(HALL, of, moment)]


def test_a_new_owner_is_told_once_and_again_when_it_comes_back_to_them() -> None:
    assert told(case(), OPENED) == ["case_opened"]
    assert told(case(news=["to:Ann"]), OPENED) == []
    assert told(case(news=["to:Ann"], owner="Ben"), OPENED) == ["case_handed"]
    assert told(case(news=["to:Ann", "to:Ben"]), OPENED) == ["case_handed"]


@pytest.mark.parametrize(
    ("moment", "news"),
    [
        ("2026-11-22T05:00", ["case_soon"]),  # the day before
        ("2026-11-21T23:00", []),  # ... at seven in the morning
        ("2026-11-21T05:00", []),  # two days before
        ("2026-11-23T05:00", ["case_soon"]),
        ("2026-11-23T16:30", []),  # past midnight: not in the night
        ("2026-11-24T00:30", ["case_late"]),
    ],
)
def test_what_is_due_is_told_the_day_before_and_the_morning_after(moment: str, news: list[str]) -> None:
    mine = case(news=["to:Ann"])
    assert told(mine, at(moment)) == news
    done = structs.replace(mine, news=["to:Ann", f"soon:{DUE}", f"late:{DUE}"])
    assert told(done, at(moment)) == []


def test_who_got_it_today_is_not_told_at_once_that_it_is_due_tomorrow() -> None:
    moment = at("2026-11-22T05:00")
    assert told(case(news=["to:Ann"], changed_at=moment - 1000), moment) == []


def test_a_case_that_has_ended_has_no_news() -> None:
    assert told(case(ended_at=OPENED), DUE + 86_400_000) == []


def test_an_owner_without_a_contact_leaves_it_to_the_one_for_everybody_else() -> None:
    ann, office = CaseContact(to="ann@example.org", owner="Ann"), CaseContact(to="+491234567", language="de")
    hall = structs.replace(HALL, cases=Cases(tell=(ann, office)))
    assert contacts_of(hall, "Ann") == [ann]
    assert contacts_of(hall, "Ben") == contacts_of(hall, "") == [office]


def test_the_hall_file_names_who_is_told() -> None:
    told = "[{to: a@example.org, owner: Ann, language: en}, {to: '+49 123456'}]"
    found = hall_of(SMALL + f"cases: {{project_days: 30, tell: {told}}}\n").cases
    assert (found.project_days, [(row.to, row.owner, row.language) for row in found.tell]) == (
        30, [("a@example.org", "Ann", "en"), ("+49 123456", "", "zh")],
    )  # fmt: skip


@pytest.mark.parametrize("wrong", ["{to: nobody}", "{owner: Ann}", "{to: a@b.c, language: xx}", "{to: a@b.c, x: 1}"])
def test_a_contact_that_reaches_nobody_is_a_mistake(wrong: str) -> None:
    assert read_hall(SMALL + f"cases: {{tell: [{wrong}]}}\n").mistakes
