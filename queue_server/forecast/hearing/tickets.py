"""What befalls tickets, and what it teaches."""

from collections.abc import Callable

from queue_server.domain.calling import comes_before
from queue_server.forecast.heard import Heard
from queue_server.forecast.hearing.shared import free, open_unsaid
from queue_server.forecast.knowledge import Knowledge
from queue_server.forecast.learning.idling import AFTER, IDLE
from queue_server.forecast.scene import SERVING, Counter, Visitor

Hears = Callable[[Knowledge, Heard], None]

MOST_CREDIT_S = 4 * 3600.0
"""A turn that is earlier by more is a mistake, and no priority's credit."""
LOOKED_AT = 1500
"""Heads are looked for among so many who wait at most."""


def issued(know: Knowledge, heard: Heard) -> None:
    if not heard.ticket:
        return
    if heard.ticket in know.scene.visitors:
        know.scene.leave(heard.ticket)
    visitor = know.scene.issue(heard)
    know_queue(know, visitor.service, visitor.queue)
    booked = heard.booking or heard.channel in {"appointment", "booking"}
    if heard.booking:
        know.scene.bookings.pop(heard.booking, None)
    know.accepted.came(visitor.service, visitor.queue)
    if heard.stop <= 1 and not booked:
        credit_s = min(max(heard.at - visitor.turn, 0) / 1000, MOST_CREDIT_S)
        know.arrivals.came(visitor.service, know.presence.minute(heard.at), visitor.priority, credit_s)


def know_queue(know: Knowledge, service: str, queue: str) -> None:
    if queue and know.queue_of_service.get(service) != queue:
        know.queue_of_service[service] = queue
    if queue not in know.scene.queues:
        know.scene.queues[queue] = {}
        know.forget_parts()


def called(know: Knowledge, heard: Heard) -> None:
    visitor = know.scene.visitors.get(heard.ticket)
    counter = know.scene.counter(heard.window)
    if visitor is not None and not visitor.window:
        learn_call(know, heard, visitor, counter)
        know.patience.end((heard.at - visitor.came) / 1000, left=False)
        know.last_waits[visitor.queue] = (heard.at - visitor.came) / 1000
    if not counter.open:
        open_unsaid(know, heard, counter)
    know.scene.call(heard)


def learn_call(know: Knowledge, heard: Heard, visitor: Visitor, counter: Counter) -> None:
    served = know.served.setdefault(heard.window, {})
    if visitor.queue not in served:
        know.forget_parts()
    served[visitor.queue] = served.get(visitor.queue, 0.0) + 1
    if counter.is_free:
        kind = AFTER if visitor.came <= counter.since and not counter.dry else IDLE
        mean_s = know.idling.mean_s(heard.window, kind)
        know.idling.calls(heard.window, kind, visitor.queue)
        know.pace.spell(kind == IDLE, counter.ignored_s, mean_s, True)
        counter.ignored_s = 0.0
    if counter.queues and not visitor.only:
        know.pace.turn(is_odd(know, visitor, counter))


def is_odd(know: Knowledge, visitor: Visitor, counter: Counter) -> bool:
    """Whether somebody else was to be called before, by the rule."""
    handicaps = dict(counter.queues)
    if visitor.queue not in handicaps:
        return True
    own = handicaps[visitor.queue]
    for queue, handicap in counter.queues:
        waiting = know.scene.queues.get(queue, {})
        if len(waiting) <= LOOKED_AT and any(
            comes_before(other.turn + 2000, handicap, visitor.turn, own) for other in waiting.values() if not other.only
        ):
            return True
    return False


def started(know: Knowledge, heard: Heard) -> None:
    counter = know.scene.counter(heard.window)
    if counter.ticket == heard.ticket and counter.called_at:
        know.pace.walked((heard.at - counter.called_at) / 1000)
    visitor = know.scene.visitors.get(heard.ticket)
    if visitor is not None:
        know.patience.call((heard.at - visitor.came) / 1000, missed=False)
    know.scene.serve(heard)


def finished(know: Knowledge, heard: Heard) -> None:
    visitor = know.scene.visitors.get(heard.ticket)
    window = heard.window or (visitor.window if visitor else 0)
    counter = know.scene.counter(window)
    if visitor is not None and counter.ticket == heard.ticket and counter.phase == SERVING:
        know.handling.learn(visitor.service, window, (heard.at - counter.since) / 1000, heard.at / 1000)
        know.stops.finish(visitor.service)
    know.scene.leave(heard.ticket)
    free(know, window, heard.at)


def missed(know: Knowledge, heard: Heard) -> None:
    visitor = know.scene.visitors.get(heard.ticket)
    window = heard.window or (visitor.window if visitor else 0)
    counter = know.scene.counter(window)
    if visitor is not None and counter.ticket == heard.ticket:
        know.patience.call((counter.called_at - visitor.came) / 1000, missed=True)
        know.pace.missed((heard.at - counter.called_at) / 1000)
    know.scene.leave(heard.ticket)
    free(know, window, heard.at)


def held(know: Knowledge, heard: Heard) -> None:
    visitor = know.scene.leave(heard.ticket)
    free(know, heard.window or (visitor.window if visitor else 0), heard.at)


def transferred(know: Knowledge, heard: Heard) -> None:
    visitor = know.scene.known(heard.ticket)
    if visitor is None:
        issued(know, heard)
        return
    window, before = visitor.window, visitor.service
    know.scene.leave(heard.ticket)
    if window:
        free(know, window, heard.at)
    after = Visitor(
        name=visitor.name + 1_000_000_000, queue=heard.queue or visitor.queue, service=heard.service or before,
        priority=heard.priority if heard.priority != "normal" else visitor.priority,
        turn=heard.turn or visitor.turn, came=heard.at, stop=heard.stop, only=heard.only_window,
    )  # fmt: skip
    if heard.stop > visitor.stop or (after.queue != visitor.queue and heard.was != "waiting"):
        know.stops.go_on(before, after.service)
    know_queue(know, after.service, after.queue)
    know.scene.wait(heard.ticket, after)


def waits_again(know: Knowledge, heard: Heard) -> None:
    visitor = know.scene.known(heard.ticket)
    if visitor is None:
        issued(know, heard)
        return
    waits = heard.ticket in know.scene.queues.get(visitor.queue, {})
    window = visitor.window
    if not waits and heard.queue:  # its path may have changed while it was held
        visitor.queue, visitor.service = heard.queue, heard.service or visitor.service
    visitor.turn = heard.turn or visitor.turn
    visitor.came = visitor.came if waits else heard.at
    know.scene.wait(heard.ticket, visitor)
    if window:
        free(know, window, heard.at)


def cancelled(know: Knowledge, heard: Heard) -> None:
    visitor = know.scene.visitors.get(heard.ticket)
    if visitor is not None and heard.reason == "diverted":
        know.accepted.left(visitor.service, visitor.queue)
    elif visitor is not None and not visitor.window:
        know.patience.end((heard.at - visitor.came) / 1000, left=True)
    window = visitor.window if visitor else 0
    know.scene.leave(heard.ticket)
    if window:
        free(know, window, heard.at)


def expired(know: Knowledge, heard: Heard) -> None:
    know.scene.leave(heard.ticket)


def undone(know: Knowledge, heard: Heard) -> None:
    """An act is taken back: the visitor is where they were before it."""
    visitor = know.scene.known(heard.ticket)
    if visitor is None:
        return
    window = heard.window or visitor.window
    if heard.undone in {"TicketCalled", "TicketRecalled"}:
        know.scene.wait(heard.ticket, visitor)
        free(know, window, heard.at)
    elif window:
        called = know.scene.call(Heard(name="TicketCalled", at=heard.at, ticket=heard.ticket, window=window))
        if called is not None and heard.undone != "ServiceStarted" and heard.undone != "TicketMissed":
            know.scene.counter(window).phase = SERVING


HEARS: dict[str, Hears] = {
    "TicketIssued": issued,
    "TicketCalled": called,
    "ServiceStarted": started,
    "ServiceFinished": finished,
    "TicketMissed": missed,
    "TicketHeld": held,
    "TicketTransferred": transferred,
    "TicketReinstated": waits_again,
    "TicketPostponed": waits_again,
    "TicketCancelled": cancelled,
    "TicketExpired": expired,
    "ActUndone": undone,
}
