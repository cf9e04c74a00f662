"""What the forecast learns from days: how long visits take, when windows are there, who comes, who leaves."""

import random
from math import exp, log

import numpy as np
import pytest

from ops.backtest import odd
from queue_server.forecast.kernel.inputs import FAR
from queue_server.forecast.learning.accepting import Accepted
from queue_server.forecast.learning.arrivals import BIN_MIN, Arrivals
from queue_server.forecast.learning.day_plan import is_long
from queue_server.forecast.learning.handling import Handling, fit
from queue_server.forecast.learning.leaving import Patience
from queue_server.forecast.learning.pace import Pace, Stops
from queue_server.forecast.learning.presence import Presence
from queue_server.forecast.learning.quantiles import POINTS, Quantiles, exponential
from queue_server.forecast.learning.trusting import Trust

HALL = odd.hall().hall
ITEM, OTHER = "ITM-01", "ITM-02"
DAY_MS = 24 * 3_600_000
MIDNIGHT = 1_772_380_800_000
"""A Monday in Shanghai, in ms since the epoch."""


def at(day: int, hour: float) -> int:
    return MIDNIGHT + day * DAY_MS + round(hour * 3_600_000)


# handling times


def visits(handling: Handling, many: int, mean_s: float, window: int = 1, item: str = ITEM, day: int = 0) -> None:
    """So many visits about a mean, evenly over a day."""
    rng = random.Random(f"{many} {mean_s} {window} {day}")
    for number in range(many):
        took_s = mean_s * exp(rng.gauss(-0.08, 0.4))
        handling.learn(item, window, took_s, day * 86_400 + number * 20_000 / many)


def believed_s(handling: Handling, window: int = 1, item: str = ITEM, day: int = 1) -> float:
    return exp(handling.mean(item, window, day * 86_400.0) + handling.sigma(item) ** 2 / 2)


def test_before_any_visit_the_hall_file_is_believed() -> None:
    service = HALL.service_by_id[ITEM]
    assert Handling(HALL).mean_s(ITEM) == pytest.approx(service.mean_min * 60, rel=0.01)
    mean, sigma = fit(600, 1080)
    assert exp(mean + sigma**2 / 2) == pytest.approx(600, rel=0.001)
    assert exp(mean + 1.2816 * sigma) == pytest.approx(1080, rel=0.001)


@pytest.mark.parametrize("factor", [2 / 3, 4 / 3])
def test_minutes_in_the_file_that_are_wrong_by_a_third_are_learnt_within_a_morning(factor: float) -> None:
    handling = Handling(HALL)
    planned_s = handling.mean_s(ITEM)
    visits(handling, 60, planned_s * factor)
    assert believed_s(handling) == pytest.approx(planned_s * factor, rel=0.12)


def test_one_visit_moves_what_is_believed_a_little_and_many_move_it_more() -> None:
    handling, planned_s = Handling(HALL), Handling(HALL).mean_s(ITEM)
    moved = []
    for _ in range(3):
        handling.learn(ITEM, 1, planned_s * 1.5, 0.0)
        moved.append(believed_s(handling, day=0) / planned_s)
    assert 1.05 < moved[0] < 1.4
    assert moved == sorted(moved)


def test_a_slow_clerk_is_told_from_a_slow_service() -> None:
    handling = Handling(HALL)
    planned_s = handling.mean_s(ITEM)
    visits(handling, 80, planned_s * 1.6, window=1)
    visits(handling, 80, planned_s, window=2)
    assert believed_s(handling, window=1) > 1.25 * believed_s(handling, window=2)
    assert believed_s(handling, window=9) > believed_s(handling, window=2)


def test_what_one_service_takes_says_a_little_of_the_others() -> None:
    handling = Handling(HALL)
    planned_s = handling.mean_s(OTHER)
    visits(handling, 60, 1.33 * handling.mean_s(ITEM))
    assert planned_s * 1.02 < believed_s(handling, window=5, item=OTHER) < planned_s * 1.25


def test_what_has_changed_is_learnt_anew() -> None:
    handling = Handling(HALL)
    planned_s = handling.mean_s(ITEM)
    for day in range(6):
        visits(handling, 40, planned_s, day=day)
        handling.end_day()
    for day in range(6, 9):
        visits(handling, 40, planned_s * 1.5, day=day)
        handling.end_day()
    assert believed_s(handling, day=9) > 1.3 * planned_s


def test_slow_hours_are_forgotten_overnight_and_slow_days_are_not() -> None:
    handling = Handling(HALL)
    visits(handling, 10, 2 * handling.mean_s(ITEM))
    evening = handling.mean(ITEM, 1, 20_000.0)
    handling.end_day()
    assert Handling(HALL).mean(ITEM, 1, 0.0) < handling.mean(ITEM, 1, 86_400.0) < evening


@pytest.mark.parametrize("took_s", [-5.0, 0.0, 4.9, 5 * 3600.0])
def test_visits_that_nobody_makes_teach_nothing(took_s: float) -> None:
    handling = Handling(HALL)
    handling.learn(ITEM, 1, took_s, 0.0)
    assert handling.mean_s(ITEM) == Handling(HALL).mean_s(ITEM)


def test_a_visit_that_was_forgotten_moves_no_more_than_a_long_one() -> None:
    long, forgotten = Handling(HALL), Handling(HALL)
    long.learn(ITEM, 1, 5 * 3600 - 7200, 0.0)
    forgotten.learn(ITEM, 1, 4 * 3600.0, 0.0)
    assert forgotten.mean_s(ITEM) == pytest.approx(long.mean_s(ITEM), rel=0.01)


def test_a_service_that_no_file_tells_of_is_learnt_from_nothing() -> None:
    handling = Handling(HALL)
    visits(handling, 60, 240.0, item="NEW")
    assert believed_s(handling, item="NEW") == pytest.approx(240.0, rel=0.25)


# who leaves


def test_patience_goes_on_beyond_the_longest_wait_that_was_seen() -> None:
    patience = Patience()
    for number in range(2000):
        patience.end(60.0 * (number % 30), left=number % 10 == 0)
    patience.restore(list(patience.counts()))
    miss, stay = patience.curves()
    assert np.all(np.diff(stay) <= 1e-12)
    assert stay[120] < stay[60] < stay[29] < stay[0]
    assert np.all(np.diff(miss) >= -1e-12)


def test_where_everybody_stays_the_curve_stays_up_and_where_many_leave_it_falls() -> None:
    curves = []
    for many_leave in (False, True):
        patience = Patience()
        for number in range(2000):
            patience.end(60.0 * (number % 60), left=many_leave and number % 3 == 0)
        patience.restore(list(patience.counts()))
        curves.append(patience.curves()[1][60])
    assert curves[0] > 0.9
    assert curves[1] < 0.75


def test_who_waits_long_is_more_often_called_in_vain() -> None:
    patience = Patience()
    for number in range(3000):
        waited_min = number % 90
        patience.call(60.0 * waited_min, missed=number % 100 < waited_min // 3)
    patience.restore(list(patience.counts()))
    miss, _ = patience.curves()
    assert miss[85] > miss[5] + 0.1


# who comes


def day_of_arrivals(arrivals: Arrivals, hour: float, many: int, item: str = ITEM) -> None:
    for number in range(many):
        arrivals.came(item, hour * 60 + number * 60 / many, "normal", 0.0)


def test_the_shape_of_days_is_learnt() -> None:
    arrivals = Arrivals(HALL)
    for _ in range(8):
        day_of_arrivals(arrivals, 10, 40)
        day_of_arrivals(arrivals, 15, 4)
        arrivals.end_day()
    rate = arrivals.rate(ITEM)
    assert rate.sum() == pytest.approx(44, rel=0.2)
    per_hour = rate.reshape(-1, 60 // BIN_MIN).sum(axis=1)
    assert per_hour[10] > 4 * per_hour[15]
    assert rate.min() >= 0


def test_a_day_on_which_twice_as_many_come_is_seen_in_the_morning() -> None:
    arrivals = Arrivals(HALL)
    for many in [60] * 8 + [120]:
        arrivals.end_day()
        for service in HALL.services:
            day_of_arrivals(arrivals, 10, many, service.id)
    assert 1.4 < arrivals.today(11 * 60) < 2.1


def test_a_surge_of_one_service_fades() -> None:
    arrivals = Arrivals(HALL)
    for _ in range(8):
        day_of_arrivals(arrivals, 10, 20)
        arrivals.end_day()
    day_of_arrivals(arrivals, 10, 100)
    surges = [arrivals.surge(ITEM, minute, 1.0) for minute in (661, 720, 840)]
    assert surges == sorted(surges, reverse=True)
    assert surges[0] > 2
    assert surges[-1] < 1.2


def test_the_mix_of_priorities_and_their_credits_are_learnt() -> None:
    arrivals = Arrivals(HALL)
    for number in range(400):
        arrivals.came(ITEM, 600, *(("elder", 900.0) if number % 2 else ("normal", 0.0)))
    chances, credits = arrivals.mix()
    assert chances[-1] > 1
    assert arrivals.credits_s["elder"] == pytest.approx(900, rel=0.05)
    assert arrivals.priorities["elder"] / sum(arrivals.priorities.values()) > 0.35
    assert len(chances) == len(credits)


# when windows are there


def a_day(presence: Presence, day: int, window: int = 1, opens: float = 9.0, lunch: float = 11.75) -> None:
    presence.opened(window, at(day, opens))
    presence.paused(window, at(day, lunch), "lunch")
    presence.resumed(window, at(day, lunch + 0.75))
    presence.paused(window, at(day, 15), "break")
    presence.resumed(window, at(day, 15.2))
    presence.closed(window, at(day, 16.5))


def past(presence: Presence, days: int = 6) -> None:
    for day in range(days):
        a_day(presence, day, lunch=11.75 if day % 2 else 12.25)
        presence.opened(2, at(day, 9))
        presence.closed(2, at(day, 16.5))
        presence.end_day()


def pauses_h(presence: Presence, window: int, day: int, hour: float, is_open: bool = True) -> list[list[float]]:
    """Starts of the pauses of each plan, in hours of the day."""
    plans = presence.plans(window, at(day, hour), is_open)
    return [[round(hour + start / 3600, 2) for start in plan[2::2] if start < FAR] for plan in plans]


def test_lunches_and_breaks_are_drawn_from_past_days() -> None:
    presence = Presence(HALL)
    past(presence)
    plans = pauses_h(presence, 1, 6, 10)
    assert [11.75, 15.0] in plans
    assert [12.25, 15.0] in plans


def test_who_had_lunch_has_none_again_and_who_is_late_for_it_goes_soon() -> None:
    presence = Presence(HALL)
    past(presence)
    presence.opened(1, at(6, 9))
    late = [plan[0] for plan in pauses_h(presence, 1, 6, 12.5)]
    assert all(12.5 <= start < 13.0 for start in late)
    presence.paused(1, at(6, 12.5), "lunch")
    presence.resumed(1, at(6, 13.2))
    assert all(plan == [15.0] for plan in pauses_h(presence, 1, 6, 13.3))


def test_on_the_first_day_pauses_are_guessed_by_the_opening_hours() -> None:
    plans = pauses_h(Presence(HALL), 1, 0, 9.1)
    assert all(12.0 in plan for plan in plans)
    assert max(len(plan) for plan in plans) > 1


def test_a_window_that_never_opened_is_not_expected_and_one_that_did_is() -> None:
    presence = Presence(HALL)
    assert presence.is_planned(5)
    past(presence)
    assert presence.is_planned(1)
    assert not presence.is_planned(5)
    assert presence.plans(5, at(6, 10), False).min() >= 0
    assert (presence.plans(5, at(6, 10), False)[:, 0] >= FAR).all()


def test_a_window_that_is_open_now_is_expected_to_close_as_on_past_days() -> None:
    presence = Presence(HALL)
    past(presence)
    presence.opened(1, at(6, 9))
    closes = presence.plans(1, at(6, 10), True)[:, 1]
    assert closes == pytest.approx(np.full(len(closes), 6.5 * 3600))


def test_a_window_that_comes_late_is_waited_for_a_while_and_then_given_up() -> None:
    presence = Presence(HALL)
    past(presence)
    soon = presence.plans(1, at(6, 9.2), False)[:, 0]
    never = presence.plans(1, at(6, 11), False)[:, 0]
    assert soon.max() < 1800
    assert (never >= FAR).all()


def test_a_window_that_was_there_on_half_of_the_days_is_expected_on_half_of_the_plans() -> None:
    presence = Presence(HALL)
    for day in range(8):
        a_day(presence, day)
        if day % 2:
            a_day(presence, day, window=3)
        presence.end_day()
    opens = presence.plans(3, at(8, 8.5), False)[:, 0]
    assert (opens < FAR).mean() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("reason", "minutes", "long"),
    [("lunch", 5, True), ("break", 60, False), ("", 45, True), ("", 10, False), ("meeting", 40, True)],
)
def test_a_pause_is_lunch_when_it_says_so_or_says_nothing_and_is_as_long(reason: str, minutes: int, long: bool) -> None:
    assert is_long(reason, minutes) is long


# small things


def test_a_table_of_times_begins_as_a_guess_and_becomes_what_was_seen() -> None:
    table = Quantiles(exponential(20), weight=20)
    assert np.median(table.table()) == pytest.approx(20 * log(2), rel=0.1)
    for number in range(2000):
        table.add(100.0 + number % 11)
    learnt = table.table()
    assert len(learnt) == POINTS
    assert np.all(np.diff(learnt) >= 0)
    assert np.median(learnt) == pytest.approx(105, abs=1)


def test_a_table_forgets_its_oldest_values() -> None:
    table = Quantiles(exponential(20), keep=100)
    for value in [10.0] * 500 + [90.0] * 200:
        table.add(value)
    assert table.count <= 125
    assert set(table.values) == {90.0}


def test_calls_out_of_turn_count_once_they_are_more_than_mistakes() -> None:
    pace = Pace()
    assert pace.out_of_turn == 0
    for number in range(600):
        pace.turn(odd=number % 10 == 0)
    assert 0.05 < pace.out_of_turn < 0.12


def test_next_stops_are_learnt_as_shares() -> None:
    stops = Stops()
    for number in range(100):
        stops.finish(ITEM)
        if number % 2:
            stops.go_on(ITEM, OTHER)
    assert stops.chance(ITEM) == pytest.approx(0.5, abs=0.05)
    assert stops.chance("never seen") == 0


def test_the_share_who_accept_is_a_guess_at_first_and_learnt_in_the_end() -> None:
    accepted = Accepted()
    assert accepted.share("offer_later", 0.12) == pytest.approx(0.12)
    accepted.began("offer_later", "A", 100)
    for _ in range(50):
        accepted.came(ITEM, "A")
        accepted.left(ITEM, "A")
    assert accepted.share("offer_later", 0.12) == pytest.approx(0.33, abs=0.04)
    accepted.ended("offer_later", "A")
    accepted.left(ITEM, "A")
    accepted.came(ITEM, "A")
    assert accepted.share("offer_later", 0.12) == pytest.approx(0.33, abs=0.04)
    assert accepted.share("offer_hall", 0.08) == pytest.approx(0.08)


def test_one_effect_says_little_and_many_say_how_far_predictions_are_to_be_trusted() -> None:
    trust = Trust()
    assert trust.factor("open_window") == 1
    trust.learn("open_window", 100.0, -900.0)
    assert 0.6 < trust.factor("open_window") < 0.8
    for _ in range(60):
        trust.learn("open_window", 100.0, 50.0)
        trust.learn("send_helpers", 100.0, 9000.0)
        trust.learn("offer_later", 1.0, -500.0)
    assert trust.factor("open_window") == pytest.approx(0.55, abs=0.06)
    assert trust.factor("send_helpers") == 1.5
    assert trust.factor("offer_later") == 1
