"""A small hall for forecasts, and a forecaster that is told what happens there second by second."""

from typing import Any

from msgspec import structs

from queue_server.domain.hall import Department, DiversionPlan, Hall, Queue, QueueShare, Service, WindowPlan, Zone
from queue_server.domain.outlook import Range
from queue_server.forecast.forecaster import Forecaster
from queue_server.forecast.heard import Heard
from queue_server.forecast.parts import Part

NOON = 1_767_240_000_000
"""A noon in UTC, in ms since the epoch."""
NAMES = {"en": "small"}
ITEMS = {"A1": "A", "A2": "A", "B1": "B", "C1": "C"}


def hall(name: str = "small", **changes: Any) -> Hall:
    """Three queues; 1 and 2 serve A, 3 serves B, nobody C; 4 and 5 are for A and may learn B. Never closed."""
    plans = [
        WindowPlan(window=number, zone="Z", queues=(QueueShare(queue=queue),), may_learn=learns)
        for number, queue, learns in ((1, "A", ()), (2, "A", ()), (3, "B", ()), (4, "A", ("B",)), (5, "A", ("B",)))
    ]
    known = Hall(
        id=name, names=NAMES, timezone="UTC", zones=(Zone(id="Z", names=NAMES),),
        departments=(Department(id="D", names=NAMES, queue="A"),),
        queues=tuple(Queue(id=queue, names=NAMES, zone="Z") for queue in "ABC"),
        services=tuple(
            Service(
                id=item, names=NAMES, department="D", mode="window", queue=queue, mean_min=10.0, p90_min=18.0,
                visits=20, alternatives=("self",) if item == "A2" else (),
            )
            for item, queue in ITEMS.items()
        ),
        windows=tuple(plans), diversion=DiversionPlan(reserve_clerks=2, helper_teams=1),
    )  # fmt: skip
    return structs.replace(known, **changes)


class Telling:
    """What happens in a hall, told to its forecaster; it begins at noon."""

    def __init__(self, known: Hall | None = None, seed: int = 1) -> None:
        self.forecaster = Forecaster(known or hall(), seed)
        self.at = NOON
        self.count = 0

    def tell(self, name: str, after_s: float = 0, **facts: Any) -> None:
        """Something happens, so many seconds after what happened before."""
        self.at += round(after_s * 1000)
        self.forecaster.hear(Heard(name=name, at=self.at, **facts))

    def open(self, *windows: int, shares: dict[str, int] | None = None) -> None:
        """Windows open; `shares` are their queues with handicaps in seconds, queue A alone unless said."""
        queues = tuple((queue, handicap * 1000) for queue, handicap in (shares or {"A": 0}).items())
        for window in windows:
            self.tell("WindowOpened", window=window, queues=queues)

    def comes(self, item: str = "A1", after_s: float = 1, **facts: Any) -> str:
        """A visitor takes a ticket; answers its id."""
        self.count += 1
        ticket = f"T{self.count}"
        self.tell("TicketIssued", after_s, **{"ticket": ticket, "service": item, "queue": ITEMS[item], **facts})
        return ticket

    def crowd(self, many: int, item: str = "A1", **facts: Any) -> list[str]:
        return [self.comes(item, **facts) for _ in range(many)]

    def serves(self, window: int, ticket: str, minutes: float) -> None:
        """From the call to the end of a visit."""
        self.tell("TicketCalled", ticket=ticket, window=window)
        self.tell("ServiceStarted", 20, ticket=ticket, window=window)
        self.tell("ServiceFinished", 60 * minutes, ticket=ticket, window=window, outcome="done")

    def wait_s(self, ticket: str) -> Range:
        """What is told of a ticket that waits."""
        found = self.forecaster.ticket(ticket)
        assert found is not None, f"{ticket} does not wait"
        return found

    def part(self, queue: str = "A") -> Part:
        return self.forecaster.knowledge.part_of(queue)


def busy(seed: int = 1, waiting: int = 12) -> Telling:
    """Windows 1 and 2 have served for a while, and a dozen waits for A."""
    told = Telling(seed=seed)
    told.open(1, 2)
    tickets = told.crowd(8, "A1") + told.crowd(waiting, "A2")
    for number, ticket in enumerate(tickets[:6]):
        told.serves(1 + number % 2, ticket, 7 + number)
    told.tell("TicketCalled", 5, ticket=tickets[6], window=1)
    told.tell("TicketCalled", 5, ticket=tickets[7], window=2)
    return told
