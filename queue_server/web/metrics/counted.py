"""Prometheus figures: of this program's requests, and of the halls and what works behind them."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from queue_server.domain.messages import SENT
from queue_server.flows import message_counts
from queue_server.flows.running import RunningHall
from queue_server.web.metrics import behind, expected, now, visits
from queue_server.web.metrics.figure import Backstage, Figure, View

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
WAYS, RESULTS = ("password", "passkey", "link", "sso"), ("done", "refused", "locked")
"""How staff sign in, and what becomes of it."""
FIGURES: tuple[Figure, ...] = (*now.FIGURES, *visits.FIGURES, *expected.FIGURES, *behind.FIGURES)
"""Every worker knows them all, so any worker's answer will do."""

Look = Callable[[], Awaitable[Backstage]]
"""Reads what works behind the halls; never raises, and takes a second at most."""


class Metrics:
    """Counters that all workers of a machine share (through files), and figures of the halls."""

    def __init__(
        self, halls: Mapping[str, RunningHall], clock: Callable[[], int], several_workers: bool, look: Look
    ) -> None:
        self._halls = halls
        self._clock = clock
        self._look = look
        self._several_workers = several_workers
        self._registry = CollectorRegistry()
        own = None if several_workers else self._registry
        self._requests = Counter(
            "greenwave_requests_total", "Requests by route and status", ("method", "route", "status"), registry=own
        )
        self._seconds = Histogram(
            "greenwave_request_seconds", "Time to answer", ("method", "route"), registry=own, buckets=BUCKETS_S
        )
        self.streams = Gauge("greenwave_streams", "Open event streams", registry=own, multiprocess_mode="livesum")
        self.resets = Counter("greenwave_stream_resets_total", "Streams told to start afresh", registry=own)
        self._sign_ins = Counter(
            "greenwave_staff_sign_ins_total", "Sign-ins of staff by way and result", ("how", "result"), registry=own
        )
        for way in WAYS:
            for result in RESULTS:
                self._sign_ins.labels(way, result)  # there from the start: what comes with the first has no increase
        self._messages = Counter(
            "greenwave_messages_total", "Messages by channel and result", ("channel", "result"), registry=own
        )
        self._notes = Counter(
            "greenwave_audit_notes_total", "Sign-ins, readings, refusals noted", ("hall", "act"), registry=own
        )

    def noted(self, hall: str, act: str) -> None:
        """Counts an act that was noted in a hall's ledger."""
        self._notes.labels(hall, act).inc()

    def signed_in(self, how: str, result: str) -> None:
        """Counts how someone of the staff signed in, or was refused."""
        self._sign_ins.labels(how, result).inc()

    def observer(self, method: str, route: str) -> Callable[[int, float], None]:
        """A function that counts one answer of a route: status and seconds."""
        seconds = self._seconds.labels(method, route)
        by_status: dict[int, Counter] = {}

        def observe(status: int, took_s: float) -> None:
            counter = by_status.get(status)
            if counter is None:
                counter = by_status[status] = self._requests.labels(method, route, str(status))
            counter.inc()
            seconds.observe(took_s)

        return observe

    def know_channels(self, names: Iterable[str]) -> None:
        """Every channel's series is there from the start: one that comes with the first message has no increase."""
        for name in names:
            self._messages.labels(name, message_counts.result(name, SENT))

    def message(self, channel: str, result: str) -> None:
        """Counts a message that a channel was tried with."""
        self._messages.labels(channel or "none", message_counts.result(channel, result)).inc()

    async def text(self) -> bytes:
        """Everything in the Prometheus text format."""
        registry = self._registry
        if self._several_workers:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        halls = CollectorRegistry()
        halls.register(Told(View(halls=self._halls, at=self._clock(), stage=await self._look())))
        return generate_latest(registry) + generate_latest(halls)


class Told(Collector):
    """All figures of one moment."""

    def __init__(self, view: View) -> None:
        self._view = view

    def collect(self) -> Iterator[Metric]:
        return (figure.family(self._view) for figure in FIGURES)
