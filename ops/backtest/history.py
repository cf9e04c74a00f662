"""Earlier days of a hall in one file, kept on disk so that the same hall is simulated once."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ops.backtest.day import plan_day
from ops.backtest.hall import HallFile
from ops.backtest.nature import HallNature
from ops.backtest.scenarios import SCENARIOS
from ops.backtest.world import World

DAYS = 10


def usual_days(file: HallFile, nature: HallNature, seed: str, days: int = DAYS) -> Iterator[dict[str, Any]]:
    """The events of usual days, with what differs from day to day."""
    for number in range(days):
        day = plan_day(file, nature, number, f"{seed} history", SCENARIOS["normal"])
        yield from World(file, nature, day, SCENARIOS["normal"]).events()


def written(path: Path, events: Iterable[dict[str, Any]]) -> Path:
    """The file with these events, one a line. It is there whole or not at all."""
    encode = msgspec.json.Encoder().encode
    half = path.with_suffix(".half")
    path.parent.mkdir(parents=True, exist_ok=True)
    with half.open("wb") as out:
        out.writelines(encode(event) + b"\n" for event in events)
    return half.rename(path)
