"""Halls and days of the back-test: readable, repeatable, and of the size that the figures speak of."""

import pytest

from ops.backtest.day import plan_day
from ops.backtest.hall import HallFile, small_hall, standard_hall, varied_hall, with_wrong_minutes
from ops.backtest.history import usual_days
from ops.backtest.nature import hall_nature
from ops.backtest.policies import alone
from ops.backtest.run import settled
from ops.backtest.scenarios import SCENARIOS
from ops.backtest.scores import mean
from ops.backtest.world import World


def day_of(file: HallFile, seed: int, scenario: str = "normal", ticks: bool = False) -> World:
    nature = hall_nature(file, seed)
    day = plan_day(file, nature, 10, f"test {seed}", SCENARIOS[scenario])
    return World(file, nature, day, SCENARIOS[scenario], ticks)


def test_the_standard_hall_has_forty_windows_of_about_three_skills_and_twelve_items() -> None:
    hall = standard_hall(1).hall
    skills = [len(plan.queues) for plan in hall.windows]
    assert (len(hall.windows), len(hall.services)) == (40, 12)
    assert 2.5 <= sum(skills) / len(skills) <= 3.5


@pytest.mark.parametrize("seed", range(12))
def test_every_varied_hall_can_be_read_and_each_of_its_queues_is_served(seed: int) -> None:
    hall = varied_hall(seed).hall
    assert all(hall.windows_of_queue[service.queue] for service in hall.services)


def test_wrong_minutes_are_wrong_by_a_third() -> None:
    right, wrong = small_hall(1).hall, with_wrong_minutes(small_hall(1), 1).hall
    for true, said in zip(right.services, wrong.services, strict=True):
        assert said.mean_min / true.mean_min == pytest.approx(2 / 3, 0.01) or said.mean_min > 1.3 * true.mean_min


def test_a_day_is_the_same_by_seed_and_another_by_another_seed() -> None:
    days = [list(day_of(small_hall(1), seed).events()) for seed in (1, 1, 2)]
    assert days[0] == days[1] != days[2]


def test_an_overloaded_hall_makes_people_wait_longer() -> None:
    waits = {name: mean(alone(day_of(standard_hall(1), 1, name))) / 60 for name in ("normal", "overload")}
    assert 5 < waits["normal"] < 30
    assert waits["overload"] > 1.3 * waits["normal"]


def test_a_hall_settles_where_people_wait_as_long_as_they_should() -> None:
    file = small_hall(1)
    nature = settled(file, hall_nature(file, 1), "test", wait_s=600)
    days = [plan_day(file, nature, number, "test settling", SCENARIOS["normal"]) for number in range(6)]
    waits = [wait for day in days for wait in alone(World(file, nature, day, SCENARIOS["normal"]))]
    assert mean(waits) == pytest.approx(600, rel=0.2)


def test_a_history_has_ten_days_that_differ() -> None:
    file = small_hall(1)
    issued: dict[str, int] = {}
    for event in usual_days(file, hall_nature(file, 1), "test"):
        if event["event"] == "TicketIssued":
            issued[event["at"][:10]] = issued.get(event["at"][:10], 0) + 1
    assert len(issued) == 10
    assert len(set(issued.values())) > 3
