"""A visit as its events make it: one leg for each time that its ticket waited. Pure; no clock, no input or output."""

from collections.abc import Callable

from msgspec import Struct

from queue_server.domain.events import Event


class Leg(Struct, kw_only=True, gc=False):
    """From when a ticket began to wait until it was dealt with, or waited anew: transferred, reinstated, next stop.

    Moments are ms since the epoch and 0 while they have not come, or where the event that said so was lost.
    """

    visit: int
    """The id of the event that opened the visit."""
    leg: int
    """From 1."""
    day: str
    """The day of the visit, `YYMMDD`."""
    ticket: str
    number: str
    queue: str
    service: str
    priority: str
    channel: str = ""
    issued_at: int = 0
    waits_since: int = 0
    told_at: int = 0
    """When its visitor was told how long it would take."""
    p10_s: int | None = None
    p50_s: int | None = None
    p90_s: int | None = None
    called_at: int = 0
    """The first call; not when it was called again."""
    started_at: int = 0
    finished_at: int = 0
    """When the leg ended, whichever way. 0 where the night ended it while it was served: nobody knows when it did."""
    at_window: int = 0
    outcome: str = ""
    """Of the service; `diverted` for a visitor who was helped otherwise."""
    status: str = ""
    """Of the ticket; `transferred` for a leg that went on elsewhere."""
    stop: int = 1
    """Which stop of its visit this is."""
    stops: int = 1
    journey: str = ""
    booked: int = 0
    """When the slot began that its visitor had booked; 0 without a booking."""
    score: int = 0
    """How its visitor rated it, from 1 to 5; 0 while they have not."""
    staff: str = ""
    """Who served. Kept only where the hall's file says so."""


Legs = list[Leg]
"""A visit."""

DIVERTED = "diverted"


def opened(event_id: int, day: str, event: Event) -> Leg:
    """The first leg of a visit. Of one whose beginning was lost only what later events say is known."""
    leg = Leg(
        visit=event_id, leg=1, day=day, ticket=event.ticket, number=event.number, queue=event.queue,
        service=event.service, priority=event.priority, channel=str(event.fact("channel") or ""), status=event.status,
    )  # fmt: skip
    if event.name == "TicketIssued":
        leg.issued_at = leg.waits_since = event.whole("since") or event.at
        leg.stops, leg.booked = max(event.whole("stops"), 1), event.whole("booked")
        leg.journey = str(event.fact("journey") or "")
        _tell(leg, event)
    return leg


def follow(legs: Legs, event: Event) -> None:
    """Moves a visit on by one event of its ticket. What has nothing to do with its course is ignored."""
    act = ACTS.get(event.name)
    if act is None:
        return
    act(legs, legs[-1], event)
    if event.name != "RatingGiven":  # it may come when the ticket itself is gone
        legs[-1].status = event.status


def _tell(leg: Leg, event: Event) -> None:
    leg.told_at = event.at if event.fact("p50_s") is not None else 0
    leg.p10_s, leg.p50_s, leg.p90_s = (
        event.whole(name) if leg.told_at else None for name in ("p10_s", "p50_s", "p90_s")
    )


def _wait_anew(legs: Legs, last: Leg, event: Event) -> None:
    leg = Leg(
        visit=last.visit, leg=last.leg + 1, day=last.day, ticket=last.ticket, number=last.number, queue=event.queue,
        service=event.service, priority=event.priority, channel=last.channel, issued_at=last.issued_at,
        waits_since=event.whole("since") or event.at, stop=max(event.whole("stop"), last.stop),
        stops=max(event.whole("stops"), last.stops), journey=last.journey, booked=last.booked,
    )  # fmt: skip
    _tell(leg, event)
    legs.append(leg)


def _called(_: Legs, leg: Leg, event: Event) -> None:
    leg.called_at, leg.at_window = event.at, event.window
    leg.waits_since = leg.waits_since or event.at - event.whole("waited_ms")
    leg.channel = leg.channel or str(event.fact("channel") or "")


def _started(_: Legs, leg: Leg, event: Event) -> None:
    leg.started_at, leg.at_window, leg.staff = event.at, event.window, event.staff


def _finished(_: Legs, leg: Leg, event: Event) -> None:
    leg.finished_at, leg.outcome, leg.at_window = event.at, str(event.fact("outcome") or ""), event.window


def _left(_: Legs, leg: Leg, event: Event) -> None:
    leg.finished_at = leg.finished_at or event.at
    if event.fact("reason") == DIVERTED:
        leg.outcome = DIVERTED


def _expired(legs: Legs, leg: Leg, event: Event) -> None:
    if event.was != "serving":
        _left(legs, leg, event)


def _transferred(legs: Legs, leg: Leg, event: Event) -> None:
    if event.was == "waiting":  # it waits on: the one window that it waited for has closed
        leg.queue, leg.service = event.queue, event.service
        return
    if event.was == "serving":
        leg.finished_at, leg.status = event.at, "transferred"
    _wait_anew(legs, leg, event)


def _reinstated(legs: Legs, last: Leg, event: Event) -> None:
    """Who only stepped aside, until an interpreter was free, has waited all along, and was told so long ago."""
    if last.status == "held" and not last.called_at and event.whole("since") == last.waits_since:
        last.finished_at = 0
    else:
        _wait_anew(legs, last, event)


def _postponed(legs: Legs, leg: Leg, event: Event) -> None:
    if event.was == "waiting":
        _tell(leg, event)  # what it was told before was for the turn that it gave up
    else:
        _wait_anew(legs, leg, event)


def _planned(_: Legs, leg: Leg, event: Event) -> None:
    """The path of a visit of several stops has changed: perhaps it waits elsewhere now."""
    if event.was == "waiting":
        leg.queue, leg.service = event.queue, event.service
    leg.stop, leg.stops = max(event.whole("stop"), leg.stop), max(event.whole("stops"), leg.stops)
    leg.journey = str(event.fact("journey") or leg.journey)


def _rated(legs: Legs, last: Leg, event: Event) -> None:
    """The stop that was rated: the last time that it was served."""
    served = [leg for leg in legs if leg.started_at and leg.stop == (event.whole("stop") or leg.stop)]
    (served or [last])[-1].score = event.whole("score")


def _undone(legs: Legs, leg: Leg, event: Event) -> None:
    undone = event.fact("undone")
    # after a finish that went on it waits elsewhere, or its path holds it
    goes_on = undone == "TicketTransferred" or (undone == "ServiceFinished" and event.was != "done")
    if goes_on and len(legs) > 1:
        legs.pop()
    leg = legs[-1]
    if undone == "TicketCalled":
        leg.called_at = leg.at_window = 0
    elif undone == "ServiceStarted":
        leg.started_at, leg.staff = 0, ""
    elif undone != "TicketRecalled":
        leg.finished_at, leg.outcome = 0, ""


ACTS: dict[str, Callable[[Legs, Leg, Event], None]] = {
    "TicketIssued": lambda *_: None,
    "TicketCalled": _called,
    "ServiceStarted": _started,
    "ServiceFinished": _finished,
    "TicketHeld": _left,
    "TicketMissed": _left,
    "TicketCancelled": _left,
    "TicketExpired": _expired,
    "TicketTransferred": _transferred,
    "TicketReinstated": _reinstated,
    "TicketPostponed": _postponed,
    "ActUndone": _undone,
    "TicketPlanned": _planned,
    "RatingGiven": _rated,
}
"""What a visit's course is made of."""
