"""A seeded crowd: visitors and clerks who do everything a hall allows, and much that it must refuse."""

from collections import deque
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from msgspec import structs

from queue_server.domain import orders
from queue_server.domain.audit_orders import NoteAct
from queue_server.domain.orders import Order
from queue_server.domain.ticket import TicketRecord
from tests.support.clocks import NOON
from tests.support.model_acts import ActingHall

QUEUES = ("A", "B", "C")
WINDOWS = (1, 2, 3, 4)
CREDITS_MS = {"normal": 0, "elder": 20 * 60_000, "veteran": 10 * 60_000}
MOST_OPEN = 30
HOUR_MS = 3_600_000
WEIGHTS = {
    "issue": 20, "call_next": 22, "call_ticket": 4, "recall": 6, "start": 16, "hold": 5, "miss": 4, "finish": 14,
    "transfer": 8, "undo": 6, "cancel": 3, "acknowledge": 3, "postpone": 3, "reinstate": 6, "wake": 2,
    "open_window": 6, "pause_window": 2, "resume_window": 2, "close_window": 4,
    "climb": 5, "unseen": 2, "shown": 5, "follow": 5, "near": 3, "lease": 2, "hand_in": 8, "replan": 5,
    "note_act": 2,
}  # fmt: skip
SUITS = {
    "recall": "called",
    "start": "called",
    "miss": "called",
    "hold": "serving",
    "finish": "serving",
    "transfer": "serving",
}
"""The status that a window's ticket must have for an act not to be refused."""
NEEDS = {
    "call_ticket": ("waiting",), "acknowledge": ("called",), "reinstate": ("held", "missed"),
    "replan": ("waiting", "held"),
}  # fmt: skip
ELSE_OPEN = ("waiting", "held", "missed")


def local_day(at: int) -> str:
    return (datetime.fromtimestamp(at / 1000, UTC) + timedelta(hours=8)).strftime("%y%m%d")


class Crowd:
    """Chooses the next act of one hall, knowing the hall by its model alone."""

    weights = WEIGHTS
    model_of = ActingHall

    def __init__(self, seed: str) -> None:
        self.rng = Random(seed)
        self.model = self.model_of()
        self.now = NOON + self.rng.randrange(6 * HOUR_MS)
        self.keys = self.leases = 0
        self.yesterday: list[Any] = []
        self.last_window = 1
        self.keyed: deque[tuple[str, Order]] = deque(maxlen=40)

    def next_act(self) -> tuple[str, Order]:
        """Moves the clock and says what happens next."""
        self._pass_time()
        if self.keyed and self.rng.random() < 0.05:
            return self._again()
        name = self.rng.choices(list(self.weights), self.weights.values())[0]
        if name == "issue" and len(self.model.open) > MOST_OPEN:
            name = self.rng.choice(("call_next", "cancel", "finish"))
        order = getattr(self, f"_{name}", self._at_window)(name)
        if order.key:
            self.keyed.append((name, order))
        return name, order

    # the clock and the callers

    def _pass_time(self) -> None:
        chance = self.rng.random()
        if chance < 0.75:
            self.now += self.rng.randrange(4_000)
        elif chance < 0.85:
            self.now += self.rng.randrange(20_000, 120_000)
        elif chance < 0.87:
            self.now -= self.rng.randrange(600_000)
        elif chance < 0.874:
            self.now += self.rng.randrange(3 * HOUR_MS, 9 * HOUR_MS)
        elif chance < 0.8745:
            self.now -= self.rng.randrange(12 * HOUR_MS)

    def _common(self) -> dict[str, Any]:
        key = body = ""
        if self.rng.random() < 0.3:
            self.keys += 1
            key, body = f"key-{self.keys}", f"{self.rng.getrandbits(64):022d}"
        promise = tuple(self.rng.sample(range(2000), 3)) if self.rng.random() < 0.5 else ()
        refused = self.rng.random() < 0.005
        return {
            "at": self.now, "day": local_day(self.now), "actor": "crowd", "key": key, "body": body, "promise": promise,
            "refusal": "HALL_CLOSED" if refused else "", "refusal_facts": ("opens_at", "") if refused else (),
        }  # fmt: skip

    def _again(self) -> tuple[str, Order]:
        """An order whose answer was lost, asked again; now and then with another body."""
        name, order = self.rng.choice(self.keyed)
        body = order.body if self.rng.random() < 0.8 else "x" * 22
        fields = {field: getattr(order, field) for field in order.__struct_fields__}
        return name, type(order)(**fields | {"at": self.now, "day": local_day(self.now), "body": body})

    # the ledger

    def _note_act(self, _: str) -> Order:
        act = self.rng.choice(("signed_in", "read", "refused", "address"))
        facts: list[str | int] = ["act", act]
        for name, value in (("whence", "10.0.0.7"), ("code", "WRONG_ROLE"), ("what", "audit"), ("times", 3)):
            facts += [name, value] if self.rng.random() < 0.5 else []
        return NoteAct(**self._common(), facts=tuple(facts), window=self.rng.choice((0, *WINDOWS)), staff="")

    # visitors

    def _issue(self, _: str) -> Order:
        queues = self.rng.sample(QUEUES, self.rng.choice((1, 1, 1, 2, 3)))
        more = ("A-2",) if self.rng.random() < 0.1 else ()
        stops = [(f"{queue}-1", queue, *more) for queue in queues]
        priority = self.rng.choice(("normal", "normal", "normal", "elder", "veteran"))
        person = f"person {self.rng.randrange(12)}" if self.rng.random() < 0.5 else ""
        return orders.Issue(
            **self._common(), stops=stops, priority=priority, credit_ms=CREDITS_MS[priority],
            channel=self.rng.choice(("kiosk", "phone", "desk")), language="zh", person=person,
            voice=int(self.rng.random() < 0.3), limits=self._limits(person), contact=self._contact(),
            journey="J1" if len(stops) > 1 and self.rng.random() < 0.5 else "",
            aside=[("S-1", "device")] if self.rng.random() < 0.2 else [],
        )  # fmt: skip

    def _limits(self, person: str) -> tuple[tuple[str, int, str], ...]:
        """Mostly none; those of an hour are named after it, as the store asks."""
        limits = ((f"day {person}", 2, "QUOTA_REACHED"), (f"hour {person} {self.now // HOUR_MS}", 1, "TOO_MANY"))
        return limits if person and self.rng.random() < 0.3 else ()

    def _contact(self) -> str:
        return self.rng.choice(("", "", "sealed 1", "sealed 2"))

    def _some_ticket(self, name: str) -> str:
        """Mostly a ticket with which the act may succeed, else any, or none at all."""
        chance = self.rng.random()
        if chance < 0.02:
            return self.rng.choice(("", "nonsense", "261122-1", "261122-00000001", "261122-9999999"))
        wanted = NEEDS.get(name, ELSE_OPEN)
        aimed = [key for key, ticket in self.model.open.items() if ticket.only_window and ticket.status in wanted]
        if aimed and chance < 0.4:
            return self.rng.choice(aimed)
        suits = [key for key, ticket in self.model.open.items() if ticket.status in wanted] if chance < 0.9 else []
        known = suits or list(self.model.open) or list(self.model.tickets)[-50:]
        return self.rng.choice(known) if known else "261122-0000001"

    def _on_ticket(self, name: str) -> Order:
        return orders.OnTicket(**self._common(), ticket=self._some_ticket(name), places=3)

    _cancel = _acknowledge = _reinstate = _on_ticket

    def _postpone(self, name: str) -> Order:
        delay_ms = self.rng.randrange(1, 60) * 60_000
        return orders.Postpone(**self._common(), ticket=self._some_ticket(name), delay_ms=delay_ms)

    # devices

    def _climb(self, _: str) -> Order:
        key = self._some_ticket("acknowledge")
        times = self.model.tickets[key].times_called if key in self.model.tickets else 1
        step = self.rng.choice(("flash", "voice"))
        return orders.Climb(**self._common(), ticket=key, times=times - (self.rng.random() < 0.1), step=step)

    _unseen = _climb

    def _shown(self, _: str) -> Order:
        windows = self.rng.sample(WINDOWS, self.rng.randrange(1, 4))
        calls = [(number, self.model.window(number).number, self.model.window(number).times) for number in windows]
        how = self.rng.choice((1, 2, 4, 8))
        return orders.Shown(**self._common(), device="screen", name="screen", how=how, calls=calls)

    _follow = _near = _on_ticket

    def _lease(self, _: str) -> Order:
        """Now and then the kiosk knows of more than the store does, as after a restore."""
        self.leases += 1
        wanted = [(f"lease-{self.leases}-{n}", q, self.rng.randrange(1, 5)) for n, q in enumerate(QUEUES)]
        seen, held = [], []
        if self.rng.random() < 0.1:
            seen = [(self.rng.choice(QUEUES), self.rng.randrange(400))]
            taken = self.model.numbers.get("#", 0) + self.rng.randrange(-20, 20)
            first = self.model.numbers.get("A", 0) + 3
            day = self.rng.choice((local_day(self.now), local_day(self.now), "261001"))
            held = [(f"held-{self.leases}", "A", first, first + 4, max(taken, 1), day)]
        return orders.Lease(
            **self._common(), wanted=wanted, seen=seen, held=held, device="kiosk", installation="i",
            epoch=f"life {self.leases}",
        )  # fmt: skip

    def _hand_in(self, _: str) -> Order:
        """A leased number, often one that was handed in before; now and then of yesterday, or of nobody's."""
        leases = list(self.model.leases.items())[-12:] + self.yesterday
        lease, (queue, first, last, ordinal, _) = self.rng.choice(leases or [("none", ("A", 1, 4, 1, 0))])
        if leases and self.rng.random() < 0.05:
            self.yesterday = self.rng.sample(leases, 1)
        number = self.rng.randrange(first, last + 1) + (self.rng.random() < 0.03)
        stops = [(f"{queue}-1", queue)]
        late = self.rng.random() < 0.1 and self.model.previous_day
        unless = "HALL_CLOSED" if self.rng.random() < 0.1 else ""
        common = {**self._common(), "refusal": "", "refusal_facts": ()}
        return orders.HandIn(
            **common, stops=stops, priority="normal", credit_ms=0, channel="kiosk", language="zh",
            person=f"person {self.rng.randrange(12)}" if self.rng.random() < 0.2 else "", lease=lease,
            lease_day=late or local_day(self.now), number=number, ordinal=ordinal + number - first,
            taken_at=self.now - self.rng.randrange(-5_000, 600_000), printed=int(self.rng.random() < 0.7),
            day_from=self.now - self.rng.randrange(1, 43_200_000),
            unless=unless, unless_facts=("opens_at", "") if unless else (),
        )  # fmt: skip

    def _wake(self, _: str) -> Order:
        return Order(**self._common())

    # clerks

    def _some_window(self, name: str) -> int:
        """Mostly a window with which the act may succeed, else any."""
        if name == "undo" and self.rng.random() < 0.8:
            return self.last_window
        suits = (
            [number for number in self.model.windows if self._suits(name, number)] if self.rng.random() < 0.9 else []
        )
        self.last_window = self.rng.choice(suits or WINDOWS)
        return self.last_window

    def _suits(self, name: str, number: int) -> bool:
        window = self.model.windows[number]
        if name in SUITS:
            return bool(window.ticket) and self.model.tickets[window.ticket].status == SUITS[name]
        if name == "resume_window":
            return window.status == "paused"
        return not window.ticket and window.status == "open"

    def _window_order(self, kind: type[Order], name: str, **more: Any) -> Order:
        return kind(**self._common(), window=self._some_window(name), **more)  # type: ignore[call-arg]

    def _at_window(self, name: str) -> Order:
        return self._window_order(orders.AtWindow, name)

    def _call_ticket(self, name: str) -> Order:
        return self._window_order(orders.CallTicket, name, ticket=self._some_ticket(name))

    def _recall(self, name: str) -> Order:
        return self._window_order(orders.Recall, name, gap_ms=20_000, limit=3)

    def _hold(self, name: str) -> Order:
        return self._window_order(orders.Hold, name, reason="help", minutes=self.rng.choice((0, 0, 1, 5)))

    def _finish(self, name: str) -> Order:
        order = self._window_order(orders.Finish, name, outcome=self.rng.choice(("", "", "done", "next", "papers_due")))
        ticket = self.model.tickets.get(self.model.window(order.window).ticket)  # type: ignore[attr-defined]
        plan = self._plan(ticket, ticket.stop) if ticket and self.rng.random() < 0.7 else {}
        return structs.replace(order, **plan)

    def _replan(self, name: str) -> Order:
        key = self._some_ticket(name)
        ticket = self.model.tickets.get(key)
        plan = self._plan(ticket, ticket.stop - 1) if ticket else {"revision": 1, "rest": []}
        return orders.Replan(**self._common(), ticket=key, **plan)

    def _plan(self, ticket: TicketRecord, made: int) -> dict[str, Any]:
        """The stops that are left in any order; now and then for a ticket that has changed, or one stop too few."""
        rest = [tuple(stop) for stop in ticket.stops[made:]]
        self.rng.shuffle(rest)
        held_for = self.rng.choice(("", "", "walking", "gap"))
        return {
            "revision": ticket.revision - (self.rng.random() < 0.1), "held_for": held_for,
            "rest": rest[1:] if self.rng.random() < 0.05 else rest,
            "not_before": self.now + self.rng.randrange(-60_000, 300_000) if held_for else 0,
            "why": self.rng.choice(("", "waits", "visitor")),
        }  # fmt: skip

    def _transfer(self, name: str) -> Order:
        target = self.rng.choice((0, 0, *WINDOWS))
        place = self.rng.choice(("back", "front", "seniority"))
        return self._window_order(orders.Transfer, name, queue=self.rng.choice(QUEUES), only_window=target, place=place)

    def _undo(self, name: str) -> Order:
        return self._window_order(orders.Undo, name, within_ms=5000)

    def _open_window(self, _: str) -> Order:
        queues = [
            (queue, self.rng.choice((0, 0, 60, 600))) for queue in self.rng.sample(QUEUES, self.rng.randrange(1, 4))
        ]
        window = self.rng.choice(WINDOWS)
        return orders.OpenWindow(**self._common(), window=window, staff=f"clerk {window}", queues=queues)

    def _pause_window(self, name: str) -> Order:
        return self._window_order(orders.PauseWindow, name, reason="break")
