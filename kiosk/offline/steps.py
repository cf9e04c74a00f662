"""The protocol of a ticket: a number, the journal, the server, the paper. Generators of effects (see `ports`).

Rules for whoever runs them: one `take`, `reprint` or `give_up` at a time; one `settle` or `refill` at a time, beside
it; journal writes in the order in which they were yielded. A generator that is dropped half-way is a kiosk that died
there: make a new desk from the journal and `recover`.
"""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiosk.offline.desk import Desk
from kiosk.offline.marks import Steps, mark, prove
from kiosk.offline.ports import (
    HAND_IN_S,
    LEASE_S,
    UNSURE,
    Answer,
    Answered,
    Granted,
    HandIn,
    Jam,
    Keep,
    Lease,
    NotKept,
    Outcome,
    Paper,
    Print,
    Spurned,
    Unsure,
)
from kiosk.offline.slips import BEGUN, DROPPED, JAMMED, KEPT, PRINTED, UNKNOWN, VOID, Asked, Slip
from kiosk.offline.upkeep import refill, settle

__all__ = ["Denied", "Taken", "give_up", "recover", "refill", "reprint", "settle", "take"]


class Taken(Struct, frozen=True):
    """A ticket that exists. `code` says why its paper is not fit, when `slip.paper` is `jammed` or `unknown`."""

    slip: Slip
    ticket: dict[str, Any] | None
    code: str = ""


class Denied(Struct, frozen=True):
    """No ticket, nothing on paper. `code`: one of ours (NO_NUMBERS, DAY_UNKNOWN, JOURNAL_FULL, DAY_OVER), or the
    server's with its problem."""

    code: str
    problem: dict[str, Any] | None = None


def take(desk: Desk, asked: Asked) -> Steps[Taken | Denied]:
    """A ticket for the visitor who stands there: printed = in the journal = unique."""
    if desk.sick and (failed := (yield from prove(desk))):
        return Denied(failed.code)
    slip = yield from _number(desk, asked)
    if isinstance(slip, Denied):
        return slip
    kept = yield Keep(slip)
    if isinstance(kept, NotKept):
        desk.sick = True
        return Denied(kept.code)
    desk.put(slip)
    desk.book.pace.note(asked.queue, slip.taken_at)
    return (yield from _finish(desk, slip))


def reprint(desk: Desk, counter: int) -> Steps[Taken | Denied]:
    """A copy, marked as one, of a ticket whose paper is not fit. `WRONG_STATUS` when the ticket was given up."""
    slip = desk.slips.get(counter)
    if slip is None or slip.paper in (KEPT, DROPPED, VOID):
        return Denied("WRONG_STATUS")
    before = slip.paper
    if before == JAMMED:
        # From here on a copy may be in the visitor's hands, so the ticket must not be cancelled any more.
        slip, failed = yield from mark(desk, replace(slip, paper=BEGUN))
        if failed:
            desk.put(replace(desk.slips[counter], paper=JAMMED))
            return Denied(failed.code)
    return (yield from _print(desk, slip, None, True, UNKNOWN if before == BEGUN else before))


def give_up(desk: Desk, counter: int) -> Steps[None]:
    """Nobody wants a copy. After a jam the ticket leaves the queue; what may be on paper stays in it."""
    slip = desk.slips.get(counter)
    if slip is not None and slip.paper == JAMMED:
        yield from mark(desk, replace(slip, paper=DROPPED))


def recover(desk: Desk) -> Steps[tuple[Taken, ...]]:
    """After a start: what was in hand when the kiosk died. A marked copy while its visitor may still stand there."""
    desk.sick = True
    yield from prove(desk)
    tried = []
    for slip in desk.unfinished():
        if slip.paper == KEPT:
            # Nothing was printed, but the server may have been asked.
            yield from mark(desk, replace(slip, paper=DROPPED))
        elif desk.recent(slip):
            done = yield from reprint(desk, slip.counter)
            if isinstance(done, Taken):
                tried.append(done)
        else:
            yield from mark(desk, replace(slip, paper=UNKNOWN if slip.paper == BEGUN else DROPPED))
    return tuple(tried)


def _number(desk: Desk, asked: Asked) -> Steps[Slip | Denied]:
    """A fresh number, so that they run in the order of coming; from the reserve when the server is away."""
    if desk.online:
        this, seen = desk.returns, desk.book.seen(desk.clock.now())
        answer = yield Lease(((asked.queue, 1),), desk.book.held(), seen, LEASE_S)
        if isinstance(answer, Spurned):
            return Denied(answer.code, answer.problem)
        # A number from before the server came back may be somebody else's by now.
        if isinstance(answer, Granted) and desk.returns == this:
            desk.granted(answer)
            for block in answer.blocks:
                if block.queue == asked.queue:
                    return desk.new_slip(asked, block, block.first)
        desk.online = False
    if not desk.clock.knows_day:
        return Denied("DAY_UNKNOWN")
    found = desk.book.take(asked.queue, desk.clock.now())
    return desk.new_slip(asked, *found) if found else Denied("NO_NUMBERS")


def _finish(desk: Desk, slip: Slip) -> Steps[Taken | Denied]:
    """Asks the server whether it may be, then prints it; without an answer it may be."""
    ticket, life = None, desk.life
    if desk.online:
        answer = yield HandIn((slip,), False, desk.key(slip), HAND_IN_S)
        outcome = _outcome(answer)
        if outcome is None:
            desk.online = False
        elif outcome.outcome in ("refused", "late"):
            problem = outcome.problem or {}
            code = str(problem.get("code", "")) if outcome.outcome == "refused" else "DAY_OVER"
            yield from mark(desk, replace(slip, paper=VOID, why=code))
            return Denied(code, outcome.problem)
        else:
            ticket = outcome.ticket or {}
            # A server restored meanwhile has forgotten it again.
            slip = desk.there(slip, outcome) if desk.life == life else slip
    slip, failed = yield from mark(desk, replace(slip, paper=BEGUN, offline=ticket is None))
    if failed:
        desk.put(replace(desk.slips[slip.counter], paper=DROPPED))
        return Denied(failed.code)
    return (yield from _print(desk, slip, ticket, False, JAMMED))


def _print(desk: Desk, slip: Slip, ticket: dict[str, Any] | None, copy: bool, jammed: str) -> Steps[Taken]:
    """`jammed` is what its paper is when the printer surely did not print it."""
    answer = yield Print(slip, ticket, copy)
    paper, code = paper_after(slip, answer, jammed)
    now = desk.slips[slip.counter]
    slip, _ = yield from mark(desk, replace(now, paper=paper, copies=now.copies + copy))
    return Taken(slip, ticket, code)


def paper_after(slip: Slip, answer: Answer, jammed: str) -> tuple[str, str]:
    """What is known of the paper now. A copy that fails takes nothing away from what may be in the visitor's hands."""
    if isinstance(answer, Paper):
        return PRINTED, ""
    if isinstance(answer, Jam):
        return jammed, answer.code
    code = answer.code if isinstance(answer, Unsure) else UNSURE.code
    return (PRINTED if slip.paper == PRINTED else UNKNOWN), code


def _outcome(answer: Answer) -> Outcome | None:
    """What the server did with the one slip; a request that it spurned is a refusal."""
    if isinstance(answer, Answered) and len(answer.outcomes) == 1:
        return answer.outcomes[0]
    if isinstance(answer, Spurned):
        return Outcome("refused", problem=answer.problem or {"code": answer.code})
    return None
