"""The protocol of a check-in: the server's number, then the paper.

A check-in is nothing that a kiosk could do alone, so its number is not leased and not in the journal: the server has
the ticket, durably, before it answers, and the booking remembers it. A lost answer is asked for again with the same
key; a kiosk that dies before it has printed leaves a visitor who is checked in, and is told the number when they ask
again.
"""

from typing import Any

from msgspec.structs import replace

from kiosk.offline.desk import Desk
from kiosk.offline.marks import Steps
from kiosk.offline.ports import Arrive, Arrived, Away, Print, Spurned
from kiosk.offline.slips import JAMMED, PRINTED, Slip
from kiosk.offline.steps import Denied, Taken, paper_after

AWAY = "AWAY"


def arrive(desk: Desk, wanted: Arrive) -> Steps[Taken | Denied]:
    """Somebody who booked stands here: their ticket, on paper. Denied as `AWAY` when the server does not answer."""
    if not desk.online:
        return Denied(AWAY)
    answer = yield wanted
    if isinstance(answer, Away):
        answer = yield wanted  # it may have been done
    if isinstance(answer, Spurned):
        return Denied(answer.code, answer.problem)
    if not isinstance(answer, Arrived):
        desk.online = False
        return Denied(AWAY)
    # Should the server be restored from an older copy, it must not give this number again.
    desk.book.saw_number(answer.slip.asked.queue, answer.slip.number)
    return (yield from _print(answer.slip, answer.ticket, False))


def print_again(taken: Taken) -> Steps[Taken]:
    """A copy, marked as one."""
    return (yield from _print(taken.slip, taken.ticket, True))


def _print(slip: Slip, ticket: dict[str, Any] | None, copy: bool) -> Steps[Taken]:
    answer = yield Print(slip, ticket, copy)
    paper, code = paper_after(slip, answer, PRINTED if slip.paper == PRINTED else JAMMED)
    return Taken(replace(slip, paper=paper, copies=slip.copies + copy), ticket, code)
