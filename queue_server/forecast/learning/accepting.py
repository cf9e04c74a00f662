"""How many visitors accept an offer: learnt from what came of those before."""

from msgspec import Struct

GUESS_WEIGHT = 12.0
"""Visitors for which a guess counts."""


class Count(Struct):
    offered: float = 0.0
    taken: float = 0.0


class Accepted:
    """By action. A measure is known by its action and what it is about: a service, or a queue."""

    def __init__(self) -> None:
        self.counts: dict[str, Count] = {}
        self._running: set[tuple[str, str]] = set()

    def began(self, action: str, about: str, waiting: int) -> None:
        """A measure was begun, and offered to those who wait."""
        if (action, about) not in self._running:
            self._running.add((action, about))
            self.counts.setdefault(action, Count()).offered += waiting

    def ended(self, action: str, about: str) -> None:
        self._running.discard((action, about))

    def came(self, service: str, queue: str) -> None:
        """A visitor came whom running measures are offered to."""
        for action, about in self._running:
            if about in (service, queue):
                self.counts[action].offered += 1

    def left(self, service: str, queue: str) -> None:
        """A visitor accepted, as it seems, the measure that is about them."""
        for action, about in sorted(self._running):
            if about in (service, queue):
                self.counts[action].taken += 1
                return

    def share(self, action: str, guess: float) -> float:
        """The share who accept; `guess` where little was seen."""
        count = self.counts.get(action, Count())
        return min((count.taken + guess * GUESS_WEIGHT) / (count.offered + GUESS_WEIGHT), 0.95)

    def end_day(self) -> None:
        self._running.clear()
