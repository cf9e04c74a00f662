"""What a card says, and the little of it that may leave.

Nothing here raises: an error would carry the local variables, and so the card, into a log.
"""

import re
from collections.abc import Mapping
from datetime import date

from hardware.idcard.port import Age, CardFacts, Hide

LENGTH = 256
KIND = slice(248, 250)
RESIDENT: Mapping[str, slice] = {
    "birth": slice(36, 52),
    "number": slice(122, 158),
    "first": slice(188, 204),
    "last": slice(204, 220),
}
"""Resident cards, and those made after them: residents from Hong Kong, Macau and Taiwan, foreigners since 2023.

name 30, sex 2, nation 4, birth 16, address 70, number 36, authority 30, valid from 16, valid to 16: bytes, UTF-16.
"""
FOREIGN: Mapping[str, slice] = {
    "birth": slice(220, 236),
    "number": slice(122, 152),
    "first": slice(188, 204),
    "last": slice(204, 220),
}
"""Foreigners' cards of 2017, marked `I`: English name 120, sex 2, number 30, nationality 6, Chinese name 30, dates."""

NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
FOREIGN_NUMBER = re.compile(r"[A-Z]{3}[0-9]{12}")
FOR_EVER = "\u957f\u671f"
WEIGHTS: list[int] = [2**place % 11 for place in range(17, -1, -1)]

ADULT_AT, ELDER_AT = 18, 60


def facts_of(text: bytes, today: date, hide: Hide) -> CardFacts | None:
    """The facts without names; None when this is no card's text, or its number is wrong."""
    foreign = text[KIND] == b"I\0"
    said = {name: _letters(text[place]) for name, place in (FOREIGN if foreign else RESIDENT).items()}
    number, born = said["number"].upper(), _date(said["birth"])
    if born is None or born > today or not _fits(number, said["birth"], foreign):
        return None
    valid = _in_force(said["first"], said["last"], today)
    if valid is None:
        return None
    return CardFacts(person=hide(number), age=age_class(born, today), valid=valid)


def checked(number: str) -> bool:
    """Whether the last place of an ID number fits the others (ISO 7064, MOD 11-2)."""
    if not NUMBER.fullmatch(number):
        return False
    values = [10 if place == "X" else int(place) for place in number]
    return sum(value * weight for value, weight in zip(values, WEIGHTS, strict=True)) % 11 == 1


def age_class(born: date, today: date) -> Age:
    """By full years."""
    years = today.year - born.year - int((today.month, today.day) < (born.month, born.day))
    if years < ADULT_AT:
        return "child"
    return "elder" if years >= ELDER_AT else "adult"


def _fits(number: str, birth: str, foreign: bool) -> bool:
    if foreign:
        return FOREIGN_NUMBER.fullmatch(number) is not None
    return checked(number) and number[6:14] == birth


def _in_force(first: str, last: str, today: date) -> bool | None:
    """None when the dates are none."""
    start, end = _date(first), date.max if last == FOR_EVER else _date(last)
    if start is None or end is None:
        return None
    return start <= today <= end


def _letters(field: bytes) -> str:
    return field.decode("utf-16-le", "replace").strip(" \0")


def _date(text: str) -> date | None:
    if not re.fullmatch("[0-9]{8}", text):
        return None
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    try:
        return date(year, month, day)
    except ValueError:
        return None
