"""Presses of a call pad, with a link that does as it is told and a clock that is moved by hand."""

from typing import Any

import pytest

from queue_server.link import Away, Refused
from window_client.agent.presses import Desk, Outcome, Press


class Scripted:
    """A link that answers as it is told; time passes as long as an answer takes."""

    def __init__(self, *answers: Any, each_s: float = 1.0) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, object, str]] = []
        self.now = 100.0
        self._each_s = each_s

    async def ask(
        self, method: str, path: str, body: object = None, *, key: str = "", language: str = "", timeout_s: float = 5.0
    ) -> Any:
        assert not language
        self.asked.append((method, path, body, key))
        self.now += min(self._each_s, timeout_s)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def pause(self, seconds: float) -> None:
        self.now += seconds

    async def press(self, key: Any, staff: str = "", late_s: float = 0.0) -> Outcome:
        desk = Desk(self, 3, staff, lambda: self.now, self.pause)
        return await desk.carry_out(Press(key=key, at=self.now - late_s))

    @property
    def posted(self) -> list[str]:
        return [path for method, path, _, _ in self.asked if method == "POST"]

    @property
    def keys(self) -> set[str]:
        return {key for method, _, _, key in self.asked if method == "POST"}


TICKET = {"id": "1", "number": "A001"}
LOST = Away("no answer in time")
UNREACHED = Away("no connection", sent=False)


@pytest.mark.parametrize(
    ("key", "path"),
    [("next", "call-next"), ("recall", "recall"), ("start", "start"), ("finish", "finish"), ("missed", "no-show")],
)
async def test_each_key_is_an_act_of_its_window(key: str, path: str) -> None:
    link = Scripted(TICKET)
    assert (await link.press(key)).what == "done"
    assert link.posted == [f"/windows/3/{path}"]


async def test_a_lost_answer_is_asked_for_again_with_the_same_key() -> None:
    link = Scripted(LOST, UNREACHED, UNREACHED, TICKET)
    assert (await link.press("next")).what == "done"
    assert (len(link.posted), len(link.keys)) == (4, 1)


async def test_two_presses_have_two_keys() -> None:
    link = Scripted(TICKET)
    await link.press("next")
    await link.press("next")
    assert len(link.keys - {""}) == 2


async def test_what_never_got_there_is_dropped_after_three_seconds() -> None:
    link = Scripted(UNREACHED, each_s=0.1)
    assert (await link.press("next")).what == "dropped"
    assert 103.0 <= link.now < 103.5


async def test_what_may_have_got_there_is_asked_for_ten_seconds() -> None:
    link = Scripted(UNREACHED, LOST, UNREACHED, each_s=0.1)
    assert (await link.press("next")).what == "unsure"
    assert 110.0 <= link.now < 110.5


async def test_a_press_that_waited_too_long_for_its_turn_is_never_sent() -> None:
    link = Scripted(TICKET)
    assert (await link.press("next", late_s=3.5)).what == "dropped"
    assert link.asked == []


async def test_nobody_waiting_is_told() -> None:
    assert (await Scripted(None).press("next")).what == "nobody"


async def test_a_refusal_is_told_with_its_code() -> None:
    refusal = Refused(409, {"code": "WINDOW_BUSY", "detail": "D"})
    assert await Scripted(refusal).press("next") == Outcome(what="refused", code="WINDOW_BUSY", why="D")


async def test_a_revoked_token_is_for_the_agent_to_know() -> None:
    with pytest.raises(Refused):
        await Scripted(Refused(401, {"code": "UNKNOWN_TOKEN"})).press("next")


async def test_a_digit_is_no_act() -> None:
    link = Scripted(TICKET)
    assert (await link.press("7")).what == "no_act"
    assert link.asked == []


@pytest.mark.parametrize(
    ("status", "staff", "path", "body"),
    [
        ("open", "", "pause", {"reason": "break"}),
        ("paused", "", "resume", None),
        ("closed", "Li", "open", {"staff": "Li"}),
        ("closed", "", "pause", {"reason": "break"}),
    ],
)
async def test_the_pause_key_turns_the_window_over(status: str, staff: str, path: str, body: object) -> None:
    link = Scripted({"status": status}, {})
    assert (await link.press("pause", staff)).well
    assert link.asked[1][:3] == ("POST", f"/windows/3/{path}", body)


async def test_a_pause_whose_answer_was_lost_does_not_end_itself() -> None:
    link = Scripted({"status": "open"}, LOST, {"status": "paused"})
    assert (await link.press("pause")).well
    assert (set(link.posted), len(link.keys)) == ({"/windows/3/pause"}, 1)


async def test_a_pause_key_while_the_server_is_away_is_dropped() -> None:
    link = Scripted(LOST, each_s=0.1)
    assert (await link.press("pause")).what == "dropped"
    assert link.posted == []
    assert link.now < 103.5
