"""The halls now, as this worker's fold knows them."""

from collections import Counter
from collections.abc import Iterator

from queue_server.contract.alarms import CODES
from queue_server.domain.day import QueueDay
from queue_server.domain.lockers import LockerCounts
from queue_server.domain.rating import SCORES
from queue_server.flows.alarms import alarms
from queue_server.flows.crowds import outside, place_of
from queue_server.flows.running import RunningHall
from queue_server.flows.views import numbered_queues, totals
from queue_server.web.metrics.figure import Figure, Row, of_halls

QUEUE = ("hall", "queue")
BECAME = ("issued", "called", "done", "missed", "cancelled")
LADDER = ("silent", "flashed", "voiced", "unseen")
WINDOWS = ("open", "paused", "closed")
DEVICES = ("ok", "wrong", "silent")


def _ready(running: RunningHall, _: int) -> Iterator[Row]:
    yield (), float(running.started.is_set() and running.trusted)


def _waiting(running: RunningHall, _: int) -> Iterator[Row]:
    for queue in numbered_queues(running.hall):
        yield (queue,), running.live.waiting(queue)


def _longest(running: RunningHall, at: int) -> Iterator[Row]:
    for queue in numbered_queues(running.hall):
        oldest = running.live.oldest(queue)
        yield (queue,), max(at - oldest, 0) / 1000 if oldest is not None else 0.0


def _tickets(running: RunningHall, _: int) -> Iterator[Row]:
    for queue in numbered_queues(running.hall):
        day = running.live.days.get(queue) or QueueDay()
        for became in BECAME:
            yield (queue, became), getattr(day, became)


def _mean_wait(running: RunningHall, _: int) -> Iterator[Row]:
    for queue in numbered_queues(running.hall):
        day = running.live.days.get(queue)
        if day is not None and day.called:
            yield (queue,), day.waited_ms / day.called / 1000


def _handling(running: RunningHall, _: int) -> Iterator[Row]:
    for queue in numbered_queues(running.hall):
        yield (queue,), running.mean_handling_ms(queue) / 1000


def _serving(running: RunningHall, _: int) -> Iterator[Row]:
    busy = Counter(window.call_queue for window in running.live.windows.values() if window.ticket)
    for queue in numbered_queues(running.hall):
        yield (queue,), busy[queue]


def _windows(running: RunningHall, _: int) -> Iterator[Row]:
    live = running.live.windows
    found = Counter(live[plan.window].status if plan.window in live else "closed" for plan in running.hall.windows)
    for status in WINDOWS:
        yield (status,), found[status]


def _calls(running: RunningHall, at: int) -> Iterator[Row]:
    row = totals(running, at)
    for how in LADDER:
        yield (how,), getattr(row, how)


def _devices(running: RunningHall, _: int) -> Iterator[Row]:
    for state in DEVICES:
        yield (state,), getattr(running.devices, state)


def _offline(running: RunningHall, _: int) -> Iterator[Row]:
    yield (), running.devices.pending


def _unsent(running: RunningHall, _: int) -> Iterator[Row]:
    yield (), running.messages.waiting


def _position(running: RunningHall, _: int) -> Iterator[Row]:
    yield (), running.position


def _ratings(running: RunningHall, _: int) -> Iterator[Row]:
    for queue in numbered_queues(running.hall):
        day = running.live.days.get(queue) or QueueDay()
        yield from (((queue, str(score)), count) for score, count in zip(SCORES, day.scores, strict=True))


def _interpreters(running: RunningHall, _: int) -> Iterator[Row]:
    for queue in numbered_queues(running.hall):
        day = running.live.days.get(queue) or QueueDay()
        yield (queue, "asked"), day.interpreters
        yield (queue, "assigned"), day.interpreted


def _cases(running: RunningHall, _: int) -> Iterator[Row]:
    yield ("open",), running.cases.open
    yield ("overdue",), running.cases.overdue


def _lockers(running: RunningHall, _: int) -> Iterator[Row]:
    if running.hall.lockers:
        now = [running.lockers.get(locker.id, LockerCounts()) for locker in running.hall.lockers]
        taken = sum(one.taken for one in now)
        yield ("taken",), taken
        yield ("overdue",), sum(one.overdue for one in now)
        yield ("free",), max(sum(locker.boxes for locker in running.hall.lockers) - taken, 0)


def _promises(running: RunningHall, _: int) -> Iterator[Row]:
    yield ("open",), running.promises.open
    yield ("overdue",), running.promises.overdue
    yield ("late",), running.promises.late


def _people(running: RunningHall, at: int) -> Iterator[Row]:
    for zone in running.hall.zones:
        place = place_of(running, zone, at)
        if place is not None:
            yield (zone.id, "inside"), place.people
            yield (zone.id, "coming"), place.coming
        yield (zone.id, "outside"), len(outside(running, zone.id)) if zone.most_people else 0


def _alarms(running: RunningHall, at: int) -> Iterator[Row]:
    found = Counter(alarm.code for alarm in alarms(running, at))
    for code in CODES:
        yield (code,), found[code]


FIGURES = (
    Figure(
        name="greenwave_hall_ready",
        help="1 once the hall is known from the store",
        labels=("hall",),
        rows=of_halls(_ready),
    ),
    Figure(name="greenwave_waiting", help="Visitors who wait", labels=QUEUE, rows=of_halls(_waiting)),
    Figure(name="greenwave_longest_wait_seconds", help="Longest present wait", labels=QUEUE, rows=of_halls(_longest)),
    Figure(
        name="greenwave_mean_wait_seconds",
        help="Mean wait of those called today",
        labels=QUEUE,
        rows=of_halls(_mean_wait),
    ),
    Figure(
        name="greenwave_handling_seconds", help="Learnt mean time at a window", labels=QUEUE, rows=of_halls(_handling)
    ),
    Figure(name="greenwave_serving", help="Visitors at a window", labels=QUEUE, rows=of_halls(_serving)),
    Figure(
        name="greenwave_tickets_today",
        help="Tickets of the day by what became of them",
        labels=(*QUEUE, "became"),
        rows=of_halls(_tickets),
    ),
    Figure(name="greenwave_windows", help="Windows by status", labels=("hall", "status"), rows=of_halls(_windows)),
    Figure(
        name="greenwave_calls_today", help="Calls by what they needed", labels=("hall", "how"), rows=of_halls(_calls)
    ),
    Figure(name="greenwave_devices", help="Devices that report", labels=("hall", "state"), rows=of_halls(_devices)),
    Figure(
        name="greenwave_offline_tickets",
        help="Tickets kiosks have to hand in",
        labels=("hall",),
        rows=of_halls(_offline),
    ),
    Figure(name="greenwave_messages_waiting", help="Messages to be sent", labels=("hall",), rows=of_halls(_unsent)),
    Figure(
        name="greenwave_stream_position",
        help="Position in the event stream",
        labels=("hall",),
        rows=of_halls(_position),
    ),
    Figure(
        name="greenwave_ratings",
        help="Ratings by score, from 1 to 5; begins anew each day",
        kind="counter",
        labels=(*QUEUE, "score"),
        rows=of_halls(_ratings),
    ),
    Figure(
        name="greenwave_interpreter_requests",
        help="Interpreters asked for and assigned; begins anew each day",
        kind="counter",
        labels=(*QUEUE, "state"),
        rows=of_halls(_interpreters),
    ),
    Figure(
        name="greenwave_zone_people",
        help="People counted in a zone, called in and not there yet, and tickets that wait outside it",
        labels=("hall", "zone", "where"),
        rows=of_halls(_people),
    ),
    Figure(
        name="greenwave_cases",
        help="Cases that have not ended, and those of them that are overdue",
        labels=("hall", "state"),
        rows=of_halls(_cases),
    ),
    Figure(
        name="greenwave_promises",
        help="Promises that stand, the hall's own that are overdue, and those of visitors that are late",
        labels=("hall", "state"),
        rows=of_halls(_promises),
    ),
    Figure(
        name="greenwave_lockers",
        help="Boxes of lockers: taken, taken past their time, free",
        labels=("hall", "state"),
        rows=of_halls(_lockers),
    ),
    Figure(
        name="greenwave_alarms",
        help="Alarms that stand, as the cockpit shows them",
        labels=("hall", "code"),
        rows=of_halls(_alarms),
    ),
)
