"""How long a hall keeps its ledger, as its file says it."""

import pytest

from queue_server.contract.hall_file import read_hall
from tests.unit.test_hall_file import SMALL


def test_three_years_unless_the_file_says_otherwise() -> None:
    for text, days in (("", 1095), ("audit: {}\n", 1095), ("audit: {keep_days: 90}\n", 90)):
        found = read_hall(SMALL + text)
        assert found.hall is not None and found.hall.audit.keep_days == days, found.mistakes


@pytest.mark.parametrize("value", ["89", "3661", "never", "-1"])
def test_neither_shorter_than_a_complaint_takes_nor_for_ever(value: str) -> None:
    [mistake] = read_hall(SMALL + f"audit: {{keep_days: {value}}}\n").mistakes
    assert mistake.word in {value, "keep_days"} and mistake.suggestion
