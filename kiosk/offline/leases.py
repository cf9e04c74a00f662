"""The numbers that this kiosk may give without asking: what is left, which comes next, how many to ask for."""

from collections import deque
from collections.abc import Iterable

from kiosk.offline.slips import Block

LEAST = 20
"""So many numbers of each queue lie in reserve while the server is there."""
MOST = 500
"""The most that the server grants in one block."""
HOURS = 2
"""The reserve lasts about so long at the queue's rate at this kiosk."""
HOUR_MS = 3_600_000
MOST_HELD = 200
"""So many blocks are told to the server at once."""
LEARNT = 0.3
"""Weight of a new day in what is known of an hour."""


class Pace:
    """Slips an hour, per queue and hour of the day, learnt from this kiosk's own; and how fast they come right now."""

    def __init__(self, learnt: Iterable[tuple[str, int, float]] = ()) -> None:
        self._learnt = {(queue, hour): rate for queue, hour, rate in learnt}
        self._today: dict[tuple[str, int], int] = {}
        self._recent: dict[str, deque[int]] = {}

    def note(self, queue: str, at: int) -> None:
        """One slip was taken."""
        key = (queue, at // HOUR_MS % 24)
        self._today[key] = self._today.get(key, 0) + 1
        recent = self._recent.get(queue)
        if recent is None:
            recent = self._recent[queue] = deque(maxlen=MOST)
        recent.append(at)

    def an_hour(self, queue: str, at: int) -> float:
        """What is to be expected an hour from now on: as on other days, or as in the last hour, whichever is more."""
        hour = at // HOUR_MS % 24
        usual = max(self._learnt.get((queue, hour), 0.0), self._learnt.get((queue, (hour + 1) % 24), 0.0))
        return max(usual, float(self._of_late(queue, at)))

    def end_day(self) -> tuple[tuple[str, int, float], ...]:
        """Learns from the day that has ended, forgets it, and gives what is to be kept."""
        for key in self._learnt.keys() | self._today.keys():
            now = float(self._today.get(key, 0))
            self._learnt[key] = round(LEARNT * now + (1 - LEARNT) * self._learnt.get(key, now), 2)
        self._today.clear()
        return tuple((queue, hour, rate) for (queue, hour), rate in sorted(self._learnt.items()) if rate >= 0.1)

    def _of_late(self, queue: str, at: int) -> int:
        recent = self._recent.get(queue)
        if recent is None:
            return 0
        while recent and recent[0] <= at - HOUR_MS:
            recent.popleft()
        return len(recent)


class LeaseBook:
    """Blocks of one day. A number taken is gone for ever, whatever comes of it."""

    def __init__(self, pace: Pace, day: str = "", day_ends_at: int = 0) -> None:
        self.pace = pace
        self.day = day
        self.day_ends_at = day_ends_at
        self._next: dict[str, int] = {}
        self._blocks: dict[str, list[Block]] = {}
        self._seen: dict[str, int] = {}
        self._top: Block | None = None

    def turn(self, day: str, day_ends_at: int) -> None:
        """Another day: nothing of the old one counts any more."""
        self.day, self.day_ends_at = day, day_ends_at
        self._next.clear()
        self._blocks.clear()
        self._seen.clear()
        self._top = None

    def add(self, block: Block, at: int = 0) -> None:
        """A block to take numbers from, starting at number `at`."""
        if block.day != self.day:
            return
        self.saw(block)
        self._next[block.id] = max(at, block.first, self._next.get(block.id, 0))
        held = self._blocks.setdefault(block.queue, [])
        if all(block.id != other.id for other in held):
            held.append(block)
            held.sort(key=lambda each: each.first)

    def saw(self, block: Block) -> None:
        """A block that was promised to this kiosk, whether or not it still has numbers."""
        if block.day != self.day:
            return
        self.saw_number(block.queue, block.last)
        if self._top is None or _end(block) > _end(self._top):
            self._top = block

    def saw_number(self, queue: str, number: int) -> None:
        if number > self._seen.get(queue, 0):
            self._seen[queue] = number

    def take(self, queue: str, now: int) -> tuple[Block, int] | None:
        """The next number of the reserve, or nothing: none left, or their day is over."""
        if now >= self.day_ends_at:
            return None
        for block in self._blocks.get(queue, ()):
            number = self._next[block.id]
            if number <= block.last:
                self._next[block.id] = number + 1
                return block, number
        return None

    def left(self, queue: str, now: int) -> int:
        """How many numbers lie in reserve."""
        if now >= self.day_ends_at:
            return 0
        return sum(max(block.last - self._next[block.id] + 1, 0) for block in self._blocks.get(queue, ()))

    def minutes_left(self, queue: str, now: int) -> int | None:
        """How long they last at the present rate; `None` while nobody comes. Never beyond the end of the day."""
        rate = self.pace.an_hour(queue, now)
        if rate <= 0:
            return None
        return int(min(self.left(queue, now) / rate * 60, max(self.day_ends_at - now, 0) / 60_000))

    def wanted(self, queues: Iterable[str], now: int) -> tuple[tuple[str, int], ...]:
        """What to ask the server for: up to the target, as soon as half is gone, and never fewer than `LEAST` left."""
        asked = []
        for queue in queues:
            target = self._target(queue, now)
            left = self.left(queue, now)
            if left < max(LEAST, (target + 1) // 2):
                asked.append((queue, target - left))
        return tuple(asked)

    def held(self) -> tuple[Block, ...]:
        """Blocks with numbers left, and the one with the highest ordinal: what a restored server must skip past."""
        held = [block for blocks in self._blocks.values() for block in blocks if self._next[block.id] <= block.last]
        if self._top is not None and self._top not in held:
            held.append(self._top)
        return tuple(sorted(held, key=_end)[-MOST_HELD:])

    def blocks(self) -> tuple[Block, ...]:
        """The reserve of the day, used up or not."""
        return tuple(block for blocks in self._blocks.values() for block in blocks)

    def seen(self, now: int) -> tuple[tuple[str, int], ...]:
        """The highest number promised to this kiosk per queue, today."""
        return tuple(self._seen.items()) if now < self.day_ends_at else ()

    def used(self) -> tuple[tuple[str, int], ...]:
        """`(lease, next number)` of all blocks."""
        return tuple(self._next.items())

    def _target(self, queue: str, now: int) -> int:
        return min(MOST, max(LEAST, round(self.pace.an_hour(queue, now) * HOURS)))


def _end(block: Block) -> int:
    return block.first_ordinal + block.last - block.first
