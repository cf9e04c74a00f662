"""Mistakes that others have made, and two of our own, planted so that the simulation shows that it would find them."""

from typing import Any

from kiosk.offline import steps
from kiosk.offline.desk import Desk
from kiosk.offline.marks import mark
from kiosk.offline.ports import Keep, Lease, NotKept, Print
from kiosk.offline.slips import BEGUN, Asked, Block
from tests.offline.machine import Machine, Run
from tests.offline.server import Server

RELEASED_AFTER_MS = 600_000


def print_first(desk: Desk, asked: Asked) -> Run:
    """The steps of `take` in the wrong order: paper, then journal."""
    slip = yield from steps._number(desk, asked)
    if isinstance(slip, steps.Denied):
        return slip
    answer = yield Print(slip, None, False)
    kept = yield Keep(slip)
    if isinstance(kept, NotKept):
        return steps.Denied(kept.code)
    desk.put(slip)
    paper, code = steps.paper_after(slip, answer, "jammed")
    slip, _ = yield from mark(desk, steps.replace(slip, paper=paper if answer else BEGUN))
    return steps.Taken(slip, None, code)


class PrintsFirst(Machine):
    take = staticmethod(print_first)


class GrantsAgain(Server):
    """Takes a block back after ten minutes and grants it to the next who asks."""

    def __init__(self, now: int) -> None:
        self.out: list[Block] = []
        super().__init__(now)

    def grant(self, queue: str, count: int, now: int) -> Block:
        for block in self.out:
            old = block.day == self.day and block.queue == queue and now - block.granted_at > RELEASED_AFTER_MS
            if old and block.last - block.first + 1 >= count:
                self.out.remove(block)
                self.leases += 1
                return steps.replace(block, id=f"again {self.leases}", granted_at=now)
        block = super().grant(queue, count, now)
        self.out.append(block)
        return block


class ForgetsPromises(Server):
    """Goes on from the backup as if nothing had been promised since."""

    def skip_high(self) -> None: ...

    def skip_promised(self, _: Lease) -> bool:
        return False


class SaysNothing(Machine):
    """Tells a server that is back what it was promised when it next wants numbers, and not before."""

    def knock(self, desk: Desk) -> None:
        super().knock(desk)
        desk.greeted = desk.returns


class AsksNoWitness(Machine):
    """Takes it that a server which knows all its leases knows all its tickets."""

    def knock(self, desk: Desk) -> None:
        super().knock(desk)
        desk.witness = None


PLANTED: dict[str, dict[str, Any]] = {
    "journal after printing": {"machine": PrintsFirst},
    "released block granted again": {"server": GrantsAgain},
    "no skip after a restore": {"server": ForgetsPromises},
    "nothing said at a return": {"machine": SaysNothing},
    "no witness at a return": {"machine": AsksNoWitness},
}
