"""What a card says."""

from datetime import date

import pytest

from hardware.idcard.card import Card, with_check
from hardware.idcard.text import age_class, checked, facts_of

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "34052419800101001X"])
def test_numbers_of_the_standards_own_examples_fit(number: str) -> None:
    assert checked(number)


@pytest.mark.parametrize(
    "number",
    ["110105194912310021", "11010519491231003X", "11010519491231002x", "1101051949123100", "", "0" * 18, "１１" * 9],
)
def test_numbers_with_a_slip_do_not(number: str) -> None:
    assert not checked(number)


def test_every_slip_of_one_place_and_every_swap_is_noticed() -> None:
    number = "11010519491231002X"
    slips = [
        number[:at] + other + number[at + 1 :] for at in range(17) for other in "0123456789" if other != number[at]
    ]
    swaps = [
        number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(16) if number[at] != number[at + 1]
    ]
    assert [wrong for wrong in slips + swaps if checked(wrong)] == []


def test_a_small_x_is_the_same_person() -> None:
    card = Card(number="11010519491231002x", birth="19491231")
    facts = facts_of(card.text(), TODAY, str)
    assert facts and facts.person == "11010519491231002X"


def test_names_in_chinese_do_not_matter() -> None:
    card = Card(number=with_check("81000019850214001"), birth="19850214", name="欧阳建国", address="北京市朝阳区𠮷祥里")
    facts = facts_of(card.text(), TODAY, str)
    assert facts and facts.age == "adult" and facts.valid


def test_who_was_born_on_the_29th_of_february_is_of_age_on_the_1st_of_march() -> None:
    assert age_class(date(2008, 2, 29), date(2026, 2, 28)) == "child"
    assert age_class(date(2008, 2, 29), date(2026, 3, 1)) == "adult"


def test_a_card_for_ever_is_valid() -> None:
    card = Card(number=with_check("11010519350214001"), birth="19350214", first="20200101", last="长期")
    facts = facts_of(card.text(), TODAY, str)
    assert facts and facts.valid and facts.age == "elder"
