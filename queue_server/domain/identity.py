"""Who someone is, as another service says it: what goes out with a visitor, and what comes back."""

from msgspec import Struct


class Departure(Struct, frozen=True, kw_only=True):
    """Where a browser is sent to sign in, and what must be remembered until it comes back."""

    url: str
    kept: dict[str, str] = {}


class Subject(Struct, frozen=True, kw_only=True):
    """Who came back. It never leaves the request: only its keyed hash does.

    `id` is the service's own name for them. `phone` and `id_number` are given only where the service has verified them.
    """

    id: str
    phone: str = ""
    id_number: str = ""
    staff: str = ""
    """The staff number, where the service vouches for it."""


class SignInFailed(Exception):
    """The other service did not say who it is; the text is for the log, and holds nothing personal."""
