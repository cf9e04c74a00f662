"""What a hall says of its days to come: bookings, tickets from afar, days on which it is shut."""

from msgspec import UNSET, UnsetType

from queue_server.contract.answer import Answer

Names = dict[str, str]


class BookingsRow(Answer, frozen=True, kw_only=True):
    """How the hall is booked. `confirm` is `code` where a place is held until a one-time code is given, else `none`.

    Check-in is from `before_min` before the slot begins until `after_min` after; later than that it costs the place.
    """

    slot_min: int
    days_ahead: int
    confirm: str
    hold_min: int
    before_min: int
    after_min: int
    late_credit_min: int
    most_places: int
    no_shows: int
    no_show_days: int
    block_days: int


class SiteRow(Answer, frozen=True, kw_only=True):
    latitude: float
    longitude: float


class RemoteRow(Answer, frozen=True, kw_only=True):
    """Who may take a ticket with a phone: `identity` is `code` or `none`, `distance_m` 0 from anywhere."""

    identity: str
    distance_m: int
    site: SiteRow | UnsetType = UNSET


class ClosureRow(Answer, frozen=True, kw_only=True):
    """A day (`YYYY-MM-DD`, the hall's) on which the hall is shut though its weekday has hours."""

    day: str
    names: Names


class Slot(Answer, frozen=True, kw_only=True):
    start: str
    end: str
    free: int
    capacity: int


class Slots(Answer, frozen=True, kw_only=True):
    """Slots in order. `free` is net of the share that is kept for walk-ins; full ones are listed with 0."""

    slots: list[Slot]
