"""Writing down what a step changed: in memory first, in the journal before anybody sees it."""

from collections.abc import Generator
from typing import TypeVar

from kiosk.offline.desk import Desk
from kiosk.offline.ports import Answer, Effect, Mark, Note, NotKept
from kiosk.offline.slips import Slip

T = TypeVar("T")
Steps = Generator[Effect, Answer, T]


def mark(desk: Desk, slip: Slip) -> Steps[tuple[Slip, NotKept | None]]:
    """Remembers a slip's new state and writes it down; what cannot be written is written later."""
    desk.put(slip)
    return slip, (yield from write(desk, (slip,)))


def write(desk: Desk, slips: tuple[Slip, ...]) -> Steps[NotKept | None]:
    answer = yield Mark(slips)
    counters = {slip.counter for slip in slips}
    if isinstance(answer, NotKept):
        desk.sick = True
        desk.behind |= counters
        return answer
    desk.behind -= counters
    return None


def prove(desk: Desk) -> Steps[NotKept | None]:
    """Whether the journal writes again: all numbers gone so far are written down, so no restart finds them."""
    answer = yield Note(used=desk.book.used())
    if isinstance(answer, NotKept):
        return answer
    desk.sick = False
    return None
