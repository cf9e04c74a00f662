"""A kiosk of the simulator: the product's own steps, performed by a world full of faults."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from kiosk.offline import steps
from kiosk.offline.clock import HallClock
from kiosk.offline.desk import Desk
from kiosk.offline.ports import (
    AWAY,
    PAPER,
    UNSURE,
    Answer,
    Away,
    Cancel,
    Effect,
    HandIn,
    Jam,
    JournalFull,
    Keep,
    Lease,
    Mark,
    Note,
    NotKept,
    Print,
    Spurned,
)
from kiosk.offline.slips import BEGUN, JAMMED, UNKNOWN, Asked, Slip
from tests.offline.server import DAY_MS, QUEUES, Violation

if TYPE_CHECKING:
    from tests.offline.world import World

Run = Generator[Effect, Answer, Any]


class Slot:
    """One generator on its way: either it waits to be resumed with `answer`, or `effect` to be performed."""

    __slots__ = ("answer", "effect", "order", "run")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.effect: Effect | None = None
        self.answer: Answer = None
        self.order = 0


class Machine:
    """`front` serves the visitor, `back` works beside it. Dead while `desk` is `None`."""

    take: Callable[[Desk, Asked], Run] = staticmethod(steps.take)

    def __init__(self, world: World, at: int, journal: Any) -> None:
        self.world = world
        self.name = f"k{at}"
        self.journal = journal
        self.desk: Desk | None = None
        self.front: Slot | None = None
        self.back: Slot | None = None
        self.boots = 1
        self.booted_at = world.now - 5_000
        self.wall_off = 0
        self.misled = False
        """Whether it ever had to guess the time from a wall clock that was wrong."""
        self.last_taken = (0, 0)
        self.cut = False
        self.starting = False
        """While it recovers, nothing else goes on."""
        self.offers: list[int] = []
        """Tickets whose visitor was offered a copy."""
        self.order = 0
        self.calm = False

    # What happens to it

    def turn(self) -> None:
        """The smallest thing that it can do."""
        desk = self.desk
        random = self.world.random.random
        if desk is None:
            if random() < 0.3:
                self.start()
            return
        if self.world.faults and random() < self.world.faults * 0.03:
            self.die(random() < 0.3)
            return
        luck = random()
        if luck < 0.5:
            if self.front is not None:
                self.advance(self.front)
            else:
                self.serve(desk, random())
        elif self.back is not None:
            self.advance(self.back)
        elif not self.starting:
            self.work(desk, random())

    def serve(self, desk: Desk, luck: float) -> None:
        if luck < 0.4:
            self.world.visitors += 1
            who = f"v{self.world.visitors}"
            self.front = Slot(type(self).take(desk, Asked(queue=QUEUES[self.world.visitors % 2], service=who)))
        elif luck < 0.6 and self.offers:
            counter = self.offers.pop()
            give_up = luck < 0.47
            self.front = Slot(steps.give_up(desk, counter) if give_up else steps.reprint(desk, counter))

    def work(self, desk: Desk, luck: float) -> None:
        if luck < 0.15:
            self.back = Slot(steps.settle(desk))
        elif luck < 0.25:
            self.back = Slot(steps.refill(desk, QUEUES))
        elif luck < 0.35:
            self.knock(desk)
        elif luck > 0.995:
            self.journal.start_twice()

    def suffer(self) -> None:
        """One of the things that befall a kiosk."""
        luck = self.world.random.random()
        if luck < 0.35:
            self.world.tally["network cut"] += 1
            self.cut = True
        elif luck < 0.6:
            self.world.tally["disk fails"] += 1
            self.journal.failing = True
        elif luck < 0.8:
            self.world.tally["wall clock jumps"] += 1
            self.wall_off = int((self.world.random.random() - 0.5) * 2 * 90_000_000)
        elif self.desk is not None:
            self.die(self.world.random.random() < 0.4)

    def die(self, power: bool) -> None:
        """In the middle of whatever it does, perhaps half-way through an effect."""
        self.world.tally["power cut" if power else "kiosk killed"] += 1
        for slot in (self.front, self.back):
            if slot is None:
                continue
            if slot.effect is not None and self.world.random.random() < 0.5:
                self.journal.failing = self.journal.failing or self.world.random.random() < 0.5
                self.perform(slot.effect)
        self.front = self.back = self.desk = None
        self.offers.clear()
        self.journal.crash(power)
        self.world.unclear |= {slip.asked.service for slip in self.journal.load().slips if slip.paper == BEGUN}
        self.journal.failing = self.world.random.random() < self.world.faults
        if power:
            self.reboot()

    def reboot(self) -> None:
        self.boots += 1
        self.world.now += int(self.world.random.random() * 200_000)
        self.booted_at = self.world.now - 5_000

    def start(self) -> None:
        saved = self.journal.load()
        if saved.anchor is not None and saved.anchor.boot_id != str(self.boots):
            self.misled = self.misled or bool(self.wall_off)
        last = max((slip.taken_at for slip in saved.slips), default=0)
        clock = HallClock(self.boot, str(self.boots), self.wall, saved.anchor, last)
        self.desk = Desk(saved, clock)
        self.front = Slot(steps.recover(self.desk))
        self.starting = True

    def boot(self) -> int:
        return self.world.now - self.booted_at

    def wall(self) -> int:
        return self.world.now + self.wall_off

    def mend(self) -> None:
        self.cut = self.journal.failing = False
        self.calm = True

    def come_to_rest(self) -> None:
        """Alone and in peace: finish, start if need be, and bring everything to the server."""
        if self.desk is None:
            self.start()
        assert self.desk is not None
        self.knock(self.desk)
        for make in (None, None, steps.settle, lambda desk: steps.refill(desk, QUEUES), steps.settle):
            if make is not None:
                self.back = Slot(make(self.desk))
            while self.front or self.back:
                self.advance(self.front or self.back)  # type: ignore[arg-type]
        while self.offers:
            self.front = Slot(steps.reprint(self.desk, self.offers.pop()))
            while self.front:
                self.advance(self.front)

    # What it does

    def advance(self, slot: Slot) -> None:
        """Resumes the steps, or performs what they asked for: one of the two."""
        if slot.effect is not None:
            slot = self.first_to_write(slot)
            assert slot.effect is not None
            slot.answer, slot.effect = self.perform(slot.effect), None
            return
        try:
            slot.effect = slot.run.send(slot.answer)
            self.order += 1
            slot.order = self.order
        except StopIteration as end:
            if slot is self.front:
                self.front = None
                self.starting = False
                self.served(end.value)
            else:
                self.back = None

    def first_to_write(self, slot: Slot) -> Slot:
        """The journal writes in the order in which it was asked to."""
        other = self.back if slot is self.front else self.front
        if other is None or not isinstance(slot.effect, Keep | Mark | Note):
            return slot
        return other if isinstance(other.effect, Keep | Mark | Note) and other.order < slot.order else slot

    def served(self, result: Any) -> None:
        for taken in result if isinstance(result, tuple) else (result,):
            if isinstance(taken, steps.Denied):
                self.world.ends[taken.code] += 1
            if isinstance(taken, steps.Taken):
                kind = "copy" if taken.slip.copies else "offline" if taken.slip.offline else "online"
                self.world.ends[f"{kind} {taken.slip.paper}"] += 1
            if isinstance(taken, steps.Taken) and taken.slip.paper in (JAMMED, UNKNOWN):
                self.offers.append(taken.slip.counter)

    def perform(self, effect: Effect) -> Answer:
        self.world.now += 1 + int(self.world.random.random() * 10)
        if isinstance(effect, Keep | Mark | Note):
            return self.write(effect)
        if isinstance(effect, Print):
            return self.print(effect)
        return self.ask(effect)

    def write(self, effect: Keep | Mark | Note) -> Answer:
        journal = self.journal
        once = self.world.faults and self.world.random.random() < self.world.faults * 0.05
        if once:
            self.world.tally["sync fails once"] += 1
            before, journal.failing = journal.failing, True
        try:
            if isinstance(effect, Keep):
                self.check_order(effect.slip)
                journal.keep(effect.slip)
            elif isinstance(effect, Mark):
                journal.mark(effect.slips)
            else:
                journal.note(effect)
        except JournalFull as full:
            if isinstance(effect, Keep):
                slip = effect.slip
                self.world.burnt.add((slip.day, slip.asked.queue, slip.number))
            elif isinstance(effect, Mark):
                self.world.unclear |= {slip.asked.service for slip in effect.slips}
            return NotKept(full.code)
        finally:
            if once:
                journal.failing = before
        return None

    def check_order(self, slip: Slip) -> None:
        reserve = slip.lease in self.journal.load_blocks()
        if reserve and slip.taken_at // DAY_MS != int(slip.day) and not self.misled:
            raise Violation(f"{self.name} took {slip} of a day that is over")
        if slip.taken_at < self.last_taken[1] and not self.misled:
            raise Violation(f"{self.name} took {slip} after {self.last_taken}")
        self.last_taken = (slip.counter, slip.taken_at)

    def print(self, effect: Print) -> Answer:
        world, slip = self.world, effect.slip
        luck = world.random.random() if world.faults else 1.0
        if luck < world.faults * 0.3:
            world.tally["jam"] += 1
            return Jam("JAMMED")
        if luck < world.faults * 0.5:
            world.tally["printer silent"] += 1
            world.unclear.add(slip.asked.service)
            if luck < world.faults * 0.4:
                world.on_paper(slip, effect.copy)
            return UNSURE
        world.on_paper(slip, effect.copy)
        return PAPER

    def ask(self, effect: Lease | HandIn | Cancel) -> Answer:
        world = self.world
        asked_at = self.boot()
        luck = world.random.random() / world.faults if world.faults else 1.0
        if self.cut or not world.server_up or luck < 0.1:
            world.tally["request lost"] += 1
            world.now += 300
            return self.silence()
        if luck < 0.2:
            world.tally["request late"] += 1
            world.now += 300
            world.wires.append(lambda: self.deliver(effect))
            return self.silence()
        if luck < 0.22:
            world.tally["request spurned"] += 1
            return Spurned(429, "TOO_MANY")
        answer = self.deliver(effect)
        if luck < 0.3:
            world.tally["answer lost"] += 1
            world.now += 300
            return self.silence()
        if luck < 0.4:
            world.tally["request twice"] += 1
            world.wires.append(lambda: self.deliver(effect))
        self.hear(asked_at)
        return answer

    def silence(self) -> Away:
        return AWAY

    def deliver(self, effect: Lease | HandIn | Cancel) -> Answer:
        server, now = self.world.server, self.world.now
        if isinstance(effect, Lease):
            return server.lease(effect, now, self.name)
        if isinstance(effect, Cancel):
            return server.cancel(effect.slip)
        refuse = not self.calm and self.world.random.random() < 0.03
        return server.hand_in(effect.slips, effect.printed, effect.key, now, refuse)

    def knock(self, desk: Desk) -> None:
        """What the agent's report of its health does besides: it finds the server back and learns the time."""
        if not self.cut and self.world.server_up:
            desk.online = True
            desk.hear(str(self.world.server.epoch))
            self.hear(self.boot())

    def lose_line(self) -> None:
        if self.desk is not None:
            self.desk.online = False

    def hear(self, asked_at: int) -> None:
        if self.desk is not None and (anchor := self.desk.clock.learn(self.world.now, asked_at)):
            self.journal.anchor(anchor)
