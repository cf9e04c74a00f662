"""Why one ticket goes before another: by subtraction of their turns."""

from itertools import pairwise

from msgspec import Struct

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


def _why(hall: Hall, other: TicketRecord, mine: TicketRecord) -> tuple[str, dict[str, str | int]]:
    came_later = other.issued_at > mine.issued_at
    if other.only_window:
        return "only_window", {}
    if other.moved in {"front", "reinstated"}:
        return other.moved, {}
    if mine.moved == "postponed" and came_later:
        return "postponed_self", {}
    credit_min = hall.credits_min.get(other.priority, 0)
    if credit_min and came_later:
        return "priority", {"priority": other.priority, "minutes": credit_min}
    if other.stop > 1:
        return "next_stop", {}
    minutes = round((mine.turn - other.turn) / 60_000)
    return ("earlier", {"minutes": minutes}) if minutes > 0 else ("same_minute", {})


def why_in_this_order(hall: Hall, rows: list[TicketRecord]) -> list[Reason]:
    """For each of those who would be called next, why it goes before the one after it."""
    reasons = [why_before(hall, row, after) for row, after in pairwise(rows)]
    if len(rows) == 1:
        return [Reason(key="first", facts={})]
    return [*reasons, Reason(key="then", facts={"number": rows[-2].number})] if rows else []


def in_order(rows: list[FoundTicket]) -> list[tuple[str, TicketRecord]]:
    """The rows that hold a ticket, as (id, ticket)."""
    return [(row.ticket_id, row.ticket) for row in rows if row.ticket is not None]
