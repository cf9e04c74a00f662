"""A call until the last of many open event streams has it, against a bare loop that writes the same bytes."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import uvloop

from ops.bench.figures import Figure
from ops.bench.hall import Running, demo_hall, server
from ops.bench.load import Connection, connect, request

MOST_RATIO = 3.0
WARM_UP = 3
PAUSE_S = 0.05
WINDOW = 1
MARK = b"event: TicketCalled"


class Audience:
    """Counts who has received a frame with the mark, and tells when the last one has."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._left = 0
        self._all: asyncio.Future[float] | None = None
        self.frame = b""
        """The last frame, as it was received."""

    def expect(self) -> "asyncio.Future[float]":
        """The moment at which the last one has it."""
        self._left, self._all = self._size, asyncio.get_running_loop().create_future()
        return self._all

    def received(self, frame: bytes) -> None:
        self._left -= 1
        if self._left == 0 and self._all is not None:
            self.frame = frame
            self._all.set_result(asyncio.get_running_loop().time())


class Listener(asyncio.Protocol):
    """One open stream."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self.open = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.open.set()
        if MARK in data:
            self._audience.received(data)


def measure(folder: Path, streams: int, calls: int) -> list[Figure]:
    """The ratio of the medians; both take turns, with the same client on the same machine."""
    with server(folder) as running, bare_server() as port:
        return uvloop.run(_measure(running, port, streams, calls))


@contextmanager
def bare_server() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "ops.bench.bare"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=10)


async def _measure(running: Running, bare_port: int, streams: int, calls: int) -> list[Figure]:
    clerk, trigger = await connect(running), await _connect_bare(bare_port)
    hall, bare = Audience(streams), Audience(streams)
    for _ in range(streams):
        await _listen(running.port, hall, request(running, "GET", "/api/v1/halls/demo-hall/events?topics=board:*"))
        await _listen(bare_port, bare)
    await _act(running, clerk, f"windows/{WINDOW}/open", {"staff": "clerk"})
    took: list[tuple[float, float]] = []
    for _ in range(WARM_UP + calls):
        called_s = await _call(running, clerk, hall)
        began = asyncio.get_running_loop().time()
        last = bare.expect()
        trigger.write(hall.frame)
        took.append((called_s, await last - began))
        await _finish(running, clerk)
    called_s, bare_s = (median(values) for values in zip(*took[WARM_UP:], strict=True))
    return [
        Figure(name=f"a call to {streams:,} streams / bare loop", value=called_s / bare_s, most=MOST_RATIO),
        Figure(name="  a call", value=called_s * 1e3, unit="ms"),
        Figure(name="  bare loop", value=bare_s * 1e3, unit="ms"),
    ]


async def _connect_bare(port: int) -> asyncio.WriteTransport:
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, "127.0.0.1", port)
    return transport


async def _listen(port: int, audience: Audience, wanted: bytes = b"") -> None:
    loop = asyncio.get_running_loop()
    transport, listener = await loop.create_connection(lambda: Listener(audience), "127.0.0.1", port)
    if wanted:
        transport.write(wanted)
        await listener.open.wait()


async def _act(running: Running, clerk: Connection, path: str, body: object = None) -> None:
    status, answer = await clerk.ask(request(running, "POST", f"/api/v1/halls/demo-hall/{path}", body))
    if status not in (200, 201):
        raise RuntimeError(f"{path}: {status} {answer!r}")


async def _call(running: Running, clerk: Connection, audience: Audience) -> float:
    """Seconds from asking for the next until the last stream has the call."""
    service = next(service.id for service in demo_hall().services if service.queue == "A")
    await _act(running, clerk, "tickets", {"service": service, "channel": "kiosk"})
    await asyncio.sleep(PAUSE_S)
    last, began = audience.expect(), asyncio.get_running_loop().time()
    await _act(running, clerk, f"windows/{WINDOW}/call-next")
    return await last - began


async def _finish(running: Running, clerk: Connection) -> None:
    await _act(running, clerk, f"windows/{WINDOW}/start")
    await _act(running, clerk, f"windows/{WINDOW}/finish")
    await asyncio.sleep(PAUSE_S)
