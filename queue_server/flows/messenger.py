"""Turns what happens in a hall into messages, each once: whatever dies, and however many workers try."""

import asyncio
import contextlib
from collections import deque
from typing import Protocol

from queue_server.domain.booking import BookingRecord
from queue_server.domain.calendar import bounds_of, day_of
from queue_server.domain.events import Event
from queue_server.domain.messages import PUSH_ONLY, Message
from queue_server.domain.orders import StoredEvent
from queue_server.flows.messages import Mailroom
from queue_server.flows.ports import Halls
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals

MINUTE_MS = 60_000
LIFE_MS = {
    "called": 5 * MINUTE_MS, "flash": 2 * MINUTE_MS, "near": 15 * MINUTE_MS, "late": 120 * MINUTE_MS,
    "booked": 720 * MINUTE_MS, "moved": 720 * MINUTE_MS, "cancelled": 720 * MINUTE_MS, "missed": 1440 * MINUTE_MS,
}  # fmt: skip
"""How long after its event each is worth sending; a reminder as long as it is true, an offer as long as it holds."""
OF_TICKETS = {
    "TicketCalled": "called", "TicketRecalled": "called", "TicketNear": "near", "CallEscalated": "flash",
    "WaveCalled": "wave",
}  # fmt: skip
OF_BOOKINGS = {
    "BookingMade": "booked", "BookingMoved": "moved", "BookingCancelled": "cancelled", "BookingOffered": "offered",
    "BookingLate": "late", "BookingMissed": "missed", "ReminderDue": "reminder",
}  # fmt: skip
AT_ONCE = 200
"""Events that one step works off."""
MOST_HELD = 5000
"""Events that are held for the next step; more are read from the store again."""
IDLE_S = 5.0
"""How often the cursor follows a stream in which nothing was to be said."""
LOOK_S = 1.0
PAUSE_S = 0.1


class Past(Protocol):
    """Events that have been."""

    async def events_after(self, hall: str, position: int, limit: int) -> list[StoredEvent]: ...


def is_wanted(event: Event) -> bool:
    """Whether something is to be said about it, should its visitor be reachable."""
    if event.name == "CallEscalated":
        return event.fact("step") == "flash"
    return event.name in OF_TICKETS or event.name in OF_BOOKINGS


class Messenger:
    """Follows one hall. What it says of an event has an id that is the event's own, so a second time says nothing."""

    def __init__(self, running: RunningHall, mail: Mailroom, halls: Halls, past: Past, seals: Seals) -> None:
        self._running = running
        self._mail = mail
        self._halls = halls
        self._past = past
        self._seals = seals
        self._woken = asyncio.Event()
        self._held: deque[StoredEvent] = deque()
        self._latest = 0
        self._complete_from = 0
        """After this position every wanted event that came by is held; 0 while none has come by."""
        self._cursor = -1
        """Where the cursor stands in the store, as far as we know; below 0 while we do not."""
        self._judged = 0
        """Up to here we know what is to be said: what is behind the cursor is nothing."""
        self._moved_at = 0.0

    # followed

    def take(self, position: int, event: Event) -> None:
        """Holds what is to be said something about."""
        self._complete_from = self._complete_from or position - 1
        self._latest = position
        if is_wanted(event):
            self._held.append(StoredEvent(position=position, event=event))
            self._woken.set()
        if len(self._held) > MOST_HELD:
            self.start_afresh()

    def start_afresh(self) -> None:
        """The thread was lost: what is missing is read from the store."""
        self._held.clear()
        self._complete_from = self._latest = 0
        self._cursor = -1
        self._woken.set()

    # working

    async def rest(self) -> None:
        """Until there may be something to say, and then a moment longer: what comes together is said together."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):  # what was in the snapshot that the hall began from woke nobody
                await self._woken.wait()
        await asyncio.sleep(PAUSE_S)

    async def step(self) -> bool:
        """Says what is to be said about the next events; whether there may be more. Raises `StoreDown`."""
        self._woken.clear()
        hall = self._running.hall.id
        if self._cursor < 0:
            self._cursor = self._judged = await self._mail.kept.begin(hall)
        if self._running.position <= self._judged:
            return False
        events, end = await self._next()
        if end <= self._judged:
            return False
        messages = await self.messages_of([row for row in events if is_wanted(row.event)])
        now = asyncio.get_running_loop().time()
        if messages or now - self._moved_at > IDLE_S:  # to move it costs a write: not for every event without a word
            self._cursor = await self._mail.post_from(hall, messages, (self._cursor, end))
            self._judged, self._moved_at = max(self._judged, self._cursor), now
        else:
            self._judged = end
        while self._held and self._held[0].position <= self._judged:
            self._held.popleft()
        return bool(self._held) or len(events) == AT_ONCE

    async def _next(self) -> tuple[list[StoredEvent], int]:
        """The next events, and the position up to which they are all."""
        if 0 < self._complete_from <= self._judged:
            events = [row for row in self._held if row.position > self._judged][:AT_ONCE]
            return events, events[-1].position if len(events) == AT_ONCE else max(self._latest, self._judged)
        events = await self._past.events_after(self._running.hall.id, self._judged, AT_ONCE)
        return events, events[-1].position if events else self._judged

    # what is said

    async def messages_of(self, rows: list[StoredEvent]) -> list[Message]:
        """What is to be said about these events to those who can be reached."""
        things = [str(row.event.fact("booking") or row.event.ticket) for row in rows]
        contacts = await self._halls.read_contacts(self._running.hall.id, things)
        found = []
        for row, thing, to in zip(rows, things, contacts, strict=True):
            if not to:
                continue
            of_booking = row.event.name in OF_BOOKINGS
            message = await (self._of_booking if of_booking else self._of_ticket)(row, thing, tuple(to))
            if message is not None:
                found.append(message)
        return found

    async def _of_ticket(self, row: StoredEvent, ticket: str, to: tuple[str, ...]) -> Message | None:
        event, template = row.event, OF_TICKETS[row.event.name]
        if template in PUSH_ONLY and not any(self._has_push(sealed) for sealed in to):
            return None
        found = await self._halls.read_ticket(self._running.hall.id, ticket)
        if found is None or found.ticket is None:
            return None
        return Message(
            id=_id(row, template),
            to=to,
            template=template,
            language=found.ticket.language,
            facts={
                "number": event.number, "window": event.window, "queue": event.queue, "service": event.service,
                "ahead": found.ahead, "at": event.at, "until_at": event.whole("until_at"),
            },
            at=event.at,
            not_after=event.whole("until_at") if template == "wave" else event.at + LIFE_MS[template],
            person=found.ticket.person,
            about=ticket,
            page=f"/t/{self._seals.seal('t', self._running.hall.id, ticket)}",
        )  # fmt: skip

    def _has_push(self, sealed: str) -> bool:
        contact = self._mail.contacts.open(sealed)
        return contact is not None and contact.push is not None

    async def _of_booking(self, row: StoredEvent, code: str, to: tuple[str, ...]) -> Message | None:
        event, found = row.event, await self._halls.read_booking(self._running.hall.id, code)
        if found is None or found.booking is None or not found.booking.messages:
            return None
        template = OF_BOOKINGS[event.name]
        if template == "reminder":
            template = f"reminder_{event.fact('what')}"
        facts: dict[str, str | int] = {"service": event.service, "queue": event.queue, "start": event.whole("start")}
        facts |= {"until_at": event.whole("until_at"), "window": found.booking.window, "at": event.at}
        return Message(
            id=_id(row, template),
            to=to,
            template=template,
            language=found.booking.language,
            facts=facts,
            at=event.at,
            not_after=self._worth_until(template, event, found.booking),
            person=found.booking.person,
            about=code,
            page=f"/b/{self._seals.seal('b', self._running.hall.id, code)}",
        )

    def _worth_until(self, template: str, event: Event, booking: BookingRecord) -> int:
        hall, start = self._running.hall, event.whole("start") or booking.start
        if template == "offered":
            return event.whole("until_at")
        if template == "reminder_day":  # it says "tomorrow"
            return bounds_of(hall, day_of(hall, start))[0]
        return start if template == "reminder_hours" else event.at + LIFE_MS[template]


def _id(row: StoredEvent, template: str) -> str:
    """The event's own, in this life of the store: one that was restored counts its positions again."""
    return f"{row.position}-{row.event.at}-{template}"
