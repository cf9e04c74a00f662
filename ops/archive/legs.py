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
    """When the leg ended, whichever way."""
    at_window: int = 0
    outcome: str = ""
    """Of the service; `diverted` for a visitor who was helped otherwise."""
    status: str = ""
    """Of the ticket; `transferred` for a leg that went on elsewhere."""


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
        _tell(leg, event)
    return leg


def follow(legs: Legs, event: Event) -> None:
    """Moves a visit on by one event of its ticket. What has nothing to do with its course is ignored."""
    act = ACTS.get(event.name)
    if act is None:
        return
    act(legs, legs[-1], event)
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
        waits_since=event.whole("since") or event.at,
    )  # fmt: skip
    _tell(leg, event)
    legs.append(leg)


def _called(_: Legs, leg: Leg, event: Event) -> None:
    leg.called_at, leg.at_window = event.at, event.window
    leg.waits_since = leg.waits_since or event.at - event.whole("waited_ms")
    leg.channel = leg.channel or str(event.fact("channel") or "")


def _started(_: Legs, leg: Leg, event: Event) -> None:
    leg.started_at, leg.at_window = event.at, event.window


def _finished(_: Legs, leg: Leg, event: Event) -> None:
    leg.finished_at, leg.outcome, leg.at_window = event.at, str(event.fact("outcome") or ""), event.window


def _left(_: Legs, leg: Leg, event: Event) -> None:
    leg.finished_at = leg.finished_at or event.at
    if event.fact("reason") == DIVERTED:
        leg.outcome = DIVERTED


def _transferred(legs: Legs, leg: Leg, event: Event) -> None:
    if event.was == "waiting":  # it waits on: the one window that it waited for has closed
        leg.queue, leg.service = event.queue, event.service
        return
    if event.was == "serving":
        leg.finished_at, leg.status = event.at, "transferred"
    _wait_anew(legs, leg, event)


def _postponed(legs: Legs, leg: Leg, event: Event) -> None:
    if event.was == "waiting":
        _tell(leg, event)  # what it was told before was for the turn that it gave up
    else:
        _wait_anew(legs, leg, event)


def _undone(legs: Legs, leg: Leg, event: Event) -> None:
    undone = event.fact("undone")
    goes_on = undone == "TicketTransferred" or (undone == "ServiceFinished" and event.was == "waiting")
    if goes_on and len(legs) > 1:
        legs.pop()
    leg = legs[-1]
    if undone == "TicketCalled":
        leg.called_at = leg.at_window = 0
    elif undone == "ServiceStarted":
        leg.started_at = 0
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
    "TicketExpired": _left,
    "TicketTransferred": _transferred,
    "TicketReinstated": _wait_anew,
    "TicketPostponed": _postponed,
    "ActUndone": _undone,
}
"""What a visit's course is made of."""
