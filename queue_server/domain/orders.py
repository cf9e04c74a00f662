"""Orders: what someone asks of a hall. The store carries out each one whole or not at all."""

from msgspec import Struct

from queue_server.domain.events import Event
from queue_server.domain.ticket import TicketRecord, WindowRecord


class Order(Struct, frozen=True, kw_only=True):
    """What every order carries: when (ms since the epoch), on which local day (`YYMMDD`), and who asks.

    `key` and `body` are digests of the caller's idempotency key and of its request; empty without a key.
    `promise` is the wait (seconds p10, p50, p90) told to a visitor who waits, or waits again, after the order.
    `refusal` is what the flow decided beforehand: a repeated order still gets its first answer, a new one this.
    """

    at: int
    day: str
    actor: str
    key: str = ""
    body: str = ""
    promise: tuple[int, ...] = ()
    refusal: str = ""
    refusal_facts: tuple[str | int, ...] = ()


class Issue(Order, frozen=True, kw_only=True):
    stops: list[tuple[str, str]]
    """(service, queue) pairs, at least one."""
    priority: str
    credit_ms: int
    channel: str
    language: str
    person: str
    """Keyed hash of who it is, or empty where nobody is known."""


class OnTicket(Order, frozen=True, kw_only=True):
    """An act on one ticket by its id: cancel, acknowledge, reinstate."""

    ticket: str
    places: int = 0


class Postpone(OnTicket, frozen=True, kw_only=True):
    delay_ms: int


class AtWindow(Order, frozen=True, kw_only=True):
    """An act of one window on whatever its current ticket is: call next, start, miss."""

    window: int


class CallTicket(AtWindow, frozen=True, kw_only=True):
    ticket: str
    reason: str = ""


class Recall(AtWindow, frozen=True, kw_only=True):
    gap_ms: int
    limit: int


class Hold(AtWindow, frozen=True, kw_only=True):
    reason: str
    minutes: int


class Finish(AtWindow, frozen=True, kw_only=True):
    outcome: str


class Transfer(AtWindow, frozen=True, kw_only=True):
    queue: str
    only_window: int
    place: str


class Undo(AtWindow, frozen=True, kw_only=True):
    within_ms: int


class OpenWindow(AtWindow, frozen=True, kw_only=True):
    staff: str
    queues: list[tuple[str, int]]


class PauseWindow(AtWindow, frozen=True, kw_only=True):
    reason: str


class AddDevice(Order, frozen=True, kw_only=True):
    device: str
    role: str
    name: str
    window: int
    zone: str


class RemoveDevice(Order, frozen=True, kw_only=True):
    device: str


class Acted(Struct, array_like=True, kw_only=True):
    """What the store answers to an order. With a refusal the rest is empty."""

    refusal: str
    facts: list[str | int]
    position: int = 0
    """Position in the event stream after the act."""
    window: WindowRecord | None = None
    ticket_id: str = ""
    """The ticket's id, or the device's where the act was on a device."""
    ticket: TicketRecord | None = None
    ahead: int = 0


class Snapshot(Struct, array_like=True, kw_only=True):
    """A hall at one position of its stream, without the tickets that wait (they come page by page)."""

    position: int
    day: str
    at: int
    stats: list[str]
    """Counter name, value, name, value ..."""
    windows: list[tuple[int, WindowRecord]]
    queues: list[str]


class FoundTicket(Struct, array_like=True, kw_only=True):
    """A ticket as read, and how many wait before it."""

    ticket_id: str
    ticket: TicketRecord | None
    ahead: int


class StoredEvent(Struct, frozen=True, kw_only=True):
    position: int
    event: Event
