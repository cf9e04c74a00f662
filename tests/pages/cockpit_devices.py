"""Devices that say of themselves what a test wants, for tests of the cockpit."""

from typing import Any

from tests.support.client import HallClient


async def cleared(hall: HallClient) -> HallClient:
    """The hall without devices and without calls for help."""
    for device in (await hall.get("/devices"))["devices"]:
        await hall.delete(f"/devices/{device['id']}")
    for call in (await hall.get("/help"))["help"]:
        await hall.post(f"/help/{call['id']}/answer")
    return hall


class Device:
    """A device that says of itself what a test wants."""

    def __init__(self, made: Any, hall: HallClient) -> None:
        self.id: str = made["id"]
        self.as_itself = hall.as_(made["token"])

    async def says(self, *parts: dict[str, Any], installation: str = "one", **more: Any) -> None:
        said = {"installation": installation, "version": "1.0", "parts": list(parts), **more}
        answer = await self.as_itself.post("/health", said)
        assert answer.status == 200, answer


def part(kind: str, code: str = "", *warnings: str, **facts: Any) -> dict[str, Any]:
    return {"kind": kind, "name": kind, "ok": not code, "code": code, "warnings": list(warnings), "facts": facts}


async def a_device(hall: HallClient, name: str, role: str = "kiosk", **more: Any) -> Device:
    made = await hall.post("/devices", {"role": role, "name": name, **more})
    assert made.status == 201, made
    return Device(made, hall)
