"""What a hall file says of promises and hard cases."""

import pytest

from queue_server.contract.hall_file import read_hall
from queue_server.domain.rules import HardCases, Promises
from tests.unit.test_hall_file import SMALL


def test_what_the_file_leaves_out_keeps_its_default() -> None:
    found = read_hall(
        SMALL + "promises: {papers_days: 10, remind_at: '08:30'}\nhard_cases: {queue: A, owner: Office}\n"
    )
    assert found.hall is not None, found.mistakes
    assert found.hall.promises == Promises(papers_days=10, remind_min=510)
    assert found.hall.hard_cases == HardCases(queue="A", owner="Office")
    plain = read_hall(SMALL).hall
    assert plain is not None and (plain.promises, plain.hard_cases) == (Promises(), HardCases())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("hard_cases: {queue: ZZ}\n", "ZZ"),
        ("hard_cases: {queue: SELF}\n", "SELF"),
        (f"hard_cases: {{owner: {'x' * 65}}}\n", "x" * 65),
        ("promises: {papers_days: 0}\n", "0"),
        ("promises: {remind_at: noon}\n", "noon"),
        ("promises: {remaind_days: 2}\n", "remaind_days"),
    ],
)
def test_each_mistake_is_named_with_a_suggestion(text: str, word: str) -> None:
    [mistake] = read_hall(SMALL + text).mistakes
    assert word.startswith(mistake.word.rstrip("…")) and mistake.suggestion
