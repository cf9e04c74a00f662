"""Events on the wire, for three kinds of readers: everyone, a ticket's own visitor, the staff."""

from typing import Any

import msgspec

from queue_server.contract.times import rfc3339
from queue_server.domain.events import Event
from queue_server.domain.hall import Hall

PUBLIC_FACTS = frozenset({"times", "undone", "was_queue", "shown", "shown_queue", "shown_at", "shown_times"})
VISITOR_FACTS = PUBLIC_FACTS | {"minutes", "place", "outcome", "stop", "stops"}
INTERNAL_FACTS = frozenset({"since", "only_window"})

_encode = msgspec.json.Encoder().encode


def zone_of(hall: Hall, event: Event) -> str:
    """The zone that an event belongs to: the window's, else the queue's; empty for the whole hall's events."""
    plan = hall.window_by_number.get(event.window)
    if plan:
        return plan.zone
    return hall.queue_by_id[event.queue].zone if event.queue in hall.queue_by_id else ""


def _value(name: str, value: Any) -> Any:
    if name == "queues" and isinstance(value, list):
        return [{"queue": queue, "handicap_s": handicap_s} for queue, handicap_s in value]
    return value


def _facts(event: Event, allowed: frozenset[str] | None) -> dict[str, Any]:
    pairs = event.facts.items()
    if allowed is None:
        return {name: _value(name, value) for name, value in pairs if name not in INTERNAL_FACTS}
    return {name: value for name, value in pairs if name in allowed}


def public(hall: Hall, position: int, event: Event) -> dict[str, Any]:
    """For everyone: numbers, windows and queues; nobody's id, staff, priority or reason."""
    document: dict[str, Any] = {
        "event": event.name, "id": str(position), "at": rfc3339(event.at), "hall": hall.id,
        "status": event.status, "zone": zone_of(hall, event),
    }  # fmt: skip
    if event.ticket:
        document.update(number=event.number, queue=event.queue, was=event.was)
    if event.window:
        document["window"] = event.window
    return document | _facts(event, PUBLIC_FACTS)


def for_visitor(hall: Hall, position: int, event: Event) -> dict[str, Any]:
    """For the ticket's own visitor."""
    own = {"ticket": event.ticket, "service": event.service, "turn": event.turn}
    return public(hall, position, event) | own | _facts(event, VISITOR_FACTS)


def for_staff(hall: Hall, position: int, event: Event) -> dict[str, Any]:
    """For the hall's staff: everything that applies."""
    document = public(hall, position, event)
    if event.ticket:
        document.update(ticket=event.ticket, service=event.service, priority=event.priority, turn=event.turn)
    if event.name == "TicketIssued":
        document["stop"] = 1
    if event.staff:
        document["staff"] = event.staff
    document["actor"] = event.actor
    return document | _facts(event, None)


def frame(position: int, document: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (position, document["event"].encode(), _encode(document))
