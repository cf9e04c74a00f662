"""What the page is told of a ticket that exists."""

from typing import Any

from kiosk.offline.slips import PRINTED
from kiosk.offline.steps import Taken

OF_THE_SERVER = ("ahead", "wait_s", "booked_for", "window", "path", "aside", "zone", "entry")


def told_of(done: Taken, fitted: bool, copied: bool) -> dict[str, Any]:
    """`fitted`: whether paper comes out of this kiosk at all; else the page itself is the slip."""
    slip, ticket = done.slip, done.ticket or {}
    told: dict[str, Any] = {
        "number": slip.text,
        "printed": fitted and not done.code and slip.paper == PRINTED,
        "offline": slip.offline,
        "ticket": slip.ticket,
        "service": slip.asked.service,
        "queue": slip.asked.queue,
    }
    told |= {name: ticket[name] for name in OF_THE_SERVER if ticket.get(name) is not None}
    if done.code:
        told["code"] = done.code
    if copied:
        told["copy"] = True
    if not fitted:
        told |= {"shown": True, "token": slip.token, "taken_at": slip.taken_at}
    return told
