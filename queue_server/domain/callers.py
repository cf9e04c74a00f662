"""Who asks: a role, and what it is bound to."""

from msgspec import Struct


class Caller(Struct, frozen=True, kw_only=True):
    """The one who asks. `hall` is empty for the admin alone; `id` is a device's, a person's or, for a visitor, that of
    a ticket or the code of a booking."""

    role: str
    hall: str = ""
    window: int = 0
    zone: str = ""
    id: str = ""
    name: str = ""
    """A signed-in person's name; empty for devices."""
    staff: str = ""
    """A signed-in person's staff number; empty for devices."""
    departments: tuple[str, ...] = ()
    """The departments that a manager is bound to; none for a manager of the whole hall."""

    until: int = 0
    """When (ms) the session of a person ends; 0 for who is signed in without an end."""

    @property
    def actor(self) -> str:
        """How events name this caller."""
        if self.role == "window":
            return f"window:{self.window}:{self.id}" if self.staff else f"window:{self.window}"
        return f"{self.role}:{self.id}" if self.id and self.role != "visitor" else self.role


NOBODY = Caller(role="")
"""A caller without a token."""
ADMIN = Caller(role="admin")
