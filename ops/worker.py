"""One worker process: `python -m ops.worker LISTEN_FD READY_FD`, its settings as JSON on standard input."""

import asyncio
import os
import signal
import socket
import sys

import uvloop
from aiohttp import web

from ops.archive.past import past_of
from ops.audit.ledger import ledger_of
from ops.charge import Charge, decode, logs_to_stderr
from ops.pages import PAGES
from queue_server.app import create_app

BACKLOG = 1024
KEEP_ALIVE_S = 75.0
STOP_S = 5.0


async def serve(charge: Charge, listening: socket.socket, ready_fd: int) -> None:
    """Serves until SIGTERM or SIGINT, then finishes what it began."""
    stop = asyncio.Event()
    app = create_app(
        charge.settings, charge.secret, PAGES, several_workers=charge.several_workers, on_fault=stop.set,
        past=past_of(charge.settings.archive), ledger=ledger_of(charge.settings.archive),
    )  # fmt: skip
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
