"""A window and its call pad: what tests wait for and ask."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hardware.keypad.simulator import SimulatedCallPad
from tests.support.client import HallClient
from window_client.agent import Charge

WITHIN_S = 20.0


async def eventually(true: Callable[[], Any]) -> Any:
    """Waits until it is so; the answer. Fails after a generous while."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            found = true()
            if isinstance(found, Awaitable):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.02)


async def window_token(hall: HallClient, window: int = 1) -> dict[str, Any]:
    made = await hall.post("/devices", {"role": "window", "name": f"pad {window}", "window": window})
    assert made.status == 201, made
    return dict(made.body)


def charge_for(server: str, hall: HallClient, token: str, **more: Any) -> Charge:
    return Charge(server=server, hall=hall.hall, token=token, window=1, installation="one", **more)


async def status_at(hall: HallClient, window: int = 1) -> str:
    """What the window's ticket is, or the window itself."""
    found = (await hall.get(f"/windows/{window}")).body
    return str(found["ticket"]["status"] if found.get("ticket") else found["status"])


def pad_in_memory() -> SimulatedCallPad:
    """With its lamp on, so that `off` means that the agent has seen the window."""
    pad = SimulatedCallPad()
    pad.lamp = "on"
    return pad


async def is_(hall: HallClient, status: str) -> bool:
    return await status_at(hall) == status
