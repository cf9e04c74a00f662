"""The forecast of a small hall: what waits depend on, and what it keeps."""

import msgspec
import numpy as np
import pytest

from ops.backtest import odd
from ops.foresee.pipe import Pipe
from queue_server.domain.outlook import Range
from queue_server.forecast.builder import Tweak
from queue_server.forecast.forecaster import Forecaster
from tests.support.forecasts import NOON, Telling, busy, hall

CREDITS = {"normal": 0, "elder": 20}


def middle(wait_s: Range) -> int:
    return wait_s[1]


def wait_of(told: Telling, ticket: str) -> int:
    return middle(told.wait_s(ticket))


# the same events, the same answers


def test_the_same_events_give_the_same_answers() -> None:
    first, second = (busy() for _ in range(2))
    assert first.forecaster.outlook() == second.forecaster.outlook()
    assert first.wait_s("T15") == second.wait_s("T15")


def test_asking_in_between_changes_no_answer() -> None:
    asked, silent = Telling(), Telling()
    for told in (asked, silent):
        told.open(1, 2)
        for _ in range(12):
            told.comes()
            if told is asked:
                told.forecaster.outlook()
                told.forecaster.newcomer("A")
    assert asked.wait_s("T12") == silent.wait_s("T12")


def test_another_seed_gives_other_futures_that_mean_about_the_same() -> None:
    first, second = busy(seed=1).wait_s("T15"), busy(seed=2).wait_s("T15")
    assert first != second
    assert middle(first) == pytest.approx(middle(second), rel=0.15)


# what a wait depends on


def test_waits_are_in_order_and_whoever_came_before_waits_less() -> None:
    told = busy()
    waits = [told.wait_s(f"T{number}") for number in range(9, 21)]
    assert all(0 <= low <= mid <= high < 12 * 3600 for low, mid, high in waits)
    middles = [middle(wait_s) for wait_s in waits]
    assert middles == sorted(middles)
    assert middles[-1] > middles[0] + 1200


def test_two_windows_more_make_the_wait_much_shorter() -> None:
    two, four = busy(), busy()
    four.open(4, 5)
    assert wait_of(four, "T20") < 0.7 * wait_of(two, "T20")


def test_who_has_a_credit_overtakes_and_the_others_wait_longer() -> None:
    told = Telling(hall(credits_min=CREDITS))
    told.open(1)
    tickets = told.crowd(6, after_s=120)
    before = wait_of(told, tickets[-1])
    elder = told.comes(priority="elder")
    assert wait_of(told, elder) < wait_of(told, tickets[0])
    assert wait_of(told, tickets[-1]) > before + 300


def test_a_window_with_a_handicap_serves_its_own_queue_first() -> None:
    def of_b(handicap_s: int) -> int:
        told = Telling()
        told.open(1, shares={"A": 0, "B": handicap_s})
        told.comes("B1")
        told.crowd(6, after_s=60)
        return wait_of(told, "T1")

    assert of_b(0) < 120
    assert of_b(3600) > 1800


def test_who_has_waited_for_a_window_that_closed_waits_for_the_others() -> None:
    told = busy()
    before = wait_of(told, "T20")
    told.tell("WindowClosed", window=2)
    assert wait_of(told, "T20") > 1.3 * before


def test_who_waits_for_one_window_is_called_by_no_other() -> None:
    told = Telling()
    told.open(1, 2)
    told.tell("TicketCalled", ticket=told.comes(), window=2)
    told.tell("ServiceStarted", ticket="T1", window=2)
    anyone, only = told.comes(), told.comes(only_window=2)
    assert wait_of(told, anyone) < 120
    assert wait_of(told, only) > 240


def test_a_pause_that_is_announced_lasts_until_it_was_said_to_end() -> None:
    told = Telling()
    told.open(1)
    told.tell("WindowPaused", window=1, reason="meeting", until_at=told.at + 3_600_000)
    ticket = told.comes()
    low, mid, high = told.wait_s(ticket)
    assert 3500 <= low <= mid <= 3800
    assert mid <= high


def test_a_visitor_who_was_called_has_no_wait_any_more() -> None:
    told = busy()
    assert told.forecaster.ticket("T7") is None
    assert told.forecaster.ticket("nobody") is None


def test_where_visitors_go_on_to_a_second_queue_it_is_expected_to_grow() -> None:
    def waiting_later(next_queue: str) -> int:
        told = Telling()
        told.open(1, 2, shares={"A": 0, "B": 3600})
        for _ in range(12):
            ticket = told.comes(after_s=300)
            told.serves(1, ticket, 5)
            if next_queue:
                told.tell("TicketTransferred", ticket=ticket, queue=next_queue, service="B1", stop=2, was="serving")
                told.serves(2, ticket, 5)
        told.crowd(20, after_s=0)
        row = next(row for row in told.forecaster.outlook().queues if row.queue == "B")
        return row.later[2].waiting[1]

    assert waiting_later("B") > waiting_later("") + 2


# where nobody serves


def test_a_queue_that_no_window_serves_has_no_wait_to_tell() -> None:
    told = busy()
    ticket = told.comes("C1")
    assert told.forecaster.newcomer("C") is None
    assert told.forecaster.ticket(ticket) is None
    assert told.forecaster.newcomer("A") is not None
    row = next(row for row in told.forecaster.outlook().queues if row.queue == "C")
    assert (row.waiting, row.wait_s, row.later) == (1, None, ())
    assert "NO_WINDOW" in {doubt.code for doubt in told.forecaster.doubts()}


def test_before_the_windows_open_the_wait_is_that_of_the_opening_plan() -> None:
    pipe = Pipe(odd.hall().hall)
    at = "2026-03-02T00:30:00.000Z"  # half past eight in Shanghai; the hall opens at nine
    line = odd.lines([{"event": "TicketIssued", "at": at, "ticket": "1", "service": "ITM-01", "queue": "A"}])[0]
    told = msgspec.json.decode(pipe.answer(line)[0])
    assert 1500 <= told["p10_s"] <= told["p50_s"] <= told["p90_s"] <= 3600


# the outlook


def test_the_outlook_says_of_each_ticket_what_is_said_when_it_is_asked_for() -> None:
    told = busy()
    outlook = told.forecaster.outlook(position=7)
    assert (outlook.at, outlook.position) == (told.at, 7)
    assert set(outlook.tickets) == {f"T{number}" for number in range(9, 21)}
    for ticket, wait_s in outlook.tickets.items():
        assert middle(wait_s) == pytest.approx(wait_of(told, ticket), rel=0.15, abs=120)


def test_the_outlook_looks_two_hours_ahead_in_steps_of_a_quarter() -> None:
    outlook = busy().forecaster.outlook()
    queue = next(row for row in outlook.queues if row.queue == "A")
    assert queue.waiting == 12
    assert queue.pace_s > 0
    for row in (queue.later, outlook.hall):
        assert [later.at - outlook.at for later in row] == [900_000 * step for step in range(1, 9)]
        assert all(
            list(span) == sorted(span) and span[0] >= 0 for later in row for span in (later.wait_s, later.waiting)
        )


def test_one_more_in_the_queue_means_one_more_in_the_outlook() -> None:
    told = busy()
    told.comes()
    queue = next(row for row in told.forecaster.outlook().queues if row.queue == "A")
    assert queue.waiting == 13


def test_futures_with_and_without_nothing_are_the_same_futures() -> None:
    told = busy()
    first, second = (told.forecaster.imagine(told.part(), Tweak(), 5400.0) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_a_far_window_that_opens_in_a_future_changes_nothing_for_another_part_of_the_hall() -> None:
    told = busy()
    told.open(3, shares={"B": 0})
    told.crowd(4, "B1")
    plain, tweaked = (told.forecaster.imagine(told.part("B"), tweak, 5400.0) for tweak in (Tweak(), OPENS))
    assert all(np.array_equal(a, b) for a, b in zip(plain, tweaked, strict=True))
    before, after = (np.concatenate(told.forecaster.imagine(told.part(), tweak, 5400.0)) for tweak in (Tweak(), OPENS))
    assert after.mean() < 0.9 * before.mean()


OPENS = Tweak(opens=((4, 300.0),))


# days


def test_at_the_end_of_a_day_nobody_waits_and_what_was_learnt_stays() -> None:
    told = busy()
    believed = told.forecaster.knowledge.handling.mean_s("A1")
    told.forecaster.end_day()
    assert told.forecaster.outlook().tickets == {}
    assert told.forecaster.ticket("T15") is None
    assert told.forecaster.knowledge.handling.mean_s("A1") == pytest.approx(believed, rel=0.05)
    assert told.forecaster.knowledge.handling.mean_s("A1") != Forecaster(hall()).knowledge.handling.mean_s("A1")


def test_a_new_day_begins_by_itself_with_its_first_event() -> None:
    told = busy()
    told.tell("TicketIssued", 24 * 3600, ticket="NEW", service="A1", queue="A")
    assert list(told.forecaster.knowledge.scene.visitors) == ["NEW"]


def next_day(told: Telling) -> list[Range]:
    """What is told to those who come on the day after."""
    told.at = NOON + 24 * 3_600_000
    told.open(1, 2)
    return [told.wait_s(ticket) for ticket in [told.comes(ticket=f"N{number}") and f"N{number}" for number in range(6)]]


def test_what_was_learnt_gives_the_same_answers_after_a_restart() -> None:
    told, again, third = busy(), Telling(), Telling()
    told.forecaster.end_day()
    kept = told.forecaster.save()
    assert again.forecaster.load(kept)
    assert again.forecaster.save() == kept
    assert third.forecaster.load(again.forecaster.save())
    waits = next_day(again)
    assert next_day(third) == waits
    assert third.forecaster.outlook() == again.forecaster.outlook()
    assert [middle(wait_s) for wait_s in next_day(told)] == pytest.approx([middle(wait_s) for wait_s in waits], rel=0.2)
    assert waits != next_day(Telling())


def test_what_another_hall_learnt_or_no_hall_at_all_is_not_taken_over() -> None:
    told, other = busy(), Forecaster(hall("elsewhere"))
    fresh = other.save()
    kept = told.forecaster.save()
    assert not any(other.load(raw) for raw in (kept, b"", b"garbage", b"\x80", kept[:-9], kept + b"x"))
    assert other.save() == fresh


def test_a_range_is_told_of_any_priority_and_service() -> None:
    told = busy()
    waits = [
        told.forecaster.newcomer("A", service, p) for service in ("", "A1", "NEW") for p in ("normal", "astronaut")
    ]
    assert all(wait_s is not None and list(wait_s) == sorted(wait_s) for wait_s in waits)


def test_time_that_passes_brings_those_who_wait_nearer() -> None:
    told = busy()
    before = wait_of(told, "T20")
    told.forecaster.pass_time(told.at + 60_000)
    assert wait_of(told, "T20") < before
