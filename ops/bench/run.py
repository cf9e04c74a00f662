"""`greenwave bench`: measures and tells; it judges nothing, so its exit status is 0 whatever it finds."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ops.bench import booking, fanout, forecast, lifecycle, memory, queue_length, reports
from ops.bench.figures import Figure, show, write

BENCHES: dict[str, Callable[[Path, bool], list[Figure]]] = {
    "lifecycle": lambda folder, quick: lifecycle.measure(folder, rounds=20 if quick else 100),
    "booking": lambda folder, quick: booking.measure(folder, rounds=10 if quick else 40),
    "queue-length": lambda folder, quick: queue_length.measure(folder, waiting=100_000, rounds=100 if quick else 500),
    "fanout": lambda folder, quick: fanout.measure(folder, streams=1000, calls=20 if quick else 60),
    "forecast": lambda folder, quick: forecast.measure(folder, waiting=600, rounds=30 if quick else 100),
    "reports": lambda folder, quick: reports.measure(folder, days=10 if quick else 250, visits_per_day=10_000),
    "memory": lambda folder, quick: memory.measure(folder, tickets=50_000 if quick else 1_000_000),
}
NAMES = tuple(BENCHES)


def run(names: list[str], quick: bool, json: Path | None) -> None:
    """Measures in a temporary folder, which is gone afterwards, and prints one table."""
    figures: list[Figure] = []
    for name in names:
        print(f"bench: {name} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="greenwave-bench-") as folder:
            figures += BENCHES[name](Path(folder), quick)
    show(figures)
    if json is not None:
        write(figures, json)
