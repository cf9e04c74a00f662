"""What may be asked of a hall about ratings and cases."""

from queue_server.domain.orders import Order


class Rate(Order, frozen=True, kw_only=True):
    """A visitor's rating of a finished stop. `stop` is 0 for the latest; `window` the one that asks, or 0."""

    ticket: str
    stop: int
    score: int
    tags: tuple[str, ...]
    comment: str
    channel: str
    window: int
    owner: str
    """Whose the case is that a low rating opens."""
    due_at: int


class OpenCase(Order, frozen=True, kw_only=True):
    """A complaint, perhaps about a ticket."""

    ticket: str
    text: str
    channel: str
    owner: str
    due_at: int


class ChangeCase(Order, frozen=True, kw_only=True):
    """A step of a case, or its handover, or both. Empty texts leave what they stand for as it is."""

    case: str
    status: str
    owner: str
    note: str
    due_at: int
