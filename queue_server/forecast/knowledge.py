"""All that a forecast knows: the live hall, and what its past taught. It hears, and is asked."""

from collections.abc import Callable

from queue_server.domain.calling import comes_before
from queue_server.domain.hall import Hall
from queue_server.domain.outlook import Doubt
from queue_server.forecast.heard import Heard
from queue_server.forecast.learning.accepting import Accepted
from queue_server.forecast.learning.arrivals import Arrivals
from queue_server.forecast.learning.handling import Handling
from queue_server.forecast.learning.leaving import Patience
from queue_server.forecast.learning.pace import Pace, Stops
from queue_server.forecast.learning.presence import Presence
from queue_server.forecast.learning.quantiles import Quantiles
from queue_server.forecast.parts import Part, parts_of
from queue_server.forecast.scene import FREE, SERVING, Counter, Scene, Visitor

SHOCK = 0.08
"""Deviation of the whole hall's pace from what is believed, as a logarithm: all windows of a day are slow together."""
MOST_BACK_MS = 5 * 60_000
"""A clock that goes back by more than this is doubted."""
LOOKED_AT = 1500
"""Heads are looked for among so many who wait at most."""


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
        self.running: dict[tuple[str, int, str, str, str], int] = {}
        """Measures that are carried out, by action, window, queue, service and hall: since when."""
        self.usual_queues: dict[int, tuple[tuple[str, int], ...]] = {}
        self.served: dict[int, dict[str, float]] = {}
        """How often each window called from each queue."""
        self.queue_of_service: dict[str, str] = {}
        self.doubts: dict[tuple[str, str, int], Doubt] = {}
        self._parts: list[Part] | None = None
        self._hears: dict[str, Callable[[Heard], None]] = {
            "TicketIssued": self._issued,
            "TicketCalled": self._called,
            "TicketRecalled": self._nothing,
            "ServiceStarted": self._started,
            "ServiceFinished": self._finished,
            "TicketMissed": self._missed,
            "TicketHeld": self._held,
            "TicketTransferred": self._transferred,
            "TicketReinstated": self._waits_again,
            "TicketPostponed": self._waits_again,
            "TicketCancelled": self._cancelled,
            "TicketExpired": self._expired,
            "WindowOpened": self._opened,
            "WindowPaused": self._paused,
            "WindowResumed": self._resumed,
            "WindowClosed": self._closed,
            "ActUndone": self._undone,
            "BookingMade": self._booked,
            "BookingMoved": self._booked,
            "BookingCheckedIn": self._unbooked,
            "BookingCancelled": self._unbooked,
            "BookingMissed": self._unbooked,
            "BookingExpired": self._unbooked,
            "DiversionStarted": self._measure_began,
            "DiversionEnded": self._measure_ended,
        }

    def hear(self, heard: Heard) -> None:
        """Moves on by one event; a new day begins by itself."""
        self.pass_time(heard.at)
        handler = self._hears.get(heard.name)
        if handler is not None:
            handler(heard)

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
        self.scene.start_day()
        self.doubts.clear()
        self._parts = None

    # being asked

    def queue_of(self, service: str) -> str:
        """The queue in which visitors of a service wait, as seen last or by the hall file."""
        known = self.queue_of_service.get(service)
        return known or (service[6:] if service.startswith("queue:") else self.scene.queue_of(service))

    def queues_of(self, window: int) -> tuple[tuple[str, int], ...]:
        """(queue, handicap in ms) that a window serves, or would serve once it opens."""
        counter = self.scene.counters.get(window)
        if counter and counter.queues:
            return counter.queues
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

    def tables(self) -> dict[str, Quantiles]:
        """Every table of times, by name."""
        pace, breaks, lunches = self.pace, *self.presence.lengths
        return {
            "residuals": self.handling.residual, "walks": pace.walks, "gaps": pace.gaps, "reacts": pace.reacts,
            "misses": pace.misses, "breaks": breaks, "lunches": lunches,
        }  # fmt: skip

    # hearing

    def _nothing(self, heard: Heard) -> None:
        pass

    def _issued(self, heard: Heard) -> None:
        if not heard.ticket:
            return
        if heard.ticket in self.scene.visitors:
            self.scene.leave(heard.ticket)
        visitor = self.scene.issue(heard)
        self._know_queue(visitor.service, visitor.queue)
        booked = heard.booking or heard.channel in {"appointment", "booking"}
        if heard.booking:
            self.scene.bookings.pop(heard.booking, None)
        self.accepted.came(visitor.service, visitor.queue)
        if heard.stop <= 1 and not booked:
            credit_s = max(heard.at - visitor.turn, 0) / 1000
            self.arrivals.came(visitor.service, self.presence.minute(heard.at), visitor.priority, credit_s)

    def _know_queue(self, service: str, queue: str) -> None:
        if queue and self.queue_of_service.get(service) != queue:
            self.queue_of_service[service] = queue
        if queue not in self.scene.queues:
            self.scene.queues[queue] = {}
            self._parts = None

    def _called(self, heard: Heard) -> None:
        visitor = self.scene.visitors.get(heard.ticket)
        counter = self.scene.counter(heard.window)
        if visitor is not None and not visitor.window:
            self._learn_call(heard, visitor, counter)
            self.patience.end((heard.at - visitor.came) / 1000, left=False)
        if not counter.open:
            self._open_unsaid(heard, counter)
        self.scene.call(heard)

    def _open_unsaid(self, heard: Heard, counter: Counter) -> None:
        """A window that calls is open, whoever forgot to say so."""
        counter.open, counter.opened_at = True, heard.at
        self.presence.opened(heard.window, heard.at)
        self._parts = None

    def _learn_call(self, heard: Heard, visitor: Visitor, counter: Counter) -> None:
        served = self.served.setdefault(heard.window, {})
        if visitor.queue not in served:
            self._parts = None
        served[visitor.queue] = served.get(visitor.queue, 0.0) + 1
        if counter.open and not counter.paused and counter.phase == FREE and not counter.ticket and counter.since:
            if visitor.came <= counter.since:
                if not counter.dry:
                    self.pace.gap(heard.window, (heard.at - counter.since) / 1000)
            else:
                self.pace.reacted((heard.at - visitor.came) / 1000)
        if counter.queues and not visitor.only:
            self.pace.turn(self._is_odd(visitor, counter))

    def _is_odd(self, visitor: Visitor, counter: Counter) -> bool:
        """Whether somebody else was to be called before, by the rule."""
        handicaps = dict(counter.queues)
        if visitor.queue not in handicaps:
            return True
        own = handicaps[visitor.queue]
        for queue, handicap in counter.queues:
            waiting = self.scene.queues.get(queue, {})
            if len(waiting) <= LOOKED_AT and any(
                comes_before(other.turn + 2000, handicap, visitor.turn, own)
                for other in waiting.values()
                if not other.only
            ):
                return True
        return False

    def _started(self, heard: Heard) -> None:
        counter = self.scene.counter(heard.window)
        if counter.ticket == heard.ticket and counter.called_at:
            self.pace.walked((heard.at - counter.called_at) / 1000)
        visitor = self.scene.visitors.get(heard.ticket)
        if visitor is not None:
            self.patience.call((heard.at - visitor.came) / 1000, missed=False)
        self.scene.serve(heard)

    def _finished(self, heard: Heard) -> None:
        visitor = self.scene.visitors.get(heard.ticket)
        window = heard.window or (visitor.window if visitor else 0)
        counter = self.scene.counter(window)
        if visitor is not None and counter.ticket == heard.ticket and counter.phase == SERVING:
            self.handling.learn(visitor.service, window, (heard.at - counter.since) / 1000, heard.at / 1000)
            self.stops.finish(visitor.service)
        self.scene.leave(heard.ticket)
        self._free(window, heard.at)

    def _free(self, window: int, at: int) -> None:
        counter = self.scene.counters.get(window)
        if counter is not None and not counter.ticket:
            counter.phase, counter.since, counter.dry = FREE, at, False

    def _missed(self, heard: Heard) -> None:
        visitor = self.scene.visitors.get(heard.ticket)
        window = heard.window or (visitor.window if visitor else 0)
        counter = self.scene.counter(window)
        if visitor is not None and counter.ticket == heard.ticket:
            self.patience.call((counter.called_at - visitor.came) / 1000, missed=True)
            self.pace.missed((heard.at - counter.called_at) / 1000)
        self.scene.leave(heard.ticket)
        self._free(window, heard.at)

    def _held(self, heard: Heard) -> None:
        visitor = self.scene.leave(heard.ticket)
        self._free(heard.window or (visitor.window if visitor else 0), heard.at)

    def _transferred(self, heard: Heard) -> None:
        visitor = self.scene.known(heard.ticket)
        if visitor is None:
            self._issued(heard)
            return
        window, before = visitor.window, visitor.service
        self.scene.leave(heard.ticket)
        if window:
            self._free(window, heard.at)
        after = Visitor(
            name=visitor.name + 1_000_000_000, queue=heard.queue or visitor.queue, service=heard.service or before,
            priority=heard.priority if heard.priority != "normal" else visitor.priority,
            turn=heard.turn or visitor.turn, came=heard.at, stop=heard.stop, only=heard.only_window,
        )  # fmt: skip
        if heard.stop > visitor.stop or (after.queue != visitor.queue and heard.was != "waiting"):
            self.stops.go_on(before, after.service)
        self._know_queue(after.service, after.queue)
        self.scene.wait(heard.ticket, after)

    def _waits_again(self, heard: Heard) -> None:
        visitor = self.scene.known(heard.ticket)
        if visitor is None:
            self._issued(heard)
            return
        waits = heard.ticket in self.scene.queues.get(visitor.queue, {})
        window = visitor.window
        visitor.turn = heard.turn or visitor.turn
        visitor.came = visitor.came if waits else heard.at
        self.scene.wait(heard.ticket, visitor)
        if window:
            self._free(window, heard.at)

    def _cancelled(self, heard: Heard) -> None:
        visitor = self.scene.visitors.get(heard.ticket)
        if visitor is not None and heard.reason == "diverted":
            self.accepted.left(visitor.service, visitor.queue)
        elif visitor is not None and not visitor.window:
            self.patience.end((heard.at - visitor.came) / 1000, left=True)
        window = visitor.window if visitor else 0
        self.scene.leave(heard.ticket)
        if window:
            self._free(window, heard.at)

    def _expired(self, heard: Heard) -> None:
        self.scene.leave(heard.ticket)

    def _opened(self, heard: Heard) -> None:
        counter = self.scene.counter(heard.window)
        if heard.queues:
            counter.queues = heard.queues
            self.usual_queues[heard.window] = heard.queues
            for queue, _ in heard.queues:
                self.scene.queues.setdefault(queue, {})
        if not counter.open or counter.paused:
            self.presence.opened(heard.window, heard.at)
        if not counter.open:
            counter.opened_at = heard.at
            counter.since = counter.since if counter.ticket else heard.at
            counter.dry = True
        counter.open, counter.paused, counter.staff = True, False, heard.staff
        self._parts = None

    def _paused(self, heard: Heard) -> None:
        counter = self.scene.counter(heard.window)
        if not counter.open:
            self._open_unsaid(heard, counter)
        counter.paused, counter.reason, counter.until, counter.paused_at = True, heard.reason, heard.until_at, heard.at
        self.presence.paused(heard.window, heard.at, heard.reason)

    def _resumed(self, heard: Heard) -> None:
        counter = self.scene.counter(heard.window)
        counter.paused = False
        counter.dry = True
        if not counter.ticket:
            counter.since = heard.at
        self.presence.resumed(heard.window, heard.at)

    def _closed(self, heard: Heard) -> None:
        counter = self.scene.counter(heard.window)
        if counter.open:
            counter.open, counter.paused, counter.closed_at = False, False, heard.at
            self.presence.closed(heard.window, heard.at)

    def _undone(self, heard: Heard) -> None:
        """An act is taken back: the visitor is where they were before it."""
        visitor = self.scene.known(heard.ticket)
        if visitor is None:
            return
        window = heard.window or visitor.window
        if heard.undone in {"TicketCalled", "TicketRecalled"}:
            self.scene.wait(heard.ticket, visitor)
            self._free(window, heard.at)
        elif window:
            called = self.scene.call(Heard(name="TicketCalled", at=heard.at, ticket=heard.ticket, window=window))
            if called is not None and heard.undone != "ServiceStarted" and heard.undone != "TicketMissed":
                self.scene.counter(window).phase = SERVING

    def _booked(self, heard: Heard) -> None:
        if heard.booking and heard.start:
            queue = heard.queue or self.queue_of(heard.service)
            self.scene.bookings[heard.booking] = (heard.start, heard.service or f"queue:{queue}", queue)

    def _unbooked(self, heard: Heard) -> None:
        self.scene.bookings.pop(heard.booking, None)

    def _measure_began(self, heard: Heard) -> None:
        key = (heard.action, heard.window, heard.queue, heard.service, heard.to)
        self.running.setdefault(key, heard.at)
        about = heard.service or heard.queue
        if about:
            queue = self.queue_of(heard.service) if heard.service else heard.queue
            waiting = self.scene.queues.get(queue, {}).values()
            concerned = sum(1 for visitor in waiting if not heard.service or visitor.service == heard.service)
            self.accepted.began(heard.action, about, concerned)

    def _measure_ended(self, heard: Heard) -> None:
        self.running.pop((heard.action, heard.window, heard.queue, heard.service, heard.to), None)
        self.accepted.ended(heard.action, heard.service or heard.queue)
