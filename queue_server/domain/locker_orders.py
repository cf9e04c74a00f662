"""Orders about lockers: put in, collected, taken out again, told."""

from queue_server.domain.lockers import MOST_TRIES, TRIES_MS
from queue_server.domain.orders import Order


class PutIn(Order, frozen=True, kw_only=True):
    """Something goes into a box: `box` of 0 is the first free one of `boxes`."""

    locker: str
    boxes: int
    box: int
    ticket: str
    number: str
    queue: str
    service: str
    contacts: tuple[str, ...]
    """Sealed."""
    language: str
    digest: str
    """Keyed hash of the code."""
    seed: str
    """What the code is made of, with a secret that the store never sees."""
    until_at: int
    remind_at: int
    """0 for no reminder."""


class Collect(Order, frozen=True, kw_only=True):
    """Someone types a code: the right one opens the box, once."""

    digest: str
    most: int = MOST_TRIES
    within_ms: int = TRIES_MS


class ReturnParcel(Order, frozen=True, kw_only=True):
    """Staff take it out again."""

    parcel: str


class TellParcel(Order, frozen=True, kw_only=True):
    """Its visitor was told as far as `told`."""

    parcel: str
    told: int
