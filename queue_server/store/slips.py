"""Small secrets that are kept for a while and taken once; by the digest of their name, so the store cannot use them."""

import hashlib
from typing import Any

import msgspec
from redis.asyncio import Redis

from queue_server.store.asking import ask


class StoredSlips:
    """Slips in the store: whichever worker is asked, each is taken once. Raises `StoreDown`."""

    def __init__(self, store: "Redis") -> None:
        self._store = store

    async def put(self, name: str, value: dict[str, Any], life_s: int) -> None:
        await ask(self._store, "SET", _key(name), msgspec.json.encode(value), "EX", life_s)

    async def take(self, name: str) -> dict[str, Any] | None:
        raw = await ask(self._store, "GETDEL", _key(name))
        return msgspec.json.decode(raw, type=dict[str, Any]) if raw else None

    async def look(self, name: str) -> dict[str, Any] | None:
        """The same without taking it."""
        raw = await ask(self._store, "GET", _key(name))
        return msgspec.json.decode(raw, type=dict[str, Any]) if raw else None


def _key(name: str) -> str:
    return f"gw:slip:{hashlib.sha256(name.encode()).hexdigest()}"
