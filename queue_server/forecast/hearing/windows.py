"""What windows, bookings and measures do, and what it teaches."""

from collections.abc import Callable

from queue_server.forecast.heard import Heard
from queue_server.forecast.hearing.shared import open_unsaid
from queue_server.forecast.knowledge import Knowledge

Hears = Callable[[Knowledge, Heard], None]


def opened(know: Knowledge, heard: Heard) -> None:
    counter = know.scene.counter(heard.window)
    if heard.queues:
        counter.queues = heard.queues
        know.usual_queues[heard.window] = heard.queues
        for queue, _ in heard.queues:
            know.scene.queues.setdefault(queue, {})
    if not counter.open or counter.paused:
        know.presence.opened(heard.window, heard.at)
    if not counter.open:
        counter.opened_at = heard.at
        counter.since = counter.since if counter.ticket else heard.at
        counter.dry = True
    counter.open, counter.paused, counter.staff = True, False, heard.staff
    know.forget_parts()


def paused(know: Knowledge, heard: Heard) -> None:
    counter = know.scene.counter(heard.window)
    if not counter.open:
        open_unsaid(know, heard, counter)
    counter.paused, counter.reason, counter.until, counter.paused_at = True, heard.reason, heard.until_at, heard.at
    know.presence.paused(heard.window, heard.at, heard.reason)


def resumed(know: Knowledge, heard: Heard) -> None:
    counter = know.scene.counter(heard.window)
    counter.paused = False
    counter.dry = True
    if not counter.ticket:
        counter.since = heard.at
    know.presence.resumed(heard.window, heard.at)


def closed(know: Knowledge, heard: Heard) -> None:
    counter = know.scene.counter(heard.window)
    if counter.open:
        counter.open, counter.paused, counter.closed_at = False, False, heard.at
        know.presence.closed(heard.window, heard.at)


def booked(know: Knowledge, heard: Heard) -> None:
    if heard.booking and heard.start:
        queue = heard.queue or know.queue_of(heard.service)
        know.scene.bookings[heard.booking] = (heard.start, heard.service or f"queue:{queue}", queue)


def unbooked(know: Knowledge, heard: Heard) -> None:
    know.scene.bookings.pop(heard.booking, None)


def measure_began(know: Knowledge, heard: Heard) -> None:
    key = (heard.action, heard.window, heard.queue, heard.service, heard.to)
    know.running.setdefault(key, heard.at)
    about = heard.service or heard.queue
    if about:
        queue = know.queue_of(heard.service) if heard.service else heard.queue
        waiting = know.scene.queues.get(queue, {}).values()
        concerned = sum(1 for visitor in waiting if not heard.service or visitor.service == heard.service)
        know.accepted.began(heard.action, about, concerned)


def measure_ended(know: Knowledge, heard: Heard) -> None:
    if heard.diversion in know.over:
        return
    if heard.diversion:
        know.over.add(heard.diversion)
    know.running.pop((heard.action, heard.window, heard.queue, heard.service, heard.to), None)
    know.accepted.ended(heard.action, heard.service or heard.queue)


HEARS: dict[str, Hears] = {
    "WindowOpened": opened,
    "WindowPaused": paused,
    "WindowResumed": resumed,
    "WindowClosed": closed,
    "BookingMade": booked,
    "BookingMoved": booked,
    "BookingCheckedIn": unbooked,
    "BookingCancelled": unbooked,
    "BookingMissed": unbooked,
    "BookingExpired": unbooked,
    "DiversionStarted": measure_began,
    "DiversionEnded": measure_ended,
}
