"""What was scanned: a ticket's own link shows how that ticket stands; anything else the page knows how to read."""

import re
from typing import Any
from urllib.parse import urlsplit

from queue_server.link import Away, Link, Refused

TICKET = re.compile(r"t\.(?P<hall>[a-z0-9-]{1,64})\.(?P<ticket>[A-Za-z0-9-]{1,32})\.[A-Za-z0-9_-]{22}")
UNKNOWN, OFFLINE = "UNKNOWN", "OFFLINE"
LONGEST = 400


def token_in(code: str) -> re.Match[str] | None:
    """The ticket's token in a link such as `https://hall.example/t/TOKEN`, or by itself."""
    try:
        path = urlsplit(code).path if "/" in code else code
    except ValueError:
        return None
    return TICKET.fullmatch(path.rpartition("/")[2])


async def look_up(server: str, hall: str, code: str) -> dict[str, Any]:
    """`{ticket}` as it stands now, or `{problem}`: UNKNOWN or OFFLINE; `{text}` for what is no ticket's.

    Asks as the ticket's own visitor.
    """
    found = token_in(code)
    if found is None:
        return {"text": code[:LONGEST]}
    if found["hall"] != hall:
        return {"problem": UNKNOWN}
    try:
        async with Link(server, hall, found[0]) as link:
            return {"ticket": await link.ask("GET", f"/tickets/{found['ticket']}", timeout_s=2.0)}
    except Away:
        return {"problem": OFFLINE}
    except Refused:
        return {"problem": UNKNOWN}
