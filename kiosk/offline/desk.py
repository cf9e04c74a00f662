"""What the kiosk knows of its numbers and tickets while it runs; the steps change it, the journal outlives it."""

from collections.abc import Iterator

from msgspec.structs import replace

from kiosk.offline.clock import STRAYED_MS, HallClock
from kiosk.offline.leases import LeaseBook, Pace
from kiosk.offline.ports import Granted, Outcome, Saved
from kiosk.offline.slips import (
    ASIDE,
    BEGUN,
    DROPPED,
    ENDED,
    IN,
    JAMMED,
    KEPT,
    NO,
    PRINTED,
    UNKNOWN,
    VOID,
    Asked,
    Block,
    Slip,
)

OFFER_MS = 120_000
"""So long after a ticket was taken its visitor may still stand there: a copy is printed or offered."""
READY = frozenset({PRINTED, UNKNOWN, DROPPED})
"""What becomes of these on paper is settled, so they are handed in."""


class Desk:
    """One kiosk's memory. Made from what the journal held; `online` is set by whoever hears the server."""

    def __init__(self, saved: Saved, clock: HallClock, online: bool = False) -> None:
        self.installation = saved.installation
        self.clock = clock
        self.returns = 0
        """How often the server was found."""
        self.greeted = 0
        """The return at which it was told what was promised to this kiosk."""
        self.witness: Slip | None = None
        """What it was told last before it went away: a server that does not know that was restored from a copy."""
        self.epoch = saved.epoch
        self.heard_epoch = saved.epoch
        self.slips: dict[int, Slip] = {slip.counter: slip for slip in saved.slips}
        self.behind: set[int] = set()
        """Slips whose state could not be written; the journal knows an older one."""
        self.sick = False
        """The last write failed: no number is given until one succeeds."""
        self.turned = False
        """A day has begun that the journal does not know of."""
        self.rates = saved.rates
        self._counter = saved.counter
        self._told = max((slip.told for slip in saved.slips), default=0)
        self._moved: set[int] = {slip.counter for slip in saved.slips if not settled(slip)}
        self._last_at = max((slip.taken_at for slip in saved.slips), default=0)
        self.book = self._book(saved)
        self._online = False
        self.online = online

    @property
    def online(self) -> bool:
        return self._online

    @online.setter
    def online(self, online: bool) -> None:
        if online and not self._online:
            self.returns += 1
            there = [slip for slip in self._today() if slip.sent in (IN, ENDED)]
            self.witness = max(there, key=lambda slip: slip.told, default=None)
        self._online = online

    @property
    def life(self) -> tuple[str, int]:
        """What the server was told in another one than this may be forgotten."""
        return self.heard_epoch, self.returns

    @property
    def pending(self) -> int:
        """Tickets that the server does not have yet."""
        return sum(1 for slip in self._open() if slip.sent == NO and slip.paper != VOID)

    def aside(self) -> list[Slip]:
        """What the server called nonsense: kept until somebody has looked."""
        return [slip for slip in self.slips.values() if slip.sent == ASIDE]

    def new_slip(self, asked: Asked, block: Block, number: int) -> Slip:
        """A slip with this number; its counter and moment are used up with it."""
        self._counter += 1
        now = self.clock.now()
        if self._last_at > now + STRAYED_MS:
            # Taken while the clock was a wrong guess: the server puts them right when they arrive.
            self._last_at = now
        self._last_at = max(self._last_at, now, block.granted_at)
        at = number - block.first
        return Slip(
            counter=self._counter,
            asked=asked,
            lease=block.id,
            day=block.day,
            number=number,
            ordinal=block.first_ordinal + at,
            token=block.tokens[at] if at < len(block.tokens) else "",
            taken_at=self._last_at,
        )

    def put(self, slip: Slip) -> Slip:
        """Remembers the present state of a slip."""
        self.slips[slip.counter] = slip
        if not settled(slip):
            self._moved.add(slip.counter)
        return slip

    def key(self, slip: Slip) -> str:
        """The Idempotency-Key of a visitor's own request."""
        return f"{self.installation}:{slip.counter}"

    def hear(self, epoch: str) -> None:
        """Any answer may name the life of the server's store: another one than before means that it was restored."""
        if epoch:
            self.heard_epoch = epoch

    def granted(self, answer: Granted) -> None:
        """Takes note of the day and the life of the server that a grant speaks of."""
        self.hear(answer.epoch)
        for block in answer.blocks:
            if block.day != self.book.day:
                self.book.turn(block.day, block.day_ends_at)
                self.rates = self.book.pace.end_day()
                self.turned = True
            elif block.day_ends_at != self.book.day_ends_at:
                self.book.day_ends_at = block.day_ends_at
                self.turned = True
            self.book.saw(block)

    def promised(self) -> tuple[Block, ...]:
        """All numbers of today that this kiosk ever had, whether on paper or not."""
        reserve = {block.id: block for block in (*self.book.blocks(), *self.book.held())}
        return tuple((_leases_of(self._today(), self.book.day_ends_at) | reserve).values())

    def due(self, most: int) -> tuple[Slip, ...]:
        """The next slips to hand in, in the order in which they were taken."""
        found = []
        for slip in self._open():
            if slip.sent == NO and slip.paper in READY:
                found.append(slip)
                if len(found) == most:
                    break
        return tuple(found)

    def to_cancel(self) -> list[Slip]:
        """Given up, but still in the queue; and the journal knows, so that no restart offers a copy of them."""
        dropped = [slip for slip in self._open() if slip.paper == DROPPED and slip.sent == IN]
        return [slip for slip in dropped if slip.counter not in self.behind]

    def unclaimed(self) -> list[Slip]:
        """Jams whose offer of a copy has run out."""
        return [slip for slip in self._open() if slip.paper == JAMMED and not self.recent(slip)]

    def unfinished(self) -> list[Slip]:
        """What the kiosk was about when it died."""
        return [slip for slip in self.slips.values() if slip.paper in (KEPT, BEGUN, JAMMED)]

    def recent(self, slip: Slip) -> bool:
        """Whether its visitor may still stand there; not when it was taken while the clock was a wrong guess."""
        return self.clock.knows_day and -STRAYED_MS < self.clock.now() - slip.taken_at < OFFER_MS

    def handed(self, slip: Slip, outcome: Outcome) -> Slip:
        """The slip as it is now that the server has spoken of it."""
        now = self.slips.get(slip.counter, slip)
        if outcome.outcome == "refused":
            return self.put(replace(now, sent=ASIDE, why=str((outcome.problem or {}).get("code", ""))))
        over = now.paper == DROPPED and outcome.outcome == "late"
        return self.put(self.there(now, outcome, ENDED if over else IN))

    def there(self, slip: Slip, outcome: Outcome | None, sent: str = IN) -> Slip:
        """The slip as the server has it now."""
        self._told += 1
        known_as = str(((outcome and outcome.ticket) or {}).get("id", slip.known_as))
        return replace(slip, sent=sent, known_as=known_as, told=self._told)

    def lost_again(self) -> tuple[Slip, ...]:
        """After the server was restored from a backup: everything that is still known is to be handed in once more."""
        all_slips = [slip for slip in self.slips.values() if slip.paper != VOID and slip.sent in (IN, ENDED)]
        return tuple(self.put(replace(slip, sent=NO, known_as="")) for slip in all_slips)

    def forget(self) -> None:
        """Drops what is settled of days that are over."""
        over = [
            counter
            for counter, slip in self.slips.items()
            if slip.day != self.book.day and settled(slip) and counter not in self.behind
        ]
        for counter in over:
            del self.slips[counter]
            self._moved.discard(counter)

    def _today(self) -> list[Slip]:
        return [slip for slip in self.slips.values() if slip.day == self.book.day]

    def _open(self) -> Iterator[Slip]:
        """Slips that something is still to be done about, in order; forgets on its way those that are done."""
        for counter in sorted(self._moved):
            slip = self.slips[counter]
            if settled(slip):
                self._moved.discard(counter)
            else:
                yield slip

    def _book(self, saved: Saved) -> LeaseBook:
        pace = Pace(saved.rates)
        # A day begins with its first slip, which may be earlier than the note that it has begun and when it ends.
        day = max([saved.day, *(slip.day for slip in saved.slips)])
        book = LeaseBook(pace, day, saved.day_ends_at if day == saved.day else 0)
        for block, at in saved.blocks:
            # Its next number may have been in a write that failed: nobody can tell, so nobody gets it.
            book.add(block, at + 1)
        today = [slip for slip in saved.slips if slip.day == day]
        for slip in today:
            pace.note(slip.asked.queue, slip.taken_at)
            book.saw_number(slip.asked.queue, slip.number)
        for block in _leases_of(today, book.day_ends_at).values():
            book.saw(block)
        return book


def settled(slip: Slip) -> bool:
    """Whether nothing is left to be done about it."""
    if slip.paper == VOID:
        return True
    return slip.sent == ENDED or (slip.sent == IN and slip.paper not in (DROPPED, JAMMED, BEGUN, KEPT))


def _leases_of(slips: list[Slip], day_ends_at: int) -> dict[str, Block]:
    """What slips tell of the leases that they are of: from the first number of each to the last."""
    found: dict[str, Block] = {}
    for slip in slips:
        alone = _alone(slip, day_ends_at)
        found[slip.lease] = _both(found.get(slip.lease, alone), alone)
    return found


def _alone(slip: Slip, day_ends_at: int) -> Block:
    """The one number of a slip as a block, so that a restored server learns of its ordinal."""
    return Block(
        id=slip.lease,
        queue=slip.asked.queue,
        first=slip.number,
        last=slip.number,
        first_ordinal=slip.ordinal,
        day=slip.day,
        granted_at=slip.taken_at,
        day_ends_at=day_ends_at,
    )


def _both(one: Block, other: Block) -> Block:
    """Two stretches of one lease, and what lies between them."""
    low = min(one, other, key=lambda block: block.first)
    return replace(low, last=max(one.last, other.last))
