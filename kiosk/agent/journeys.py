"""Visits of several stops: the server plans them and gives the ticket; alone a kiosk gives that of the first stop."""

from typing import Any

from msgspec.structs import replace

from kiosk.agent.arrivals import Arrivals
from kiosk.agent.mirror import Mirror
from kiosk.agent.problems import Problem, of_server
from kiosk.agent.taking import TakeTicket
from kiosk.offline import arrivals
from queue_server.link import Away, Link, Refused

PATH_LIMIT_S = 4.0


def is_visit(wanted: TakeTicket) -> bool:
    return bool(wanted.journey or wanted.services)


def wish_of(wanted: TakeTicket) -> dict[str, Any]:
    """What the server is asked with. Raises `Problem`."""
    if wanted.journey and wanted.services:
        raise Problem("INVALID", {"field": "journey", "problem": "expected either `services` or `journey`"})
    visit = {"journey": wanted.journey} if wanted.journey else {"services": list(wanted.services), "plan": True}
    more = {"priority": wanted.priority, "language": wanted.language, "voice": wanted.voice, "insist": wanted.insist}
    return {**visit, **more, "channel": "kiosk"}


async def with_server(held: Arrivals, wanted: TakeTicket, key: str) -> dict[str, Any] | None:
    """The ticket of the whole visit, printed; None while the server is away. Raises `Problem`."""
    try:
        return await held.visit(wish_of(wanted), key, wanted.language)
    except Problem as problem:
        if problem.code != arrivals.AWAY:
            raise
        return None


def first_alone(mirror: Mirror | None, wanted: TakeTicket) -> tuple[TakeTicket, list[dict[str, str]]]:
    """What is asked for without the server: the first stop that needs a window; and the names of what is left."""
    if mirror is None:
        raise Problem("NO_HALL")
    known = mirror.hall.service_by_id
    found = [row["steps"] for row in mirror.detail.get("journeys", []) if row["id"] == wanted.journey]
    steps: list[dict[str, Any]] = found[0] if found else []
    items = [known[one] for one in wanted.services or [step["service"] for step in steps] if one in known]
    at_windows = [item for item in items if mirror.hall.window_queue_of(item) == item.queue]
    if not at_windows:
        raise Problem("NO_SUCH_SERVICE", {"service": wanted.journey or ", ".join(wanted.services)})
    first, *others = at_windows
    return replace(wanted, service=first.id, services=(), journey=""), [item.names for item in others]


async def preview(link: Link, query: str) -> Any:
    """How a visit would go, asked of the server. Raises `Problem`."""
    try:
        return await link.ask("GET", f"/path?{query}", timeout_s=PATH_LIMIT_S)
    except Away:
        raise Problem("AWAY") from None
    except Refused as refused:
        raise of_server(refused.code, refused.facts) from None
