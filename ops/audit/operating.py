"""What somebody does on the machine itself, for the ledger: no token says who it is, but the system does."""

import getpass
import socket

import msgspec
from redis.asyncio import Redis

from queue_server.domain.audit_orders import NoteAct
from queue_server.domain.calendar import day_of
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.flows.clock import system_clock
from queue_server.flows.seals import short_digest
from queue_server.store.catalogue import Catalogue
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library

OPERATOR = "operator"


async def note_operation(store: "Redis", hall: Hall, act: str, what: str) -> None:
    """Notes an act of whoever is signed in to this machine. Raises `StoreDown`."""

    async def load() -> None:
        await load_library(store)

    halls, at = HallStore(store, load), system_clock()
    day = day_of(hall, at)
    facts = ("act", act, "what", what, "name", _who(), "whence", socket.gethostname()[:200])
    order = NoteAct(at=at, day=day, actor=OPERATOR, facts=facts)
    try:
        await halls.act(hall.id, "note_act", order)
    except Refusal as refusal:
        if refusal.code != "DAY_NOT_CLOSED":
            raise
        await halls.close_day(hall.id, at, day)
        await halls.act(hall.id, "note_act", order)


async def keep_hall_file(store: "Redis", hall: Hall) -> bool:
    """Keeps a hall's file for its workers. Whether it is another one than before: that is noted. Raises `StoreDown`."""
    catalogue = Catalogue(store)
    known = await catalogue.hall(hall.id)
    await catalogue.keep(hall)
    is_changed = known is not None and known != hall
    if is_changed:
        await note_operation(store, hall, "hall_file", digest_of(hall))
    return is_changed


def digest_of(hall: Hall) -> str:
    """A short digest of a hall's file, to know it again."""
    return short_digest(msgspec.json.encode(hall))


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return ""
