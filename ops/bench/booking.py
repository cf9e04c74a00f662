"""Searching for a free slot and booking it, over HTTP, against an empty handler of the same worker in the same run."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, count, islice, zip_longest
from pathlib import Path
from statistics import median

import uvloop
from msgspec import structs

from ops.bench.figures import Figure
from ops.bench.hall import DEMO_ID, Running, demo_hall, server
from ops.bench.load import EMPTY, Connection, connect_all, json_of, request, timed
from ops.bench.seed import now_ms
from queue_server.domain.orders import Snapshot
from queue_server.domain.slots import horizon
from queue_server.flows.running import RunningHall
from queue_server.flows.slots import SlotFlows, SlotWish

CONNECTIONS = 64
AT_ONCE = 192
WARM_UP_ROUNDS = 3
LEAST_SHARE = 0.15
MOST_COLD_MS = 20.0
BASE = f"/api/v1/halls/{DEMO_ID}"
FIRST_PHONE = 13_800_000_000

Pairs = list[tuple[float, float]]
"""Seconds of the empty handler and of the request, in neighbouring slices."""


def measure(folder: Path, rounds: int) -> list[Figure]:
    """Rates as shares of the empty handler's, and what a search costs a server that has made none yet."""
    with server(folder, open_now=False) as running:
        return uvloop.run(_measure(running, rounds))


async def _measure(running: Running, rounds: int) -> list[Figure]:
    connections = await connect_all(running, CONNECTIONS)
    services = _services()
    cold, warm = await _searches(services)
    searches = [request(running, "GET", f"{BASE}/slots?service={services[i % len(services)]}") for i in range(AT_ONCE)]
    found = await _compare(running, connections, (searches for _ in count()), 200, rounds)
    bookings = _bookings(running, await _to_come(running, connections[0], services))
    booked = await _compare(running, connections, iter(lambda: list(islice(bookings, AT_ONCE)), []), 201, rounds)
    return [
        Figure(name="empty handler, one worker", value=AT_ONCE / median(row[0] for row in found + booked), unit="/s"),
        *_figures("slot search", found),
        *_figures("booking", booked),
        Figure(
            name="14 days of slots, first search, slowest queue", value=1e3 * max(cold), unit="ms", most=MOST_COLD_MS
        ),
        Figure(name="  first search, median", value=1e3 * median(cold), unit="ms"),
        Figure(name="  second search, median", value=1e3 * median(warm), unit="ms"),
    ]


def _services() -> list[str]:
    """One item that can be booked of each queue."""
    return list({s.queue: s.id for s in demo_hall().services if s.appointment != "none" and s.queue != "SELF"}.values())


async def _searches(services: list[str]) -> tuple[list[float], list[float]]:
    """Seconds of processor time for the first and for the second search in each queue of a hall just begun."""
    running, flows = RunningHall(structs.replace(demo_hall())), SlotFlows(open_now=False)
    running.start(Snapshot(position=0, day="", at=0, stats=[], windows=[], queues=[]), ())
    cold = [await _took_s(running, flows, service) for service in services]
    return cold, [await _took_s(running, flows, service) for service in services]


async def _took_s(running: RunningHall, flows: SlotFlows, service: str) -> float:
    at = now_ms()
    wish = SlotWish(service=service, since=at, until=horizon(running.hall, at))
    began = time.process_time()
    await flows.search(running, wish, at)
    return time.process_time() - began


async def _to_come(running: Running, connection: Connection, services: list[str]) -> list[list[tuple[str, str]]]:
    """Every free place as (item, beginning), by item; none that may be past before it is booked."""
    day = datetime.now(UTC).date() + timedelta(days=2)
    found = []
    for service in services:
        slots = (await json_of(connection, running, f"{BASE}/slots?service={service}&from={day}"))["slots"]
        found.append([(service, slot["start"]) for slot in slots for _ in range(slot["free"])])
    return found


def _bookings(running: Running, places: list[list[tuple[str, str]]]) -> Iterator[bytes]:
    """Requests for all of these places, the items taking turns, each of another person."""
    turns = filter(None, chain.from_iterable(zip_longest(*places)))
    for phone, (service, start) in zip(count(FIRST_PHONE), turns, strict=False):
        body = {"service": service, "start": start, "visitor": {"phone": f"+86{phone}"}}
        yield request(running, "POST", f"{BASE}/bookings", body)


async def _compare(
    running: Running, connections: list[Connection], slices: Iterator[list[bytes]], status: int, rounds: int
) -> Pairs:
    """Every second slice is the empty handler's, so that what else the machine does falls out."""
    empty, pairs = [request(running, *EMPTY)] * AT_ONCE, []
    for busy in islice(slices, WARM_UP_ROUNDS + rounds):
        pairs.append((await _slice(connections, empty, 200), await _slice(connections, busy, status)))
    return pairs[WARM_UP_ROUNDS:]


async def _slice(connections: list[Connection], requests: list[bytes], status: int) -> float:
    """Seconds for all of these, each connection asking its share one after another."""

    async def share(index: int) -> None:
        for wanted in requests[index::CONNECTIONS]:
            await connections[index].expect(wanted, status)

    return await timed(partial(share, index) for index in range(CONNECTIONS))


def _figures(name: str, pairs: Pairs) -> list[Figure]:
    share = median(empty_s / busy_s for empty_s, busy_s in pairs)
    return [
        Figure(name=f"{name} / empty handler", value=share, least=LEAST_SHARE),
        Figure(name=f"  {name}", value=AT_ONCE / median(busy_s for _, busy_s in pairs), unit="/s"),
    ]
