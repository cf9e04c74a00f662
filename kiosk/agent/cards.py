"""The card that was read last: a keyed hash and an age class, in memory for as long as its visitor may stand there."""

import secrets
import time
from collections.abc import Callable

from hardware.idcard.port import CardFacts

KEPT_S = 120.0


class Cards:
    """At most one card is known, and only for a moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._name = ""
        self._facts: CardFacts | None = None
        self._at = 0.0

    def take(self, facts: CardFacts) -> None:
        """Keeps a card under a name by which the page may speak of it."""
        self._name, self._facts, self._at = secrets.token_hex(8), facts, self._clock()

    def told(self) -> dict[str, object] | None:
        """What the page may know of the card that was just read."""
        if self._facts is None or self._clock() - self._at > KEPT_S:
            return None
        return {"card": self._name, "elder": self._facts.age == "elder"}

    def person(self, name: str) -> str:
        """The keyed hash of the card of that name; empty when it is not known (any more)."""
        if self._facts is None or not name or name != self._name or self._clock() - self._at > KEPT_S:
            return ""
        return self._facts.person

    def forget(self) -> None:
        self._name, self._facts = "", None
