"""Visits of three stops among others, in simulated days of the demo hall: what planning is worth, and what it costs."""

from importlib.resources import files

import pytest

from ops.backtest.journeys import compare, play
from ops.backtest.several import people
from queue_server.contract.hall_file.reader import read_hall
from queue_server.domain.hall import Hall


@pytest.fixture(scope="module")
def hall() -> Hall:
    read = read_hall(files("ops.demo").joinpath("demo-hall.yaml").read_bytes())
    assert read.hall is not None
    return read.hall


def test_three_stops_are_through_thirty_per_cent_sooner_and_others_hardly_later(hall: Hall) -> None:
    found = compare(hall, 2, 1, 1.0, 0.005, journeys=False)
    assert found["through_change"] <= -0.30
    assert found["others_change"] <= 0.02
    assert found["planned short_share"] > 0.85 > found["listed short_share"]


def test_both_policies_meet_the_same_people(hall: Hall) -> None:
    one, other = (people(hall, "a", 0.3, 0.1, journeys=True) for _ in range(2))
    assert [(person.came, person.errands) for person in one] == [(person.came, person.errands) for person in other]
    assert any(len(person.together) < len(person.errands) for person in one)


def test_everybody_is_served_at_every_stop(hall: Hall) -> None:
    outcome = play(hall, "a", True, 0.3, 0.2, journeys=True)
    assert outcome.several > 0 and outcome.through_min > 0


def test_without_several_stops_nothing_changes(hall: Hall) -> None:
    assert play(hall, "b", True, 0.3, 0.0, False).others_min == play(hall, "b", False, 0.3, 0.0, False).others_min
