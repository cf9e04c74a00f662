"""From what is known of a hall to what its futures are made of: ids become rows."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from queue_server.forecast.kernel.inputs import (
    CALLED,
    CLOSES,
    FAR,
    FREE,
    PAUSED,
    SERVING,
    SHUT,
    Chance,
    Coming,
    Counters,
    Crowd,
    Services,
    Tables,
)
from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.learning.arrivals import BIN_MIN, BINS, bin_of
from queue_server.forecast.learning.day_plan import is_long
from queue_server.forecast.learning.idling import AFTER, IDLE
from queue_server.forecast.learning.quantiles import Array
from queue_server.forecast.parts import Part
from queue_server.forecast.scene import Counter, Visitor

BOOKED_SHOW, BOOKED_EARLY_S = 0.88, 480.0
"""Those who booked come so often, and so long before their time."""
LONGEST_MS = 24 * 3_600_000.0
"""Nobody waits longer than a day: a clock has leapt."""
CATCH_ALL = 2.0
"""A cumulated chance that no draw reaches."""


class Tweak(Struct, frozen=True, kw_only=True):
    """What is different in a future: the measures of diversion."""

    opens: tuple[tuple[int, float], ...] = ()
    """(window, seconds until it opens)."""
    queues: tuple[tuple[int, tuple[tuple[str, int], ...]], ...] = ()
    """(window, its queues with handicaps in ms)."""
    shuts: tuple[int, ...] = ()
    quick: tuple[tuple[str, float], ...] = ()
    """(queue, added to the logarithm of handling times)."""
    leave: tuple[tuple[str, float], ...] = ()
    """(service, share of its visitors who leave or do not come)."""
    later: tuple[tuple[str, float], ...] = ()
    """(service, share of those to come who come an hour later)."""


class Builder:
    """Builds for one part of the hall at one moment."""

    def __init__(self, knowledge: Knowledge, part: Part, tweak: Tweak | None = None) -> None:
        self._know = knowledge
        self._scene = knowledge.scene
        self._part = part
        self._tweak = tweak or Tweak()
        self._now = knowledge.now
        self.queues = list(part.queues)
        self.row_of_queue = {queue: row for row, queue in enumerate(self.queues)}
        self.services: list[str] = []
        self._row_of_service: dict[str, int] = {}

    def service_row(self, service: str) -> int:
        row = self._row_of_service.get(service)
        if row is None:
            row = self._row_of_service[service] = len(self.services)
            self.services.append(service)
        return row

    def crowd(self, visitors: Sequence[Visitor]) -> Crowd:
        """Those who wait; a visitor for one window alone waits in a queue of its own."""
        now, count = self._now, len(visitors)
        leave = dict(self._tweak.leave)
        queue, service, name = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
        turn, waited, leaves = np.empty(count), np.empty(count), np.zeros(count)
        for row, visitor in enumerate(visitors):
            queue[row] = self._queue_row(visitor)
            service[row] = self.service_row(visitor.service)
            name[row], turn[row], waited[row] = visitor.name, visitor.turn, visitor.came
            if leave:
                leaves[row] = leave.get(visitor.service, 0.0)
        return Crowd(queue, service, (turn - now) / 1000, np.clip(now - waited, 0.0, LONGEST_MS) / 1000, name, leaves)

    def _queue_row(self, visitor: Visitor) -> int:
        if not visitor.only:
            return self.row_of_queue[visitor.queue]
        name = f"@{visitor.only}"
        if name not in self.row_of_queue:
            self.row_of_queue[name] = len(self.queues)
            self.queues.append(name)
        return self.row_of_queue[name]

    def counters(self) -> Counters:
        """The windows; call it after `crowd`, which may add queues."""
        windows = self._part.windows
        count = len(windows)
        now = self._now
        handicap = np.full((count, len(self.queues)), FAR)
        whole = {name: np.zeros(count, np.int64) for name in ("state", "service", "pause", "days", "name")}
        real = {name: np.zeros(count) for name in ("since", "turn", "gap", "react")}
        until, opens, pausing = np.full(count, FAR), np.full(count, FAR), np.zeros(count, np.bool_)
        plans = []
        tweaked_queues, tweaked_opens = dict(self._tweak.queues), dict(self._tweak.opens)
        for row, window in enumerate(windows):
            counter = self._scene.counters.get(window) or Counter()
            shares = tweaked_queues.get(window) or self._know.queues_of(window)
            for queue, handicap_ms in shares:
                if queue in self.row_of_queue:
                    handicap[row, self.row_of_queue[queue]] = handicap_ms / 1000
            if f"@{window}" in self.row_of_queue:
                handicap[row, self.row_of_queue[f"@{window}"]] = 0.0
            state, since = _state_of(counter)
            if window in self._tweak.shuts:
                handicap[row, :] = FAR
            whole["state"][row], whole["name"][row] = state, window
            real["since"][row] = max(now - since, 0) / 1000 if since else 0.0
            if state == FREE:
                real["since"][row] = -counter.ignored_s if counter.dry else counter.ignored_s
            real["gap"][row] = self._know.idling.mean_s(window, AFTER)
            real["react"][row] = self._know.idling.mean_s(window, IDLE)
            whole["pause"][row] = is_long(counter.reason)
            pausing[row] = counter.paused
            if counter.paused and counter.until > now:
                until[row] = (counter.until - now) / 1000
            if state in (CALLED, SERVING):
                whole["service"][row] = self.service_row(counter.service)
                visitor = self._scene.visitors.get(counter.ticket)
                real["turn"][row] = ((visitor.turn if visitor else counter.called_at) - now) / 1000
            if window in tweaked_opens:
                opens[row] = tweaked_opens[window]
            plan = self._know.presence.plans(window, now, counter.open)
            if counter.ticket and not counter.open:  # closed behind the last visitor
                plan[:, CLOSES] = 0.0
            plans.append(plan)
            whole["days"][row] = len(plan)
        places = plans[0].shape[1] if plans else 2
        table = np.full((count, max((len(plan) for plan in plans), default=1), places), FAR)
        for row, plan in enumerate(plans):
            table[row, : len(plan)] = plan
            if windows[row] in tweaked_opens:
                table[row, : len(plan), 1] = FAR
        return Counters(
            handicap, whole["state"], real["since"], whole["service"], real["turn"], pausing, real["gap"],
            real["react"], whole["pause"], until, opens, table, whole["days"], whole["name"],
        )  # fmt: skip

    def service_table(self) -> Services:
        """How long things take; call it when all services are known."""
        know, at_s = self._know, self._now / 1000
        for service in list(self.services):
            for to in know.stops.went.get(service, ()):
                if self._queue_of(to) in self.row_of_queue:
                    self.service_row(to)
        names, windows = self.services, self._part.windows
        mean = know.handling.means(names, windows, at_s)
        stop, stop_to = np.zeros(len(names)), np.full((len(names), max(len(names), 1)), CATCH_ALL)
        for row, service in enumerate(names):
            went = know.stops.went.get(service)
            if went:
                chances = np.array([went.get(to, 0.0) for to in names])
                total = sum(went.values())
                if chances.sum() > 0:
                    stop[row] = know.stops.chance(service) * chances.sum() / total
                    stop_to[row] = np.cumsum(chances / chances.sum())
                    stop_to[row, -1] = CATCH_ALL
        quick = np.zeros(len(self.queues))
        for queue, change in self._tweak.quick:
            if queue in self.row_of_queue:
                quick[self.row_of_queue[queue]] = change
        sigma = np.array([know.handling.sigma(s) for s in names])
        doubt = np.array([know.handling.doubt(s) for s in names])
        home = np.array([self.row_of_queue.get(self._queue_of(s), 0) for s in names], dtype=np.int64)
        return Services(mean, sigma, doubt, stop, stop_to, home, quick)

    def _queue_of(self, service: str) -> str:
        return self._know.queue_of(service)

    def tables(self) -> Tables:
        know = self._know
        miss, stay = know.patience.curves()
        more, longer = know.presence.breaks(self._now)
        breaks, lunches = know.presence.lengths
        pause = np.stack([breaks.table() * longer, lunches.table()])
        gap, react = know.pace.gaps.table(), know.pace.reacts.table()
        return Tables(
            know.handling.residuals(), know.pace.walks.table(), gap, react, know.pace.misses.table(), pause, more,
            miss, stay,
        )  # fmt: skip

    def coming(self, until_s: float, overtaking: bool) -> Coming:
        """Who comes in the next seconds; only those who may overtake others where `overtaking`."""
        know, now = self._know, self._now
        services = [s for s in know.arrivals.services() if self._queue_of(s) in self.row_of_queue]
        rows = [self.service_row(s) for s in services]
        minute = know.presence.minute(now)
        first = bin_of(minute)
        count = max(min(int((minute - first * BIN_MIN + until_s / 60) // BIN_MIN) + 1, BINS - first), 1)
        edges = np.minimum((np.arange(first, first + count + 1) * BIN_MIN - minute) * 60, until_s)
        edges[0] = 0.0
        widths = np.maximum(np.diff(edges), 0.0) / (BIN_MIN * 60)
        chances, credits = know.arrivals.mix()
        share = 1.0
        if overtaking:
            chances, credits, share = _with_credit(chances, credits)
        today = know.arrivals.today(minute)
        rates = np.zeros((count, max(len(self.services), 1)))
        for service, row in zip(services, rows, strict=True):
            surge = 1 + (know.arrivals.surge(service, minute, today) - 1) * np.exp(-np.arange(count) * BIN_MIN / 60.0)
            rates[:, row] = know.arrivals.rate(service)[first : first + count] * today * surge * widths * share
        mass = np.concatenate([[0.0], np.cumsum(rates.sum(axis=1) + 1e-9)])
        shares = np.cumsum(rates + 1e-15, axis=1)
        shares /= shares[:, -1:]
        shares[:, -1] = CATCH_ALL
        leave, later = self._by_service(self._tweak.leave), self._by_service(self._tweak.later)
        return Coming(edges, mass, shares, chances, credits, leave, later, *self._booked(until_s))

    def _by_service(self, pairs: tuple[tuple[str, float], ...]) -> Array:
        found = np.zeros(max(len(self.services), 1))
        for service, share in pairs:
            if service in self._row_of_service:
                found[self._row_of_service[service]] = share
        return found

    def _booked(self, until_s: float) -> tuple[Array, Array, Array, Array]:
        now = self._now
        rows = [
            ((start - now) / 1000, self.service_row(service))
            for start, service, queue in self._scene.bookings.values()
            if queue in self.row_of_queue
            and -900_000 < start - now < until_s * 1000
            and service in self._row_of_service
        ]
        starts = np.array([start for start, _ in rows])
        return (
            np.maximum(starts - BOOKED_EARLY_S, 1.0), starts, np.array([row for _, row in rows], dtype=np.int64),
            np.full(len(rows), BOOKED_SHOW),
        )  # fmt: skip


def _with_credit(chances: Array, credits: Array) -> tuple[Array, Array, float]:
    """The same mix without those who have no credit, and what share of all it is."""
    shares = np.diff(np.concatenate([[0.0], np.minimum(chances, 1.0)]))
    kept = credits > 1.0
    total = float(shares[kept].sum())
    if total <= 0:
        return np.array([CATCH_ALL]), np.array([0.0]), 0.0
    cumulated = np.cumsum(shares[kept] / total)
    cumulated[-1] = CATCH_ALL
    return cumulated, credits[kept], total


def _state_of(counter: Counter) -> tuple[int, int]:
    """What a window is doing, and since when (ms)."""
    if counter.ticket:
        return (CALLED, CALLED, SERVING)[counter.phase], counter.since
    if not counter.open:
        return SHUT, counter.closed_at
    if counter.paused:
        return PAUSED, counter.paused_at
    return FREE, counter.since


def empty_coming() -> Coming:
    """Nobody comes."""
    none = np.zeros(0)
    return Coming(
        np.array([0.0, 1.0]), np.array([0.0, 1e-9]), np.array([[CATCH_ALL]]), np.array([CATCH_ALL]), np.array([0.0]),
        np.zeros(1), np.zeros(1), none, none, np.zeros(0, np.int64), none,
    )  # fmt: skip


def chance(seed: int, runs: int, most: int, target: int, knowledge: Knowledge, horizon_s: float) -> Chance:
    """What holds for all windows and runs."""
    closing_s = knowledge.presence.closing_s(knowledge.now)
    return Chance(seed, runs, most, target, knowledge.shock, knowledge.pace.out_of_turn, closing_s, horizon_s)
