"""What may be asked of a hall about promises and hard cases (难办事项)."""

from queue_server.domain.orders import Order


class EndPromise(Order, frozen=True, kw_only=True):
    """A promise was kept, broken or withdrawn, as the staff say."""

    promise_id: str
    status: str
    note: str


class Reminded(Order, frozen=True, kw_only=True):
    """These reminders have been handed in: (promise, what) each."""

    told: list[tuple[str, str]]


class Escalate(Order, frozen=True, kw_only=True):
    """A ticket becomes a hard case: a case opens, and where there is a queue for them it goes there, with its turn."""

    ticket: str
    reason: str
    queue: str
    """Where hard cases are dealt with; empty where the hall has no such place."""
    zone: str
    """Where that queue is; empty without one."""
    owner: str
    due_at: int
    channel: str
    window: int
    """The window that asks, which must have served it; 0 for anybody else."""
    gain_ms: int
    """By how much earlier it counts from now on: what the priority of hard cases gives beyond its own."""
