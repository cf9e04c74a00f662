"""One-time codes: six digits that show that a phone is in someone's hand."""

from queue_server.domain.orders import Order

DIGITS = 6
LIFE_MS = 10 * 60_000
MOST_TRIES = 5


class PutCode(Order, frozen=True, kw_only=True):
    """A code is on its way. It takes the place of an earlier one about the same thing."""

    about: str
    """Keyed hash of what it will show."""
    digest: str
    """Keyed hash of the code."""
    life_ms: int = LIFE_MS
    windows: tuple[tuple[str, int, int], ...] = ()
    """(name, most, ms) each: so many codes in so long, or it is refused as TOO_MANY."""


class TryCode(Order, frozen=True, kw_only=True):
    """Someone types a code. The right one is used up, and so is a code that was mistyped too often."""

    about: str
    digest: str
    tries: int = MOST_TRIES
