"""A figure as data: its name, what it says, its labels, and where its values come from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from queue_server.domain.archive import ArchiveState
from queue_server.domain.diversion import DiversionRecord
from queue_server.flows.past import Accuracy
from queue_server.flows.running import RunningHall

Row = tuple[tuple[str, ...], float]
"""The values of the labels, and the value."""


class Backstage(Struct, frozen=True, kw_only=True):
    """What a worker does not hold itself: read when the figures are asked for. By hall, where halls differ."""

    store_up: bool = False
    elected: int = 0
    """How many caretakers look after this store: 1, or 0 while none does."""
    starts: int = 0
    takeovers: int = 0
    archive: Mapping[str, ArchiveState] = {}
    diversions: Mapping[str, tuple[DiversionRecord, ...]] = {}
    """Of today, whatever became of them."""
    accuracy: Mapping[str, tuple[Accuracy, ...]] = {}


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything that figures are made of, at one moment (ms since the epoch)."""

    halls: Mapping[str, RunningHall]
    at: int
    stage: Backstage


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One series for each row. Labels name halls, queues and words of a short list; never a person, ticket or text."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    kind: Literal["gauge", "counter"] = "gauge"
    rows: Callable[[View], Iterable[Row]]

    def family(self, view: View) -> Metric:
        """The figure with its values, as the Prometheus client writes it."""
        kind = CounterMetricFamily if self.kind == "counter" else GaugeMetricFamily
        found = kind(self.name, self.help, labels=self.labels)
        for values, value in self.rows(view):
            found.add_metric(values, value)
        return found


def of_halls(rows: Callable[[RunningHall, int], Iterable[Row]]) -> Callable[[View], Iterator[Row]]:
    """The rows of one hall at a moment, for all of them: their first label is the hall."""

    def of_all(view: View) -> Iterator[Row]:
        for hall_id, running in view.halls.items():
            yield from (((hall_id, *values), value) for values, value in rows(running, view.at))

    return of_all
