"""One-time sign-in links and enrolment codes: secrets that the first to come turns into a device."""

import hashlib
import secrets
from typing import Any, Protocol

from msgspec import UNSET

from queue_server.contract import asks, devices
from queue_server.contract.persons import hide_person
from queue_server.contract.times import rfc3339
from queue_server.domain.callers import ADMIN
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Ask
from queue_server.flows.devices import DeviceFlows, check_device
from queue_server.flows.ports import Clock
from queue_server.flows.running import RunningHall

LIFE_S = 12 * 3600
CODE_LIFE_S = 15 * 60
CODE_LENGTH = 8
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What nobody misreads from a screen."""


class Slips(Protocol):
    """Small secrets that are kept for a while and taken once."""

    async def put(self, name: str, value: dict[str, Any], life_s: int) -> None: ...
    async def take(self, name: str) -> dict[str, Any] | None: ...
    async def look(self, name: str) -> dict[str, Any] | None: ...


def lettered(number: int) -> str:
    """A number as eight letters."""
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(CODE_LENGTH))


async def make_link(slips: Slips, role: str, hall: str, window: int = 0, page: str = "") -> str:
    """A code for a page's path; good for twelve hours and one use."""
    code = secrets.token_urlsafe(16)
    await slips.put(f"link:{code}", {"role": role, "hall": hall, "window": window, "page": page}, LIFE_S)
    return code


class Links:
    """Redeems one-time links (refuses `LINK_USED`) and enrolment codes (refuses `CODE_UNKNOWN`)."""

    def __init__(self, slips: Slips, devices: DeviceFlows, halls: dict[str, RunningHall], clock: Clock) -> None:
        self._slips = slips
        self._devices = devices
        self._halls = halls
        self._clock = clock

    async def redeem(self, code: str) -> str:
        """The token of a new device for whoever comes first with the code."""
        found = await self._slips.take(f"link:{code}")
        if found is None or found["hall"] not in self._halls:
            raise Refusal("LINK_USED")
        ask = Ask(running=self._halls[found["hall"]], caller=ADMIN)
        wanted = asks.AddDevice(role=found["role"], name=found["page"] or found["role"], window=found["window"] or None)
        made = await self._devices.add(ask, wanted)
        return str(made.token)

    async def make_code(self, ask: Ask, wanted: asks.AddDevice) -> devices.EnrolCode:
        """A code that a person reads off the cockpit and types at the device; for a quarter of an hour and one use."""
        check_device(ask, wanted)
        code = self._code(ask)
        value: dict[str, Any] = {"hall": ask.running.hall.id, "role": wanted.role, "name": wanted.name}
        value |= {"window": wanted.window, "zone": wanted.zone}
        if await self._slips.look(f"enrolled:{code}") is None:
            await self._slips.put(f"enrol:{code}", value, CODE_LIFE_S)
        expires_at = rfc3339(self._clock() + CODE_LIFE_S * 1000)
        return devices.EnrolCode(code=f"{code[:4]}-{code[4:]}", expires_at=expires_at)

    def _code(self, ask: Ask) -> str:
        """Eight letters; the same again for a request that is repeated with its key."""
        if not ask.key:
            return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        hidden = hide_person(self._devices.code_key, ask.running.hall.id, ask.key, ask.body)
        number = int.from_bytes(hashlib.sha256(hidden.encode()).digest()[:8])
        return lettered(number)

    async def enrol(self, code: str, key: str) -> devices.Enrolled:
        """A new device, by its code, however it was typed. With the same key a lost answer comes again."""
        typed = "".join(letter for letter in code.upper() if letter.isalnum())
        found = await self._slips.take(f"enrol:{typed}")
        if found is None or found["hall"] not in self._halls:
            return await self._again(typed, key)
        hall = found.pop("hall")
        made = await self._devices.add(Ask(running=self._halls[hall], caller=ADMIN), asks.AddDevice(**found))
        enrolled = {"hall": hall, "id": made.id, **found}
        await self._slips.put(f"enrolled:{typed}", {"key": key, "device": enrolled}, CODE_LIFE_S)
        return self._enrolled(enrolled)

    async def _again(self, typed: str, key: str) -> devices.Enrolled:
        before = await self._slips.look(f"enrolled:{typed}")
        if before is None or not key or before["key"] != key:
            raise Refusal("CODE_UNKNOWN")
        return self._enrolled(before["device"])

    def _enrolled(self, device: dict[str, Any]) -> devices.Enrolled:
        return devices.Enrolled(
            hall=device["hall"],
            id=device["id"],
            role=device["role"],
            name=device["name"],
            window=device["window"] or UNSET,
            zone=device["zone"] or UNSET,
            token=self._devices.token_of(device["hall"], device["id"]),
        )
