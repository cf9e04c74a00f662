"""A hall that can be booked, visitors who book there, and the messages that they would get."""

import asyncio
from typing import Any

import pytest
from msgspec import structs

from queue_server.contract.times import rfc3339
from queue_server.domain.hall import Hall, WindowPlan
from queue_server.domain.messages import Message
from queue_server.domain.rules import Bookings, Remote
from tests.support.client import Answer, HallClient
from tests.support.clocks import NOON
from tests.support.halls import small_hall

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
TEN = NOON + 22 * HOUR_MS
"""10:00 on the day after the hand clock's, in the hall."""


def booked_hall(hall_id: str = "small", remote: Remote | None = None, **rules: Any) -> Hall:
    """The small hall: every item can be booked, in half hours, A seven times each; window 6 by its own number."""
    hall = small_hall(hall_id)
    services = tuple(structs.replace(item, appointment="optional") for item in hall.services)
    windows = (*hall.windows, WindowPlan(window=6, zone="Z2", queues=hall.windows[2].queues, bookable=True))
    rules = {"reopen_min": (10, 20), **rules}
    return structs.replace(
        hall, services=services, windows=windows, bookings=Bookings(**rules), remote=remote or Remote()
    )


async def book(hall: HallClient, phone: str = "13812345678", **more: Any) -> Answer:
    """What the hall answers to a phone that books A-1 for tomorrow at ten."""
    start, key, headers = more.pop("start", TEN), more.pop("key", None), more.pop("headers", {})
    visitor = {"phone": phone, **more.pop("visitor", {})}
    start = rfc3339(start) if isinstance(start, int) else start
    return await hall.post("/bookings", {"service": "A-1", "start": start, "visitor": visitor, **more}, key, **headers)


async def booked(hall: HallClient, phone: str = "13812345678", **more: Any) -> tuple[HallClient, str, Answer]:
    """A visitor with a booking: as whom to call, the booking's path, and the first answer."""
    made = await book(hall.as_(""), phone, **more)
    assert made.status == 201, made
    return hall.as_(made["token"]), f"/bookings/{made['code']}", made


async def becomes(hall: HallClient, path: str, status: str) -> Answer:
    """The booking once it has this status: the hall looks after them again and again."""
    for _ in range(60):
        seen = await hall.get(path)
        if seen["status"] == status:
            return seen
        await asyncio.sleep(0.05)
    raise AssertionError(f"{seen} is not {status}")


async def free(hall: HallClient, start: int = TEN, service: str = "A-1") -> int:
    """How many places of a slot are free."""
    answer = await hall.get(f"/slots?service={service}&from={rfc3339(start)}&to={rfc3339(start + MINUTE_MS)}")
    return next(int(row["free"]) for row in answer["slots"] if row["start"] == rfc3339(start))


class Mailbox:
    """Every message that was handed in."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}

    @property
    def codes(self) -> list[str]:
        return [str(message.facts["code"]) for message in self.messages.values() if message.template == "code"]


def watch_mail(monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """Reads along what is handed in; each id once, as the outbox takes it."""
    from queue_server.flows.messages import Mailroom

    mailbox, post = Mailbox(), Mailroom.post

    async def watched(room: Mailroom, hall_id: str, messages: list[Message]) -> None:
        for message in messages:
            mailbox.messages.setdefault(message.id, message)
        await post(room, hall_id, messages)

    monkeypatch.setattr(Mailroom, "post", watched)
    return mailbox
