"""What a forecast hears: the hall's events, stripped to what waits depend on. No status, no names of people."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from queue_server.domain.events import Event

FAR_FUTURE_MS = 253_370_764_800_000
"""The year 9999: whoever says a later moment is mistaken."""
DAY_S = 24 * 3600
"""A longer handicap is a mistake."""


class Heard(Struct, kw_only=True, gc=False):
    """One event. What does not apply is empty, 0 or None; unknown names are heard and do nothing."""

    name: str
    at: int
    """When, in ms since the epoch."""
    ticket: str = ""
    queue: str = ""
    service: str = ""
    window: int = 0
    priority: str = "normal"
    channel: str = ""
    turn: int = 0
    stop: int = 1
    stops: int = 1
    times: int = 0
    outcome: str = ""
    reason: str = ""
    undone: str = ""
    was: str = ""
    """The status before, where it is known."""
    until_at: int = 0
    """When a pause is said to end; 0 where nobody said."""
    start: int = 0
    """When a booking's slot begins."""
    booking: str = ""
    queues: tuple[tuple[str, int], ...] | None = None
    """(queue, handicap in ms) of a window that opened."""
    staff: str = ""
    """Who serves at a window: told apart, never shown."""
    only_window: int = 0
    diversion: str = ""
    action: str = ""
    to: str = ""


class Unheard(Exception):
    """A line that is no event; says why in plain words."""


def _moment(value: object) -> int:
    """Ms since the epoch of an RFC 3339 text or a number. Raises `Unheard`."""
    if isinstance(value, bool) or value is None:
        raise Unheard("no moment")
    if isinstance(value, int | float):
        if not 0 <= value < FAR_FUTURE_MS:
            raise Unheard(f"`{value}` is no moment")
        return int(value)
    try:
        read = max(int(datetime.fromisoformat(str(value)).timestamp() * 1000), 0)
    except (ValueError, OverflowError):
        raise Unheard(f"`{str(value)[:40]}` is no moment") from None
    if read >= FAR_FUTURE_MS:
        raise Unheard(f"`{str(value)[:40]}` is no moment")
    return read


def _whole(value: object) -> int:
    if isinstance(value, bool):
        return 0
    if isinstance(value, int | float):
        return int(value) if abs(value) < FAR_FUTURE_MS else 0
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _queues(value: object) -> tuple[tuple[str, int], ...] | None:
    """The queues of a window, told as objects, pairs or plain ids."""
    if not isinstance(value, list):
        return None
    found = []
    for row in value:
        if isinstance(row, dict) and row.get("queue"):
            handicap = row.get("handicap_s", 0)
            is_known = isinstance(handicap, int | float) and abs(handicap) < DAY_S
            found.append((_text(row["queue"]), int(handicap * 1000) if is_known else 0))
        elif isinstance(row, list) and len(row) == 2:
            found.append((_text(row[0]), _whole(row[1]) * 1000))
        elif isinstance(row, str) and row:
            found.append((row, 0))
    return tuple(found)


def _moment_or_none(value: object) -> int:
    try:
        return _moment(value)
    except Unheard:
        return 0


def hear(document: dict[str, Any]) -> Heard:
    """An event as the wire tells it. Raises `Unheard` where it has no name or no moment."""
    name = document.get("event")
    if not isinstance(name, str) or not name:
        raise Unheard("no `event`")
    return Heard(
        name=name, at=_moment(document.get("at")), ticket=_text(document.get("ticket")),
        queue=_text(document.get("queue")), service=_text(document.get("service")),
        window=_whole(document.get("window")), priority=_text(document.get("priority")) or "normal",
        channel=_text(document.get("channel")), turn=_moment_or_none(document.get("turn")),
        stop=_whole(document.get("stop")) or 1, stops=_whole(document.get("stops")) or 1,
        times=_whole(document.get("times")), outcome=_text(document.get("outcome")),
        reason=_text(document.get("reason")), undone=_text(document.get("undone")), was=_text(document.get("was")),
        until_at=_moment_or_none(document.get("until") or document.get("until_at")),
        start=_moment_or_none(document.get("start")), booking=_text(document.get("booking")),
        queues=_queues(document.get("queues")), staff=_text(document.get("staff")),
        only_window=_whole(document.get("only_window")), diversion=_text(document.get("diversion")),
        action=_text(document.get("action")), to=_text(document.get("to")),
    )  # fmt: skip


_decode = msgspec.json.Decoder(dict[str, Any]).decode


def hear_line(line: bytes) -> Heard:
    """An event as a line of JSON. Raises `Unheard` for anything else."""
    try:
        return hear(_decode(line))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unheard(str(error)[:200]) from None


def overhear(event: Event) -> Heard:
    """An event as the hall's own stream tells it."""
    queues = event.fact("queues")
    return Heard(
        name=event.name, at=event.at, ticket=event.ticket, queue=event.queue, service=event.service,
        window=event.window, priority=event.priority or "normal", channel=str(event.fact("channel") or ""),
        turn=event.turn, stop=event.whole("stop") or 1, stops=event.whole("stops") or 1, times=event.whole("times"),
        outcome=str(event.fact("outcome") or ""), reason=str(event.fact("reason") or ""),
        undone=str(event.fact("undone") or ""), was=event.was, until_at=event.whole("until_at"),
        start=event.whole("start"), booking=str(event.fact("booking") or ""),
        queues=tuple((queue, handicap_s * 1000) for queue, handicap_s in queues) if isinstance(queues, list) else None,
        staff=event.staff, only_window=event.whole("only_window"), diversion=str(event.fact("diversion") or ""),
        action=str(event.fact("action") or ""), to=str(event.fact("to") or ""),
    )  # fmt: skip
