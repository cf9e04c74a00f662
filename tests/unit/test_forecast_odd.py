"""Days and histories that go wrong: the forecast answers each question with something that a person could be told."""

from functools import cache
from typing import Any

import msgspec
import pytest

from ops.backtest import odd
from ops.backtest.odd_run import complaints
from ops.foresee.pipe import Pipe
from tests.support.forecasts import Telling

TICK_EVERY = 45
"""Of so many ticks one is asked: advice is what takes time."""
MOST_GAIN_S = 24 * 3600.0
HISTORIES = ("empty", "another hall's", "garbage", "cut off", "later than today")
NOON_TEXT = "2026-03-02T04:00:00.000Z"


def thinned(lines: odd.Lines) -> odd.Lines:
    """The same with few of its ticks."""
    ticks = 0
    found = []
    for line in lines:
        if b'"Tick"' in line and b'"at":"2026-03-0' in line:
            ticks += 1
            if ticks % TICK_EVERY:
                continue
        found.append(line)
    return found


@cache
def next_day() -> odd.Lines:
    """Its morning."""
    return thinned(odd.lines(odd.usual(1)))[:200]


@cache
def histories() -> dict[str, bytes]:
    return dict(odd.odd_histories())


def played(lines: odd.Lines, history: bytes = b"") -> tuple[Pipe, list[bytes]]:
    pipe = Pipe(odd.hall().hall)
    pipe.learn(history.splitlines(keepends=True))
    return pipe, [answer for line in lines for answer in pipe.answer(line)]


def wrong(lines: odd.Lines, answers: list[bytes]) -> list[str]:
    """What is wrong with the answers, gains included."""
    told: list[dict[str, Any]] = [msgspec.json.decode(answer) for answer in answers]
    gains = [answer["gain"] for answer in told if answer["event"] == "DiversionProposed"]
    absurd = [str(gain) for gain in gains if not all(abs(value) < MOST_GAIN_S for value in gain.values())]
    return complaints(odd.asked(lines), answers) + absurd


def doubts(pipe: Pipe) -> set[str]:
    return {doubt.code for doubt in pipe.forecaster.doubts()}


DOUBTED = {
    "a clerk who starts and forgets": "STUCK_TICKET",
    "a clock that goes back": "CLOCK_BACK",
    "a clock that leaps": "CLOCK_BACK",
    "lines of garbage": "CLOCK_BACK",
}
"""What must be said to be doubted at the end of an odd day; on all of them, that there is no history."""


@pytest.mark.parametrize("name", [name for name in odd.ODD if name != "a crowd at once"])
def test_an_odd_day_is_lived_through(name: str) -> None:
    lines = thinned(odd.ODD[name]())
    pipe, answers = played(lines)
    assert wrong(lines, answers) == []
    assert DOUBTED.get(name, "NO_HISTORY") in doubts(pipe) | ({"NO_HISTORY"} if name.endswith("close") else set())


def test_a_crowd_that_comes_at_once_is_answered_one_by_one() -> None:
    lines = thinned(odd.a_crowd_at_once(80))
    assert wrong(lines, played(lines)[1]) == []


def test_every_odd_history_is_tried() -> None:
    assert tuple(histories()) == HISTORIES


@pytest.mark.parametrize("name", HISTORIES)
def test_an_odd_history_does_no_harm(name: str) -> None:
    pipe, answers = played(next_day(), histories()[name])
    assert wrong(next_day(), answers) == []
    assert doubts(pipe) >= {"empty": {"NO_HISTORY"}, "another hall's": {"STRANGE_HISTORY"}}.get(name, set())


def test_twenty_thousand_events_at_once_leave_the_outlook_in_order() -> None:
    told = Telling()
    told.open(1, 2)
    told.crowd(20_000, after_s=0)
    last = told.forecaster.ticket("T20000")
    assert last is None or last[0] > 3600
    outlook = told.forecaster.outlook()
    assert len(outlook.tickets) > 10
    assert next(row.waiting for row in outlook.queues if row.queue == "A") == 20_000
    assert all(0 <= low <= mid <= high <= 24 * 3600 for low, mid, high in outlook.tickets.values())


JUNK: list[dict[str, Any]] = [
    {"event": "TicketIssued", "at": NOON_TEXT},
    {"event": "TicketIssued", "at": NOON_TEXT, "ticket": None, "queue": None, "service": None, "turn": None},
    {"event": "TicketIssued", "at": NOON_TEXT, "ticket": "a", "turn": 1},
    {"event": "TicketIssued", "at": NOON_TEXT, "ticket": "b", "queue": "A", "turn": 2**62, "stop": 2**63},
    {"event": "TicketIssued", "at": NOON_TEXT, "ticket": "c", "queue": "A", "turn": "9998-12-31T23:59:59Z"},
    {"event": "TicketIssued", "at": NOON_TEXT, "ticket": "d", "queue": {"a": [1]}, "service": [[]], "priority": {}},
    {"event": "TicketIssued", "at": NOON_TEXT, "ticket": "e", "queue": "A", "only_window": 77},
    {"event": "WindowOpened", "at": NOON_TEXT, "window": 2**63, "queues": [{"queue": "A", "handicap_s": 1e308}]},
    {"event": "WindowOpened", "at": NOON_TEXT, "window": -4, "queues": [["A", 2**62], "", None, 7, ["A"], {}]},
    {"event": "WindowOpened", "at": NOON_TEXT, "window": 9.5, "queues": [{"queue": {"x": 1}, "handicap_s": "long"}]},
    {"event": "WindowOpened", "at": NOON_TEXT, "window": "1", "queues": {"A": 1}},
    {"event": "WindowPaused", "at": NOON_TEXT, "window": 1, "reason": {"why": []}, "until": -5},
    {"event": "WindowPaused", "at": NOON_TEXT, "window": 4000, "until": "9998-01-01T00:00:00Z"},
    {"event": "TicketCalled", "at": NOON_TEXT, "ticket": "a", "window": 10**15},
    {"event": "ServiceStarted", "at": NOON_TEXT, "ticket": "nobody", "window": 12},
    {"event": "ServiceFinished", "at": NOON_TEXT, "ticket": "c"},
    {"event": "TicketTransferred", "at": NOON_TEXT, "ticket": "c", "queue": "", "turn": True},
    {"event": "TicketTransferred", "at": NOON_TEXT, "ticket": "new", "queue": "ZZ"},
    {"event": "TicketReinstated", "at": NOON_TEXT, "ticket": "ghost"},
    {"event": "ActUndone", "at": NOON_TEXT, "ticket": "a", "undone": "TicketCalled"},
    {"event": "ActUndone", "at": NOON_TEXT, "ticket": "a", "undone": "ServiceFinished", "window": 1},
    {"event": "BookingMade", "at": NOON_TEXT, "booking": "x", "start": "9998-01-01T00:00:00Z", "service": {}},
    {"event": "DiversionStarted", "at": NOON_TEXT, "action": "open_window", "window": {}},
    {"event": "DiversionEnded", "at": NOON_TEXT, "action": ["dance"]},
    {"event": "TicketIssued", "at": "9999-12-31T23:59:59Z", "ticket": "late", "queue": "A"},
    {"event": "TicketIssued", "at": "0001-01-01T00:00:00Z", "ticket": "early", "queue": "A"},
    {"event": "TicketIssued", "at": NOON_TEXT, "ticket": "deep", "queue": "A", "facts": [[[[[[[[{}]]]]]]]]},
]  # fmt: skip


def test_events_full_of_junk_are_heard_and_the_hall_is_still_foreseen() -> None:
    pipe = Pipe(odd.hall().hall)
    last = {"event": "TicketIssued", "at": NOON_TEXT, "ticket": "last", "queue": "B", "service": "ITM-02"}
    for event in JUNK:
        for line in odd.lines([event, {**last, "ticket": f"after {event['event']}"}]):
            answers = pipe.answer(line)
            assert not [
                answer for answer in answers if b"Estimated" in answer and not odd.is_sane(msgspec.json.decode(answer))
            ]
    (tick,) = odd.lines([{"event": "Tick", "at": NOON_TEXT}])
    assert pipe.answer(tick)[-1] == b'{"event":"Ticked"}'
    assert pipe.forecaster.outlook().tickets


def test_a_turn_from_another_century_gives_nobody_a_credit() -> None:
    told = Telling()
    for _ in range(50):
        told.comes(turn=1)
    assert told.forecaster.knowledge.arrivals.credits_s["normal"] <= 4 * 3600


def test_a_window_that_closes_while_it_serves_calls_nobody_more() -> None:
    told = Telling()
    told.open(1)
    told.tell("TicketCalled", ticket=told.comes(), window=1)
    told.tell("WindowClosed", window=1)
    assert told.forecaster.ticket(told.comes()) is None


def test_a_diversion_that_is_told_again_once_it_is_measured_does_not_end_the_next_one() -> None:
    told = Telling()
    measure: dict[str, Any] = {"action": "send_helpers", "queue": "A"}
    told.tell("DiversionStarted", diversion="D-1", **measure)
    told.tell("DiversionEnded", 60, diversion="D-1", **measure)
    told.tell("DiversionStarted", 60, diversion="D-2", **measure)
    told.tell("DiversionEnded", 60, diversion="D-1", **measure)
    assert len(told.forecaster.knowledge.running) == 1
    told.tell("DiversionEnded", 60, diversion="D-2", **measure)
    assert told.forecaster.knowledge.running == {}


def test_a_clerk_who_comes_back_is_trusted_again() -> None:
    told = Telling()
    told.open(1)
    told.tell("TicketCalled", ticket=told.comes(), window=1)
    told.tell("ServiceStarted", ticket="T1", window=1)
    told.tell("WindowPaused", 3 * 3600, window=2)
    assert "STUCK_TICKET" in {doubt.code for doubt in told.forecaster.doubts()}
    told.tell("ServiceFinished", ticket="T1", window=1)
    assert "STUCK_TICKET" not in {doubt.code for doubt in told.forecaster.doubts()}
