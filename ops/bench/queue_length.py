"""Call-next in a long queue against call-next in a short one, turn by turn in the same run."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from ops.bench.figures import Figure
from ops.bench.hall import Running, demo_hall, server
from ops.bench.load import Connection, connect, json_of, request
from ops.bench.seed import at_window, issues, now_ms, pour
from queue_server.domain.orders import AtWindow, Finish, OpenWindow
from queue_server.store.connect import connect as connect_store
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library

LONG, SHORT = "long-hall", "short-hall"
FEW = 10
MOST_RATIO = 1.3
QUEUE, WINDOW = "A", 1
SEEN_WITHIN_S = 120.0

Call = Callable[[str], Awaitable[float]]
"""One call-next in a hall, with what keeps its queue as long as it was; the seconds of the call alone."""


def measure(folder: Path, waiting: int, rounds: int) -> list[Figure]:
    """Ratios of medians, through the store's pipe and over HTTP."""
    with server(folder, (LONG, SHORT)) as running:
        return asyncio.run(_measure(running, waiting, rounds))


async def _measure(running: Running, waiting: int, rounds: int) -> list[Figure]:
    hall, connection = demo_hall(), await connect(running)
    for name, count in ((LONG, waiting), (SHORT, FEW)):
        await asyncio.to_thread(pour, running.store, name, issues(hall, count, now_ms() - 20 * count, QUEUE))
        await _seen(running, connection, name, count)
    client = connect_store(f"unix://{running.store}")
    through_pipe = await _compare(_by_store(HallStore(client, lambda: load_library(client))), rounds)
    over_http = await _compare(_by_http(running, connection), rounds)
    await client.aclose()
    label = f"call-next with {waiting:,} waiting / with {FEW}"
    return [
        Figure(name=f"{label}: store", value=through_pipe[0] / through_pipe[1], most=MOST_RATIO),
        Figure(name="  with few waiting", value=through_pipe[1] * 1e3, unit="ms"),
        Figure(name=f"{label}: HTTP", value=over_http[0] / over_http[1], most=MOST_RATIO),
        Figure(name="  with few waiting", value=over_http[1] * 1e3, unit="ms"),
    ]


async def _seen(running: Running, connection: Connection, hall: str, count: int) -> None:
    """Waits until the worker's own fold has them all."""
    until = time.monotonic() + SEEN_WITHIN_S
    while (await json_of(connection, running, f"/api/v1/halls/{hall}/state"))["totals"]["waiting"] < count:
        if time.monotonic() > until:
            raise RuntimeError("the worker does not see the tickets of its store")
        await asyncio.sleep(0.1)


async def _compare(call: Call, rounds: int) -> tuple[float, float]:
    """Medians of the long and of the short queue, which take turns."""
    took: dict[str, list[float]] = {LONG: [], SHORT: []}
    for index in range(rounds):
        for hall in (LONG, SHORT) if index % 2 else (SHORT, LONG):
            took[hall].append(await call(hall))
    return median(took[LONG]), median(took[SHORT])


def _by_store(halls: HallStore) -> Call:
    hall = demo_hall()

    async def call(name: str) -> float:
        at = now_ms()
        common = at_window(hall, WINDOW, at)
        await halls.act(name, "open_window", OpenWindow(**common, staff="clerk", queues=[(QUEUE, 0)]))
        began = time.perf_counter()
        await halls.act(name, "call_next", AtWindow(**common))
        took_s = time.perf_counter() - began
        await halls.act(name, "start", AtWindow(**common))
        await halls.act(name, "finish", Finish(**common, outcome=""))
        for act, order in issues(hall, 1, at, QUEUE):
            await halls.act(name, act, order)  # type: ignore[arg-type]
        return took_s

    return call


def _by_http(running: Running, connection: Connection) -> Call:
    service = next(service.id for service in demo_hall().services if service.queue == QUEUE)

    async def act(hall: str, path: str, status: int, body: object = None) -> None:
        await connection.expect(request(running, "POST", f"/api/v1/halls/{hall}/{path}", body), status)

    async def call(hall: str) -> float:
        began = time.perf_counter()
        await act(hall, f"windows/{WINDOW}/call-next", 200)
        took_s = time.perf_counter() - began
        await act(hall, f"windows/{WINDOW}/start", 200)
        await act(hall, f"windows/{WINDOW}/finish", 200)
        await act(hall, "tickets", 201, {"service": service, "channel": "kiosk"})
        return took_s

    return call
