"""The ladder's rule, without a store."""

import pytest

from queue_server.domain.ladder import due_step, is_unseen
from queue_server.domain.live_ticket import LiveTicket
from queue_server.domain.rules import Calling

RULES = Calling()


def call(**more: object) -> LiveTicket:
    facts: dict[str, object] = {
        "number": "A001", "queue": "A", "service": "A-1", "priority": "normal", "status": "called",
        "turn": 0, "since": 0, "window": 1, "step": "silent",
    }  # fmt: skip
    return LiveTicket(**(facts | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "waited_s", "due"),
    [
        ("silent", 14.9, ""),
        ("silent", 15, "flash"),
        ("silent", 30, "voice"),
        ("flash", 29.9, ""),
        ("flash", 30, "voice"),
        ("voice", 900, ""),
    ],
)
def test_a_call_climbs_by_the_time_since_it_was_made(step: str, waited_s: float, due: str) -> None:
    assert due_step(call(step=step), 1_000, 1_000 + int(waited_s * 1000), RULES) == due


@pytest.mark.parametrize("more", [{"coming": 1}, {"status": "serving"}, {"status": "waiting", "step": ""}])
def test_who_answered_or_is_not_called_rests(more: dict[str, object]) -> None:
    assert due_step(call(**more), 0, 900_000, RULES) == ""


def test_a_clock_set_back_makes_no_call_climb() -> None:
    assert due_step(call(), 1_000_000, 0, RULES) == ""


def test_a_call_is_unseen_after_five_seconds_unless_something_showed_it() -> None:
    assert not is_unseen(call(), 0, 4_999, RULES)
    assert is_unseen(call(), 0, 5_000, RULES)
    assert not is_unseen(call(shown=1), 0, 5_000, RULES)
    assert not is_unseen(call(status="serving"), 0, 5_000, RULES)
