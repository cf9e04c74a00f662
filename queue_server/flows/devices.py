"""Who may speak for a hall: devices, their tokens and their end."""

import hmac
import secrets

from msgspec import UNSET

from queue_server.contract import answers, asks
from queue_server.contract.times import rfc3339
from queue_server.domain.callers import ADMIN, Caller
from queue_server.domain.orders import AddDevice, RemoveDevice
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.health import health_of
from queue_server.flows.ports import Device, Report
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals


class DeviceFlows:
    """Makes, lists, revokes and recognises devices. `known` remembers genuine ones until an event revokes them."""

    def __init__(self, acting: Acting, seals: Seals, admin_token: str) -> None:
        self._acting = acting
        self._seals = seals
        self._admin_token = admin_token.encode()
        self._known: dict[str, Caller] = {}
        self._forgotten = 0

    async def add(self, ask: Ask, wanted: asks.AddDevice) -> answers.Device:
        """Makes a device; its token comes in this answer alone."""
        hall = ask.running.hall
        check_device(ask, wanted)
        order = AddDevice(
            **self._acting.common(ask),
            device=secrets.token_hex(6),
            role=wanted.role,
            name=wanted.name,
            window=wanted.window or 0,
            zone=wanted.zone or "",
        )
        acted = await self._acting.act(ask, "add_device", order)
        return answers.Device(
            id=acted.ticket_id,
            role=wanted.role,
            name=wanted.name,
            window=wanted.window or UNSET,
            zone=wanted.zone or UNSET,
            token=self.token_of(hall.id, acted.ticket_id),
        )

    def token_of(self, hall: str, device: str) -> str:
        """The token with which a device speaks."""
        return self._seals.seal("d", hall, device)

    @property
    def code_key(self) -> bytes:
        """The key that makes enrolment codes of repeated requests."""
        return self._seals.person_key("codes")

    async def listed(self, running: RunningHall) -> answers.Devices:
        """The hall's devices, oldest first, without tokens; those that report, with how they are."""
        rows = await self._acting.halls.devices(running.hall.id)
        reports = await self._acting.halls.reports(running.hall.id)
        ordered = sorted(rows.items(), key=lambda row: (row[1].added_at, row[0]))
        return answers.Devices(devices=[_device(device, row, reports.get(device)) for device, row in ordered])

    async def remove(self, ask: Ask, device: str) -> None:
        """Revokes a device: refused everywhere at once, its open streams included."""
        row: Device | None = await self._acting.halls.device(ask.running.hall.id, device)
        _may_handle(ask.caller, row.role if row else "")
        await self._acting.act(ask, "remove_device", RemoveDevice(**self._acting.common(ask), device=device))
        self.forget(ask.running.hall.id, device)

    def forget(self, hall: str, device: str) -> None:
        """No longer trusts what it remembers of a device; without a name of any device."""
        self._forgotten += 1
        if device:
            self._known.pop(f"{hall}.{device}", None)
        else:
            self._known.clear()

    async def recognise(self, token: str) -> Caller:
        """Who a token stands for. Refuses `UNKNOWN_TOKEN`."""
        if hmac.compare_digest(token.encode(), self._admin_token):
            return ADMIN
        sealed = self._seals.open(token)
        if sealed is None or sealed.kind not in "btd":
            raise Refusal("UNKNOWN_TOKEN")
        if sealed.kind in "bt":
            return Caller(role="visitor", hall=sealed.hall, id=sealed.id)
        known = self._known.get(f"{sealed.hall}.{sealed.id}")
        return known or await self._look_up(sealed.hall, sealed.id)

    async def ticket_exists(self, hall: str, ticket: str) -> bool:
        """Whether a sealed ticket is still kept: those of past days go."""
        return await self._acting.halls.read_ticket(hall, ticket) is not None

    async def _look_up(self, hall: str, device: str) -> Caller:
        forgotten = self._forgotten
        row: Device | None = await self._acting.halls.device(hall, device)
        if row is None:
            raise Refusal("UNKNOWN_TOKEN")
        caller = Caller(role=row.role, hall=hall, window=row.window, zone=row.zone, id=device)
        if self._forgotten == forgotten:  # else it may have been revoked while this was read
            self._known[f"{hall}.{device}"] = caller
        return caller


def check_device(ask: Ask, wanted: asks.AddDevice) -> None:
    """Whether the caller may make such a device. Refuses `WRONG_ROLE`, `INVALID`, `NO_SUCH_ZONE`."""
    hall = ask.running.hall
    _may_handle(ask.caller, wanted.role)
    if wanted.role == "window" and wanted.window not in hall.window_by_number:
        problem = "expected the number of a window of this hall, since the role is `window`"
        raise Refusal("INVALID", {"field": "window", "problem": problem})
    if wanted.zone is not None and wanted.zone not in hall.zone_by_id:
        raise Refusal("NO_SUCH_ZONE", {"zone": wanted.zone})


def _may_handle(caller: Caller, role: str) -> None:
    """Managers are made and unmade by the admin alone."""
    if role == "manager" and caller.role != "admin":
        raise Refusal("WRONG_ROLE", {"role": caller.role})


def _device(device: str, row: Device, report: Report | None) -> answers.Device:
    return answers.Device(
        id=device,
        role=row.role,
        name=row.name,
        window=row.window or UNSET,
        zone=row.zone or UNSET,
        added_at=rfc3339(row.added_at),
        health=health_of(report) if report else UNSET,
    )
