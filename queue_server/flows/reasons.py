"""Why one ticket goes before another: by subtraction of their turns."""

from msgspec import Struct

from queue_server.domain.calendar import local
from queue_server.domain.hall import Hall
from queue_server.domain.orders import FoundTicket
from queue_server.domain.ticket import TicketRecord


class Reason(Struct, frozen=True, kw_only=True):
    """The key of a sentence in `languages/*/why.toml`, and its facts."""

    key: str
    facts: dict[str, str | int]


def why_before(hall: Hall, other: TicketRecord, mine: TicketRecord) -> Reason:
    """Why `other` goes before `mine`."""
    key, facts = _why(hall, other, mine)
    return Reason(key=key, facts={"number": other.number, **facts})


Why = tuple[str, dict[str, str | int]]


def _why(hall: Hall, other: TicketRecord, mine: TicketRecord) -> Why:
    came_later = other.issued_at > mine.issued_at
    if mine.moved == "postponed" and came_later and not other.moved and not other.only_window:
        return "postponed_self", {}
    special = _of_its_own(hall, other)
    if special is not None and (came_later or special[0] != "priority"):
        return special
    if mine.booked and came_later:
        return "before_slot", {"time": _booked(hall, mine)[1]["time"]}
    minutes = round((mine.turn - other.turn) / 60_000)
    return ("earlier", {"minutes": minutes}) if minutes > 0 else ("same_minute", {})


def _of_its_own(hall: Hall, ticket: TicketRecord) -> Why | None:
    """What sets a ticket apart from one that simply came and waits; None for most."""
    if ticket.only_window:
        return "only_window", {}
    if ticket.moved in {"front", "back", "reinstated", "postponed"}:
        return ticket.moved, {}
    if ticket.booked:
        return _booked(hall, ticket)
    credit_min = hall.credits_min.get(ticket.priority, 0)
    if credit_min:
        return "priority", {"priority": ticket.priority, "minutes": credit_min}
    return ("next_stop", {}) if ticket.stop > 1 else None


def _booked(hall: Hall, ticket: TicketRecord) -> Why:
    """Whoever comes in time counts from the slot; who is late for it counts from later."""
    in_time = ticket.turn <= ticket.booked
    return "booked" if in_time else "booked_late", {"time": f"{local(hall, ticket.booked):%H:%M}"}


def why_in_this_order(hall: Hall, rows: list[TicketRecord]) -> list[Reason]:
    """For each of those who would be called next, what brings it to its place; else that it is first, or after whom."""
    reasons = []
    for before, row in zip([None, *rows], rows, strict=False):
        usual: Why = ("then", {"number": before.number}) if before else ("first", {})
        key, facts = _of_its_own(hall, row) or usual
        reasons.append(Reason(key=key, facts={"number": row.number, **facts}))
    return reasons


def in_order(rows: list[FoundTicket]) -> list[tuple[str, TicketRecord]]:
    """The rows that hold a ticket, as (id, ticket)."""
    return [(row.ticket_id, row.ticket) for row in rows if row.ticket is not None]
