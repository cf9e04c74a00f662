"""What is expected of the halls, and how far off what was told has been."""

from collections import Counter
from collections.abc import Callable, Iterator

from queue_server.flows import estimates
from queue_server.flows.past import TellingError
from queue_server.flows.running import RunningHall
from queue_server.flows.views import numbered_queues
from queue_server.web.metrics.figure import Figure, Row, View, of_halls

QUEUE = ("hall", "queue")
QUANTILES = ("0.1", "0.5", "0.9")


def _waits(running: RunningHall, at: int) -> Iterator[Row]:
    """Nothing of a queue where nobody is expected to serve."""
    for queue in numbered_queues(running.hall):
        wait_s = estimates.of_newcomer(running, queue, at)
        if wait_s is not None:
            yield from (((queue, quantile), seconds) for quantile, seconds in zip(QUANTILES, wait_s, strict=True))


def _age(running: RunningHall, at: int) -> Iterator[Row]:
    if running.outlook is not None:
        yield (), max(at - running.outlook.at, 0) / 1000


def _cost(running: RunningHall, _: int) -> Iterator[Row]:
    if running.outlook is not None:
        yield (), running.outlook.cost_ms / 1000


def _trusted(running: RunningHall, at: int) -> Iterator[Row]:
    yield (), float(estimates.is_trusted(running, at))


def _doubts(running: RunningHall, _: int) -> Iterator[Row]:
    found = Counter(doubt.code for doubt in running.outlook.doubts) if running.outlook is not None else Counter()
    yield from (((code,), count) for code, count in sorted(found.items()))


def _today(what: Callable[[TellingError], float]) -> Callable[[View], Iterator[Row]]:
    def rows(view: View) -> Iterator[Row]:
        for hall_id, measured in view.stage.accuracy.items():
            for row in measured:
                if row.queue and row.today is not None:
                    yield (hall_id, row.queue), what(row.today)

    return rows


FIGURES = (
    Figure(
        name="greenwave_expected_wait_seconds",
        help="Expected wait of a visitor who comes now",
        labels=(*QUEUE, "quantile"),
        rows=of_halls(_waits),
    ),
    Figure(
        name="greenwave_outlook_age_seconds", help="Age of the newest forecast", labels=("hall",), rows=of_halls(_age)
    ),
    Figure(
        name="greenwave_outlook_cost_seconds",
        help="Time that the newest forecast took",
        labels=("hall",),
        rows=of_halls(_cost),
    ),
    Figure(
        name="greenwave_outlook_trusted",
        help="1 while waits come from a forecast that does not doubt itself",
        labels=("hall",),
        rows=of_halls(_trusted),
    ),
    Figure(
        name="greenwave_outlook_doubts",
        help="What the forecast does not trust",
        labels=("hall", "code"),
        rows=of_halls(_doubts),
    ),
    Figure(
        name="greenwave_told_tickets",
        help="Tickets called today whose visitors had been told a wait",
        labels=QUEUE,
        rows=_today(lambda row: row.tickets),
    ),
    Figure(
        name="greenwave_told_error_seconds",
        help="Mean absolute error today of the waits that visitors were told",
        labels=QUEUE,
        rows=_today(lambda row: row.mean_error_s),
    ),
    Figure(
        name="greenwave_told_bias_seconds",
        help="Mean of told less real waits today: below 0 visitors were told too little",
        labels=QUEUE,
        rows=_today(lambda row: row.bias_s),
    ),
    Figure(
        name="greenwave_told_covered_ratio",
        help="Share of today's visitors whose wait was within the range they were told",
        labels=QUEUE,
        rows=_today(lambda row: row.covered_pct / 100),
    ),
)
