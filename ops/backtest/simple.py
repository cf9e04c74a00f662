"""The formulas that queue systems have always used, from the events alone: what a forecast must beat.

`python -m ops.backtest.simple --hall FILE` speaks the pipe with the oldest of them, to try the pipe alone.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec

from queue_server.contract.hall_file import read_hall
from queue_server.domain.hall import Hall

Document = dict[str, Any]
NAMES = ("ahead", "les", "hol")
"""People ahead x mean / open windows; the last customer's wait; the wait of the head of the line."""


class Simple:
    """Follows a hall's events; at each new ticket it gives the formulas' waits in seconds."""

    def __init__(self, hall: Hall) -> None:
        self._mean_s = {queue: ms / 1000 for queue, ms in hall.mean_handling_ms.items()}
        self._waiting: dict[str, dict[str, tuple[float, int]]] = {}
        """By queue and ticket: since when (s), and the turn (ms)."""
        self._windows: dict[int, set[str]] = {}
        self._paused: set[int] = set()
        self._last: dict[str, float] = {}
        self._queue_of: dict[str, str] = {}
        self._again: set[str] = set()
        """Tickets that wait once more: they say nothing about a newcomer's wait."""

    def issued(self, event: Document, at: float) -> dict[str, float]:
        """The estimates for a new ticket, made before it is counted itself."""
        queue, turn = event["queue"], event["turn"]
        others = self._waiting.get(queue, {})
        ahead = sum(1 for _, other in others.values() if other <= turn)
        serving = sum(1 for number, queues in self._windows.items() if self._serves(number, queues, queue))
        formula = ahead * self._mean_s.get(queue, 300.0) / max(serving, 1)
        return {
            "ahead": formula,
            "les": self._last.get(queue, formula),
            "hol": max((at - since for since, _ in others.values()), default=0.0),
        }

    def _serves(self, number: int, queues: set[str], queue: str) -> bool:
        """A window whose queues nobody knows may serve any."""
        return number not in self._paused and (not queues or queue in queues)

    def hear(self, event: Document, at: float) -> None:
        name, ticket = event["event"], event.get("ticket", "")
        if name in ("TicketIssued", "TicketTransferred", "TicketReinstated"):
            self._leave(ticket)
            if name != "TicketIssued":
                self._again.add(ticket)
            self._queue_of[ticket] = event["queue"]
            self._waiting.setdefault(event["queue"], {})[ticket] = (at, event["turn"])
        elif name == "TicketCalled":
            queue = self._queue_of.get(ticket, "")
            since = self._leave(ticket)
            if since is not None and ticket not in self._again:
                self._last[queue] = at - since
        elif name in ("TicketCancelled", "TicketExpired"):
            self._leave(ticket)
        elif name.startswith("Window"):
            self._window(name, event)

    def _leave(self, ticket: str) -> float | None:
        found = self._waiting.get(self._queue_of.get(ticket, ""), {}).pop(ticket, None)
        return found[0] if found else None

    def _window(self, name: str, event: Document) -> None:
        number = event["window"]
        if name == "WindowOpened":
            self._windows[number] = {share["queue"] for share in event.get("queues", ())}
        elif name == "WindowClosed":
            self._windows.pop(number, None)
        (self._paused.add if name == "WindowPaused" else self._paused.discard)(number)


class SimpleAnswers:
    """Answers the pipe with people ahead x mean / open windows."""

    def __init__(self, hall: Hall) -> None:
        self._simple = Simple(hall)

    def __call__(self, line: bytes) -> list[bytes]:
        event = msgspec.json.decode(line)
        if event["event"] == "Tick":
            return [b'{"event":"Ticked"}']
        answers = []
        if event["event"] == "TicketIssued":
            wait_s = self._simple.issued(event, 0.0)["ahead"]
            answers.append(msgspec.json.encode(estimate(event["ticket"], wait_s / 2, wait_s, 2 * wait_s)))
        self._simple.hear(event, 0.0)
        return answers


def estimate(ticket: str, p10_s: float, p50_s: float, p90_s: float) -> Document:
    return {"event": "WaitEstimated", "ticket": ticket, "p10_s": p10_s, "p50_s": p50_s, "p90_s": p90_s}


def answers(hall: bytes, _history: Path | None = None) -> SimpleAnswers:
    """Like any forecast that runs inside the back-test: given the hall file and the history, answers lines."""
    found = read_hall(hall).hall
    if found is None:
        raise ValueError("the hall file has mistakes")
    return SimpleAnswers(found)


def main(arguments: list[str]) -> None:
    answer = answers(Path(arguments[arguments.index("--hall") + 1]).read_bytes())
    for line in sys.stdin.buffer:
        for reply in answer(line):
            sys.stdout.buffer.write(reply + b"\n")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
