"""What is looked at each second costs what has changed, not what there is."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from queue_server.domain.callers import Caller
from queue_server.domain.events import Event
from queue_server.domain.live_ticket import LiveTicket
from queue_server.domain.orders import FoundTicket, Snapshot
from queue_server.flows.acting import Ask
from queue_server.flows.admission import Doors
from queue_server.flows.crowds import CrowdFlows, outside
from queue_server.flows.journeys import CARE_EVERY_MS, JourneyFlows
from queue_server.flows.noting import Notes
from queue_server.flows.paths import Paths
from queue_server.flows.running import RunningHall
from tests.support.clocks import HandClock
from tests.support.halls import small_hall

DEVICES = 6_000
"""More than a large hall has: those of a district."""


class NotAll(dict[str, LiveTicket]):
    """Tickets that are found one by one, and never gone through."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("went through all tickets")

    items = values = keys = __iter__  # type: ignore[assignment]


class Store:
    """Counts what it is asked."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.asked: list[str] = []

    @property
    def halls(self) -> "Store":
        return self

    def common(self, _: Ask) -> dict[str, Any]:
        return {"at": self.clock(), "day": "261122", "actor": "", "key": "", "body": "", "known_day": "", "known": 0}

    async def act(self, _: Ask, name: str, __: object) -> object:
        self.asked.append(name)
        return SimpleNamespace(rows=[["1", "1"]])

    async def read_ticket(self, _: str, ticket: str) -> FoundTicket:
        self.asked.append(ticket)
        record = SimpleNamespace(
            journey="", stops=[["A-1", "A"], ["B-1", "B"]], stop=1, turn=0, queue="A", held_for="", status="waiting",
            ended=[],
        )  # fmt: skip
        return SimpleNamespace(ticket=record)  # type: ignore[return-value]


def happened(name: str, ticket: str = "", window: int = 0, status: str = "waiting", **facts: Any) -> Event:
    return Event(
        name=name, at=1, ticket=ticket, number=ticket, queue="A" if ticket else "", service="A-1" if ticket else "",
        window=window, status=status, was="", priority="normal", turn=int(ticket or 0), actor="", staff="", facts=facts,
    )  # fmt: skip


def running_hall(*events: Event) -> RunningHall:
    running = RunningHall(small_hall())
    running.start(Snapshot(position=0, day="261122", at=0, stats=[], windows=[], queues=[]), [])
    for position, event in enumerate(events, 1):
        running.take(position, event)
    return running


async def test_who_waits_outside_is_known_without_a_look_at_those_inside() -> None:
    clock = HandClock()
    running = running_hall(
        happened("TicketIssued", "3", outside="Z1"), happened("TicketIssued", "1", outside="Z1"),
        happened("TicketIssued", "2"), happened("TicketIssued", "4", outside="Z1"),
        happened("WaveCalled", "3", zone="Z1", wave=1, until_at=9),
        happened("TicketCancelled", "4", status="cancelled"),
    )  # fmt: skip
    assert outside(running, "Z1") == ["1"] and outside(running, "Z2") == []
    running.live.tickets = NotAll(running.live.tickets.copy())
    store = Store(clock)
    await CrowdFlows(store, Doors(True)).look(Ask(running=running, caller=Caller(role="system")))  # type: ignore[arg-type]
    assert store.asked == ["call_wave"]


async def test_a_visit_that_can_go_nowhere_is_read_again_only_when_other_queues_are_served() -> None:
    clock = HandClock()
    running = running_hall(happened("TicketIssued", "1", stops=2, stop=1))
    store, ask = Store(clock), Ask(running=running, caller=Caller(role="system"))
    journeys = JourneyFlows(store, Paths(Doors(True)))  # type: ignore[arg-type]
    for _ in range(3):
        await journeys.look_after(ask)
        clock.at += CARE_EVERY_MS
    assert store.asked == ["1"]
    running.take(2, happened("WindowOpened", window=4, status="open", queues=[["C", 0]]))
    await journeys.look_after(ask)
    assert store.asked == ["1", "1"]


async def test_every_device_of_a_district_speaks_from_a_new_address_once() -> None:
    store = Store(HandClock())
    notes = Notes(store, lambda *_: None)  # type: ignore[arg-type]
    running = running_hall()
    for _ in range(2):
        for number in range(DEVICES):
            await notes.heard(running, Caller(role="kiosk", hall="small", id=str(number)), "10.0.0.1")
    assert len(store.asked) == DEVICES


async def test_a_stranger_who_tries_every_call_is_one_entry_a_minute() -> None:
    clock = HandClock()
    store = Store(clock)
    notes, running = Notes(store, lambda *_: None), running_hall()  # type: ignore[arg-type]
    desk = Caller(role="desk", hall="small", id="d")
    for number in range(40):
        notes.refused(running, Caller(role=""), "NO_TOKEN", f"sign-in /window/small/{number}", "203.0.113.9")
        notes.refused(running, desk, "WRONG_ROLE", f"POST /{number % 2}", "10.0.0.1")
    assert notes.waiting("small") == 1 + 2
