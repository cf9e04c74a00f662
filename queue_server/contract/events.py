"""Events on the wire, for three kinds of readers: everyone, a ticket's own visitor, the staff."""

from typing import Any

import msgspec

from queue_server.contract.times import rfc3339
from queue_server.domain.events import Event
from queue_server.domain.hall import Hall
from queue_server.domain.ladder import SHOWN
from queue_server.domain.ticket import PAUSES

_SHOWN_AGAIN = {f"shown{part}" for part in ("", "_queue", "_at", "_times", "_step", "_language")}
PUBLIC_FACTS = frozenset({"times", "undone", "was_queue", "step", "wave", "until_at"} | _SHOWN_AGAIN)
CALLS = frozenset({"TicketCalled", "TicketRecalled", "CallEscalated"})
"""Calls say in which language: it is spoken aloud."""
BOOKING_FACTS = ("booking", "start", "places", "until_at", "what")
OFFER_FACTS = ("diversion", "action", "answer")
VISITOR_FACTS = PUBLIC_FACTS | {"minutes", "place", "outcome", "stop", "stops", "outside", *BOOKING_FACTS, *OFFER_FACTS}
INTERNAL_FACTS = frozenset({"since", "only_window", "climbed", "coming", "phone", "was_step", "near"})
DIVERSIONS = frozenset({"DiversionProposed", "DiversionStarted", "DiversionEnded", "DiversionDismissed"})
STAFF_ONLY = DIVERSIONS | frozenset(
    {
        "DeviceChanged", "CallShown", "CallUnseen", "TicketFollowed", "NumbersLeased", "HelpCalled", "HelpAnswered",
        "BookingHeld", "BookingMade", "BookingMoved", "BookingCancelled", "BookingCheckedIn", "BookingLate",
        "BookingMissed", "BookingExpired", "BookingListed", "BookingOffered", "PlaceReopened", "ReminderDue",
        "BookingsPardoned", "PeopleCounted", "InterpreterChanged",
    }
)  # fmt: skip
"""Events that tell of the hall's own things: for its staff, never for a board."""
NOTE = "ActNoted"
"""For the ledger: on no stream, for nobody."""
MANAGERS_ONLY = frozenset({"RatingGiven", "CaseOpened", "CaseChanged", NOTE, "StaffChanged", "ShiftChanged"})
"""About who served, who complained and who did what: for the hall's managers alone."""
INTERPRETING = frozenset({"InterpreterAsked", "InterpreterAssigned", "InterpreterDone"})
OUTLIVING = frozenset({"PromiseMade", "PromiseChanged", "TicketEscalated"})
_OWN = frozenset({"TicketNear", "DiversionAnswered", "TicketPlanned", "PapersChecked", "LockerChanged"})
VISITORS_OWN = _OWN | INTERPRETING | OUTLIVING
"""Told to the hall's staff and the ticket's own visitor, never on a board."""
OFFERS_CHANGE = frozenset({"DiversionStarted", "DiversionEnded"})
"""With these visitors may be offered something else."""
DIVERTED = "diverted"
"""Why a ticket was given up whose visitor took what a diversion offered."""
TOLD_AS = frozenset({"time_over", "window_closed", "day_closed", "lapsed", "taken_over"})
"""Why a diversion ended by itself. Any other reason is what a manager wrote."""
NAMES_OF_STAFF = frozenset({"staff", "actor"})
HOW = {bit: name for name, bit in SHOWN.items()}

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
    if name == "how":
        return HOW.get(value, "")
    if name == "booking":
        return f"{value[:4]}-{value[4:]}"  # as answers have it
    if name in {"start", "until_at", "booked", "due_at"} and isinstance(value, int):
        return rfc3339(value)
    return value


def _facts(event: Event, allowed: frozenset[str] | None) -> dict[str, Any]:
    pairs = event.facts.items()
    if allowed is None:
        return {name: _value(name, value) for name, value in pairs if name not in INTERNAL_FACTS}
    return {name: _value(name, value) for name, value in pairs if name in allowed}


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
    if event.name == "WindowPaused" and event.fact("reason") in PAUSES:
        document["reason"] = event.fact("reason")
    if event.name in CALLS:
        document["language"] = event.fact("language")
    return document | _facts(event, PUBLIC_FACTS)


def for_visitor(hall: Hall, position: int, event: Event) -> dict[str, Any]:
    """For the ticket's own visitor."""
    own: dict[str, Any] = {"ticket": event.ticket, "service": event.service, "turn": event.turn}
    if event.name == "TicketCancelled" and event.fact("reason") == DIVERTED:
        own["reason"] = DIVERTED
    return public(hall, position, event) | own | _facts(event, VISITOR_FACTS)


def for_staff(hall: Hall, position: int, event: Event) -> dict[str, Any]:
    """For the hall's managers: everything that applies."""
    document = public(hall, position, event)
    if event.ticket:
        document.update(ticket=event.ticket, service=event.service, priority=event.priority, turn=event.turn)
    else:  # what a booking or a diversion is about
        about = {"queue": event.queue, "service": event.service}
        document.update((name, value) for name, value in about.items() if value)
    if event.name == "TicketIssued":
        document["stop"] = 1
    if event.staff:
        document["staff"] = event.staff
    document["actor"] = event.actor
    document |= _facts(event, None)
    if "gain_mean_s" in document:
        document["gain"] = {"mean_s": document["gain_mean_s"], "p90_s": document["gain_p90_s"]}
    return document


def for_floor(hall: Hall, position: int, event: Event) -> dict[str, Any]:
    """For windows and desks: as for managers, but for what those wrote about a diversion."""
    document = for_staff(hall, position, event)
    if event.name in DIVERSIONS and document.get("reason") not in TOLD_AS:
        document.pop("reason", None)
    return document


def for_display(hall: Hall, position: int, event: Event) -> dict[str, Any]:
    """For a screen in public: nobody's name, and no codes of bookings, with which a kiosk checks in."""
    hidden = NAMES_OF_STAFF | {"booking", "missing", "person"}
    return {name: value for name, value in for_floor(hall, position, event).items() if name not in hidden}


def frame(position: int, document: dict[str, Any]) -> bytes:
    """One server-sent event."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (position, document["event"].encode(), _encode(document))
