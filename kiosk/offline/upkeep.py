"""What goes on beside the visitors: handing in, cancelling, filling the reserve."""

from collections.abc import Iterable

from msgspec.structs import replace

from kiosk.offline.desk import Desk
from kiosk.offline.leases import MOST_HELD
from kiosk.offline.marks import Steps, mark, write
from kiosk.offline.ports import Answer, Answered, Away, Cancel, Granted, HandIn, Lease, Note, NotKept, Outcome, Spurned
from kiosk.offline.slips import DROPPED, ENDED, JAMMED, Block, Slip

BATCH = 50
DOUBT = "?"
"""The life of the server in the journal while nobody knows whether it forgot: none that any server has."""


def settle(desk: Desk) -> Steps[int]:
    """Brings everything to the server that is not there yet; gives how many. Stops as soon as the server is away."""
    if not (yield from _greet(desk)) or not (yield from _catch_up(desk)):
        return 0
    for slip in desk.unclaimed():
        if desk.slips[slip.counter].paper == JAMMED:
            yield from mark(desk, replace(desk.slips[slip.counter], paper=DROPPED))
    count = yield from _hand_in(desk)
    yield from _cancel(desk)
    return count


def refill(desk: Desk, queues: Iterable[str]) -> Steps[bool]:
    """Fills the reserve of these queues; says whether the server was there (or not needed)."""
    if not _greeted(desk):
        return False
    now = desk.clock.now()
    wanted = desk.book.wanted(queues, now)
    if not wanted and not (desk.turned and desk.epoch == desk.heard_epoch):
        return True
    blocks: tuple[Block, ...] = ()
    if wanted:
        answer = yield Lease(wanted, desk.book.held(), desk.book.seen(now))
        if not isinstance(answer, Granted) or not _greeted(desk):
            desk.online = desk.online and not isinstance(answer, Away)
            return False
        desk.granted(answer)
        blocks = answer.blocks
    for block in blocks:
        desk.book.add(block)
    yield from _note(desk, blocks)
    return True


def _greeted(desk: Desk) -> bool:
    return desk.online and desk.greeted == desk.returns


def _greet(desk: Desk) -> Steps[bool]:
    """At each return of the server, before anything else: it may have been restored from a copy and not know it.

    It hears of every number that this kiosk was promised today, so that it skips past them, and is asked whether it
    knows what it was told last.
    """
    if _greeted(desk) or not desk.online:
        return desk.online
    this, promised = desk.returns, sorted(desk.promised(), key=lambda block: -block.first_ordinal)
    for at in range(0, len(promised) or 1, MOST_HELD):
        answer = yield Lease((), tuple(promised[at : at + MOST_HELD]), desk.book.seen(desk.clock.now()))
        if isinstance(answer, Granted):
            desk.granted(answer)
        elif not (isinstance(answer, Spurned) and (answer.malformed or answer.status == 404)):
            # What it will never hear of, such as a queue that is no more, must not keep tickets from being handed in.
            desk.online = desk.online and not isinstance(answer, Away)
            return False
    if not (yield from _ask_witness(desk)):
        return False
    desk.greeted = this
    return True


def _ask_witness(desk: Desk) -> Steps[bool]:
    """Hands in again what was handed in last. From an answer that it is new follows that all of the day is."""
    if desk.witness is None or desk.epoch != desk.heard_epoch:
        return True
    before, witness = desk.epoch, desk.slips.get(desk.witness.counter, desk.witness)
    # Once it was asked it knows that ticket: a kiosk that dies before it has taken note must go on doubting.
    if isinstance((yield Note(epoch=DOUBT)), NotKept):
        return False
    answer = yield HandIn((witness,), True)
    outcomes = _outcomes(answer, 1)
    if not outcomes:
        desk.online = desk.online and not isinstance(answer, Away)
        return False
    if _is_news(witness, outcomes[0]):
        desk.epoch = DOUBT
        return True
    return not isinstance((yield Note(epoch=before)), NotKept)


def _is_news(witness: Slip, outcome: Outcome) -> bool:
    back = witness.sent == ENDED and (outcome.ticket or {}).get("status") == "waiting"
    return outcome.outcome != "known" or back


def _catch_up(desk: Desk) -> Steps[bool]:
    """Writes what could not be written; after a restore of the server marks all of the day to be handed in again."""
    if desk.behind:
        late = tuple(desk.slips[counter] for counter in sorted(desk.behind) if counter in desk.slips)
        if (yield from write(desk, late)):
            return True
    if desk.heard_epoch == desk.epoch:
        return True
    heard = desk.heard_epoch
    if (yield from write(desk, desk.lost_again())):
        return False
    if isinstance((yield Note(epoch=heard)), NotKept):
        return False
    desk.epoch = heard
    return True


def _hand_in(desk: Desk) -> Steps[int]:
    count, most = 0, BATCH
    while batch := desk.due(most):
        life = desk.life
        answer = yield HandIn(batch, True)
        if desk.life != life:
            break
        if isinstance(answer, Spurned) and answer.malformed and len(batch) > 1:
            most = 1
            continue
        outcomes = _outcomes(answer, len(batch))
        if not outcomes:
            desk.online = desk.online and not isinstance(answer, Away)
            break
        yield from write(desk, tuple(desk.handed(slip, each) for slip, each in zip(batch, outcomes, strict=True)))
        count += len(batch)
    return count


def _outcomes(answer: Answer, count: int) -> tuple[Outcome, ...]:
    """One outcome for each, or none at all when there is no telling."""
    if isinstance(answer, Answered) and len(answer.outcomes) == count:
        return answer.outcomes
    if isinstance(answer, Spurned) and answer.malformed and count == 1:
        return (Outcome("refused", problem=answer.problem or {"code": answer.code}),)
    return ()


def _cancel(desk: Desk) -> Steps[None]:
    for slip in desk.to_cancel():
        life = desk.life
        answer = yield Cancel(slip)
        if desk.life != life:
            return
        if isinstance(answer, Away):
            desk.online = False
            return
        if isinstance(answer, Spurned) and answer.status not in (404, 409, 410):
            return
        # Refused, it is over already, or called: then the window finds that nobody comes.
        yield from mark(desk, desk.there(desk.slips[slip.counter], None, ENDED))


def _note(desk: Desk, blocks: tuple[Block, ...]) -> Steps[None]:
    # What is to be handed in again after a restore must not be deleted with the day before.
    book, turned = desk.book, desk.turned and desk.epoch == desk.heard_epoch
    note = Note(blocks, book.used())
    if turned:
        note = Note(blocks, book.used(), book.day, book.day_ends_at, desk.rates)
    if isinstance((yield note), NotKept):
        desk.sick = True
    elif turned and note.day == desk.book.day:
        desk.turned = False
        desk.forget()
