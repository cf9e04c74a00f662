"""What a ticket says of its being a hard case (难办事项)."""

from msgspec import UNSET, UnsetType

from queue_server.contract.answer import Answer


class TicketEscalated(Answer, frozen=True, kw_only=True):
    """Where a hard case goes on."""

    number: str | UnsetType = UNSET
    """Of the ticket that goes on where the visit was over; this one goes on itself without it."""
    ticket: str | UnsetType = UNSET
    page: str | UnsetType = UNSET
    """The page of that ticket."""
    queue: str | UnsetType = UNSET
    names: dict[str, str] | UnsetType = UNSET
    windows: list[int]
