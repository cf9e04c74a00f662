"""All that a forecast knows: the live hall, and what its past taught. It hears, and is asked."""

from queue_server.domain.hall import Hall
from queue_server.domain.outlook import Doubt
from queue_server.forecast.learning.accepting import Accepted
from queue_server.forecast.learning.arrivals import Arrivals
from queue_server.forecast.learning.handling import Handling
from queue_server.forecast.learning.idling import Idling
from queue_server.forecast.learning.leaving import Patience
from queue_server.forecast.learning.pace import Pace, Stops
from queue_server.forecast.learning.presence import Presence
from queue_server.forecast.learning.quantiles import Quantiles, Spells
from queue_server.forecast.learning.trusting import Trust
from queue_server.forecast.parts import Part, parts_of
from queue_server.forecast.scene import Counter, Scene

SHOCK = 0.1
"""Deviation of the whole hall's pace from what is believed, as a logarithm: all windows of a day are slow together."""
MOST_BACK_MS = 5 * 60_000
"""A clock that goes back by more than this is doubted."""


class Knowledge:
    """One hall's."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.now = 0
        self.shock = SHOCK
        self.scene = Scene(hall)
        self.handling = Handling(hall)
        self.patience = Patience()
        self.pace = Pace()
        self.stops = Stops()
        self.presence = Presence(hall)
        self.arrivals = Arrivals(hall)
        self.accepted = Accepted()
        self.trust = Trust()
        self.running: dict[tuple[str, int, str, str, str], int] = {}
        """Measures that are carried out, by action, window, queue, service and hall: since when."""
        self.over: set[str] = set()
        """Diversions that have ended: they are told of again once they are measured."""
        self.usual_queues: dict[int, tuple[tuple[str, int], ...]] = {}
        self.served: dict[int, dict[str, float]] = {}
        """How often each window called from each queue."""
        self.queue_of_service: dict[str, str] = {}
        self.doubts: dict[tuple[str, str, int], Doubt] = {}
        self.idling = Idling()
        self.ignoring: list[tuple[int, Counter, list[str]]] = []
        self.looked = 0
        self.last_waits: dict[str, float] = {}
        self._parts: list[Part] | None = None

    def pass_time(self, at: int) -> None:
        """The clock goes on; it never goes back, whatever the events say."""
        if at < self.now - MOST_BACK_MS:
            self.doubt("CLOCK_BACK")
        self.now = max(self.now, at)

    def doubt(self, code: str, queue: str = "", window: int = 0) -> None:
        self.doubts[code, queue, window] = Doubt(code=code, queue=queue, window=window)

    def end_day(self) -> None:
        """A day is over: what was learnt of it is kept, tickets and windows are forgotten."""
        for window, counter in self.scene.counters.items():
            if counter.open:
                self.presence.closed(window, self.now)
        self.presence.end_day()
        self.arrivals.end_day()
        self.handling.end_day()
        self.patience.end_day()
        self.stops.end_day()
        self.accepted.end_day()
        self.running.clear()
        self.over.clear()
        self.scene.start_day()
        self.last_waits.clear()
        self.ignoring = []
        self.doubts.clear()
        self._parts = None

    def queue_of(self, service: str) -> str:
        """The queue in which visitors of a service wait, as seen last or by the hall file."""
        known = self.queue_of_service.get(service)
        return known or (service[6:] if service.startswith("queue:") else self.scene.queue_of(service))

    def queues_of(self, window: int) -> tuple[tuple[str, int], ...]:
        """(queue, handicap in ms) that a window serves, or would serve once it opens."""
        counter = self.scene.counters.get(window)
        if counter and counter.queues:
            own = tuple(share for share in counter.queues if not self.idling.leaves_out(window, share[0]))
            return own or counter.queues
        if counter is None or not counter.open:
            usual = self.usual_queues.get(window)
            if usual:
                return usual
            plan = self.hall.window_by_number.get(window)
            if plan:
                return tuple((share.queue, share.handicap_s * 1000) for share in plan.queues)
        return self._seen_queues(window)

    def _seen_queues(self, window: int) -> tuple[tuple[str, int], ...]:
        """Where nobody says what a window serves: the queues it called from; at first its plan's, or all."""
        served = self.served.get(window, {})
        total = sum(served.values())
        found = tuple((queue, 0) for queue, calls in sorted(served.items()) if calls >= max(0.01 * total, 0.5))
        if found:
            return found
        plan = self.hall.window_by_number.get(window)
        if plan:
            return tuple((share.queue, share.handicap_s * 1000) for share in plan.queues)
        return tuple((queue, 0) for queue in self._all_queues())

    def windows(self) -> list[int]:
        """Windows that serve now or may come today."""
        planned = {*self.hall.window_by_number, *self.usual_queues}
        known = {*self.scene.counters, *(window for window in planned if self.presence.is_planned(window))}
        return sorted(known)

    def forget_parts(self) -> None:
        """What serves what has changed: the parts are worked out again when next asked for."""
        self._parts = None

    def last_wait_s(self, queue: str) -> float | None:
        """How long the one waited who was called last from a queue today; None before the first."""
        return self.last_waits.get(queue)

    def parts(self) -> list[Part]:
        if self._parts is None:
            self._parts = parts_of(self._all_queues(), {window: self.queues_of(window) for window in self.windows()})
        return self._parts

    def part_of(self, queue: str) -> Part:
        for part in self.parts():
            if queue in part.queues:
                return part
        self._parts = None
        return Part(queues=(queue,), windows=())

    def _all_queues(self) -> list[str]:
        seen = {queue for served in self.served.values() for queue in served}
        return sorted({*(queue.id for queue in self.hall.queues), *self.scene.queues, *seen})

    def tables(self) -> dict[str, Quantiles | Spells]:
        """Every table of times, by name."""
        pace, breaks, lunches = self.pace, *self.presence.lengths
        return {
            "residuals": self.handling.residual, "walks": pace.walks, "gaps": pace.gaps, "reacts": pace.reacts,
            "misses": pace.misses, "breaks": breaks, "lunches": lunches,
        }  # fmt: skip
