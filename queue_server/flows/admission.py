"""Who gets a ticket at all, for what, and in which queue."""

from msgspec import UNSET

from queue_server.contract import asks
from queue_server.contract.persons import phone_digits, plain_number
from queue_server.contract.times import rfc3339
from queue_server.domain.calendar import Opening, opening, zone_opening
from queue_server.domain.hall import SELF_SERVICE, Hall, Zone
from queue_server.domain.refusals import Refusal
from queue_server.flows import estimates
from queue_server.flows.acting import Ask
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals

LEAST_DIGITS = 5
"""Fewer digits are nobody's phone, and would make strangers one person."""

CHANNEL_ROLES = {
    "kiosk": frozenset({"kiosk", "desk", "manager", "admin"}),
    "desk": frozenset({"desk", "manager", "admin"}),
}

Shut = tuple[str, tuple[str | int, ...]]
"""A refusal with its facts; empty while the hall gives tickets."""


class Doors:
    """Opening hours and last tickets; `open_now` counts every hall as open."""

    def __init__(self, open_now: bool) -> None:
        self._open_now = open_now

    def opening(self, hall: Hall, at: int, queue: str = "") -> Opening:
        """Whether the hall gives tickets now, for a queue or for any."""
        return Opening(open=True) if self._open_now else opening(hall, at, queue)

    def zone(self, hall: Hall, zone: Zone, at: int) -> Opening:
        """Whether a zone is open: by its own hours, else by the hall's."""
        return Opening(open=True) if self._open_now else zone_opening(hall, zone, at)

    def closed(self, running: RunningHall, at: int, promise: tuple[int, ...], channel: str, queue: str = "") -> Shut:
        """The refusal of a hall that is closed, or whose last tickets are gone; nothing while it is open."""
        now = self.opening(running.hall, at, queue)
        if not now.open:
            opens_at = rfc3339(now.opens_at) if now.opens_at else ""
            return "HALL_CLOSED", ("opens_at", opens_at)
        too_late = promise and now.closes_at is not None and at + promise[0] * 1000 > now.closes_at
        if too_late and channel != "desk":
            return "LAST_TICKETS_GONE", ("closes_at", rfc3339(now.closes_at or 0))
        return "", ()


def person_of(seals: Seals, hall: Hall, visitor: asks.Visitor | None) -> str:
    """The keyed hash of a visitor, or empty where nobody is known."""
    if visitor is None or not (visitor.id_number or visitor.phone):
        return ""
    return hidden_visitor(seals, hall, visitor.id_number, visitor.phone)


def hidden_visitor(seals: Seals, hall: Hall, id_number: str | None, phone: str | None) -> str:
    """The keyed hash of who has this ID number, else of whose phone it is. Refuses `INVALID`."""
    if id_number is not None:
        if not plain_number(id_number):
            raise Refusal("INVALID", {"field": "visitor.id_number", "problem": "expected more than blanks"})
        return seals.person(hall.id, "id", id_number)
    digits = phone_digits(phone or "")
    if len(digits.lstrip("+")) < LEAST_DIGITS:
        raise Refusal("INVALID", {"field": "visitor.phone", "problem": f"expected at least {LEAST_DIGITS} digits"})
    return seals.person(hall.id, "phone", digits)


def check_channel(ask: Ask, channel: str) -> None:
    """Whether the caller may take tickets by this channel. Refuses `WRONG_ROLE` and `NO_TOKEN`."""
    allowed = CHANNEL_ROLES.get(channel)
    if allowed is None or ask.caller.role in allowed:
        return
    raise Refusal("WRONG_ROLE" if ask.caller.role else "NO_TOKEN", {"role": ask.caller.role})


def services_of(hall: Hall, wanted: asks.IssueTicket) -> list[str]:
    """The items of a visit, all of this hall."""
    if (wanted.service is UNSET) == (wanted.services is UNSET):
        raise Refusal("INVALID", {"field": "service", "problem": "expected either `service` or `services`"})
    services = [wanted.service] if wanted.services is UNSET else wanted.services
    for service in services:
        if service not in hall.service_by_id:
            raise Refusal("NO_SUCH_SERVICE", {"service": service})
    return [str(service) for service in services]


def queue_for(hall: Hall, service_id: str, insist: bool) -> str:
    """The queue of an item; a device's item goes to a window only when the visitor insists and a clerk can do it."""
    service = hall.service_by_id[service_id]
    if service.queue != SELF_SERVICE:
        return service.queue
    queue = hall.window_queue_of(service) if insist else None
    if queue is None:
        raise Refusal("SELF_SERVICE", {"service": service_id, "zone": hall.zone_of(SELF_SERVICE)})
    return queue


def known_priority(hall: Hall, priority: str) -> str:
    """A priority of the hall. Refuses `INVALID`."""
    if priority not in hall.credits_min:
        raise Refusal("INVALID", {"field": "priority", "problem": f"expected one of {', '.join(hall.credits_min)}"})
    return priority


def promise_of(running: RunningHall, queue: str, turn: int, at: int) -> tuple[int, ...]:
    """The wait (p10, p50, p90, seconds) of one who comes to a queue with this turn; nothing where none can be told."""
    return estimates.promise(estimates.of_turn(running, queue, turn, at))
