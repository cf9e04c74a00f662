"""`greenwave foresee` as a process: answers in lockstep, nothing else on stdout, a good end and a clear refusal."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
import pytest

from ops.backtest import odd

END_S = 10.0
STUCK_S = 120.0
"""A machine that has compiled nothing yet takes half a minute for the first answer."""

Document = dict[str, Any]


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    path = tmp_path / "hall.yaml"
    path.write_bytes(odd.hall().text)
    return path


def started(*words: str | Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "ops.command", "foresee", *map(str, words)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Child:
    """A forecast that is asked line by line."""

    def __init__(self, *words: str | Path) -> None:
        self.process = started(*words)
        self._in: IO[bytes] = self.process.stdin  # type: ignore[assignment]
        self._out: IO[bytes] = self.process.stdout  # type: ignore[assignment]

    def tell(self, line: bytes) -> None:
        self._in.write(line)
        self._in.flush()

    def answers(self, until: str) -> list[Document]:
        """Lines up to the one with this event; blocks until it is there, so that a missing flush would hang."""
        found: list[Document] = []
        while not found or found[-1]["event"] != until:
            line = self._out.readline()
            assert line, f"the forecast ended: {self.process.stderr.read()!r}"  # type: ignore[union-attr]
            found.append(msgspec.json.decode(line))
        return found

    def end(self) -> tuple[int, bytes]:
        """Exit status, and what was said after the end of the input."""
        rest, _ = self.process.communicate(timeout=END_S)
        return self.process.returncode, rest


@pytest.fixture
def child(hall: Path, tmp_path: Path) -> Iterator[Child]:
    history = tmp_path / "history.jsonl.gz"
    history.write_bytes(gzip.compress(b"".join(odd.lines(odd.usual(0)))))
    found = Child("--hall", hall, "--history", history)
    yield found
    found.process.kill()
    found.process.wait()


def crowd(many: int) -> list[Document]:
    """The next morning: windows that open late, and so many visitors."""
    at = "2026-03-03T02:%02d:00.000Z"
    opens = {
        "event": "WindowOpened",
        "at": at % 0,
        "window": 5,
        "queues": [{"queue": "C", "handicap_s": 0}],
        "staff": "s",
    }
    comes = {"event": "TicketIssued", "service": "ITM-03", "queue": "C", "priority": "normal"}
    return [opens, *({**comes, "at": at % (number // 2), "ticket": f"T{number}"} for number in range(many))]


def test_each_ticket_is_answered_before_the_next_one_and_each_tick_ends_with_ticked(child: Child) -> None:
    waits = []
    for event, line in zip(events := crowd(30), odd.lines(events), strict=True):
        child.tell(line)
        if event["event"] == "TicketIssued":
            (told,) = child.answers("WaitEstimated")
            assert told["ticket"] == event["ticket"]
            assert odd.is_sane(told)
            waits.append(told["p50_s"])
    assert waits[-1] > waits[1] + 1200
    child.tell(odd.lines([{"event": "Tick", "at": "2026-03-03T02:20:00.000Z"}])[0])
    *proposed, ticked = child.answers("Ticked")
    assert ticked == {"event": "Ticked"}
    assert 1 <= len(proposed) <= 3
    assert {row["event"] for row in proposed} == {"DiversionProposed"}
    assert all(set(row["gain"]) == {"mean_s", "p90_s"} for row in proposed)
    running = {key: value for key, value in proposed[0].items() if key not in ("event", "gain")}
    for event in (
        {"event": "DiversionStarted", "at": "2026-03-03T02:20:00.000Z", **running},
        {"event": "Tick", "at": "2026-03-03T02:21:00.000Z"},
    ):
        child.tell(odd.lines([event])[0])
    again = child.answers("Ticked")[:-1]
    assert running not in [{key: row.get(key) for key in running} for row in again]
    assert child.end() == (0, b"")


def test_garbage_is_passed_over_and_counted_where_nobody_mistakes_it_for_an_answer(hall: Path) -> None:
    stream = [*odd.GARBAGE, *odd.lines(crowd(1)), b'{"event": "Unknown", "at": "2026-03-03T02:20:00.000Z"}']
    done = started("--hall", hall)
    out, err = done.communicate(b"".join(stream), timeout=STUCK_S)
    assert done.returncode == 0
    assert [msgspec.json.decode(line)["event"] for line in out.splitlines()] == ["WaitEstimated"]
    assert b"were no events" in err


def test_a_hall_file_with_mistakes_is_refused_with_each_mistake_and_its_line(hall: Path) -> None:
    hall.write_bytes(hall.read_bytes().replace(b"queue: B", b"queue: NONE").replace(b"min_mean: 13.4", b"min_mean: -1"))
    done = started("--hall", hall)
    out, err = done.communicate(b"", timeout=STUCK_S)
    assert (done.returncode, out) == (1, b"")
    assert err.count(b"NONE") >= 2
    assert b"-1" in err


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b"{}\n" * 9999, mtime=0)[:-20], b"plain text", b"\x1f\x8b\x08" + bytes(40)],
    ids=["cut off", "not packed", "broken"],
)
def test_a_history_that_cannot_be_unpacked_is_refused_in_plain_words(hall: Path, content: bytes) -> None:
    history = hall.with_name("history.jsonl.gz")
    history.write_bytes(content)
    done = started("--hall", hall, "--history", history)
    out, err = done.communicate(b"", timeout=STUCK_S)
    assert (done.returncode, out) == (1, b"")
    assert b"cannot be read" in err
    assert b"Traceback" not in err
