"""Sends odd days through a forecast's pipe and says what is wrong with its answers."""

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from rich.table import Table

from ops.backtest import odd

Document = dict[str, Any]
LONGEST_S = 300.0
SHOWN = 3


class Trial(Struct, frozen=True, kw_only=True):
    name: str
    asked: int
    complaints: list[str]
    """What was wrong, the first few; empty when all was well."""


def odd_trials(command: str, work: Path) -> Iterator[Trial]:
    """Every odd day with no history, and a usual day after every odd history."""
    work.mkdir(parents=True, exist_ok=True)
    hall = work / "odd.yaml"
    hall.write_bytes(odd.hall().text)
    for name, make in odd.ODD.items():
        yield _trial(name, [*shlex.split(command), "--hall", str(hall)], make())
    for name, content in odd.odd_histories():
        history = work / f"odd-{name.replace(' ', '-')}.jsonl"
        history.write_bytes(content)
        words = [*shlex.split(command), "--hall", str(hall), "--history", str(history)]
        yield _trial(f"history: {name}", words, odd.lines(odd.usual()))


def _trial(name: str, words: list[str], stream: odd.Lines) -> Trial:
    asked = odd.asked(stream)
    try:
        done = subprocess.run(words, input=b"".join(stream), capture_output=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return Trial(name=name, asked=len(asked), complaints=[f"no end after {LONGEST_S:.0f} s"])
    found = [f"exit {done.returncode}: {done.stderr[-300:].decode(errors='replace')}"] if done.returncode else []
    return Trial(name=name, asked=len(asked), complaints=found + complaints(asked, done.stdout.splitlines())[:SHOWN])


def complaints(asked: list[str], answers: list[bytes]) -> list[str]:
    """What is wrong with these answers: missing, out of order, or no wait that a person could be told."""
    found = []
    told = [msgspec.json.decode(line) for line in answers]
    told = [answer for answer in told if answer.get("event") != "DiversionProposed"]
    if len(told) != len(asked):
        found.append(f"{len(asked)} asked, {len(told)} answered")
    for question, answer in zip(asked, told, strict=False):
        if question == "Tick":
            right = answer.get("event") == "Ticked"
        else:
            right = answer.get("ticket") == question and odd.is_sane(answer)
        if not right:
            found.append(f"{question}: {answer}")
    return found


def odd_table(trials: list[Trial]) -> Table:
    table = Table("what is odd", "asked", "what is wrong", title="Odd days")
    for trial in trials:
        table.add_row(trial.name, str(trial.asked), "\n".join(trial.complaints) or "nothing")
    return table
