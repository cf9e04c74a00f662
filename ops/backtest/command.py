"""`greenwave backtest`: worlds against the forecast, and tables of its errors."""

import sys
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ops.backtest.advice import compare, effects, effects_table
from ops.backtest.journeys import compare as compare_journeys
from ops.backtest.journeys import table as journeys_table
from ops.backtest.odd_run import odd_table, odd_trials
from ops.backtest.pipe import GREENWAVE, BrokenPipe, InProcess, Piped
from ops.backtest.real import play_calls, real_rows, real_table
from ops.backtest.run import MAKERS, STANDARD_WAIT_MIN, Ask, Hall, hall_of, play, world_of
from ops.backtest.scenarios import POOLED, SCENARIOS
from ops.backtest.scores import NotAnEstimate
from ops.backtest.table import summary, table
from queue_server.contract.hall_file.reader import read_hall

WIDEST = 170
CROWDS, SHARES = (1.0, 1.1), (0.005, 0.01, 0.02, 0.05)
"""Crowds against the usual one, and shares of visits with three stops, in which journeys are measured."""
CROWDED = ("overload", "normal")
"""The days on which policies are compared, unless others are named."""


def backtest(
    scenario: Annotated[list[str] | None, typer.Option(help="Kinds of days.", show_default=", ".join(POOLED))] = None,
    days: Annotated[int, typer.Option(min=1, max=1000, help="Days of each kind, each in a hall of its own.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed plays the same days.")] = 1,
    hall: Annotated[
        str, typer.Option(help="standard: 40 windows, 12 items; varied: any; small: 6 windows.")
    ] = "standard",
    wait: Annotated[float, typer.Option(help="Minutes that people wait in a standard hall.")] = STANDARD_WAIT_MIN,
    policy: Annotated[
        str, typer.Option(help="none, or advice: take it, and compare with none and with rules.")
    ] = "none",
    accepted: Annotated[float, typer.Option(min=0, max=1, help="Share of the advice that is taken.")] = 1.0,
    calls: Annotated[Path | None, typer.Option(exists=True, help="Real call-centre days (CSV, gzip).")] = None,
    journeys: Annotated[bool, typer.Option("--journeys", help="Visits of three stops, planned or as listed.")] = False,
    odd: Annotated[bool, typer.Option("--odd", help="Days that go wrong on the wire.")] = False,
    in_process: Annotated[str, typer.Option(help="A forecast inside this process: module:function.")] = "",
    command: Annotated[str, typer.Option(help="The forecast's command.", show_default="greenwave foresee")] = GREENWAVE,
    ticks: Annotated[bool, typer.Option("--ticks", help="Ask for advice too, and take none of it.")] = False,
    work: Annotated[Path | None, typer.Option(help="Where halls and histories stay.", show_default="nowhere")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the figures to this file too.")] = None,
) -> None:
    """Measures the forecast in simulated halls and on real call-centre days."""
    _check(scenario or [], hall, policy)
    ask = _asker(command, in_process)
    with tempfile.TemporaryDirectory(prefix="greenwave-backtest-") as passing:
        place = work or Path(passing)
        try:
            if journeys:
                found = _journeys(days, seed)
            elif odd:
                found = _odd(command, place)
            elif calls:
                found = _calls(calls, days, seed, ask, place)
            elif policy == "advice":
                halls = [hall_of(hall, number, wait) for number in range(seed, seed + days)]
                found = _advice(halls, scenario or list(CROWDED), ask, place, accepted)
            else:
                halls = [hall_of(hall, number, wait) for number in range(seed, seed + days)]
                found = _waits(halls, scenario or list(POOLED), ask, place, ticks)
        except (BrokenPipe, NotAnEstimate) as error:
            _stop(f"the forecast does not keep to the contract: {error}", 1)
    if json:
        import msgspec

        json.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2))


def _console() -> Console:
    """As wide as the tables: what is cut off by a file or a narrow terminal is no figure."""
    return Console(width=max(Console().width, WIDEST))


def _asker(command: str, in_process: str) -> Ask:
    """How a forecast is started: inside this process when a factory is named."""
    if in_process:
        return lambda hall, history: InProcess(in_process, hall, history)
    return lambda hall, history: Piped(command, hall, history)


def _waits(halls: list[Hall], names: list[str], ask: Ask, work: Path, ticks: bool) -> dict[str, Any]:
    played = [play(hall, name, ask, work, world_of(hall, SCENARIOS[name], ticks)) for hall in halls for name in names]
    rows = summary(played)
    _console().print(table(rows))
    return {"waits": rows}


def _advice(halls: list[Hall], names: list[str], ask: Ask, work: Path, accepted: float) -> dict[str, Any]:
    pairs = [compare(hall, name, ask, work, accepted) for hall in halls for name in names]
    rows = summary([played for _, played in pairs])
    found = effects([outcome for outcomes, _ in pairs for outcome in outcomes])
    console = _console()
    console.print(effects_table(found))
    console.print(table(rows))
    return {"effects": found, "waits": rows}


def _calls(file: Path, days: int, seed: int, ask: Ask, work: Path) -> dict[str, Any]:
    rows = real_rows(play_calls(file, days, seed, ask, work))
    _console().print(real_table(rows))
    return {"calls": rows}


def _odd(command: str, work: Path) -> dict[str, Any]:
    trials = list(odd_trials(command, work))
    _console().print(odd_table(trials))
    return {"odd": trials}


def _journeys(days: int, seed: int) -> dict[str, Any]:
    """Days of the demo hall in which more and more visitors have three stops."""
    hall = read_hall(files("ops.demo").joinpath("demo-hall.yaml").read_bytes()).hall
    assert hall is not None
    rows = [compare_journeys(hall, days, seed, volume, share, False) for volume in CROWDS for share in SHARES]
    _console().print(journeys_table(rows))
    return {"journeys": rows}


def _check(names: list[str], hall: str, policy: str) -> None:
    """Stops at a word that means nothing."""
    if unknown := set(names) - set(SCENARIOS):
        _stop(f"no such scenario: {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    if hall not in MAKERS:
        _stop(f"no such hall: {hall}; there are {', '.join(MAKERS)}")
    if policy not in ("none", "advice"):
        _stop(f"no such policy: {policy}; there are none, advice")


def _stop(message: str, status: int = 2) -> None:
    print(message, file=sys.stderr)
    raise typer.Exit(status)
