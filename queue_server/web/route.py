"""A route of the API as data: the table that the router, the checks and the documentation all read."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Raw, Struct

if TYPE_CHECKING:
    from queue_server.web.context import At

API = "/api/v1"
NDJSON = "application/x-ndjson"


class Lines(Struct, frozen=True, kw_only=True):
    """An answer of many documents, one a line, or of another kind of file; encoded before."""

    body: bytes
    type: str = NDJSON
    name: str = ""
    """What a browser keeps it as; empty for what it shows."""
    rest: AsyncIterator[bytes] | None = None
    """What follows `body`, made while it is sent: for files longer than a worker should hold."""


Answered = tuple[int, Struct | Raw | None]
"""Status and answer; `Raw` is one that was encoded before."""
Handler = Callable[["At"], Awaitable[Answered]]

ANYONE: frozenset[str] = frozenset()
"""No token is needed."""
MANAGERS = frozenset({"admin", "manager"})
WINDOWS = frozenset({"admin", "manager", "window"})
HELPERS = frozenset({"admin", "manager", "window", "desk"})
TICKET_READERS = HELPERS | {"visitor", "kiosk"}
TICKET_OWNERS = frozenset({"admin", "manager", "desk", "visitor"})
BOOKING_OWNERS = TICKET_OWNERS | {"kiosk"}
GATES = frozenset({"admin", "manager", "desk", "kiosk"})
DESKS = frozenset({"admin", "manager", "desk"})
KIOSKS = frozenset({"admin", "manager", "kiosk"})
DISPLAYS = frozenset({"admin", "manager", "display"})
PERSONS = frozenset({"staff"})
"""Whoever is signed in, about their own account."""
DEVICES = frozenset({"admin", "manager", "window", "desk", "kiosk", "display"})


@dataclass(frozen=True, kw_only=True)
class Param:
    """A query parameter; `schema` is its JSON schema."""

    name: str
    schema: dict[str, Any]
    about: str
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Route:
    """One call: what it takes, who may make it, what it answers, and the refusals worth knowing."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    handler: Handler
    about: str
    roles: frozenset[str] = ANYONE
    body: type[Struct] | None = None
    answers: Mapping[int, type[Struct] | None] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()
    query: tuple[Param, ...] = ()
    departments: bool = False
    """The handler itself minds what the manager of a department may do."""
    noted: str = ""
    """What staff read with this call, as the ledger names it; empty where reading it is not noted."""

    @property
    def name(self) -> str:
        """The operation's id: the handler's name with its resource's."""
        return f"{self.handler.__module__.rsplit('.', 1)[-1]}_{self.handler.__name__}"


def pattern(path: str, routes: Iterable[Route]) -> str:
    """The path for the router: its last parameter does not take the word that stands there in another route's path."""
    before, _, last = path.rpartition("/")
    if not last.startswith("{"):
        return path
    words = {route.path.rpartition("/")[2] for route in routes if route.path.rpartition("/")[0] == before} - {last}
    if not words:
        return path
    others = "|".join(map(re.escape, sorted(words)))
    return f"{before}/{{{last[1:-1]}:(?!(?:{others})$)[^{{}}/]+}}"
