"""Why one ticket goes before another: by subtraction of their turns."""

from msgspec import Struct

from queue_server.domain.hall import Hall
from queue_server.domain.orders import FoundTicket
from queue_server.domain.ticket import TicketRecord


class Reason(Struct, frozen=True, kw_only=True):
    """The key of a sentence in `languages/*/why.toml`, and its facts."""

    key: str
    facts: dict[str, str | int]


def why_before(hall: Hall, other: TicketRecord, mine: TicketRecord | None) -> Reason:
    """Why `other` goes before `mine`, or why it goes next when nobody is compared with it."""
    if other.only_window:
        return Reason(key="only_window", facts={"window": other.only_window})
    if other.moved == "front":
        return Reason(key="front", facts={})
    if other.moved == "reinstated":
        return Reason(key="reinstated", facts={})
    if mine is not None and mine.moved == "postponed" and other.issued_at >= mine.issued_at:
        return Reason(key="you_postponed", facts={})
    credit_min = hall.credits_min.get(other.priority, 0)
    came_later = mine is not None and other.issued_at > mine.issued_at
    if credit_min and (came_later or mine is None):
        return Reason(key="priority", facts={"priority": other.priority, "minutes": credit_min})
    if other.stop > 1:
        return Reason(key="next_stop", facts={})
    earlier_ms = (mine.turn if mine else other.turn) - other.turn
    if mine is None:
        return Reason(key="longest_waiting", facts={})
    return Reason(key="earlier", facts={"minutes": round(earlier_ms / 60_000)})


def in_order(rows: list[FoundTicket]) -> list[tuple[str, TicketRecord]]:
    """The rows that hold a ticket, as (id, ticket)."""
    return [(row.ticket_id, row.ticket) for row in rows if row.ticket is not None]
