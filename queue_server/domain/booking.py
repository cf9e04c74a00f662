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
    miss_at: int
    """When who did not come has missed it."""
    revision: int
    moves: int
    """How often it was moved to another slot."""


class HoldPlace(Order, frozen=True, kw_only=True):
    """Takes places in a slot; `confirmed` books them at once, else they are held until `hold_until`.

    A hold that is over counts against nobody any more, even while its end has not been told yet.
    """

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
    """(counter of today, most, refusal) each, as those of `Issue`."""
    listed: int = 0
    """1: wait for a place of the pool that begins between `start` and `end` (a day), without one for now.
    `capacity`, `late_at`, `remind_at` and `hold_until` say nothing then."""


class OnBooking(Order, frozen=True, kw_only=True):
    """An act on one booking by its code: confirm."""

    booking: str
    reopen_at: int = 0
    """When a place that is given up comes back to others; at once when that is past."""


class CancelBooking(OnBooking, frozen=True, kw_only=True):
    """From the start of its slot on it counts as missed: nobody gets round a strike by giving up what is over."""

    strike_ms: int
    """As those of `Mature`; so are the next two."""
    no_shows: int
    block_ms: int


class MuteBooking(OnBooking, frozen=True, kw_only=True):
    """`messages` is 0 for no messages about it, 1 for messages again."""

    messages: int


class MoveBooking(OnBooking, frozen=True, kw_only=True):
    """To another slot, or another window's. To the slot that it has already nothing changes."""

    pool: str
    start: int
    end: int
    capacity: int
    window: int = 0
    late_at: int
    miss_at: int
    remind_at: tuple[tuple[str, int], ...] = ()
    most_moves: int = 0
    """Refused as QUOTA_REACHED after so many; 0 for any number."""


class CheckIn(Issue, frozen=True, kw_only=True):
    """The visitor is here. `stops`, `channel` and the rest are those of the ticket to be made.

    Where the booking knows whose it is, the ticket is that person's, whatever `person` says.
    """

    booking: str
    start: int
    """The slot that the asker saw; refused as BOOKING_MOVED when it is another one by now."""
    turn: int
    """The moment from which the ticket counts as waiting, all credit taken off already."""
    window: int = 0
    """The window that was booked: the ticket waits for it alone, unless it is closed."""


class Mature(Order, frozen=True, kw_only=True):
    """What was due at some time happens: holds lapse, places reopen and are offered, the absent become late, missed."""

    limit: int = 100
    """So many at most; the answer has one row for each, so as many rows mean that there may be more."""
    hold_ms: int
    """How long a place is held for someone on the waiting list; never past `late_ms` into its slot."""
    late_ms: int
    """How long after its start an offered slot's place goes back to the hall if nobody came."""
    remind: tuple[tuple[str, int], ...] = ()
    """Of an offered slot: (`day` or `hours`, how long before its start) each."""
    reopen_ms: int = 0
    """How long the place of a hold that is over stays taken: drawn anew for each call."""
    strike_ms: int
    """How long a missed booking counts against a person."""
    no_shows: int
    """How many of them block; 0 for never. What led to a block counts no more."""
    block_ms: int


class Pardon(Order, frozen=True, kw_only=True):
    """A person's missed bookings are forgiven."""

    person: str
    reason: str


class NearTurn(Order, frozen=True, kw_only=True):
    """A visitor is told, once, that their turn is near."""

    ticket: str


class KeepContact(Order, frozen=True, kw_only=True):
    """How to reach a visitor, sealed. Of each thing the first and the latest few are kept, each once."""

    thing: str
    """A ticket's id or a booking's code."""
    contact: str


class DropContact(KeepContact, frozen=True, kw_only=True):
    """The visitor is not to be reached that way any more."""


class FoundBooking(Struct, array_like=True, kw_only=True):
    """A booking as read; `muted` is 1 for a person who wants no messages from the hall at all."""

    code: str
    booking: BookingRecord | None
    muted: int = 0
