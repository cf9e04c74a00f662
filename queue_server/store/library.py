"""The function library: its text, built from `lua/*.lua` and the tables of the domain, and its loading."""

import hashlib
from functools import cache
from importlib.resources import files

from redis.asyncio import Redis

from queue_server.domain import waits
from queue_server.domain.booking import BOOKING_MOVES, BOOKING_OPEN, BookingRecord
from queue_server.domain.diversion import DiversionRecord
from queue_server.domain.events import EVENTS, FACTS, STATES
from queue_server.domain.interpreting import HOLDS, InterpreterRecord, RequestRecord
from queue_server.domain.ladder import MISSED_BY_ALL, STEPS
from queue_server.domain.lockers import ParcelRecord
from queue_server.domain.occupancy import ZoneRecord
from queue_server.domain.promise import PAPERS, PromiseRecord
from queue_server.domain.rating import CASE_MOVES, LOW, PROJECT_MOVES, REMEMBERED, CaseRecord, RatedStop
from queue_server.domain.ticket import FINAL, MOVES, PARKED, TicketRecord, WindowRecord
from queue_server.store.asking import ask

VERSION = 6
"""Rises with every change of the records or acts; a server never replaces a newer library."""

NUMBERS = (
    "FINE_S", "MIDDLE_S", "COARSE_S", "FINE_UNTIL_S", "MIDDLE_UNTIL_S",
    "FIRST_MIDDLE", "FIRST_COARSE", "LAST_BUCKET", "PACE_MEMORY",
)  # fmt: skip
"""Constants of `domain.waits` that Lua needs too."""

KEEP_EVENTS = 120_000
"""How many events of a hall stay resumable at least, over the turns of days."""


class NewerStore(Exception):
    """The store already carries a newer library than this program brings."""


def _codes(names: tuple[str, ...]) -> str:
    return "{" + ", ".join(f"{name} = {index}" for index, name in enumerate(names, 1)) + "}"


def _list(names: tuple[str, ...]) -> str:
    return "{" + ", ".join(f"'{name}'" for name in names) + "}"


def _set(names: frozenset[str]) -> str:
    return "{" + ", ".join(f"{name} = true" for name in sorted(names)) + "}"


def _moves(moves: dict[str, tuple[frozenset[str], str]]) -> str:
    rows = (f"{act} = {{from = {_set(start)}, to = '{end}'}}" for act, (start, end) in moves.items())
    return "{" + ", ".join(rows) + "}"


def _ratings() -> str:
    """The records of ratings and cases, and where a case may go."""
    moves, project = (
        "{" + ", ".join(f"{status} = {_list(after)}" for status, after in table.items()) + "}"
        for table in (CASE_MOVES, PROJECT_MOVES)
    )
    stop, case = _list(RatedStop.__struct_fields__), _list(CaseRecord.__struct_fields__)
    return (
        f"{{stop = {stop}, case = {case}, moves = {moves}, project_moves = {project}, low = {LOW},"
        f" remembered = {REMEMBERED}}}"
    )


def _interpreters() -> str:
    """The records of interpreters and of who asks for them."""
    one, request = _list(InterpreterRecord.__struct_fields__), _list(RequestRecord.__struct_fields__)
    return f"{{interpreter = {one}, request = {request}, holds = '{HOLDS}'}}"


def _tables() -> str:
    """What the domain decides and Lua obeys: fields, events, legal moves, bounds of the wait buckets."""
    lines = [f"local {name} = {getattr(waits, name)}" for name in NUMBERS]
    lines += [
        f"local KEEP_EVENTS = {KEEP_EVENTS}",
        f"local MISSED_BY_ALL = {MISSED_BY_ALL}",
        f"local EVENT = {_codes(EVENTS)}",
        f"local FACT = {_codes(FACTS)}",
        f"local STATE = {_codes(STATES)}",
        f"local STEP = {_codes(STEPS)}",
        f"local TICKET = {_list(TicketRecord.__struct_fields__)}",
        f"local WINDOW = {_list(WindowRecord.__struct_fields__)}",
        f"local BOOKING = {_list(BookingRecord.__struct_fields__)}",
        f"local DIVERSION = {_list(DiversionRecord.__struct_fields__)}",
        f"local MOVES = {_moves(MOVES)}",
        f"local BOOKING_MOVES = {_moves(BOOKING_MOVES)}",
        f"local BOOKING_OPEN = {_set(BOOKING_OPEN)}",
        f"local RATINGS = {_ratings()}",
        f"local INTERPRETERS = {_interpreters()}",
        f"local PROMISES = {{record = {_list(PromiseRecord.__struct_fields__)}, papers = '{PAPERS}'}}",
        f"local ZONE = {_list(ZoneRecord.__struct_fields__)}",
        f"local PARCEL = {_list(ParcelRecord.__struct_fields__)}",
        f"local FINAL = {_set(FINAL)}",
        f"local PARKED = {_set(PARKED)}",
    ]
    return "\n".join(lines)


@cache
def library_text() -> str:
    """The whole library as one text for FUNCTION LOAD; the same program always builds the same text."""
    folder = files("queue_server.store") / "lua"
    parts = sorted((part for part in folder.iterdir() if part.name.endswith(".lua")), key=lambda part: part.name)
    body = "\n".join([_tables(), *(part.read_text(encoding="utf-8") for part in parts)])
    mark = f"{VERSION}:{hashlib.sha256(body.encode()).hexdigest()[:16]}"
    flags = "flags = {'no-writes'}"
    about = (
        f"redis.register_function{{function_name = 'gw_version', {flags}, callback = function() return '{mark}' end}}"
    )
    return f"#!lua name=greenwave\n{body}\n{about}\n"


def library_mark() -> str:
    """`VERSION:digest` of the text above."""
    return library_text().rsplit("return '", 1)[1].split("'", 1)[0]


async def load_library(store: "Redis") -> None:
    """Brings the store's library up to this program's; does nothing when it is there already.

    Raises `NewerStore` rather than replacing a newer one.
    """
    held = await _held_mark(store)
    if held == library_mark():
        return
    if held and int(held.split(":")[0]) > VERSION:
        raise NewerStore(f"the store carries library {held}, this program brings {library_mark()}: upgrade Greenwave")
    await ask(store, "FUNCTION", "LOAD", "REPLACE", library_text())


async def _held_mark(store: "Redis") -> str:
    listed = await ask(store, "FUNCTION", "LIST", "LIBRARYNAME", "greenwave")
    if not listed:
        return ""
    mark = await ask(store, "FCALL_RO", "gw_version", 0)
    return mark.decode() if isinstance(mark, bytes) else str(mark)
