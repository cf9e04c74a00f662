"""What a manager should look at now. Pure: a hall's fold and a moment in, alarms out.

Minutes are those of visitors: in a rehearsal that runs sixty times as fast, a second is a minute.
"""

from collections.abc import Iterator

from queue_server.contract.alarms import CODES, Alarm
from queue_server.domain.archive import SILENT_MS
from queue_server.domain.calendar import local
from queue_server.domain.day_slots import SLOT_MIN
from queue_server.domain.hall import SELF_SERVICE
from queue_server.domain.occupancy import place
from queue_server.domain.outlook import QueueOutlook
from queue_server.domain.rating import low_share
from queue_server.domain.ticket import ACTIVE
from queue_server.flows.estimates import believed
from queue_server.flows.running import RunningHall

LONG_WAIT_S = 30 * 60
LONG_QUEUE = 10
"""People who wait for each open window."""
FEWEST = 15
"""Fewer are no long queue."""
SHUT_LATELY_MS = 30 * 60_000
"""A window shut longer ago is not what makes its queue grow now."""
EMPTY_MS = 5 * 60_000
"""How long a window may stand open without serving while people wait for it."""
ALONE_MS = 5 * 60_000
"""How long a visitor may wait for an interpreter while nobody on duty speaks the language."""
CROWDED = 1.5
"""How many times the usual crowd is a crowd, where no zone says what it holds."""
FEWEST_MORE = 30
FAR_MIN = 24 * 60
"""Nobody hurries for an archive that can wait a day."""
DISTRUST = frozenset({"CLOCK_BACK", "STRANGE_HISTORY", "BEHIND"})
"""Doubts about the whole forecast; others are about one ticket or window, which it leaves out."""


def alarms(running: RunningHall, at: int) -> list[Alarm]:
    """All alarms at a moment (ms since the epoch), the gravest first, and the worst first of each kind."""
    found = [alarm for rule in RULES for alarm in rule(running, at)]
    return sorted(found, key=lambda one: (CODES.index(one.code), -one.min, -one.n, one.queue, one.window))


def _queues(running: RunningHall) -> list[str]:
    return [queue.id for queue in running.hall.queues if queue.id != SELF_SERVICE]


def _minutes(running: RunningHall, span_ms: float) -> int:
    """A span of the clock as whole minutes of visitors."""
    return int(span_ms * running.rehearsal_speed // 60_000)


def _expected(running: RunningHall, queue: str, at: int) -> QueueOutlook | None:
    """What is expected of a queue, where the forecast is to be believed."""
    return running.queue_outlooks.get(queue) if believed(running, at) else None


def _wait_ms(running: RunningHall, queue: str, at: int) -> int:
    """The longer of what the next visitor is expected to wait and what the longest has waited."""
    oldest = running.live.oldest(queue)
    waited = max(at - oldest, 0) if oldest is not None else 0
    expected = _expected(running, queue, at)
    return max(waited, expected.wait_s[1] * 1000 if expected and expected.wait_s else 0)


def _is_long(running: RunningHall, wait_ms: int) -> bool:
    return wait_ms * running.rehearsal_speed >= LONG_WAIT_S * 1000


def _long_waits(running: RunningHall, at: int) -> Iterator[Alarm]:
    for queue in _queues(running):
        waiting, wait_ms = running.live.waiting(queue), _wait_ms(running, queue, at)
        if waiting and _is_long(running, wait_ms):
            yield Alarm(code="LONG_WAIT", queue=queue, n=waiting, min=_minutes(running, wait_ms))


def _long_queues(running: RunningHall, _: int) -> Iterator[Alarm]:
    for queue in _queues(running):
        waiting, windows = running.live.waiting(queue), len(running.open_windows(queue))
        if windows and waiting >= max(FEWEST, LONG_QUEUE * windows):
            yield Alarm(code="LONG_QUEUE", queue=queue, n=waiting, most=windows)


def _without_window(running: RunningHall, _: int) -> Iterator[Alarm]:
    for queue in _queues(running):
        waiting = running.live.waiting(queue)
        if waiting and not running.open_windows(queue):
            yield Alarm(code="NO_WINDOW", queue=queue, n=waiting)


def _half_doors(running: RunningHall, at: int) -> Iterator[Alarm]:
    """半扇门: a window shut lately while its queue waits too long and is not about to wait less."""
    for number, window in running.live.windows.items():
        lately = (at - window.since) * running.rehearsal_speed < SHUT_LATELY_MS
        if window.status == "open" or not lately:
            continue
        for queue, _ in window.queues:
            wait_ms = _wait_ms(running, queue, at)
            if running.live.waiting(queue) and _is_long(running, wait_ms) and _is_growing(running, queue, at):
                yield Alarm(code="HALF_DOOR", window=number, queue=queue, min=_minutes(running, wait_ms))
                break


def _is_growing(running: RunningHall, queue: str, at: int) -> bool:
    """Whether the wait of those who come next is expected to grow; where nobody foresees it, it may."""
    expected = _expected(running, queue, at)
    if expected is None or expected.wait_s is None or not expected.later:
        return True
    return max(later.wait_s[1] for later in expected.later[:2]) >= expected.wait_s[1]


def _empty_desks(running: RunningHall, at: int) -> Iterator[Alarm]:
    """空岗: a window that is open and serves nobody, though people wait for it."""
    live = running.live
    for number, window in live.windows.items():
        ticket = live.tickets.get(window.ticket)
        if window.status != "open" or (ticket is not None and ticket.status in ACTIVE):
            continue
        idle_ms = at - max(window.since, window.called_at, live.freed.get(number, 0))
        waiting = sum(live.waiting(queue) for queue, _ in window.queues)
        if waiting and idle_ms * running.rehearsal_speed >= EMPTY_MS:
            first = next(queue for queue, _ in window.queues if live.waiting(queue))
            idle_min = _minutes(running, idle_ms)
            yield Alarm(code="EMPTY_DESK", window=number, queue=first, n=waiting, min=idle_min)


def _crowds(running: RunningHall, at: int) -> Iterator[Alarm]:
    capped = [zone for zone in running.hall.zones if zone.most_people]
    for zone in capped:
        people = people_in(running, zone.id, at)
        if people > zone.most_people:
            yield Alarm(code="CROWDED", zone=zone.id, n=people, most=zone.most_people)
    usual = _usual_waiting(running, at)
    waiting = sum(map(running.live.waiting, _queues(running)))
    if not capped and usual is not None and waiting > max(CROWDED * usual, usual + FEWEST_MORE):
        yield Alarm(code="CROWDED", n=waiting, most=round(usual))


def _without_interpreter(running: RunningHall, at: int) -> Iterator[Alarm]:
    for one in running.unmet:
        waited_ms = max(at - one.since, 0)
        if waited_ms * running.rehearsal_speed >= ALONE_MS:
            minutes = _minutes(running, waited_ms)
            yield Alarm(code="NO_INTERPRETER_ON_DUTY", language=one.language, n=one.n, min=minutes)


def _usual_waiting(running: RunningHall, at: int) -> float | None:
    """How many wait in the whole hall at this time of a usual day; None where nobody knows, as in a rehearsal."""
    if running.rehearsal_speed != 1:
        return None
    wall = local(running.hall, at)
    return running.usual.get((wall.hour * 60 + wall.minute) // SLOT_MIN * SLOT_MIN)


def people_in(running: RunningHall, zone: str, at: int) -> int:
    """How many visitors are in a zone: as gates count, else those who wait for it and those at its windows."""
    hall, live = running.hall, running.live
    counted = place(live.occupancy.zones.get(zone), 0, at)
    if counted is not None:
        return counted.people
    waiting = sum(live.waiting(queue.id) for queue in hall.queues if queue.zone == zone)
    at_windows = sum(1 for number, window in live.windows.items() if window.ticket and hall.zone_of("", number) == zone)
    return waiting + at_windows


def _devices(running: RunningHall, _: int) -> Iterator[Alarm]:
    if running.devices.silent:
        yield Alarm(code="DEVICE_SILENT", n=running.devices.silent)


def _forecast(running: RunningHall, at: int) -> Iterator[Alarm]:
    outlook = running.outlook
    if outlook is None:
        return
    if believed(running, at) is None:
        yield Alarm(code="FORECAST_AWAY", min=(at - outlook.at) // 60_000)
        return
    for doubt in outlook.doubts:
        if doubt.code in DISTRUST:
            yield Alarm(code="FORECAST_DOUBT", doubt=doubt.code, queue=doubt.queue, window=doubt.window)


def _archive(running: RunningHall, at: int) -> Iterator[Alarm]:
    state = running.archive
    if state is not None and (state.since or at - state.at > SILENT_MS):
        room_s = state.room_s(at)
        room_min = room_s // 60 if 0 <= room_s < FAR_MIN * 60 else FAR_MIN
        yield Alarm(code="ARCHIVE_BEHIND", n=state.behind, min=room_min)


def _cases(running: RunningHall, _: int) -> Iterator[Alarm]:
    if running.cases.overdue:
        yield Alarm(code="CASE_OVERDUE", n=running.cases.overdue, most=running.cases.open)


def _promises(running: RunningHall, _: int) -> Iterator[Alarm]:
    if running.promises.overdue:
        yield Alarm(code="PROMISE_OVERDUE", n=running.promises.overdue, most=running.promises.open)


def _low_ratings(running: RunningHall, _: int) -> Iterator[Alarm]:
    rules = running.hall.ratings
    for queue in _queues(running):
        day = running.live.days.get(queue)
        low, rated = low_share(day.latest, sum(day.scores)) if day else (0, 0)
        if rules.low_pct and rated >= rules.low_of and 100 * low >= rules.low_pct * rated:
            yield Alarm(code="LOW_RATINGS", queue=queue, n=low, most=rated)


def _certificates(running: RunningHall, _: int) -> Iterator[Alarm]:
    if running.certificates.ending:
        yield Alarm(code="CERTIFICATE_ENDING", n=running.certificates.ending, most=running.certificates.over)


def _lockers(running: RunningHall, _: int) -> Iterator[Alarm]:
    for locker in running.hall.lockers:
        now = running.lockers.get(locker.id)
        if now and now.taken >= locker.boxes:
            yield Alarm(code="LOCKER_FULL", zone=locker.zone, n=now.taken, most=locker.boxes)
        if now and now.overdue:
            yield Alarm(code="LOCKER_OVERDUE", zone=locker.zone, n=now.overdue)


RULES = (
    _half_doors,
    _without_window,
    _long_waits,
    _long_queues,
    _empty_desks,
    _crowds,
    _without_interpreter,
    _devices,
    _forecast,
    _archive,
    _cases,
    _promises,
    _low_ratings,
    _lockers,
    _certificates,
)
