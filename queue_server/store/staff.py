"""Accounts, sessions and shifts in the store. Raises `StoreDown`, and `Refusal` for what is refused there."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec
from redis.asyncio import Redis

from queue_server.domain.orders import Acted, StoredEvent
from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import Person
from queue_server.domain.staff_orders import ShiftRecord, StaffOrder
from queue_server.store.asking import ask
from queue_server.store.events import unpack_event
from queue_server.store.feed import read_streams
from queue_server.store.halls import prefix
from queue_server.store.pipe import Pipe

P = "gw:{staff}"
"""Their own hash tag: accounts belong to no hall."""

StaffAct = Literal["staff_save", "staff_attempt", "staff_begin", "staff_end", "staff_unlock"]


class Session(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """One browser, or one program, that is signed in."""

    person: str
    begun_at: int
    until: int
    how: str


class Held(msgspec.Struct, array_like=True, frozen=True):
    """An account as it is kept: `revision` rises with every change."""

    revision: int
    record: str


_encode = msgspec.msgpack.Encoder().encode
_acted = msgspec.msgpack.Decoder(Acted).decode
_held = msgspec.msgpack.Decoder(Held).decode
_session = msgspec.msgpack.Decoder(Session).decode
_tries = msgspec.msgpack.Decoder(tuple[int, int]).decode
_shift = msgspec.msgpack.Decoder(ShiftRecord).decode
_person = msgspec.json.Decoder(Person).decode


class StaffStore:
    """Every act and read of accounts, and the reads of shifts."""

    def __init__(self, store: "Redis", load_library: Callable[[], Awaitable[None]], blocking: "Redis") -> None:
        """`blocking` is a connection of its own: it waits for what happens next."""
        self._pipe = Pipe(store, load_library)
        self._blocking = blocking

    async def act(self, name: StaffAct, order: StaffOrder) -> str:
        """Carries out one order whole or not at all; the id of what it was about."""
        acted = _acted(await self._pipe.call("FCALL", f"gw_{name}", 1, P, _encode(order)))
        if acted.refusal:
            names, values = acted.facts[::2], acted.facts[1::2]
            raise Refusal(acted.refusal, dict(zip(map(str, names), values, strict=True)))
        return acted.ticket_id

    async def person(self, person: str) -> tuple[int, Person] | None:
        """Someone by id, with the revision that a change must name."""
        raw = await self._pipe.call("HGET", f"{P}:p", person)
        return _read(raw) if raw is not None else None

    async def people(self) -> list[Person]:
        """Everyone with an account."""
        rows = await self._pipe.call("HGETALL", f"{P}:p")
        return [_read(raw)[1] for raw in rows.values()]

    async def who(self, claim: str) -> str:
        """Whose something is, as in `name zhang`; empty for nobody's."""
        raw = await self._pipe.call("HGET", f"{P}:n", claim)
        return raw.decode() if raw else ""

    async def session(self, session: str) -> Session | None:
        raw = await self._pipe.call("HGET", f"{P}:s", session)
        return _session(raw) if raw is not None else None

    async def sessions(self, person: str) -> dict[str, Session]:
        """Where someone is signed in."""
        names = await self._pipe.call("SMEMBERS", f"{P}:sp:{person}")
        found = {name.decode(): await self.session(name.decode()) for name in names}
        return {name: session for name, session in found.items() if session}

    async def locked_until(self, what: str) -> int:
        """Until when nobody may try again, in ms; 0 for no lock."""
        raw = await self._pipe.call("GET", f"{P}:f:{what}")
        return int(_tries(raw)[1]) if raw else 0

    async def events_soon(self, position: int, limit: int, within_ms: int) -> list[StoredEvent]:
        """Up to `limit` events of the accounts' stream, in order, after waiting so long for the first."""
        key, after = f"{P}:e", f"{position}-0"
        streams = await ask(self._blocking, "XREAD", "COUNT", limit, "BLOCK", within_ms, "STREAMS", key, after)
        entries = [entry for _, rows in read_streams(streams) for entry in rows]
        return [
            StoredEvent(position=int(entry.split(b"-")[0]), event=unpack_event(fields[b"e"]))
            for entry, fields in entries
        ]

    async def position(self) -> int:
        """The position of the latest event of accounts."""
        return int(await self._pipe.call("HGET", P, "position") or 0)

    async def told(self, hall: str) -> int:
        """Up to where a hall has been told what became of accounts."""
        return int(await self._pipe.call("HGET", prefix(hall), "staff_at") or 0)

    async def shifts(self, hall: str, day: str) -> dict[str, ShiftRecord]:
        """The shifts of one day (`YYMMDD`)."""
        rows = await self._pipe.call("HGETALL", f"{prefix(hall)}:sh:{day}")
        return {key.decode(): _shift(value) for key, value in rows.items()}


def _read(raw: Any) -> tuple[int, Person]:
    held = _held(raw)
    return held.revision, _person(held.record)
