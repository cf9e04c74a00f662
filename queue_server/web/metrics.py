"""Prometheus figures: of this program's requests, and of the halls as this worker's fold knows them."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from queue_server.flows import message_counts
from queue_server.flows.running import RunningHall
from queue_server.flows.views import numbered_queues, totals

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Counters that all workers of a machine share (through files) and gauges of the halls."""

    def __init__(self, halls: Mapping[str, RunningHall], clock: Callable[[], int], several_workers: bool) -> None:
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
        self._messages = Counter(
            "greenwave_messages_total", "Messages by channel and result", ("channel", "result"), registry=own
        )
        self._halls = HallGauges(halls, clock)

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

    def message(self, channel: str, result: str) -> None:
        """Counts a message that a channel was tried with."""
        self._messages.labels(channel or "none", message_counts.result(channel, result)).inc()

    def text(self) -> bytes:
        """Everything in the Prometheus text format."""
        registry = self._registry
        if self._several_workers:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        halls = CollectorRegistry()
        halls.register(self._halls)
        return generate_latest(registry) + generate_latest(halls)


class HallGauges(Collector):
    """The halls now: every worker knows them all, so any worker's answer will do."""

    def __init__(self, halls: Mapping[str, RunningHall], clock: Callable[[], int]) -> None:
        self._halls = halls
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Waiting and longest wait per queue; windows, tickets, calls, devices, messages and position per hall."""
        waiting = GaugeMetricFamily("greenwave_waiting", "Visitors who wait", labels=("hall", "queue"))
        longest = GaugeMetricFamily("greenwave_longest_wait_seconds", "Longest present wait", labels=("hall",))
        windows = GaugeMetricFamily("greenwave_open_windows", "Windows that are open", labels=("hall",))
        issued = GaugeMetricFamily("greenwave_tickets_issued_today", "Tickets of the day", labels=("hall",))
        position = GaugeMetricFamily("greenwave_stream_position", "Position in the event stream", labels=("hall",))
        calls = GaugeMetricFamily("greenwave_calls_today", "Calls by what they needed", labels=("hall", "how"))
        devices = GaugeMetricFamily("greenwave_devices", "Devices that report", labels=("hall", "state"))
        pending = GaugeMetricFamily("greenwave_offline_tickets", "Tickets kiosks have to hand in", labels=("hall",))
        unsent = GaugeMetricFamily("greenwave_messages_waiting", "Messages to be sent", labels=("hall",))
        for hall_id, running in self._halls.items():
            for queue in numbered_queues(running.hall):
                waiting.add_metric((hall_id, queue), running.live.waiting(queue))
            row = totals(running, self._clock())
            longest.add_metric((hall_id,), row.longest_s)
            windows.add_metric((hall_id,), row.open_windows)
            issued.add_metric((hall_id,), row.issued)
            position.add_metric((hall_id,), running.position)
            for how in ("silent", "flashed", "voiced", "unseen"):
                calls.add_metric((hall_id, how), getattr(row, how))
            for state in ("ok", "wrong", "silent"):
                devices.add_metric((hall_id, state), getattr(running.devices, state))
            pending.add_metric((hall_id,), running.devices.pending)
            unsent.add_metric((hall_id,), running.messages.waiting)
        yield from (waiting, longest, windows, issued, position, calls, devices, pending, unsent)
