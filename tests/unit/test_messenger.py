"""What happens in a hall is said to those it concerns: once, whoever dies and however many try."""

from collections.abc import Sequence
from typing import Any

import pytest

from queue_server.domain.booking import BookingRecord, FoundBooking
from queue_server.domain.events import Event
from queue_server.domain.messages import Contact, Message, OutboxState, Posted, PushTarget
from queue_server.domain.orders import FoundTicket, StoredEvent
from queue_server.domain.ticket import TicketRecord
from queue_server.flows.contacts import Contacts
from queue_server.flows.messages import Mailroom
from queue_server.flows.messenger import AT_ONCE, Messenger
from queue_server.flows.running import RunningHall
from queue_server.flows.seals import Seals
from queue_server.flows.wording import worded
from tests.support.clocks import NOON
from tests.support.halls import small_hall

SECRET = bytes(range(32))
CONTACTS = Contacts(SECRET)
PHONE = CONTACTS.seal(Contact(phone="+8613800000000"))
BROWSER = CONTACTS.seal(Contact(push=PushTarget(endpoint="https://push.example.org/1", p256dh="p", auth="a")))
SLOT = NOON + 86_400_000


def event(name: str, ticket: str = "", **facts: Any) -> Event:
    return Event(
        name=name, at=NOON, ticket=ticket, number="A001" if ticket else "", queue="A", service="A-1",
        window=2 if name.startswith("TicketC") or name == "CallEscalated" else 0, status="", was="", priority="",
        turn=0, actor="", staff="", facts=facts,
    )  # fmt: skip


class TheHall:
    """One hall's stream, contacts and outbox, in memory."""

    def __init__(self, contacts: dict[str, list[str]]) -> None:
        self.rows: list[StoredEvent] = []
        self.contacts = contacts
        self.posted: list[Posted] = []
        self.cursor = 0
        self.reads = 0
        self.wants_messages = 1
        self.mail = Mailroom(self, CONTACTS, {"small": RunningHall(small_hall())}, lambda: NOON)

    def messenger(self) -> Messenger:
        halls: Any = self
        return Messenger(self.mail.halls["small"], self.mail, halls, self, Seals(SECRET))

    def happens(self, *events: Event, told: Sequence[Messenger] = ()) -> None:
        for one in events:
            self.rows.append(StoredEvent(position=len(self.rows) + 1, event=one))
            self.mail.halls["small"].live.position = len(self.rows)
            for messenger in told:
                messenger.take(len(self.rows), one)

    def said(self) -> list[Message]:
        opened = [self.mail.opened(row.sealed) for row in self.posted]
        return [message for message in opened if message is not None]

    # as the store

    async def begin(self, _: str) -> int:
        return self.cursor

    async def post(
        self, _: str, _at: int, _day: str, messages: Sequence[Posted], move: tuple[int, int] | None = None
    ) -> tuple[int, int]:
        assert move is not None
        if self.cursor != move[0]:
            return 0, self.cursor
        self.cursor = move[1]
        self.posted += messages
        return len(messages), self.cursor

    async def mute(self, _: str, _persons: Sequence[str], _muted: bool, _ticket: str = "") -> None:
        raise NotImplementedError

    async def is_muted(self, _: str, _person: str = "", _ticket: str = "") -> bool:
        raise NotImplementedError

    async def state(self, _: str, _rows: int) -> OutboxState:
        return OutboxState()

    async def events_after(self, _: str, position: int, limit: int) -> list[StoredEvent]:
        self.reads += 1
        return self.rows[position : position + limit]

    async def read_contacts(self, _: str, things: list[str]) -> list[list[str]]:
        return [self.contacts.get(thing, []) for thing in things]

    async def read_ticket(self, _: str, ticket: str) -> FoundTicket:
        record = TicketRecord(
            number="A001", queue="A", service="A-1", stops=[], stop=1, status="waiting", priority="normal",
            channel="phone", language="en", window=0, issued_at=0, since=0, turn=0, called_at=0, started_at=0,
            finished_at=0, times_called=0, reinstated=0, revision=0, person="", promise=[], only_window=0, moved="",
            wake_at=0, coming=0,
        )  # fmt: skip
        return FoundTicket(ticket_id=ticket, ticket=record, ahead=2)

    async def read_booking(self, _: str, code: str) -> FoundBooking:
        record = BookingRecord(
            service="A-1", queue="A", pool="A", start=SLOT, end=SLOT, places=1, companion=0, status="booked",
            person="p", language="zh", window=0, made_at=0, hold_until=0, ticket="", messages=self.wants_messages,
            miss_at=0, revision=0, moves=0,
        )  # fmt: skip
        return FoundBooking(code=code, booking=record)


CALLED = event("TicketCalled", "261122-0000001")


async def test_everybody_who_can_be_reached_is_told_what_concerns_them() -> None:
    hall = TheHall({"261122-0000001": [PHONE], "BOOKING2": [PHONE]})
    hall.happens(
        CALLED, event("TicketCalled", "261122-0000002"), event("TicketNear", "261122-0000001"), event("WindowOpened"),
        event("BookingMade", booking="BOOKING2", start=SLOT), event("BookingMade", booking="UNKNOWN2", start=SLOT),
        event("ReminderDue", booking="BOOKING2", start=SLOT, what="hours"),
        event("BookingOffered", booking="BOOKING2", start=SLOT, until_at=NOON + 1000),
    )  # fmt: skip
    await hall.messenger().step()
    found = hall.said()
    assert [row.template for row in found] == ["called", "near", "booked", "reminder_hours", "offered"]
    assert [row.language for row in found] == ["en", "en", "zh", "zh", "zh"]
    assert [row.not_after for row in found[3:]] == [SLOT, NOON + 1000]
    assert (hall.cursor, len({row.id for row in found})) == (8, 5)
    texts = [worded(small_hall(), row) for row in found]
    assert texts[0][0] == "A001: go to window 2"
    assert texts[1][1].startswith("2 people go before you.")
    assert "11月23日" in texts[2][0]


async def test_a_second_call_flashes_on_a_browser_that_follows_and_nowhere_else() -> None:
    hall = TheHall({"261122-0000001": [PHONE], "261122-0000002": [PHONE, BROWSER]})
    tickets = ("261122-0000001", "261122-0000002")
    hall.happens(*(event("CallEscalated", ticket, step=step) for ticket in tickets for step in ("flash", "voice")))
    await hall.messenger().step()
    assert [(row.template, row.about) for row in hall.said()] == [("flash", "261122-0000002")]


async def test_who_may_come_in_now_is_told_until_when_and_not_after() -> None:
    hall = TheHall({"261122-0000001": [PHONE]})
    until_at = NOON + 600_000
    hall.happens(event("WaveCalled", "261122-0000001", zone="Z1", wave=1, until_at=until_at))
    await hall.messenger().step()
    [told] = hall.said()
    title, body = worded(small_hall(), told)
    assert (told.template, told.not_after, title) == ("wave", until_at, "A001: please come in")
    assert "12:10" in body


async def test_who_wants_no_messages_about_a_booking_gets_none() -> None:
    hall = TheHall({"BOOKING2": [PHONE]})
    hall.wants_messages = 0
    hall.happens(event("BookingMade", booking="BOOKING2", start=SLOT))
    await hall.messenger().step()
    assert (hall.said(), hall.cursor) == ([], 1)


async def test_a_messenger_goes_on_where_another_died() -> None:
    hall = TheHall({"261122-0000001": [PHONE]})
    hall.happens(CALLED)
    await hall.messenger().step()
    hall.happens(CALLED, CALLED)  # nobody was there to hear it
    heir = hall.messenger()
    hall.happens(CALLED, told=[heir])
    while await heir.step() or hall.cursor < 4:
        pass
    assert [row.id.partition("-")[0] for row in hall.said()] == ["1", "2", "3", "4"]


async def test_of_several_messengers_each_event_is_said_by_one() -> None:
    hall = TheHall({"261122-0000001": [PHONE]})
    several = [hall.messenger() for _ in range(3)]
    for _ in range(40):
        hall.happens(CALLED, event("WindowOpened"), told=several)
        for messenger in several:
            await messenger.step()
    assert len(hall.said()) == 40
    assert len({row.id for row in hall.said()}) == 40


async def test_what_needs_no_word_moves_no_cursor_and_holds_nothing_up() -> None:
    hall = TheHall({"261122-0000001": [PHONE]})
    messenger = hall.messenger()
    for quiet in (3, 2):
        hall.happens(*[event("WindowOpened")] * quiet, told=[messenger])
        await messenger.step()
    assert hall.cursor == 3  # at first it says where it stands
    hall.happens(CALLED, told=[messenger])
    await messenger.step()
    assert ([row.id.partition("-")[0] for row in hall.said()], hall.cursor) == (["6"], 6)


async def test_what_came_by_is_not_read_from_the_store_again() -> None:
    hall = TheHall({"261122-0000001": [PHONE]})
    messenger = hall.messenger()
    hall.happens(CALLED, told=[messenger])
    await messenger.step()
    read = hall.reads
    hall.happens(*[CALLED] * (AT_ONCE + 5), told=[messenger])
    while await messenger.step():
        pass
    assert (len(hall.said()), hall.reads) == (AT_ONCE + 6, read)


@pytest.mark.parametrize("lost_at", [0, 3, 7])
async def test_a_lost_thread_is_taken_up_again(lost_at: int) -> None:
    hall = TheHall({"261122-0000001": [PHONE]})
    messenger = hall.messenger()
    for number in range(9):
        hall.happens(CALLED, told=[] if number == lost_at else [messenger])
        if number == lost_at:
            messenger.start_afresh()
        await messenger.step()
    while await messenger.step():
        pass
    assert [row.id.partition("-")[0] for row in hall.said()] == [str(number) for number in range(1, 10)]
