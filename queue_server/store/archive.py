"""What the archiver tells the store: up to where each hall's stream is archived, and how it fares."""

import msgspec
from redis.asyncio import Redis

from queue_server.domain.archive import ArchiveState
from queue_server.store.asking import ask
from queue_server.store.halls import prefix

STATES = "gw:archive"

_encode = msgspec.msgpack.Encoder().encode
_state = msgspec.msgpack.Decoder(ArchiveState).decode


def archived_key(hall: str) -> str:
    """Holds the position behind which the stream may be trimmed; see 30_day.lua."""
    return f"{prefix(hall)}:ap"


async def keep_state(store: "Redis", hall: str, state: ArchiveState) -> None:
    """Raises `StoreDown`."""
    await ask(store, "HSET", STATES, hall, _encode(state))


async def archive_states(store: "Redis") -> dict[str, ArchiveState]:
    """By hall; empty where there is no archive. Raises `StoreDown`."""
    rows = await ask(store, "HGETALL", STATES)
    found = {}
    for hall, raw in rows.items():
        try:
            found[hall.decode()] = _state(raw)
        except msgspec.MsgspecError:
            continue  # written by another version of this program
    return found


async def without_archive(store: "Redis", halls: list[str]) -> None:
    """There is none: streams are trimmed by their length alone. Raises `StoreDown`."""
    for hall in halls:
        await ask(store, "DEL", archived_key(hall))
    await ask(store, "DEL", STATES)
