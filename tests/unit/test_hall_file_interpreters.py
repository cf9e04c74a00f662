"""Interpreters whom the hall file names, and which mistakes are said of them."""

import pytest

from queue_server.contract.hall_file import read_hall
from queue_server.domain.interpreting import PlannedInterpreter
from tests.unit.test_hall_file import SMALL

LIN = 'id: lin, name: Lin, languages: [en, ru], account: 1024, shifts: {sat_sun: ["09:00", "12:00"]}'


def test_a_line_says_what_they_speak_when_they_are_here_and_how_they_sign_in() -> None:
    found = read_hall(SMALL + f'interpreters:\n  - {{{LIN}}}\n  - {{id: wu, name: "Wu", languages: [ja]}}\n')
    assert found.hall is not None, found.mistakes
    lin, wu = found.hall.interpreters
    assert (lin.languages, lin.account, lin.shifts) == (("en", "ru"), "1024", ((6, 540, 720), (7, 540, 720)))
    assert wu == PlannedInterpreter(id="wu", name="Wu", languages=("ja",))
    assert read_hall(SMALL).hall.interpreters == ()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("id: lin, name: Lin, languages: []", "languages"),
        ("id: lin, name: Lin, languages: [English]", "English"),
        ("id: lin, name: Lin, languages: [en], account: no way", "no way"),
        ('id: lin, name: Lin, languages: [en], shifts: {monday: ["09:00", "12:00"]}', "monday"),
        ('id: lin, name: Lin, languages: [en], shifts: {tue_night: ["19:00", "21:00"]}', "tue_night"),
        ("id: lin, languages: [en]", "name"),
        (f"id: lin, name: Lin, languages: [en], phone: '{'1' * 33}'", "1" * 33),
    ],
)
def test_a_mistake_is_said_where_it_stands(line: str, word: str) -> None:
    mistakes = read_hall(SMALL + f"interpreters:\n  - {{{line}}}\n").mistakes
    assert [mistake.word for mistake in mistakes] == [word]
    assert all(mistake.suggestion for mistake in mistakes)


def test_nobody_stands_there_twice() -> None:
    [mistake] = read_hall(SMALL + f"interpreters:\n  - {{{LIN}}}\n  - {{{LIN}}}\n").mistakes
    assert mistake.word == "lin"
