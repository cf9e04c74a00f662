"""The outbox of each hall: messages until they are sent, and how far each outlet was told of the hall's events."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis

from queue_server.domain.messages import Claimed, Dealt, OutboxState, Posted, Settled
from queue_server.store.halls import prefix
from queue_server.store.pipe import Pipe

_encode = msgspec.msgpack.Encoder().encode
_claimed = msgspec.msgpack.Decoder(list[Claimed]).decode
_read = msgspec.msgpack.Decoder(tuple[int, list[str], list[str], list[Dealt]]).decode


class StoredOutbox:
    """Typed calls to `36_messages.lua`. Everything raises `StoreDown`."""

    def __init__(self, store: "Redis", load_library: Callable[[], Awaitable[None]]) -> None:
        self._pipe = Pipe(store, load_library)

    async def _call(self, name: str, hall: str, order: dict[str, Any]) -> Any:
        return await self._pipe.call("FCALL", f"gw_{name}", 1, prefix(hall), _encode(order))

    async def begin(self, hall: str, outlets: Sequence[str] = ()) -> int:
        """Up to which event the hall's stream has been turned into messages.

        A hall that is new here, or an outlet, begins with what happens from now on.
        """
        return int(await self._pipe.call("FCALL", "gw_begin_messages", 1, prefix(hall), *outlets))

    async def post(
        self, hall: str, at: int, day: str, messages: Sequence[Posted], move: tuple[int, int] | None = None
    ) -> tuple[int, int]:
        """Takes messages whose id is new; with `move` only where the cursor stands at its first, and moves it.

        Answers how many were new, and where the cursor stands.
        """
        begin, end = move or (-1, -1)
        order = {"at": at, "day": day, "messages": messages, "from": begin, "to": end}
        new, cursor = await self._call("post_messages", hall, order)
        return int(new), int(cursor)

    async def claim(self, hall: str, at: int, day: str, limit: int, lease_ms: int) -> list[Claimed]:
        """Messages that are due: from now on, and until the lease ends, the caller's alone."""
        order = {"at": at, "day": day, "limit": limit, "lease_ms": lease_ms}
        return _claimed(await self._call("claim_messages", hall, order))

    async def settle(self, hall: str, at: int, day: str, settled: Settled) -> bool:
        """Keeps how an attempt came out; False when the message is the caller's no more."""
        order = {"at": at, "day": day, **msgspec.structs.asdict(settled)}
        return bool(await self._call("settle_message", hall, order))

    async def mute(self, hall: str, persons: Sequence[str], muted: bool, ticket: str = "") -> None:
        """These persons, and the visitor of this ticket, want no messages but codes, or want them again."""
        order = {"persons": list(persons), "ticket": ticket, "muted": int(muted)}
        await self._call("mute_messages", hall, order)

    async def is_muted(self, hall: str, person: str = "", ticket: str = "") -> bool:
        """Whether the person, or the ticket's visitor, wants no messages."""
        return bool(await self._pipe.call("FCALL_RO", "gw_muted_messages", 1, prefix(hall), person, ticket))

    async def take_outlet(self, hall: str, at: int, name: str, lease_ms: int) -> tuple[int, int, int] | None:
        """(position, times in vain, serial) for the one who may tell an outlet now, else None."""
        found = await self._call("take_outlet", hall, {"at": at, "name": name, "lease_ms": lease_ms})
        return (found[0], found[1], found[2]) if found else None

    async def move_outlet(
        self, hall: str, at: int, day: str, name: str, serial: int, to: int,
        until_at: int = 0, vain: int = 0, due: int = 0, counts: Sequence[str] = (),
    ) -> bool:  # fmt: skip
        """How far an outlet was told; without `until_at` it is anybody's again. False for a lease that was lost."""
        order = {
            "at": at, "day": day, "name": name, "serial": serial, "to": to,
            "until_at": until_at, "vain": vain, "due": due, "counts": list(counts),
        }  # fmt: skip
        return bool(await self._call("move_outlet", hall, order))

    async def state(self, hall: str, rows: int) -> OutboxState:
        """What waits, what was done today, and the latest `rows` of it."""
        raw = await self._pipe.call("FCALL_RO", "gw_read_messages", 1, prefix(hall), rows)
        waiting, stats, cursors, latest = _read(raw)
        counts: dict[str, dict[str, int]] = {}
        for name, value in _pairs(stats):
            channel, parted, state = name.rpartition("|")
            if parted:
                counts.setdefault(channel, {})[state] = int(value)
        return OutboxState(
            waiting=waiting,
            counts=counts,
            cursors={name: int(value) for name, value in _pairs(cursors)},
            latest=latest,
        )


def _pairs(flat: list[str]) -> list[tuple[str, str]]:
    return list(zip(flat[::2], flat[1::2], strict=True))
