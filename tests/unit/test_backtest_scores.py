"""What the back-test measures, and whom it measures: forecasts in a pipe or in this process."""

import gzip
import itertools
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.backtest import odd
from ops.backtest.advice import compare, effects
from ops.backtest.calls import centre, events_of, read_days
from ops.backtest.odd_run import complaints
from ops.backtest.pipe import BrokenPipe, InProcess, Piped
from ops.backtest.run import hall_of, play
from ops.backtest.scores import Estimate, NotAnEstimate, checked, score
from ops.backtest.simple import Simple, answers
from queue_server.contract.times import rfc3339

SIMPLE = f"{shlex.quote(sys.executable)} -m ops.backtest.simple"
NOON = 1_772_424_000


def event(name: str, after_s: float, **facts: Any) -> dict[str, Any]:
    return {"event": name, "at": rfc3339(int(1000 * (NOON + after_s))), **facts}


def estimate(wait_s: float, p50_s: float) -> Estimate:
    simple = dict.fromkeys(("ahead", "les", "hol"), 0.0)
    return Estimate(wait_s=wait_s, p10_s=p50_s - 60, p50_s=p50_s, p90_s=p50_s + 60, simple=simple)


def test_errors_are_against_the_mean_wait_and_bias_says_who_waited_longer() -> None:
    found = score([estimate(600, 540), estimate(600, 420)])
    assert found is not None
    assert (found.error_min, found.bias_min, found.error_share) == (2.0, -2.0, 0.2)
    assert found.covered_pct == 50
    assert found.over_simple["les"] == pytest.approx(0.2)


def test_the_formulas_say_what_they_always_say() -> None:
    hall = odd.hall().hall
    simple = Simple(hall)
    turn = {"queue": "A", "priority": "normal"}
    for number in (1, 2):
        simple.hear(event("WindowOpened", 0, window=number, queues=[{"queue": "A", "handicap_s": 0}]), NOON)
    simple.hear(event("TicketIssued", 0, ticket="a", turn=0, **turn), NOON)
    simple.hear(event("TicketIssued", 0, ticket="b", turn=1, **turn), NOON)
    simple.hear(event("TicketCalled", 120, ticket="a", **turn), NOON + 120)
    said = simple.issued(event("TicketIssued", 300, ticket="c", turn=300_000, **turn), NOON + 300)
    assert said == {"ahead": hall.mean_handling_ms["A"] / 2000, "les": 120.0, "hol": 300.0}


@pytest.mark.parametrize(
    "told",
    [
        [],
        [{"event": "WaitEstimated", "ticket": "b", "p10_s": 1, "p50_s": 2, "p90_s": 3}],
        [{"event": "WaitEstimated", "ticket": "a", "p10_s": 3, "p50_s": 2, "p90_s": 4}],
        [{"event": "WaitEstimated", "ticket": "a", "p10_s": -1, "p50_s": 2, "p90_s": 4}],
        [{"event": "WaitEstimated", "ticket": "a", "p10_s": 1, "p50_s": 2, "p90_s": float("inf")}],
    ],
)
def test_an_answer_that_is_no_estimate_is_not_scored(told: list[dict[str, Any]]) -> None:
    with pytest.raises(NotAnEstimate):
        checked({"event": "TicketIssued", "ticket": "a"}, told)


def test_a_forecast_in_a_pipe_is_asked_the_same_as_one_in_this_process(tmp_path: Path) -> None:
    hall = hall_of("small", 1)
    days = [
        play(hall, "normal", ask, tmp_path)
        for ask in (
            lambda file, history: Piped(SIMPLE, file, history),
            lambda file, history: InProcess("ops.backtest.simple:answers", file, history),
        )
    ]
    assert days[0].estimates == days[1].estimates != []
    assert len(days[0].took_s) >= len(days[0].estimates)
    assert days[0].cpu_s > 0


@pytest.mark.parametrize("before", ["", "import sys, ops.backtest.simple as simple; simple.main(sys.argv[1:]); "])
def test_a_forecast_that_dies_early_or_late_is_said_to_be_broken(tmp_path: Path, before: str) -> None:
    command = f"{shlex.quote(sys.executable)} -c '{before}raise SystemExit(3)'"
    with pytest.raises(BrokenPipe, match="exit 3"):
        play(hall_of("small", 1), "normal", lambda file, history: Piped(command, file, history), tmp_path)


def test_advice_that_says_nothing_changes_nothing_and_the_rule_helps(tmp_path: Path) -> None:
    outcomes, _ = compare(
        hall_of("small", 1), "overload", lambda file, _: InProcess("ops.backtest.simple:answers", file, None),
        tmp_path, accepted=1.0,
    )  # fmt: skip
    found = {effect.policy: effect for effect in effects(outcomes)}
    assert found["advice"].mean_change_pct == 0
    assert found["wide rule"].mean_change_pct < -5


def eager(hall: bytes, _: Path | None) -> Callable[[bytes], list[bytes]]:
    """A forecast that wants one window after another opened."""
    simple, windows = answers(hall), itertools.cycle(range(1, 7))

    def answer(line: bytes) -> list[bytes]:
        told = simple(line)
        wish = {"event": "DiversionProposed", "action": "open_window", "gain": {"mean_s": 60, "p90_s": 90}}
        if told == [b'{"event":"Ticked"}']:
            return [json.dumps({**wish, "window": next(windows)}).encode(), *told]
        return told

    return answer


def test_advice_is_carried_out_as_far_as_there_are_clerks(tmp_path: Path) -> None:
    hall = hall_of("small", 1)
    outcomes, _ = compare(
        hall, "overload", lambda file, _: InProcess("tests.unit.test_backtest_scores:eager", file, None), tmp_path, 1.0
    )
    found = {effect.policy: effect for effect in effects(outcomes)}
    assert found["advice"].begun == {"open_window": hall.file.hall.diversion.reserve_clerks}
    assert found["advice"].mean_change_pct < -5


CALLS = """date_received,queue_name,agent_number,answered,consult,transfer,hangup,call_type
2014-08-01 09:00:00,100,7.0,2014-08-01 09:00:10,,,2014-08-01 09:02:00,1
2014-08-01 09:00:05,100,,,,,2014-08-01 09:00:40,1
2014-08-01 09:01:00,200,7.0,2014-08-01 09:02:30,,2014-08-01 09:03:00,2014-08-01 09:09:00,1
"""


def test_a_call_is_a_ticket_and_its_agent_is_free_once_another_has_the_caller(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv.gz"
    file.write_bytes(gzip.compress(CALLS.encode()))
    days = read_days(file)
    told = [
        (
            found["event"],
            found["at"][11:19],
            found.get("queue") or [share["queue"] for share in found.get("queues", [])],
        )
        for found in events_of(days[0], centre(days, told=True))
    ]
    assert told == [
        ("WindowOpened", "08:59:40", ["A", "B"]),
        ("TicketIssued", "09:00:00", "A"),
        ("TicketIssued", "09:00:05", "A"),
        ("TicketCalled", "09:00:10", "A"),
        ("ServiceStarted", "09:00:10", "A"),
        ("TicketCancelled", "09:00:40", "A"),
        ("TicketIssued", "09:01:00", "B"),
        ("ServiceFinished", "09:02:00", "A"),
        ("TicketCalled", "09:02:30", "B"),
        ("ServiceStarted", "09:02:30", "B"),
        ("ServiceFinished", "09:03:00", "B"),
        ("WindowClosed", "09:04:00", []),
    ]


@pytest.mark.parametrize("name", odd.ODD)
def test_an_odd_day_differs_from_a_usual_one_and_asks_for_answers(name: str) -> None:
    stream = odd.ODD[name]()
    assert stream != odd.lines(odd.usual())
    assert len(odd.asked(stream)) > 50


def test_odd_days_are_complained_about_when_an_answer_is_missing_or_absurd() -> None:
    right = b'{"event": "WaitEstimated", "ticket": "a", "p10_s": 1, "p50_s": 2, "p90_s": 3}'
    absurd = right.replace(b'"p90_s": 3', b'"p90_s": 9e9')
    ticked = b'{"event": "Ticked"}'
    assert complaints(["a", "Tick"], [right, b'{"event": "DiversionProposed"}', ticked]) == []
    assert len(complaints(["a", "Tick"], [absurd, ticked])) == 1
    assert len(complaints(["a", "Tick"], [right])) == 1
    assert len(complaints(["a", "Tick"], [ticked, right])) == 2


def test_odd_histories_are_all_there() -> None:
    assert [name for name, _ in odd.odd_histories()] == [
        "empty", "another hall's", "garbage", "cut off", "later than today",
    ]  # fmt: skip
