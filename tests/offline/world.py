"""Three kiosks, a server, phones and bad luck: everything that can happen, drawn from one seed."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from kiosk.offline.slips import Slip
from tests.offline.machine import Machine
from tests.offline.memory import MemoryJournal
from tests.offline.server import DAY_MS, MARGIN, QUEUES, Number, Server, Violation

START = 20_600 * DAY_MS + 8 * 3_600_000


class World:
    """One run. `faults` is the share of turns that go wrong; everything that is on paper is remembered here."""

    def __init__(
        self,
        seed: int,
        machine: type[Machine] = Machine,
        server: type[Server] = Server,
        journal: Callable[[str, Random], Any] = MemoryJournal,
    ) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.now = START
        self.turns = 0
        self.tally: Counter[str] = Counter()
        """Faults by kind."""
        self.ends: Counter[str] = Counter()
        """What became of visitors."""
        self.faults = self.rough = self.random.choice((0.01, 0.05, 0.15, 0.4))
        self.server = server(self.now)
        self.server_up = True
        self.wires: list[Callable[[], object]] = []
        """Requests that are still on their way although nobody waits for them any more."""
        self.given: dict[Number, str] = {}
        """Whose number it is: on paper, or told to a phone."""
        self.papers: dict[str, Slip] = {}
        self.unmarked: set[str] = set()
        self.burnt: set[Number] = set()
        """Numbers whose slip could not be kept."""
        self.unclear: set[str] = set()
        """Visitors whose kiosk died or whose printer fell silent while their paper may have come out."""
        self.visitors = 0
        self.kiosks = [machine(self, at, journal(f"k{at}", self.random)) for at in range(3)]

    def run(self, steps: int) -> None:
        """So many turns, then everything is healed and must come right."""
        random, kiosks = self.random.random, self.kiosks
        for self.turns in range(1, steps + 1):
            luck = random()
            if luck < 0.02:
                self.event()
            elif luck < 0.05:
                self.pass_time()
            else:
                kiosks[int(luck * 1e6) % 3].turn()
        self.heal()
        self.check()

    def event(self) -> None:
        random = self.random.random
        luck = random()
        if luck < 0.35:
            self.hear_phone()
        elif luck < 0.5 and self.wires:
            self.tally["late request"] += 1
            self.wires.pop(int(random() * len(self.wires)))()
        elif luck < 0.55:
            self.call_somebody()
        elif luck < 0.6:
            self.server.snapshot()
        elif luck < 0.62:
            self.server.open = not self.server.open
        elif luck < 0.75:
            self.mend_something()
        elif random() < self.faults * 2:
            self.break_server() if luck < 0.85 else self.kiosks[int(random() * 3)].suffer()

    def mend_something(self) -> None:
        self.server_up = self.server.open = True
        kiosk = self.kiosks[int(self.random.random() * 3)]
        kiosk.cut = kiosk.journal.failing = False

    def break_server(self) -> None:
        luck = self.random.random()
        if luck < 0.6:
            self.tally["server killed"] += 1
            self.server_up = False
            self.wires.clear()
        elif self.server.snapshots:
            self.restore_server(luck < 0.8, int(self.random.random() * len(self.server.snapshots)))

    def restore_server(self, store_alone: bool, which: int) -> None:
        self.wires.clear()
        if store_alone:
            self.tally["server restored"] += 1
            self.server.restore(which)
            return
        self.tally["folder restored"] += 1
        self.server.restore_folder(which, {kiosk.name for kiosk in self.kiosks})
        # What phones were told since is lost, and so is what came on no paper: nobody is left who could tell.
        known = self.server.numbers
        self.given = {at: who for at, who in self.given.items() if not who.startswith("phone") or at in known}
        self.burnt = {at for at in self.burnt if at[2] < self.server.next_number.get(at[1], 1)}
        for kiosk in self.kiosks:
            kiosk.lose_line()

    def pass_time(self) -> None:
        """Mostly seconds, at times minutes; now and then the night."""
        luck = self.random.random()
        self.now += int(self.random.random() * (3_000 if luck < 0.9 else 400_000))
        if luck > 0.9995:
            self.tally["day turned"] += 1
            self.now = self.server.ends_at + int(self.random.random() * 60_000)
        if self.now >= self.server.ends_at:
            self.end_day()
        elif luck < 0.5:
            self.server.keep_high()

    def end_day(self) -> None:
        self.server.late |= {ticket["who"] for ticket in self.server.tickets.values()}
        self.check_waiting(final=False)
        self.server.open_day(self.now)

    def hear_phone(self) -> None:
        if self.server_up and not self.server.unheard:
            day, queue, number = self.server.phone(QUEUES[int(self.random.random() * 2)])
            self.give((day, queue, number), f"phone {len(self.given)}")
            # The high-water file is a second behind, and the margin is what a second may bring.
            if number - self.server.high[1].get(queue, 1) >= MARGIN - 5:
                self.server.keep_high()

    def call_somebody(self) -> None:
        if self.server.tickets:
            keys = list(self.server.tickets)[-20:]
            self.server.call(keys[int(self.random.random() * len(keys))][1])

    def give(self, number: Number, who: str) -> None:
        if self.given.setdefault(number, who) != who:
            raise Violation(f"{number} for {self.given[number]} and {who}")

    def on_paper(self, slip: Slip, copy: bool) -> None:
        """Something came out of a printer."""
        who = slip.asked.service
        number = (slip.day, slip.asked.queue, slip.number)
        self.give(number, who)
        if number in self.burnt:
            raise Violation(f"{slip.text} of {who} was burnt and is on paper")
        if not copy:
            if who in self.unmarked or who in self.papers:
                raise Violation(f"{slip.text} of {who} twice without a mark")
            self.unmarked.add(who)
        self.papers[who] = slip

    def heal(self) -> None:
        """All faults end; the kiosks get time."""
        self.faults = 0.0
        self.server_up = self.server.open = True
        while self.wires:
            self.wires.pop()()
        for kiosk in self.kiosks:
            kiosk.mend()
        for kiosk in self.kiosks:
            for _ in range(4):
                kiosk.come_to_rest()
                self.now += 130_000

    def check(self) -> None:
        for kiosk in self.kiosks:
            if kiosk.desk is None or kiosk.desk.pending or kiosk.desk.to_cancel() or kiosk.desk.aside():
                raise Violation(f"{kiosk.name} is not done: {kiosk.desk and list(kiosk.desk.slips.values())[-3:]}")
        there = {ticket["who"]: at for at, ticket in self.server.tickets.items()}
        for who, slip in self.papers.items():
            at = there.get(who)
            if at is None and who not in self.server.late:
                raise Violation(f"{slip} is on paper and not at the server")
            if at is not None and at != (slip.day, slip.ordinal):
                raise Violation(f"{slip} is another ticket at the server: {at}")
            if at is not None and self.server.tickets[at]["status"] == "cancelled":
                raise Violation(f"{slip} is on paper and was cancelled")
        if len(there) != len(self.server.tickets):
            raise Violation("somebody is at the server twice")
        self.check_waiting(final=True)
        self.check_order()

    def check_waiting(self, final: bool) -> None:
        """Nobody waits without paper, unless nobody can know."""
        for ticket in self.server.tickets.values():
            who = ticket["who"]
            if final and ticket["status"] == "waiting" and who not in self.papers and who not in self.unclear:
                raise Violation(f"{ticket} waits without paper")

    def check_order(self) -> None:
        for kiosk in self.kiosks:
            if kiosk.misled:
                continue
            desk = kiosk.desk
            assert desk is not None
            slips = sorted(desk.slips.values(), key=lambda slip: slip.counter)
            turns = [self.server.tickets.get((slip.day, slip.ordinal)) for slip in slips]
            come = [ticket["turn"] for ticket in turns if ticket is not None]
            if come != sorted(come):
                raise Violation(f"{kiosk.name} is out of order: {come}")
