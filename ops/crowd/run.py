"""`greenwave crowd`: simulated day after simulated day, until stopped."""

import asyncio
import contextlib
import signal
import sys
from importlib.resources import files
from pathlib import Path
from random import Random

from aiohttp import ClientSession, ClientTimeout, TCPConnector
from msgspec import Struct

from ops.crowd.clerk import Clerk
from ops.crowd.clock import SimClock
from ops.crowd.floor import Floor
from ops.crowd.guess import fits, guess
from ops.crowd.plan import EARLY_MIN, LEAD_IN_MIN, busiest_per_s, opening, plan_visits
from ops.crowd.server import Server
from ops.crowd.shifts import plan_shifts
from ops.crowd.visitor import Visitors
from queue_server.contract.hall_file import read_hall
from queue_server.domain.hall import Hall

MOST_REQUESTS_PER_S = 150.0
"""What the crowd asks at most of a server, whatever its speed: it shares the machine with what it shows."""
REQUESTS_PER_VISIT = 5.0
CONNECTIONS = 64


class CannotPlay(Exception):
    """Why there is no crowd, in one line."""


class Wish(Struct, frozen=True, kw_only=True):
    """What `greenwave crowd` was asked for."""

    server: str
    speed: float
    hall: str
    token: str
    seed: int
    share: float = 1.0
    hall_file: Path | None = None
    minutes: float | None = None


def run(wish: Wish) -> None:
    """Plays until SIGTERM, SIGINT or the end of `minutes`. Raises `CannotPlay`."""
    asyncio.run(_run(wish))


async def _run(wish: Wish) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if wish.minutes is not None:
        asyncio.get_running_loop().call_later(wish.minutes * 60, stop.set)
    connector = TCPConnector(limit=0, limit_per_host=CONNECTIONS)
    async with ClientSession(connector=connector, timeout=ClientTimeout(total=15)) as http:
        server = Server(http, wish.server, wish.hall, wish.token, MOST_REQUESTS_PER_S)
        playing, stopping = asyncio.create_task(_play(wish, server)), asyncio.create_task(stop.wait())
        await asyncio.wait([playing, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (playing, stopping):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing


async def _play(wish: Wish, server: Server) -> None:
    hall = await _hall(wish, server)
    share = _share(hall, wish)
    opens, _ = opening(hall)
    floor = Floor(SimClock(wish.speed, opens + LEAD_IN_MIN))
    with contextlib.closing(floor):
        async with asyncio.TaskGroup() as group:
            group.create_task(_listen(server, floor))
            group.create_task(_days(hall, wish.seed, share, server, floor))


async def _listen(server: Server, floor: Floor) -> None:
    async for name, told in server.events():
        floor.hear(name, told)


async def _days(hall: Hall, seed: int, share: float, server: Server, floor: Floor) -> None:
    """The first day from mid-morning on, every other from just before opening."""
    opens, _ = opening(hall)
    begins = opens + LEAD_IN_MIN
    while True:
        floor.clock.begin(begins)
        await _day(hall, seed, share, begins, server, floor)
        seed, begins = seed + 1, opens - EARLY_MIN


async def _day(hall: Hall, seed: int, share: float, begins: float, server: Server, floor: Floor) -> None:
    visits = plan_visits(hall, seed, share, begins)
    shifts = plan_shifts(hall, seed, share)
    _say(f"a simulated day begins: {len(visits)} visits, {len(shifts)} of {len(hall.windows)} windows staffed")
    async with asyncio.TaskGroup() as group:
        group.create_task(Visitors(server, floor).come(visits))
        for shift in shifts:
            group.create_task(Clerk(shift, server, floor, Random(f"{seed}:{shift.window}")).work())


async def _hall(wish: Wish, server: Server) -> Hall:
    """The hall's file where it is at hand and fits the server, else what the server tells of it."""
    entrance = await server.get("/state")
    if entrance.status != 200:
        raise CannotPlay(f"{wish.server} refuses hall `{wish.hall}`: {entrance.body.get('detail', entrance.status)}")
    detail = (await server.get()).body
    services = (await server.get("/services?limit=500")).body["services"]
    for text in _texts(wish):
        found = read_hall(text).hall
        if found is not None and fits(found, detail, services):
            return found
    _say("no hall file fits this server: every item counts alike, at 8 minutes (see --hall-file)")
    return guess(detail, services)


def _texts(wish: Wish) -> list[str]:
    if wish.hall_file is not None:
        return [wish.hall_file.read_text(encoding="utf-8")]
    demo = files("ops.demo")
    return [part.read_text(encoding="utf-8") for part in demo.iterdir() if part.name.endswith(".yaml")]


def _share(hall: Hall, wish: Wish) -> float:
    """The share of visitors and windows that keeps within the most requests."""
    needed_per_s = busiest_per_s(hall) * wish.share * wish.speed * REQUESTS_PER_VISIT
    if needed_per_s <= MOST_REQUESTS_PER_S:
        return wish.share
    share = wish.share * MOST_REQUESTS_PER_S / needed_per_s
    _say(
        f"share {share:.2f}: at this speed the busiest half hour would need {needed_per_s:.0f} requests/s, "
        f"and the crowd asks at most {MOST_REQUESTS_PER_S:.0f}"
    )
    return share


def _say(line: str) -> None:
    print(f"crowd: {line}", file=sys.stderr, flush=True)
