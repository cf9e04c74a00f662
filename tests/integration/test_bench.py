"""The benchmarks run, and their table has rows. How fast anything is, no test says."""

import json
from pathlib import Path

import pytest

from ops.bench import booking, memory, queue_length
from ops.bench.figures import Figure, show, write


def test_memory_tells_bytes_and_restarts(tmp_path: Path) -> None:
    figures = {figure.name: figure.value for figure in memory.measure(tmp_path, tickets=300) if figure.goal}
    assert list(figures) == [
        "store memory per ticket at 300",
        "restart after SIGTERM with 300 tickets",
        "restart after SIGKILL with 300 tickets",
    ]
    assert all(value > 0 for value in figures.values())


def test_queue_length_compares_a_long_and_a_short_queue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = queue_length.measure(tmp_path, waiting=300, rounds=3)
    show(figures)
    shown = capsys.readouterr().out
    assert "call-next with 300 waiting / with 10: store" in shown
    assert "call-next with 300 waiting / with 10: HTTP" in shown


def test_booking_is_measured_with_the_search_before_it(tmp_path: Path) -> None:
    figures = {figure.name: figure.value for figure in booking.measure(tmp_path, rounds=1) if figure.goal}
    assert list(figures) == [
        "slot search / empty handler",
        "booking / empty handler",
        "14 days of slots, first search, slowest queue",
    ]
    assert all(value > 0 for value in figures.values())


def test_a_goal_is_a_most_or_a_least(tmp_path: Path) -> None:
    rows = [Figure(name="few", value=2, most=3), Figure(name="many", value=2, least=3), Figure(name="plain", value=2)]
    write(rows, tmp_path / "figures.json")
    assert [row["met"] for row in json.loads((tmp_path / "figures.json").read_text())["figures"]] == [True, False, None]
