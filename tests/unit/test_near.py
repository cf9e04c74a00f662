"""Who is told that their turn is near: once, and nobody who cannot hear it."""

from typing import Any

from queue_server.domain.callers import Caller
from queue_server.domain.events import Event
from queue_server.domain.orders import Acted, Order, Snapshot
from queue_server.domain.rules import Rules
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.near import LOOK_AT_CONTACTS, NearFlows, near_places
from queue_server.flows.running import RunningHall
from tests.support.clocks import NOON
from tests.support.halls import small_hall


def happened(name: str, ticket: str, number: int, **more: Any) -> Event:
    facts: dict[str, Any] = {
        "name": name, "at": NOON, "ticket": ticket, "number": f"A{number:03d}", "queue": "A", "service": "A-1",
        "window": 0, "status": "waiting", "was": "", "priority": "", "turn": NOON + number, "actor": "", "staff": "",
        "facts": {"channel": "kiosk"},
    }  # fmt: skip
    return Event(**(facts | more))


def crowd(waiting: int, followed: set[int]) -> RunningHall:
    """One queue whose visits take five minutes, and two windows that serve it."""
    running = RunningHall(small_hall(rules=Rules()))
    running.start(Snapshot(position=0, day="261122", at=NOON, stats=[], windows=[], queues=[]), [])
    for number in range(1, waiting + 1):
        running.take(running.position + 1, happened("TicketIssued", f"t{number}", number))
    for number in sorted(followed):
        running.take(running.position + 1, happened("TicketFollowed", f"t{number}", number))
    return running


class TheStore:
    """Keeps who was told; knows the contacts of some."""

    def __init__(self, running: RunningHall, contacts: set[str]) -> None:
        self.running = running
        self.contacts = contacts
        self.told: list[str] = []

    async def act(self, _: str, name: str, order: Any) -> Acted:
        assert (name, isinstance(order, Order)) == ("near", True)
        self.told.append(order.ticket)
        number = int(order.ticket[1:])
        self.running.take(self.running.position + 1, happened("TicketNear", order.ticket, number))
        return Acted(refusal="", facts=[], position=self.running.position)

    async def read_contacts(self, _: str, things: list[str]) -> list[list[str]]:
        return [["sealed"] if thing in self.contacts else [] for thing in things]


async def look(running: RunningHall, contacts: set[str], times: int) -> list[str]:
    store: Any = TheStore(running, contacts)

    async def heal(_: str) -> None:
        raise AssertionError

    near = NearFlows(Acting(store, lambda: NOON, heal))
    for _ in range(times):
        await near.tell(Ask(running=running, caller=Caller(role="system")))
    return store.told  # type: ignore[no-any-return]


async def test_the_first_places_and_short_waits_are_near() -> None:
    running = crowd(12, set())
    places = near_places(running, "A", at=0)
    waits = [running.wait_s("A", ahead)[1] for ahead in range(12)]
    assert 3 <= places < 12
    assert waits[places - 1] <= 600 < waits[places]


async def test_whom_a_phone_follows_is_told_once() -> None:
    assert await look(crowd(12, {1, 2, 12}), set(), LOOK_AT_CONTACTS * 2) == ["t1", "t2"]


async def test_who_can_be_reached_by_a_message_is_told_once_too() -> None:
    assert await look(crowd(5, set()), {"t3"}, LOOK_AT_CONTACTS * 2) == ["t3"]
