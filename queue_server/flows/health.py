"""How devices are, what they showed, and calls for help."""

from typing import Any

import msgspec
from msgspec import UNSET

from queue_server.contract import devices
from queue_server.contract.times import rfc3339
from queue_server.domain import orders
from queue_server.domain.ladder import SHOWN
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.ports import Report
from queue_server.flows.running import DeviceCounts

SILENT_MS = 30_000
"""A device that reports says so three times in this span."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(devices.ReportHealth).decode


def health_of(report: Report) -> devices.DeviceHealth:
    """A device's last report as managers see it."""
    said = _decode(report.details)
    return devices.DeviceHealth(
        ok=bool(report.ok) and not report.silent,
        code="SILENT" if report.silent else report.code,
        seen_at=rfc3339(report.at),
        silent=bool(report.silent),
        doubled=bool(report.other),
        version=said.version,
        parts=said.parts,
        pending=said.pending,
        leases=said.leases,
        paper=said.paper,
    )


def counted(reports: list[Report]) -> DeviceCounts:
    """A hall's devices at one look."""
    heard = [report for report in reports if not report.silent]
    ok = sum(1 for report in heard if report.ok)
    pending = sum(_decode(report.details).pending for report in reports)
    return DeviceCounts(ok=ok, wrong=len(heard) - ok, silent=len(reports) - len(heard), pending=pending)


class HealthFlows:
    """The use cases of devices that say how they are. All raise `Refusal`."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    async def report(self, ask: Ask, said: devices.ReportHealth) -> devices.Heard:
        """Keeps what a device says; managers are told when it changes. What an admin tries out is not kept."""
        if not ask.caller.id:
            return devices.Heard(at=rfc3339(self._acting.clock()), others=False, epoch="")
        ill = [part for part in said.parts if not part.ok]
        order = orders.Report(
            **self._acting.common(ask),
            **await self._who(ask),
            role=ask.caller.role,
            installation=said.installation,
            ok=int(not ill),
            code=ill[0].code if ill else next((word for part in said.parts for word in part.warnings), ""),
            details=_encode(said).decode(),
        )
        acted = await self._acting.act(ask, "report", order)
        return devices.Heard(at=rfc3339(order.at), others=bool(acted.rows[0][0]), epoch=str(acted.rows[0][1]))

    async def watch(self, ask: Ask, since: int) -> None:
        """Counts the devices, and says of each that has fallen silent that it has.

        `since` is the moment (ms) from which on they could reach us: our own absence is not their silence.
        """
        hall, at = ask.running.hall.id, self._acting.clock()
        reports = await self._acting.halls.reports(hall)
        ask.running.devices = counted(list(reports.values()))
        for device, report in reports.items():
            if not report.silent and at - max(report.at, since) >= SILENT_MS:
                row = await self._acting.halls.device(hall, device)
                name = row.name if row else device
                order = orders.Silence(**self._acting.common(ask), device=device, name=name, after_ms=SILENT_MS)
                await self._acting.act(ask, "silence", order)

    async def shown(self, ask: Ask, wanted: devices.ShowCalls) -> None:
        """A display or loudspeaker showed these calls."""
        order = orders.Shown(
            **self._acting.common(ask),
            **await self._who(ask),
            how=SHOWN[wanted.how],
            calls=[(call.window, call.number, call.times) for call in wanted.calls],
        )
        await self._acting.act(ask, "shown", order)

    async def call_help(self, ask: Ask) -> devices.Help:
        """A visitor asks for a person (一键通); pressed again it is the same call until somebody answers."""
        who = await self._who(ask)
        order = orders.CallHelp(**self._acting.common(ask), **who, zone=ask.caller.zone)
        acted = await self._acting.act(ask, "call_help", order)
        return await self._help(ask, acted.ticket_id)

    async def answer_help(self, ask: Ask, help_id: str) -> devices.Help:
        """Somebody goes there."""
        await self._acting.act(ask, "answer_help", orders.AnswerHelp(**self._acting.common(ask), help=help_id))
        return await self._help(ask, help_id)

    async def _help(self, ask: Ask, help_id: str) -> devices.Help:
        return next(row for row in await self._all_help(ask) if row.id == help_id)

    async def helps(self, ask: Ask) -> list[devices.Help]:
        """Today's calls for help, latest first; a kiosk sees its own."""
        rows = await self._all_help(ask)
        return [row for row in rows if ask.caller.role != "kiosk" or row.device == ask.caller.id]

    async def _all_help(self, ask: Ask) -> list[devices.Help]:
        rows = await self._acting.halls.helps(ask.running.hall.id)
        ordered = sorted(rows.items(), key=lambda row: (row[1].called_at, row[0]), reverse=True)
        return [
            devices.Help(
                id=key, device=row.device, name=row.name, zone=row.zone, called_at=rfc3339(row.called_at),
                answered_at=rfc3339(row.answered_at) if row.answered_at else UNSET,
            )
            for key, row in ordered
        ]  # fmt: skip

    async def _who(self, ask: Ask) -> dict[str, Any]:
        """The device that speaks, and its name; the role where an admin tries it out."""
        device = ask.caller.id or ask.caller.role
        row = await self._acting.halls.device(ask.running.hall.id, device) if ask.caller.id else None
        return {"device": device, "name": row.name if row else device}
