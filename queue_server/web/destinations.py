"""Where signing in leads: pages of ours, and to no other place."""

import re

from msgspec import Struct

PLACE = re.compile(
    r"/(?P<page>kiosk|screen|window|desk|cockpit|staff|reports|audit|pad)/(?P<hall>[a-z0-9-]{1,64})"
    r"(?:/(?:window/)?(?P<window>[0-9]{1,4}))?(?:\?.*)?"
)
ROLE_OF_PAGE = {
    "kiosk": "kiosk", "screen": "display", "window": "window", "desk": "desk", "cockpit": "manager", "staff": "manager",
    "reports": "manager", "audit": "manager", "pad": "window",
}  # fmt: skip


class Destination(Struct, frozen=True, kw_only=True):
    """Where someone wants to go, and what that asks for."""

    path: str
    role: str
    hall: str
    window: int


def destination(path: str) -> Destination | None:
    """A page of ours that needs a role, or None: signing in leads to no other place."""
    found = PLACE.fullmatch(path)
    if not found:
        return None
    role = ROLE_OF_PAGE[found["page"]]
    window = 0 if role == "display" else int(found["window"] or 0)  # any display may show any window's screen
    return Destination(path=path, role=role, hall=found["hall"], window=window)


def ours(to: str) -> str:
    """A page of ours that needs a role, else the home page."""
    return to if destination(to) else "/"
