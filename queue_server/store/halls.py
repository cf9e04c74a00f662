"""Typed calls to the function library, one hall at a time."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec
from redis.asyncio import Redis

from queue_server.domain.booking import FoundBooking
from queue_server.domain.diversion import DiversionRecord
from queue_server.domain.orders import Acted, FoundTicket, Order, Snapshot
from queue_server.domain.refusals import Refusal
from queue_server.store.pipe import Pipe

Act = Literal[
    "issue", "call_next", "call_ticket", "recall", "start", "hold", "miss", "finish", "transfer", "undo",
    "cancel", "acknowledge", "postpone", "reinstate", "wake",
    "open_window", "pause_window", "resume_window", "close_window", "add_device", "remove_device",
    "report", "silence", "call_help", "answer_help", "climb", "unseen", "shown", "follow",
    "lease", "hand_in", "note_key", "near",
    "hold_place", "confirm_booking", "move_booking", "cancel_booking", "check_in", "mute_booking",
    "mature", "pardon", "keep_contact", "drop_contact",
    "propose", "start_diversion", "dismiss", "end_diversion", "take_on", "lapse", "measure",
    "show_offer", "answer_offer",
    "rate", "open_case", "change_case", "case_told", "open_project", "visit_project", "replan", "note_act",
    "tell_staff", "plan_shift", "drop_shift", "serve_by_skills",
    "keep_interpreter", "drop_interpreter", "set_duty", "ask_interpreter", "drop_request", "assign_interpreter",
    "note_interpreting", "match_interpreters", "check_papers",
    "count_people", "call_wave", "end_promise", "reminded", "escalate",
    "put_in", "collect", "return_parcel", "tell_parcel",
]  # fmt: skip

CLOSE_AT_ONCE = 500
"""Tickets that one step of closing a day works off: it keeps the store free for others."""

PAGE = 1000


class Device(msgspec.Struct, array_like=True, kw_only=True):
    """A device as the store keeps it; its token is sealed and stands nowhere."""

    role: str
    name: str
    window: int
    zone: str
    added_at: int


class DeviceReport(msgspec.Struct, array_like=True, kw_only=True):
    """What a device last said of itself."""

    at: int
    ok: int
    code: str
    details: str
    silent: int
    installation: str
    other: str
    """Another installation that speaks with the same token, or empty."""
    other_at: int


class HelpCall(msgspec.Struct, array_like=True, kw_only=True):
    """A call for help; `answered_at` is 0 while nobody goes there."""

    device: str
    name: str
    zone: str
    called_at: int
    answered_at: int
    answered_by: str


def prefix(hall: str) -> str:
    """The hall's keys begin with this; the braces keep them on one shard of a cluster."""
    return f"gw:{{{hall}}}"


_encode = msgspec.msgpack.Encoder().encode
_acted = msgspec.msgpack.Decoder(Acted).decode
_found = msgspec.msgpack.Decoder(FoundTicket).decode
_rows = msgspec.msgpack.Decoder(list[FoundTicket]).decode
_booking = msgspec.msgpack.Decoder(FoundBooking).decode
_contacts = msgspec.msgpack.Decoder(list[list[str]]).decode
_snapshot = msgspec.msgpack.Decoder(Snapshot).decode
_diversion = msgspec.msgpack.Decoder(DiversionRecord).decode
_device = msgspec.msgpack.Decoder(Device).decode
_report = msgspec.msgpack.Decoder(DeviceReport).decode
_help = msgspec.msgpack.Decoder(HelpCall).decode


class HallStore:
    """Every act and every read of the halls in one store. Raises `StoreDown`, and `Refusal` for what a hall refuses."""

    def __init__(self, store: "Redis", load_library: Callable[[], Awaitable[None]]) -> None:
        self._pipe = Pipe(store, load_library)

    async def act(self, hall: str, name: Act, order: Order) -> Acted:
        """Carries out one order, whole or not at all."""
        reply = await self._pipe.call("FCALL", f"gw_{name}", 1, prefix(hall), _encode(order))
        acted = _acted(reply)
        if acted.refusal:
            names, values = acted.facts[::2], acted.facts[1::2]
            raise Refusal(acted.refusal, dict(zip(map(str, names), values, strict=True)))
        return acted

    async def close_day(self, hall: str, at: int, day: str) -> None:
        """Ends the hall's day step by step until it is in `day`; harmless when it already is."""
        order = _encode({"at": at, "day": day, "actor": "system", "limit": CLOSE_AT_ONCE})
        while await self._pipe.call("FCALL", "gw_close_day", 1, prefix(hall), order) == 0:
            pass

    async def read_ticket(self, hall: str, ticket: str) -> FoundTicket | None:
        reply = await self._read("read_ticket", hall, ticket)
        return _found(reply) if reply is not None else None

    async def read_window(self, hall: str, window: int, at: int) -> Acted:
        """The window with its current ticket, as an act would answer it."""
        return _acted(await self._read("read_window", hall, window, at))

    async def read_ahead(self, hall: str, ticket: str, limit: int) -> list[FoundTicket]:
        """Up to `limit` tickets that go before this one, the nearest ones."""
        return _rows(await self._read("read_ahead", hall, ticket, limit))

    async def read_heads(self, hall: str, window: int, limit: int) -> list[FoundTicket]:
        """Who would be called next at this window, in order."""
        return _rows(await self._read("read_heads", hall, window, limit))

    async def read_booking(self, hall: str, code: str) -> FoundBooking | None:
        reply = await self._read("read_booking", hall, code)
        return _booking(reply) if reply is not None else None

    async def read_contacts(self, hall: str, things: list[str]) -> list[list[str]]:
        """Of each ticket of today or booking how to reach its visitor: sealed, the latest last."""
        return _contacts(await self._read("read_contacts", hall, *things)) if things else []

    async def snapshot(self, hall: str) -> Snapshot:
        return _snapshot(await self._read("snapshot", hall))

    async def page(self, hall: str, index: str, first: int) -> list[FoundTicket]:
        """One page of an index: `q:QUEUE`, `park`, or `w` for the tickets at windows (one page holds all)."""
        return _rows(await self._read("page", hall, index, first, first + PAGE - 1))

    async def diversions(self, hall: str) -> dict[str, DiversionRecord]:
        """Today's diversions by id, whatever became of them."""
        rows = await self._pipe.call("HGETALL", f"{prefix(hall)}:x")
        return {key.decode(): _diversion(value) for key, value in rows.items() if key != b"#"}

    async def devices(self, hall: str) -> dict[str, Device]:
        rows = await self._pipe.call("HGETALL", f"{prefix(hall)}:d")
        return {key.decode(): _device(value) for key, value in rows.items()}

    async def device(self, hall: str, device: str) -> Device | None:
        raw = await self._pipe.call("HGET", f"{prefix(hall)}:d", device)
        return _device(raw) if raw is not None else None

    async def reports(self, hall: str) -> dict[str, DeviceReport]:
        """What each device last said, by its id."""
        rows = await self._pipe.call("HGETALL", f"{prefix(hall)}:h")
        return {key.decode(): _report(value) for key, value in rows.items()}

    async def helps(self, hall: str) -> dict[str, HelpCall]:
        """Today's calls for help."""
        rows = await self._pipe.call("HGETALL", f"{prefix(hall)}:a")
        return {key.decode(): _help(value) for key, value in rows.items() if key[:1].isdigit()}

    async def ping(self) -> None:
        """Raises `StoreDown` when the store does not answer."""
        await self._pipe.call("PING")

    async def _read(self, name: str, hall: str, *args: str | int) -> Any:
        return await self._pipe.call("FCALL_RO", f"gw_{name}", 1, prefix(hall), *args)
