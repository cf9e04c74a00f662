"""Orders: what someone asks of a hall. The store carries out each one whole or not at all."""

from msgspec import Struct

from queue_server.domain.diversion import DiversionRecord
from queue_server.domain.events import Event
from queue_server.domain.occupancy import ZoneRecord
from queue_server.domain.promise import Pledge
from queue_server.domain.ticket import TicketRecord, WindowRecord


class Order(Struct, frozen=True, kw_only=True):
    """What every order carries: when (ms since the epoch), on which local day (`YYMMDD`), and who asks.

    `key` and `body` are digests of the caller's idempotency key and of its request; empty without a key.
    `promise` is the wait (seconds p10, p50, p90) told to a visitor who waits, or waits again, after the order.
    `refusal` is what the flow decided beforehand: a repeated order still gets its first answer, a new one this.
    `again` is 1 for what may be asked again under its key once it was refused.
    """

    at: int
    day: str
    actor: str
    key: str = ""
    body: str = ""
    promise: tuple[int, ...] = ()
    refusal: str = ""
    refusal_facts: tuple[str | int, ...] = ()
    again: int = 0
    known_day: str = ""
    known: int = 0
    """The day and the position up to which the asker knows the hall: a store that knows less was restored."""


class Issue(Order, frozen=True, kw_only=True):
    stops: list[tuple[str, ...]]
    """At least one: item, queue, and what further items are done there at once."""
    priority: str
    credit_ms: int
    channel: str
    language: str
    person: str
    """Keyed hash of who it is, or empty where nobody is known."""
    voice: int = 0
    contact: str = ""
    """Sealed: how to reach the visitor; empty where nobody said."""
    limits: tuple[tuple[str, int, str], ...] = ()
    """(counter of today, most, refusal) each: a visitor's ticket counts in each of them."""
    journey: str = ""
    aside: list[tuple[str, str]] = []
    """(item, why) of what is no stop of the visit."""
    outside: str = ""
    """The full zone before which it waits to be let in."""


class HandIn(Issue, frozen=True, kw_only=True):
    """A ticket with a leased number. `lease_day` is the number's day; `taken_at` when the visitor took it, in ms.

    `unless` and `unless_facts` are the refusal of a ticket that is not on paper yet, should it be new.
    """

    lease: str
    lease_day: str
    number: int
    ordinal: int
    taken_at: int
    day_from: int
    """When the number's day began, in ms: nobody came before that."""
    printed: int
    unless: str = ""
    unless_facts: tuple[str | int, ...] = ()


class Lease(Order, frozen=True, kw_only=True):
    """Numbers for a kiosk. `held` is what it says it has, `seen` the highest number it knows of per queue.

    What is held and seen but not known here was promised before the store was restored: numbers skip past it.
    The counter `#` is that of ordinals.
    """

    device: str = ""
    installation: str = ""
    wanted: list[tuple[str, str, int]] = []
    """(lease id, queue, how many) each."""
    held: list[tuple[str, str, int, int, int, str]] = []
    """(lease id, queue, first, last, first ordinal, day) each."""
    seen: list[tuple[str, int]] = []
    epoch: str = ""
    """A new name for the store's life, taken when it turns out to have been restored."""
    restored: int = 0


class Climb(Order, frozen=True, kw_only=True):
    """A call of a ticket that nobody answered goes on to `step`; to `unseen` when no device showed it."""

    ticket: str
    times: int
    step: str


class Shown(Order, frozen=True, kw_only=True):
    """A device showed calls: (window, number, times) each."""

    device: str
    how: int
    name: str
    calls: list[tuple[int, str, int]]


class Report(Order, frozen=True, kw_only=True):
    """How a device says it is. `details` is JSON for whoever looks closer."""

    device: str
    name: str
    role: str
    installation: str
    ok: int
    code: str
    details: str


class Silence(Order, frozen=True, kw_only=True):
    """A device has not been heard of for `after_ms`."""

    device: str
    name: str
    after_ms: int


class CallHelp(Order, frozen=True, kw_only=True):
    device: str
    name: str
    zone: str


class AnswerHelp(Order, frozen=True, kw_only=True):
    help: str


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
    """`rest` is how a visit of several stops goes on, in its order, as planned for the ticket's `revision`.

    Until `not_before` the next stop cannot begin, for the reason `held_for`; `why` the path has changed, where it has.
    """

    outcome: str
    revision: int = 0
    rest: list[tuple[str, ...]] = []
    not_before: int = 0
    held_for: str = ""
    why: str = ""
    pledge: Pledge | None = None
    """What is promised beyond this visit."""


class Replan(OnTicket, frozen=True, kw_only=True):
    """Another path for a ticket that waits, or is held on its way: as `Finish` says, the present stop included."""

    revision: int
    rest: list[tuple[str, ...]]
    not_before: int = 0
    held_for: str = ""
    why: str = ""


class Transfer(AtWindow, frozen=True, kw_only=True):
    queue: str
    only_window: int
    place: str


class Undo(AtWindow, frozen=True, kw_only=True):
    within_ms: int


class OpenWindow(AtWindow, frozen=True, kw_only=True):
    staff: str
    queues: list[tuple[str, int]]
    by_person: str = ""
    chosen: list[tuple[str, int]] = []


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
    rows: list[list[str | int]] = []
    """What an act on neither ticket nor window answers with."""


class Snapshot(Struct, array_like=True, kw_only=True):
    """A hall at one position of its stream, without the tickets that wait (they come page by page)."""

    position: int
    day: str
    at: int
    stats: list[str]
    """Counter name, value, name, value ..."""
    windows: list[tuple[int, WindowRecord]]
    queues: list[str]
    places: list[tuple[str, int, int]] = []
    """(pool, start of the slot in ms, places in use) each."""
    diversions: list[tuple[str, DiversionRecord]] = []
    """(id, record) of those that are proposed or run."""
    zones: list[tuple[str, ZoneRecord]] = []
    """(zone, record) of those whose people are counted."""


class FoundTicket(Struct, array_like=True, kw_only=True):
    """A ticket as read, and how many wait before it."""

    ticket_id: str
    ticket: TicketRecord | None
    ahead: int


class StoredEvent(Struct, frozen=True, kw_only=True):
    position: int
    event: Event
