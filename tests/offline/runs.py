"""Many runs of the simulation over all cores. Importable by fresh processes, so it works with spawn."""

import multiprocessing
import os
from collections import Counter
from typing import Any

from tests.offline.world import World

STEPS_A_RUN = 20_000


def one_run(seed: int) -> tuple[int, Counter[str], Counter[str], str]:
    """(steps, faults by kind, what became of visitors, what went wrong) of one seed."""
    world = World(seed)
    try:
        world.run(STEPS_A_RUN)
    except Exception as error:
        return world.turns, world.tally, world.ends, f"seed {seed}, turn {world.turns}: {error!r}"
    return world.turns, world.tally, world.ends, ""


def many_runs(steps: int, first_seed: int = 1) -> dict[str, Any]:
    """Runs of as many seeds as make `steps`."""
    seeds = range(first_seed, first_seed + max(1, -(-steps // STEPS_A_RUN)))
    total: dict[str, Any] = {"runs": len(seeds), "steps": 0, "faults": Counter(), "ends": Counter(), "wrong": []}
    with multiprocessing.get_context("spawn").Pool(os.cpu_count() or 1) as pool:
        for turns, tally, ends, wrong in pool.imap_unordered(one_run, seeds, chunksize=4):
            total["steps"] += turns
            total["faults"] += tally
            total["ends"] += ends
            total["wrong"] += [wrong] if wrong else []
    return total


def until_caught(most: int, **planted: Any) -> tuple[int, str]:
    """(steps until the first violation, what it was); the runs follow each other from seed 1."""
    steps = 0
    for seed in range(1, 1 + most // STEPS_A_RUN):
        world = World(seed, **planted)
        try:
            world.run(STEPS_A_RUN)
        except AssertionError as error:
            return steps + world.turns, str(error)
        steps += world.turns
    return steps, ""
