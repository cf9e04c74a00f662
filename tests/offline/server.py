"""The hall's server as far as kiosks know it: a pure model of the wire, with snapshots to be restored from."""

from typing import Any

from kiosk.offline.ports import AWAY, Answered, Away, Granted, Lease, Outcome, Spurned
from kiosk.offline.slips import Block, Slip

QUEUES = ("A", "B")
MARGIN = 50
"""Skipped after a restore beyond what the high-water file knows: more than phones take in a second."""
DAY_MS = 86_400_000
Number = tuple[str, str, int]
"""(day, queue, number)."""


class Violation(AssertionError):
    """A promise was broken."""


class Server:
    def __init__(self, now: int) -> None:
        self.epoch = self.lives = 1
        self.unheard: set[str] = set()
        """Kiosks that did not yet tell a server restored with its whole folder what they were promised. Until all have,
        it gives no numbers."""
        self.keys: dict[str, Outcome] = {}
        self.tickets: dict[tuple[str, int], dict[str, Any]] = {}
        self.numbers: dict[Number, str] = {}
        """Who has it. Phones are `phone`."""
        self.late: set[str] = set()
        self.next_number: dict[str, int] = {}
        self.next_ordinal = 1
        self.high: tuple[str, dict[str, int], int] = ("", {}, 1)
        self.leases = 0
        self.snapshots: list[Any] = []
        self.open = True
        self.open_day(now)

    def open_day(self, now: int) -> None:
        """A new day: numbers begin anew, nobody waits."""
        self.day = f"{now // DAY_MS:06d}"
        self.ends_at = (now // DAY_MS + 1) * DAY_MS
        self.tickets, self.numbers, self.next_number, self.next_ordinal = {}, {}, {}, 1
        self.keys = {}
        self.known: set[str] = set()
        """Leases."""
        self.unheard = set()
        self.snapshots = []
        self.keep_high()

    def lease(self, ask: Lease, now: int, who: str) -> Granted | Away:
        if self.unheard and ask.wanted:
            return AWAY
        self.unheard.discard(who)
        if self.skip_promised(ask):
            self.begin_life()
        blocks = tuple(self.grant(queue, count, now) for queue, count in ask.wanted)
        self.keep_high()
        return Granted(blocks, str(self.epoch))

    def begin_life(self) -> None:
        self.lives += 1
        self.epoch = self.lives

    def skip_promised(self, ask: Lease) -> bool:
        """What this kiosk holds or has seen was promised, whatever the store remembers. Whether any of it is news."""
        news = [self.raise_to(queue, number, 0) for queue, number in ask.seen]
        for block in ask.held:
            if block.day == self.day:
                news.append(block.id not in self.known)
                self.known.add(block.id)
                self.raise_to(block.queue, block.last, block.first_ordinal + block.last - block.first)
        return any(news)

    def raise_to(self, queue: str, number: int, ordinal: int) -> bool:
        is_news = number >= self.next_number.get(queue, 1)
        if is_news:
            self.next_number[queue] = number + 1
        if ordinal >= self.next_ordinal:
            self.next_ordinal = ordinal + 1
        return is_news

    def grant(self, queue: str, count: int, now: int) -> Block:
        first, ordinal = self.next_number.get(queue, 1), self.next_ordinal
        self.next_number[queue] = first + count
        self.next_ordinal = ordinal + count
        self.leases += 1
        self.known.add(f"{self.leases}")
        return Block(
            id=f"{self.leases}",
            queue=queue,
            first=first,
            last=first + count - 1,
            first_ordinal=ordinal,
            day=self.day,
            granted_at=now,
            day_ends_at=self.ends_at,
        )

    def keep_high(self) -> None:
        """The file beside the store: written at each grant and once a second."""
        self.high = (self.day, dict(self.next_number), self.next_ordinal)

    def hand_in(self, slips: tuple[Slip, ...], printed: bool, key: str, now: int, refuse: bool) -> Answered:
        if key and key in self.keys:
            return Answered((self.keys[key],))
        outcomes = tuple(self.one_in(slip, printed, now, refuse) for slip in slips)
        if key:
            self.keys[key] = outcomes[0]
        return Answered(outcomes)

    def one_in(self, slip: Slip, printed: bool, now: int, refuse: bool) -> Outcome:
        if slip.day != self.day:
            self.late.add(slip.asked.service)
            return Outcome("late")
        known = self.tickets.get((slip.day, slip.ordinal))
        if known is not None:
            if known["who"] != slip.asked.service:
                raise Violation(f"id {slip.ticket} of {known['who']} and {slip.asked.service}")
            return Outcome("known", known)
        if not printed and (refuse or not self.open):
            return Outcome("refused", problem={"code": "HALL_CLOSED"})
        return Outcome("waiting", self.accept(slip, now))

    def accept(self, slip: Slip, now: int) -> dict[str, Any]:
        number = (slip.day, slip.asked.queue, slip.number)
        other = self.numbers.setdefault(number, slip.asked.service)
        if other != slip.asked.service:
            raise Violation(f"number {number} of {other} and {slip.asked.service}")
        self.raise_to(slip.asked.queue, slip.number, slip.ordinal)
        ticket = {"who": slip.asked.service, "status": "waiting", "turn": min(slip.taken_at, now), "number": number}
        self.tickets[slip.day, slip.ordinal] = ticket
        return ticket

    def phone(self, queue: str) -> Number:
        number, ordinal = self.next_number.get(queue, 1), self.next_ordinal
        self.raise_to(queue, number, ordinal)
        self.numbers[self.day, queue, number] = "phone"
        return self.day, queue, number

    def cancel(self, slip: Slip) -> Answered | Spurned:
        ticket = self.tickets.get((slip.day, slip.ordinal))
        if ticket is None:
            return Spurned(404, "NO_SUCH_TICKET")
        if ticket["status"] == "called":
            return Spurned(409, "WRONG_STATUS")
        self.tickets[slip.day, slip.ordinal] = {**ticket, "status": "cancelled"}
        return Answered()

    def call(self, ordinal: int) -> None:
        ticket = self.tickets[self.day, ordinal]
        if ticket["status"] == "waiting":
            self.tickets[self.day, ordinal] = {**ticket, "status": "called"}

    def snapshot(self) -> None:
        state = (dict(self.keys), dict(self.tickets), dict(self.numbers), dict(self.next_number), set(self.known))
        self.snapshots = [*self.snapshots[-2:], (*state, self.next_ordinal, self.epoch)]

    def restore(self, which: int) -> None:
        """Back to a backup of today, then past everything that was promised since."""
        self.go_back(which)
        self.begin_life()
        self.skip_high()

    def restore_folder(self, which: int, kiosks: set[str]) -> None:
        """The file beside the store is of the backup too: nothing here tells that there ever was more."""
        self.epoch = self.go_back(which)
        self.snapshots = self.snapshots[: which + 1]  # the later ones are of a day that never was
        self.keep_high()
        self.unheard = kiosks

    def go_back(self, which: int) -> int:
        keys, tickets, numbers, next_number, known, self.next_ordinal, epoch = self.snapshots[which]
        self.keys, self.tickets, self.numbers = dict(keys), dict(tickets), dict(numbers)
        self.next_number, self.known = dict(next_number), set(known)
        return int(epoch)

    def skip_high(self) -> None:
        day, numbers, ordinal = self.high
        if day == self.day:
            for queue in QUEUES:
                self.raise_to(queue, numbers.get(queue, 1) + MARGIN, 0)
            self.raise_to("", 0, ordinal + MARGIN)
