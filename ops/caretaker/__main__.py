"""One caretaker process: `python -m ops.caretaker`, its charge as JSON on standard input."""

import asyncio
import os
import signal
import sys

from ops.caretaker.caretaker import Caretaker
from ops.charge import Charge, decode, logs_to_stderr
from ops.compiled import FOLDER, keep_compiled
from queue_server.flows.clock import system_clock

NICE = 5
"""Visitors come first: what foresees and remembers can wait a moment."""


async def take_care(charge: Charge) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    keep_compiled(charge.settings.data / FOLDER)
    await Caretaker(charge, system_clock).run(stop)
    sys.stderr.flush()
    os._exit(0)  # what a thread still reckons is of no use to anybody: nobody waits for it


def main() -> None:
    os.nice(NICE)
    logs_to_stderr()
    asyncio.run(take_care(decode(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
