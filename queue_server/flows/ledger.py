"""The ledger of a hall, as workers read it."""

from typing import NoReturn, Protocol

from msgspec import Struct

from queue_server.domain.audit import Entry, Head
from queue_server.domain.refusals import Refusal


class Wanted(Struct, frozen=True, kw_only=True):
    """Which entries somebody looks for. Days are local, `YYMMDD`; what is empty or 0 does not narrow it."""

    first_day: str = ""
    last_day: str = ""
    actor: str = ""
    """Who: an actor as events name it, a role, the number of a window, or whom a clerk is called by."""
    ticket: str = ""
    """A ticket's id, or its number: then of the days that are asked for, or of the last month."""
    act: str = ""
    after: int = 0
    """The last entry that was read, in the order that is asked for."""
    oldest_first: bool = False
    limit: int
    between: tuple[int, int] = (0, 0)
    """Between which entries the days lie, where an earlier page said so: to find it takes as long as they are many."""


class Found(Struct, frozen=True, kw_only=True):
    """An entry, and the address from which its actor was last known to speak by then; empty where nobody noted one."""

    entry: Entry
    whence: str


class Page(Struct, frozen=True, kw_only=True):
    """Some entries, and the ledger's head."""

    found: list[Found]
    head: Head
    between: tuple[int, int] = (0, 0)
    """See `Wanted`; nothing where no days were asked for."""


class Ledger(Protocol):
    """Refuses `ARCHIVE_AWAY` while the archive cannot be read."""

    async def page(self, hall: str, wanted: Wanted) -> Page: ...


class NoLedger:
    """The ledger of a server without an archive."""

    async def page(self, hall: str, wanted: Wanted) -> Page:
        _away(hall, wanted)


def _away(*_: object) -> NoReturn:
    raise Refusal("ARCHIVE_AWAY")
