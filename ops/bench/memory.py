"""What a ticket costs in the store with its whole life, and how soon a store full of them is back."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import redis

from ops.bench.figures import Figure
from ops.bench.hall import demo_hall
from ops.bench.seed import lives, now_ms, openings, pour
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.library import load_library

MOST_BYTES = 600.0
MOST_RESTART_S = 15.0


def measure(folder: Path, tickets: int) -> list[Figure]:
    """Bytes per ticket, events included; seconds to restart after SIGTERM and after SIGKILL."""
    store = EmbeddedStore(folder)
    store.start()
    try:
        asyncio.run(load(store.url))
        figures = _fill(store, tickets)
        figures.append(_restart("restart after SIGTERM", store, tickets, store.stop))
        figures.append(_restart("restart after SIGKILL", store, tickets, lambda: _kill(store)))
        return figures
    finally:
        store.stop()


async def load(url: str) -> None:
    """Puts the function library into a store."""
    client = connect(url)
    await load_library(client)
    await client.aclose()


def _fill(store: EmbeddedStore, tickets: int) -> list[Figure]:
    hall, at = demo_hall(), now_ms()
    pour(str(store.socket), hall.id, openings(hall, at))
    before, began = _used_bytes(store), time.monotonic()
    acts = pour(str(store.socket), hall.id, lives(hall, tickets, at))
    took_s = time.monotonic() - began
    ticket_bytes = (_used_bytes(store) - before) / tickets
    some = max(tickets // 20, 10)
    before = _used_bytes(store)
    pour(str(store.socket), hall.id, lives(hall, some, at, keyed=True))
    keyed_bytes = (_used_bytes(store) - before) / some
    return [
        Figure(name=f"store memory per ticket at {tickets:,}", value=ticket_bytes, unit="bytes", most=MOST_BYTES),
        Figure(
            name="  more for an idempotency key with each of 4 acts", value=keyed_bytes - ticket_bytes, unit="bytes"
        ),
        Figure(name="  acts into the store, one pipeline, synced", value=acts / took_s, unit="/s"),
    ]


def _used_bytes(store: EmbeddedStore) -> int:
    with redis.Redis(unix_socket_path=str(store.socket)) as client:
        used: int = client.info("memory")["used_memory_dataset"]
        return used


def _kill(store: EmbeddedStore) -> None:
    assert store.pid is not None
    os.kill(store.pid, signal.SIGKILL)
    while store.alive():
        time.sleep(0.01)


def _restart(name: str, store: EmbeddedStore, tickets: int, end: Callable[[], None]) -> Figure:
    end()
    began = time.monotonic()
    store.start()
    took_s = time.monotonic() - began
    with redis.Redis(unix_socket_path=str(store.socket)) as client:
        given = int(client.hget(f"gw:{{{demo_hall().id}}}:n", "#") or 0)
    if given < tickets:
        raise RuntimeError(f"{name}: {given} tickets of {tickets} are left")
    return Figure(name=f"{name} with {tickets:,} tickets", value=took_s, unit="s", most=MOST_RESTART_S)
