"""One worker process: `python -m ops.worker LISTEN_FD READY_FD`, its settings as JSON on standard input."""

import asyncio
import os
import signal
import socket
import sys
from typing import Any

import msgspec
import structlog
import uvloop
from aiohttp import web

from ops.pages import PAGES
from queue_server.app import create_app
from queue_server.settings import Settings

BACKLOG = 1024
KEEP_ALIVE_S = 75.0
STOP_S = 5.0


class Charge(msgspec.Struct, kw_only=True, frozen=True):
    """What a worker is told."""

    settings: Settings
    secret: bytes
    several_workers: bool


def encode(charge: Charge) -> bytes:
    """For the worker's standard input."""
    return msgspec.json.encode(charge, enc_hook=str)


def decode(raw: bytes) -> Charge:
    return msgspec.json.decode(raw, type=Charge, dec_hook=_path)


def _path(kind: type, value: Any) -> Any:
    return kind(value)


def logs_to_stderr() -> None:
    """JSON lines on stderr; stdout is for what people asked for."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


async def serve(charge: Charge, listening: socket.socket, ready_fd: int) -> None:
    """Serves until SIGTERM or SIGINT, then finishes what it began."""
    stop = asyncio.Event()
    app = create_app(charge.settings, charge.secret, PAGES, several_workers=charge.several_workers, on_fault=stop.set)
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=KEEP_ALIVE_S, shutdown_timeout=STOP_S)
    await runner.setup()
    await web.SockSite(runner, listening, backlog=BACKLOG).start()
    os.write(ready_fd, b"r")
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    logs_to_stderr()
    listening = socket.socket(fileno=int(sys.argv[1]))
    charge = decode(sys.stdin.buffer.read())
    uvloop.run(serve(charge, listening, int(sys.argv[2])))


if __name__ == "__main__":
    main()
