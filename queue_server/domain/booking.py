"""A booking, its statuses, and what may be asked of it.

A *place* is one visitor at one time in a pool. A *pool* is a queue, or `@N` for a window that is booked by its number.
"""

from msgspec import Struct

from queue_server.domain.orders import Issue, Order

BOOKING_STATUSES = ("listed", "held", "booked", "late", "checked_in", "cancelled", "missed", "expired")
"""`listed` waits for a place on a full day, `held` has one for some minutes, `booked` has it, `late` has lost it to
walk-ins but may still come today, `missed` did not come, `expired` was not confirmed in time."""
BOOKING_OPEN = frozenset({"listed", "held", "booked", "late"})

BOOKING_MOVES: dict[str, tuple[frozenset[str], str]] = {
    "confirm": (frozenset({"held"}), "booked"),
    "move": (frozenset({"booked"}), "booked"),
    "offer": (frozenset({"listed"}), "held"),
    "check_in": (frozenset({"booked", "late"}), "checked_in"),
    "be_late": (frozenset({"booked"}), "late"),
    "miss": (frozenset({"booked", "late"}), "missed"),
    "lapse": (frozenset({"held", "listed"}), "expired"),
    "cancel": (frozenset({"listed", "held", "booked", "late"}), "cancelled"),
}
"""Act → (statuses it may start from, status it leads to). Lua's table is made from this one."""


class BookingRecord(Struct, array_like=True, kw_only=True):
    """A booking as the store keeps it: the order of the fields is the order in the packed record.

    Moments are ms since the epoch and 0 while they have not come.
    """

    service: str
    queue: str
    pool: str
    start: int
    """When its slot begins; for `listed` the beginning of the day that is waited for."""
    end: int
    places: int
    companion: int
    """1 when someone comes along who needs no place."""
    status: str
    person: str
    """Keyed hash of who it is."""
    language: str
    window: int
    """The window that was booked, or 0."""
    made_at: int
    hold_until: int
    ticket: str
    """Its ticket once it is checked in."""
    messages: int
    """0 for a visitor who wants no messages about it."""
    revision: int


class HoldPlace(Order, frozen=True, kw_only=True):
    """Takes places in a slot; `confirmed` books them at once, else they are held until `hold_until`."""

    booking: str
    """Its code; refused as CODE_TAKEN when it is in use."""
    service: str
    queue: str
    pool: str
    start: int
    end: int
    capacity: int
    """Places of that slot in all, walk-ins' share taken off."""
    places: int
    companion: int = 0
    person: str
    language: str
    window: int = 0
    confirmed: int
    hold_until: int
    contact: str = ""
    """Sealed: how to reach the visitor."""
    late_at: int
    """When the place goes back to the hall if nobody came."""
    miss_at: int
    """When who did not come has missed it."""
    remind_at: tuple[tuple[str, int], ...] = ()
    """(`day` or `hours`, when) each; those in the past are left out."""
    limits: tuple[tuple[str, int, str], ...] = ()
    """(counter of today, most, refusal) each."""
    listed: int = 0
    """1: wait for any place of the pool between `start` and `end` (a day), without one for now."""


class OnBooking(Order, frozen=True, kw_only=True):
    """An act on one booking by its code: confirm, cancel."""

    booking: str
    reopen_at: int = 0
    """When a place that is given up comes back to others."""


class MoveBooking(OnBooking, frozen=True, kw_only=True):
    pool: str
    start: int
    end: int
    capacity: int
    window: int = 0
    late_at: int
    miss_at: int
    remind_at: tuple[tuple[str, int], ...] = ()


class CheckIn(Issue, frozen=True, kw_only=True):
    """The visitor is here. `stops`, `credit_ms`, `channel` and the rest are those of the ticket to be made."""

    booking: str
    start: int
    """The slot that the asker saw; refused as BOOKING_MOVED when it is another one by now."""
    turn: int
    """The moment from which the ticket counts as waiting."""
    window: int = 0


class Mature(Order, frozen=True, kw_only=True):
    """What was due at some time happens: holds lapse, places reopen and are offered, the absent become late, missed."""

    limit: int = 100
    hold_ms: int
    """How long a place is held for someone on the waiting list."""
    strike_ms: int
    """How long a missed booking counts against a person."""
    no_shows: int
    """How many of them block."""
    block_ms: int


class Pardon(Order, frozen=True, kw_only=True):
    """A person's missed bookings are forgiven."""

    person: str
    reason: str


class NearTurn(Order, frozen=True, kw_only=True):
    """A visitor is told, once, that their turn is near."""

    ticket: str


class FoundBooking(Struct, array_like=True, kw_only=True):
    """A booking as read. `blocked_until` is its person's, in ms, or 0."""

    code: str
    booking: BookingRecord | None
    contact: str = ""
