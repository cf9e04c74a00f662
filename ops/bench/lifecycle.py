"""Issue, call, start, finish over HTTP, every act on disk, against an empty handler of the same worker."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median

import uvloop
from msgspec import Struct

from ops.bench.figures import Figure
from ops.bench.hall import Running, demo_hall, server
from ops.bench.load import EMPTY, Connection, connect_all, request, timed

CONNECTIONS = 64
WINDOWS = 192
LIFE = "life"
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
    empty = partial(_empty, request(running, *EMPTY))
    jobs: dict[str, Job] = {kind: partial(_act, kind) for kind in KINDS} | {LIFE: _live}
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
    for index in range(WARM_UP_ROUNDS + rounds):
        for name, job in jobs.items():
            empty_s = await _slice(connections, windows, empty)
            busy_s = await _slice(connections, windows, job)
            if index >= WARM_UP_ROUNDS:
                took[name].append((empty_s, busy_s))
    return _figures(took)


def _figures(took: dict[str, list[tuple[float, float]]]) -> list[Figure]:
    """Medians over pairs of neighbouring slices, so that what else the machine does falls out."""
    empty_s = median(empty_s for pairs in took.values() for empty_s, _ in pairs)
    figures = [Figure(name="empty handler, one worker", value=WINDOWS / empty_s, unit="/s")]
    for kind in KINDS:
        share = median(empty_s / busy_s for empty_s, busy_s in took[kind])
        figures.append(Figure(name=f"{kind} / empty handler", value=share, least=LEAST_SHARE))
        figures.append(Figure(name=f"  {kind}", value=WINDOWS / median(busy for _, busy in took[kind]), unit="/s"))
    lives_per_s = WINDOWS / median(busy_s for _, busy_s in took[LIFE])
    return [
        *figures,
        Figure(name="life cycles of four requests", value=lives_per_s, unit="/s", least=LEAST_LIVES_PER_S),
    ]


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
