"""Issue, call, start, finish over HTTP, every act on disk, against an empty handler of the same worker."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import uvloop
from msgspec import Struct

from ops.bench.figures import Figure
from ops.bench.hall import Running, demo_hall, server
from ops.bench.load import EMPTY, Connection, connect_all, request, timed

CONNECTIONS = 64
WINDOWS = 192
KINDS = ("issue", "call-next", "start", "finish")
PEER_LIFE_CYCLES_PER_S = 7.7
"""A peer measured on two cores: see docs on figures."""
LEAST_SHARE = 0.2
LEAST_LIVES_PER_S = 100 * PEER_LIFE_CYCLES_PER_S
WARM_UP_ROUNDS = 3


class Window(Struct, frozen=True, kw_only=True):
    """A window's requests, with that of its visitors."""

    requests: dict[str, bytes]
    status: dict[str, int]


def measure(folder: Path, rounds: int) -> list[Figure]:
    """Each kind's rate as a share of the empty handler's, which takes every second slice; and whole lives."""
    with server(folder) as running:
        return uvloop.run(_measure(running, rounds))


async def _measure(running: Running, rounds: int) -> list[Figure]:
    connections = await connect_all(running, CONNECTIONS)
    windows = [_window(running, plan.window, plan.queues[0].queue) for plan in demo_hall().windows[:WINDOWS]]
    await _open(running, connections[0])
    empty = request(running, *EMPTY)
    took, took_empty = dict.fromkeys(KINDS, 0.0), 0.0
    lives_s = lives_empty_s = 0.0
    for index in range(WARM_UP_ROUNDS + rounds):
        for kind in KINDS:
            idle_s = await _slice(connections, windows, partial(_empty, empty))
            busy_s = await _slice(connections, windows, partial(_act, kind))
            if index >= WARM_UP_ROUNDS:
                took_empty, took[kind] = took_empty + idle_s, took[kind] + busy_s
        lives_empty_s += await _slice(connections, windows, partial(_empty, empty))
        lives_s += await _slice(connections, windows, _live)
    return _figures(rounds, took, took_empty, lives_s / (WARM_UP_ROUNDS + rounds))


def _figures(rounds: int, took: dict[str, float], took_empty: float, life_s: float) -> list[Figure]:
    empty_per_s = len(KINDS) * rounds * WINDOWS / took_empty
    figures = [Figure(name="empty handler, one worker", value=empty_per_s, unit="/s")]
    for kind in KINDS:
        per_s = rounds * WINDOWS / took[kind]
        figures.append(Figure(name=f"{kind} / empty handler", value=per_s / empty_per_s, least=LEAST_SHARE))
        figures.append(Figure(name=f"  {kind}", value=per_s, unit="/s"))
    lives_per_s = WINDOWS / life_s
    figures.append(Figure(name="life cycles", value=lives_per_s, unit="/s", least=LEAST_LIVES_PER_S))
    figures.append(
        Figure(name="  four requests / empty handler", value=4 * lives_per_s / empty_per_s, least=LEAST_SHARE)
    )
    return figures


def _window(running: Running, number: int, queue: str) -> Window:
    base = "/api/v1/halls/demo-hall"
    service = next(service.id for service in demo_hall().services if service.queue == queue)
    requests = {kind: request(running, "POST", f"{base}/windows/{number}/{kind}") for kind in KINDS[1:]}
    requests["issue"] = request(running, "POST", f"{base}/tickets", {"service": service, "channel": "kiosk"})
    return Window(requests=requests, status={kind: 201 if kind == "issue" else 200 for kind in KINDS})


async def _open(running: Running, connection: Connection) -> None:
    for plan in demo_hall().windows[:WINDOWS]:
        path = f"/api/v1/halls/demo-hall/windows/{plan.window}/open"
        await connection.expect(request(running, "POST", path, {"staff": f"clerk {plan.window}"}), 200)


Job = Callable[[Connection, Window], Awaitable[None]]


async def _slice(connections: list[Connection], windows: list[Window], job: Job) -> float:
    """Seconds for one job at every window, each connection going through its share of the windows."""

    async def share(index: int) -> None:
        for window in windows[index::CONNECTIONS]:
            await job(connections[index], window)

    return await timed(partial(share, index) for index in range(CONNECTIONS))


async def _empty(wanted: bytes, connection: Connection, _: Window) -> None:
    await connection.expect(wanted, 200)


async def _act(kind: str, connection: Connection, window: Window) -> None:
    await connection.expect(window.requests[kind], window.status[kind])


async def _live(connection: Connection, window: Window) -> None:
    for kind in KINDS:
        await _act(kind, connection, window)
