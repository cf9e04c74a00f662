"""The least that a fan-out can cost: a bare loop that writes the same bytes to the same number of sockets.

`python -m ops.bench.bare` prints its port. What the first connection sends, all others are sent.
"""

import asyncio
from typing import cast

import uvloop


class Bare(asyncio.Protocol):
    """One connection of the bare loop."""

    def __init__(self, transports: list[asyncio.WriteTransport]) -> None:
        self._transports = transports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transports.append(cast(asyncio.WriteTransport, transport))

    def data_received(self, data: bytes) -> None:
        for transport in self._transports[1:]:
            transport.write(data)


async def serve() -> None:
    transports: list[asyncio.WriteTransport] = []
    server = await asyncio.get_running_loop().create_server(lambda: Bare(transports), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
