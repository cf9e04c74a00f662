"""One-time sign-in links: a code that the first browser turns into a device."""

import secrets
from typing import Any, Protocol

from queue_server.contract import asks
from queue_server.domain.callers import ADMIN
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask
from queue_server.flows.devices import DeviceFlows
from queue_server.flows.running import RunningHall

LIFE_S = 12 * 3600


class Slips(Protocol):
    """Small secrets that are kept for a while and taken once."""

    async def put(self, name: str, value: dict[str, Any], life_s: int) -> None: ...
    async def take(self, name: str) -> dict[str, Any] | None: ...


async def make_link(slips: Slips, role: str, hall: str, window: int = 0, page: str = "") -> str:
    """A code for a page's path; good for twelve hours and one use."""
    code = secrets.token_urlsafe(16)
    await slips.put(code, {"role": role, "hall": hall, "window": window, "page": page}, LIFE_S)
    return code


class Links:
    """Redeems one-time links; refuses `LINK_USED`."""

    def __init__(self, slips: Slips, devices: DeviceFlows, halls: dict[str, RunningHall]) -> None:
        self._slips = slips
        self._devices = devices
        self._halls = halls

    async def redeem(self, code: str) -> str:
        """The token of a new device for whoever comes first with the code."""
        found = await self._slips.take(code)
        if found is None or found["hall"] not in self._halls:
            raise Refusal("LINK_USED")
        ask = Ask(running=self._halls[found["hall"]], caller=ADMIN)
        wanted = asks.AddDevice(role=found["role"], name=found["page"] or found["role"], window=found["window"] or None)
        made = await self._devices.add(ask, wanted)
        return str(made.token)
