"""printed = in the queue = unique, through everything that goes wrong. A step is one turn of the scheduler: an effect
performed or half performed, the steps resumed with its answer, a kiosk started, an event of the world, time passing.
"""

import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.offline.disk import DiskJournal
from tests.offline.planted import PLANTED
from tests.offline.runs import many_runs, until_caught
from tests.offline.world import World

STEPS = int(os.environ.get("GREENWAVE_OFFLINE_STEPS", "10000000"))
ENOUGH = 2_000_000
"""Within so many steps each planted mistake is found."""
BEFALL = {
    "request lost",
    "answer lost",
    "request late",
    "request twice",
    "late request",
    "request spurned",
    "network cut",
    "server killed",
    "server restored",
    "folder restored",
    "kiosk killed",
    "power cut",
    "disk fails",
    "sync fails once",
    "jam",
    "printer silent",
    "wall clock jumps",
    "day turned",
}


def test_no_number_twice_and_no_ticket_lost() -> None:
    total = many_runs(STEPS)
    print(total)
    assert total["wrong"] == []
    assert total["steps"] >= STEPS
    if STEPS >= 1_000_000:
        assert set(total["faults"]) == BEFALL


@pytest.mark.parametrize("mistake", PLANTED)
def test_the_simulation_finds_a_planted_mistake(mistake: str) -> None:
    planted: dict[str, Any] = PLANTED[mistake]
    steps, said = until_caught(ENOUGH, **planted)
    print(mistake, steps, said)
    assert said, f"not found in {steps} steps"


def test_the_journal_on_disk_keeps_the_same_promises(tmp_path: Path) -> None:
    steps = refused = killed = 0
    for seed in range(4, 8):
        folder = tmp_path / str(seed)
        folder.mkdir()
        world = World(seed, journal=partial(DiskJournal, folder))
        world.run(5_000)
        steps += world.turns
        killed += world.tally["kiosk killed"] + world.tally["power cut"]
        refused += sum(kiosk.journal.refused for kiosk in world.kiosks)
    print(steps, killed, refused)
    assert steps == 20_000
    assert killed > 20
    assert refused > 0
