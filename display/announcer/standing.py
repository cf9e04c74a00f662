"""What a board that was read afresh says of calls."""

from collections.abc import Iterator, Mapping
from typing import Any

from display.announcer.calls import VOICE, Call, Identity, call_of

Board = Mapping[str, Any]


class Standing:
    """Windows with the number that is there, and the latest call of each."""

    def __init__(self, board: Board) -> None:
        self._windows = {row["window"]: row for row in board["windows"]}
        self._calls = {row["window"]: row for row in board["calls"]}

    def why_over(self, identity: Identity) -> str:
        """Why nobody is to hear this call any more; empty while it stands, also where the board shows few calls."""
        number, window, times, _ = identity
        there, latest = self._windows.get(window, {}), self._calls.get(window, {})
        if there.get("number") != number:
            return "no longer on the board"
        if there.get("serving"):
            return "already served"
        if latest.get("number") != number:
            return ""
        return "called again" if latest["times"] != times else "on the way" if latest.get("coming") else ""

    def to_say(self) -> Iterator[Call]:
        """Calls that came to be spoken and stand, oldest first."""
        calls = [call_of(row, row["called_at"]) for row in self._calls.values() if row.get("step") == VOICE]
        yield from sorted((call for call in calls if not self.why_over(call.identity)), key=lambda call: call.at)

    def knows(self, identity: Identity, at: float) -> bool:
        """Whether the latest call of that window is this one or the one after which it was said."""
        row = self._calls.get(identity[1])
        return row is not None and not is_anew(call_of(row, row["called_at"]), identity, at)


def is_anew(call: Call, identity: Identity, at: float) -> bool:
    """Whether a window's call ends what was said there at that moment: it may be said again from now on.

    A recall of the same number ends nothing: it may be undone, and the call before it is the latest once more.
    """
    number, window, times, _ = identity
    recalls = number == call.number and times < call.times
    return window == call.window and at < call.at and not recalls
