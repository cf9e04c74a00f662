"""A day in quarters of an hour, as its events made it."""

from queue_server.domain.day_slots import DAY_SLOTS, DaySlots
from queue_server.domain.events import Event, Fact

MINUTE_MS = 60_000
MIDNIGHT = 1_795_276_800_000


def at(minute: int, name: str, ticket: str, status: str, **facts: Fact) -> Event:
    return Event(
        name=name, at=MIDNIGHT + minute * MINUTE_MS, ticket=ticket, number="", queue="A", service="", window=0,
        status=status, was="", priority="", turn=0, actor="", staff="", facts=facts,
    )  # fmt: skip


def issued(minute: int, ticket: str) -> Event:
    return at(minute, "TicketIssued", ticket, "waiting")


def called(minute: int, ticket: str, waited_min: int) -> Event:
    return at(minute, "TicketCalled", ticket, "called", waited_ms=waited_min * MINUTE_MS)


def heard(*events: Event) -> DaySlots:
    slots = DaySlots(MIDNIGHT)
    for event in events:
        slots.hear(event)
    return slots


def test_tickets_count_in_the_quarter_in_which_they_were_issued() -> None:
    slots = heard(issued(3, "a"), issued(14, "b"), issued(15, "c")).slots
    assert [slot.issued for slot in slots] == [2, 1]


def test_who_waits_when_a_quarter_begins_waits_in_it() -> None:
    slots = heard(issued(3, "a"), issued(14, "b"), called(16, "a", 13), issued(50, "c")).slots
    assert [slot.waiting for slot in slots] == [0, 2, 1, 1]


def test_a_wait_belongs_to_the_quarter_in_which_it_began() -> None:
    slots = heard(issued(3, "a"), issued(5, "b"), called(33, "a", 30), called(45, "b", 40)).slots
    assert [slot.mean_wait_s for slot in slots] == [35 * 60, None, None, None]


def test_a_moment_beside_the_day_counts_as_its_nearest() -> None:
    assert [slot.issued for slot in heard(issued(-5, "a")).slots] == [1]
    late = heard(issued(3 * 1440, "a")).slots
    assert (len(late), late[-1].issued) == (DAY_SLOTS, 1)


def test_time_that_passes_without_events_is_told_too() -> None:
    slots = heard(issued(3, "a"))
    slots.pass_time(MIDNIGHT + 31 * MINUTE_MS)
    assert [slot.waiting for slot in slots.slots] == [0, 1, 1]
