"""Plays days against a forecast and gathers the figures."""

from collections.abc import Callable, Generator
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from ops.backtest.day import plan_day
from ops.backtest.hall import HallFile, small_hall, standard_hall, varied_hall, with_wrong_minutes
from ops.backtest.history import DAYS, usual_days, written
from ops.backtest.nature import HallNature, hall_nature
from ops.backtest.pipe import Asking, InProcess, Piped
from ops.backtest.policies import alone
from ops.backtest.scenarios import SCENARIOS, Scenario
from ops.backtest.scores import Estimate, Watch, mean
from ops.backtest.world import World

Document = dict[str, Any]
Source = Generator[Document, list[Document] | None, None]
Ask = Callable[[Path, Path | None], InProcess | Piped]
"""Starts a forecast for a hall file and perhaps a history file."""
STANDARD_WAIT_MIN = 17.0
SETTLING_DAYS, SETTLING_STEPS = 6, 6
MAKERS = {"standard": standard_hall, "varied": varied_hall, "small": small_hall}


class Played(Struct, frozen=True, kw_only=True):
    """One day that was played."""

    scenario: str
    seed: int
    estimates: list[Estimate]
    cpu_s: float
    took_s: list[float]
    waits_s: list[float]
    """Of every ticket: until its first call, or until its visitor left."""
    events: int


class Hall(Struct, frozen=True, kw_only=True):
    """A hall to test in, by its seed."""

    kind: str
    seed: int
    file: HallFile
    nature: HallNature

    @property
    def name(self) -> str:
        digest = sha256(self.file.text + repr(self.nature).encode()).hexdigest()[:8]
        return f"{self.kind}-{self.seed}-{digest}"


def hall_of(kind: str, seed: int, wait_min: float = STANDARD_WAIT_MIN) -> Hall:
    """A standard hall draws as many people as wait so long on the mean of usual days, so that its figures compare."""
    file = MAKERS[kind](seed)
    nature = hall_nature(file, seed)
    if kind == "standard":
        nature = settled(file, nature, f"{kind}-{seed}", 60 * wait_min)
    return Hall(kind=kind, seed=seed, file=file, nature=nature)


def settled(file: HallFile, nature: HallNature, seed: str, wait_s: float) -> HallNature:
    """The nature with so many visitors that they wait so long on the mean."""
    low, high = 0.7, 1.4
    for _ in range(SETTLING_STEPS):
        middle = (low + high) / 2
        tried = structs.replace(nature, volume=nature.volume * middle)
        waits = [wait for number in range(SETTLING_DAYS) for wait in _usual_waits_s(file, tried, number, seed)]
        low, high = (middle, high) if mean(waits) < wait_s else (low, middle)
    return structs.replace(nature, volume=nature.volume * (low + high) / 2)


def _usual_waits_s(file: HallFile, nature: HallNature, number: int, seed: str) -> list[float]:
    day = plan_day(file, nature, number, f"{seed} settling", SCENARIOS["normal"])
    return alone(World(file, nature, day, SCENARIOS["normal"]))


def files_of(hall: Hall, scenario: Scenario, work: Path) -> tuple[Path, Path | None]:
    """The hall file and the history file that the forecast is given."""
    file = with_wrong_minutes(hall.file, hall.seed) if scenario.first_day else hall.file
    path = work / f"{hall.name}{'-wrong' if scenario.first_day else ''}.yaml"
    work.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.text)
    if scenario.first_day:
        return path, None
    history = work / f"{hall.name}.jsonl"
    if not history.exists():
        written(history, usual_days(hall.file, hall.nature, hall.name.rsplit("-", 1)[0]))
    return path, history


def world_of(hall: Hall, scenario: Scenario, ticks: bool) -> World:
    """The day after the history, in that scenario."""
    day = plan_day(hall.file, hall.nature, DAYS, f"{hall.kind} {hall.seed} {scenario.name}", scenario)
    return World(hall.file, hall.nature, day, scenario, ticks)


def play(hall: Hall, name: str, ask: Ask, work: Path, world: World | None = None) -> Played:
    """One day of a scenario, each ticket and tick answered by the forecast."""
    scenario = SCENARIOS[name]
    file, history = files_of(hall, scenario, work)
    world = world or world_of(hall, scenario, ticks=False)
    # The formulas get the same file as the forecast.
    watch = Watch(with_wrong_minutes(hall.file, hall.seed).hall if scenario.first_day else hall.file.hall)
    with Asking(ask(file, history)) as forecast:
        events = follow(world.events(), forecast, watch)
    return Played(
        scenario=name, seed=hall.seed, estimates=watch.found, cpu_s=forecast.cpu_s, took_s=forecast.took_s,
        waits_s=world.waits_s(), events=events,
    )  # fmt: skip


def follow(source: Source, forecast: InProcess | Piped, watch: Watch) -> int:
    """Plays all events in lockstep, proposals going back to where the ticks came from. Returns how many they were."""
    count, proposals = 0, None
    while True:
        try:
            event = next(source) if proposals is None else source.send(proposals)
        except StopIteration:
            return count
        count += 1
        replies = forecast.ask(event)
        watch.see(event, replies)
        ticked = event["event"] == "Tick"
        proposals = [reply for reply in replies if reply["event"] == "DiversionProposed"] if ticked else None
