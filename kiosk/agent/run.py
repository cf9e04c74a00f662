"""From settings to a kiosk that answers, and back."""

import asyncio
import socket
from collections.abc import Callable

from aiohttp import web

from hardware.errors import DeviceError
from kiosk.agent.kiosk import Kiosk
from kiosk.agent.settings import CannotStart, Settings
from kiosk.agent.web import make_app
from kiosk.offline.ports import JournalFull
from queue_server.link.identity import Who

HOST = "127.0.0.1"
STOP_S = 3.0


def listen(port: int) -> socket.socket:
    """The socket on which this machine alone reaches the agent. Raises `CannotStart`."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise CannotStart(f"cannot listen on {HOST}:{port}: {error.strerror}; choose another --port") from None
    return listening


async def run(settings: Settings, who: Who, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
    """Serves until `stop` is set; `ready` hears the address once it answers. Raises `CannotStart`."""
    with listen(settings.port) as listening:
        kiosk = make_kiosk(settings, who)
        runner = web.AppRunner(make_app(kiosk), access_log=None, shutdown_timeout=STOP_S)
        try:
            await kiosk.start()
            await runner.setup()
            await web.SockSite(runner, listening).start()
            ready(f"http://{HOST}:{listening.getsockname()[1]}")
            await stop.wait()
        finally:
            kiosk.talk.end()
            await runner.cleanup()
            await kiosk.stop()


def make_kiosk(settings: Settings, who: Who) -> Kiosk:
    """Raises `CannotStart` with what is wrong, and what to do."""
    try:
        return Kiosk(settings, who)
    except JournalFull as error:
        raise CannotStart(
            f"the journal in {settings.data} cannot be written ({error.said or error.code}): make room on the disk, "
            "or see to the folder's rights"
        ) from None
    except DeviceError as error:
        told = " ".join(f"{name}={value}" for name, value in error.facts.items())
        raise CannotStart(f"a device's address is wrong: {error.code} {told}") from None
    except ValueError as error:
        raise CannotStart(str(error)) from None
