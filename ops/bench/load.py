"""A lean HTTP/1.1 client: requests are bytes made beforehand, answers are read for status, length and body alone.

It must cost less than the server it measures, so it knows nothing that this server does not do.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

import msgspec

from ops.bench.hall import Running

EMPTY = "GET", "/healthz"


def request(running: Running, method: str, path: str, body: object = None) -> bytes:
    """One request as bytes, asked as admin."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {running.token}\r\n"
    if body is None:
        return f"{head}Content-Length: 0\r\n\r\n".encode() if method == "POST" else f"{head}\r\n".encode()
    raw = msgspec.json.encode(body)
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data if self._received else data
        head = received.find(b"\r\n\r\n")
        if head < 0 or self._answer is None:
            return
        at = received.find(b"Content-Length: ", 0, head)
        body = head + 4
        length = int(received[at + 16 : received.index(b"\r", at)]) if at > 0 else 0
        if len(received) >= body + length:
            self._received, answer = b"", self._answer
            self._answer = None
            answer.set_result((int(received[9:12]), received[body : body + length]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server closed the connection"))

    async def ask(self, wanted: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(wanted)
        return await self._answer

    async def expect(self, wanted: bytes, status: int) -> bytes:
        """The body; raises RuntimeError for another status: a benchmark of refusals measures nothing."""
        got, body = await self.ask(wanted)
        if got != status:
            raise RuntimeError(f"{got} instead of {status} to {wanted[:80]!r}: {body[:300]!r}")
        return body

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def connect(running: Running) -> Connection:
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", running.port)
    return connection


async def connect_all(running: Running, count: int) -> list[Connection]:
    return [await connect(running) for _ in range(count)]


async def json_of(connection: Connection, running: Running, path: str) -> Any:
    """A document of the API."""
    return msgspec.json.decode(await connection.expect(request(running, "GET", path), 200))


async def timed(acts: Iterable[Callable[[], Awaitable[object]]]) -> float:
    """Seconds until all of these, begun at once, are done."""
    began = time.perf_counter()  # a loop's own clock may stand still for a millisecond
    await asyncio.gather(*(act() for act in acts))
    return time.perf_counter() - began
