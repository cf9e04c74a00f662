"""The forecast of one hall: hears its events, learns from them, and tells what waits to expect.

Pure and deterministic: no clock but the events' own, no randomness but the seed's.
"""

import numpy as np

from queue_server.domain.calendar import day_of
from queue_server.domain.hall import Hall
from queue_server.domain.outlook import Doubt, Outlook, Range
from queue_server.forecast.builder import Builder, Tweak, chance, empty_coming
from queue_server.forecast.correction import Correction
from queue_server.forecast.doubting import doubts_of
from queue_server.forecast.heard import Heard
from queue_server.forecast.hearing import hear
from queue_server.forecast.keeping import restored, saved
from queue_server.forecast.kernel.futures import simulate
from queue_server.forecast.kernel.inputs import Coming, Crowd, Found
from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.learning.quantiles import Array
from queue_server.forecast.parts import Part
from queue_server.forecast.scene import Visitor
from queue_server.forecast.telling import MOMENTS, STEP_S, STEPS, View, is_never, whole

RUNS = (101, 61, 37, 23)
"""How many futures there may be: prime numbers, see `kernel.chances.draw`."""
EFFORT_ONE, EFFORT_ALL = 7000, 20_000
"""Visitors and windows to go through for one visitor's estimate, and for the whole hall's."""
IMAGINED = 23
"""Futures with and without a measure."""
OVERTIME_S = 4 * 3600.0
"""So long after its closing a hall may still serve who waits: a wait that ends later is told as none."""
REHEARSE_EVERY = 10
"""Of so many tickets of earlier days one is estimated."""
COMING_PER_WINDOW = 8
"""Visitors to come to each window within two hours, about."""
SHARES = (0.1, 0.5, 0.9)


class Forecaster:
    """Hears every event of a hall in order, and answers for the moment of the last one."""

    def __init__(self, hall: Hall, seed: int = 1) -> None:
        self.hall = hall
        self.knowledge = Knowledge(hall)
        self.correction = Correction()
        self._seed = seed
        self._day = ""
        self._rehearsed = 0

    @property
    def now(self) -> int:
        """The moment of the last event, in ms since the epoch."""
        return self.knowledge.now

    def hear(self, heard: Heard) -> None:
        """Moves on by one event. Never raises for what makes no sense: that is noted as a doubt and left out."""
        self._turn_day(heard.at)
        hear(self.knowledge, heard)
        if heard.name in {"TicketCalled", "TicketCancelled", "TicketExpired"}:
            self.correction.ended(heard.ticket, heard.at, heard.name == "TicketCalled")

    def _turn_day(self, at: int) -> None:
        day = day_of(self.hall, at)
        if self._day and day > self._day:
            self.end_day()
        self._day = max(self._day, day)

    def end_day(self) -> None:
        """A day is over: what was learnt of it is kept, tickets and windows are forgotten."""
        self._day = ""
        self.knowledge.end_day()
        self.correction.start_day()

    def pass_time(self, at: int) -> None:
        """Moves the clock on to `at` (ms since the epoch) without an event."""
        self.knowledge.pass_time(at)

    def ticket(self, ticket_id: str) -> Range | None:
        """The wait from now of one ticket; None for one that does not wait, or that nobody is expected to call."""
        visitor = self.knowledge.scene.visitors.get(ticket_id)
        if visitor is None or visitor.window:
            return None
        waits = self._waits_of(visitor, self.knowledge.part_of(visitor.queue))
        if is_never(waits, self._horizon_s()):
            return None
        raw = np.quantile(waits, SHARES)
        if visitor.came == self.now:
            self.correction.told(ticket_id, self.now, raw, self.knowledge.last_wait_s(visitor.queue))
        return self.correction.corrected(raw, self.knowledge.last_wait_s(visitor.queue))

    def rehearse(self, ticket_id: str) -> None:
        """Notes what would have been told of a ticket of an earlier day, now and then, to learn from the error."""
        self._rehearsed += 1
        if self._rehearsed % REHEARSE_EVERY == 0:
            self.ticket(ticket_id)

    def newcomer(self, queue: str, service: str = "", priority: str = "normal") -> Range | None:
        """The wait of a visitor who would come now; None where nobody is expected to be served."""
        part = self.knowledge.part_of(queue)
        if not part.windows:
            return None
        visitor = self._nobody(queue, service, priority)
        waits = self._waits_of(visitor, part)
        if is_never(waits, self._horizon_s()):
            return None
        return self.correction.corrected(np.quantile(waits, SHARES), self.knowledge.last_wait_s(queue))

    def _nobody(self, queue: str, service: str = "", priority: str = "normal") -> Visitor:
        credit_ms = int(self.knowledge.arrivals.credits_s.get(priority, 0.0) * 1000)
        return Visitor(
            name=-1, queue=queue, service=service or f"queue:{queue}", priority=priority,
            turn=self.now - credit_ms, came=self.now,
        )  # fmt: skip

    def _waits_of(self, visitor: Visitor, part: Part) -> Array:
        """Seconds until the call of one visitor in each future; only those matter who go before."""
        builder = Builder(self.knowledge, part)
        slack = self._slack_ms(part)
        others = [
            other
            for queue in part.queues
            for other in self.knowledge.scene.queues.get(queue, {}).values()
            if other is not visitor and (other.turn <= visitor.turn + slack or other.only)
        ]
        crowd = builder.crowd([*others, visitor])
        credit_s = max(self.knowledge.arrivals.credits_s.values(), default=0.0)
        ahead_s = (visitor.turn + slack - self.now) / 1000 + credit_s
        coming = builder.coming(ahead_s, slack == 0) if ahead_s > 1 else empty_coming()
        runs = runs_for(EFFORT_ONE, len(others) + len(part.windows))
        found = self._simulate(builder, crowd, coming, runs, len(others), np.zeros(0))
        return np.asarray(found.waits[:, -1])

    def _slack_ms(self, part: Part) -> int:
        """By how much a window may prefer a later turn."""
        handicaps = [handicap for window in part.windows for _, handicap in self.knowledge.queues_of(window)]
        return max(handicaps, default=0) - min(handicaps, default=0)

    def outlook(self, position: int = 0) -> Outlook:
        """The whole hall: every waiting ticket, every queue, the next two hours."""
        know = self.knowledge
        size = len(know.scene.visitors) + COMING_PER_WINDOW * len(know.windows())
        runs = runs_for(EFFORT_ALL, size)
        views = [self._view(part, runs) for part in know.parts()]
        return whole(self.knowledge, self.correction, views, position)

    def _view(self, part: Part, runs: int) -> View:
        """One part's futures of the next two hours, with somebody unreal at the end of each queue."""
        builder = Builder(self.knowledge, part)
        queues = self.knowledge.scene.queues
        rows = [(ticket, v) for queue in part.queues for ticket, v in queues.get(queue, {}).items()]
        nobody = [self._nobody(queue) for queue in part.queues]
        crowd = builder.crowd([*(visitor for _, visitor in rows), *nobody])
        coming = builder.coming(STEP_S * (STEPS + 0.5), False)
        found = self._simulate(builder, crowd, coming, runs, -1, MOMENTS)
        return View(
            part=part, tickets=[ticket for ticket, _ in rows], services=builder.services, found=found,
            horizon_s=self._horizon_s(),
        )  # fmt: skip

    def imagine(self, part: Part, tweak: Tweak, ahead_s: float, seed: int = 0) -> list[Array]:
        """The waits (seconds) in each future of all who wait and all who come within `ahead_s`, with a tweak.

        Those who leave by themselves or are diverted do not count. Futures of one moment and seed have common chances.
        """
        builder = Builder(self.knowledge, part, tweak)
        visitors = [v for queue in part.queues for v in self.knowledge.scene.queues.get(queue, {}).values()]
        crowd = builder.crowd(visitors)
        coming = builder.coming(ahead_s, False)
        found = self._simulate(builder, crowd, coming, IMAGINED, -1, np.zeros(0), ahead_s + 7200.0, seed)
        waits = []
        for run in range(IMAGINED):
            here = found.waits[run]
            came = found.came[run, : found.came_count[run], 2]
            waits.append(np.concatenate([(here + crowd.waited)[here >= 0], came]))
        return waits

    def doubts(self) -> tuple[Doubt, ...]:
        """What is not trusted just now."""
        return tuple(doubts_of(self.knowledge))

    def save(self) -> bytes:
        """What was learnt, for the next start. Tickets and windows are not in it: they come again with the events."""
        return saved(self.knowledge, self.correction)

    def load(self, kept: bytes) -> bool:
        """Takes over what was learnt; False, and unchanged, where another version or another hall learnt it."""
        return restored(self.knowledge, self.correction, kept)

    def _simulate(
        self, builder: Builder, crowd: Crowd, coming: Coming, runs: int, target: int, grid: Array,
        horizon_s: float = 0.0, seed: int = 0,
    ) -> Found:  # fmt: skip
        expected = float(coming.mass[-1])
        most = int(expected + 5 * expected**0.5 + 10) if expected > 0.01 else 0
        counters = builder.counters()
        most += len(coming.booked_at)
        chances = chance(self._seed + seed, runs, most, target, self.knowledge, horizon_s or self._horizon_s())
        return simulate(crowd, counters, builder.service_table(), builder.tables(), coming, chances, grid)

    def _horizon_s(self) -> float:
        return min(max(self.knowledge.presence.closing_s(self.now), 0.0) + OVERTIME_S, 12 * 3600.0)


def runs_for(effort: int, size: int) -> int:
    """As many futures as the effort allows: waits behind a long queue differ less from future to future."""
    return next((runs for runs in RUNS if runs * size <= effort), RUNS[-1])
