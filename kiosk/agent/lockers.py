"""Lockers and the 24-hour area at a kiosk: both are the server's own answers, handed on."""

from typing import Any

from msgspec import Struct

from kiosk.agent.problems import Problem, of_server
from queue_server.link import Away, Link, Refused

LIMIT_S = 4.0


class CollectParcel(Struct, frozen=True, forbid_unknown_fields=True):
    """The code that a visitor typed."""

    code: str


async def area(link: Link) -> Any:
    """What is open while the hall is shut. Raises `Problem`."""
    try:
        return await link.ask("GET", "/area", timeout_s=LIMIT_S)
    except Away:
        raise Problem("AWAY") from None
    except Refused as refused:
        raise of_server(refused.code, refused.facts) from None
