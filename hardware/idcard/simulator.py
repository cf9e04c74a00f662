"""An ID-card reader in memory."""

import threading
from datetime import date

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.idcard.card import Card
from hardware.idcard.port import CardFacts, Hide
from hardware.idcard.text import facts_of


class SimulatedIdCardReader:
    """`put` lays a card on; it is read once."""

    def __init__(self, hide: Hide) -> None:
        self._hide = hide
        self._changed = threading.Condition()
        self._card: Card | None = None
        self._fault = ""
        self._plugged = True
        self._lost = False
        self._unreadable = 0

    def put(self, card: Card, fault: str = "") -> None:
        """Lays a card on. With a fault (CARD_REMOVED, CARD_UNREADABLE) reading it fails so."""
        with self._changed:
            self._card, self._fault = card, fault
            self._changed.notify_all()

    def take(self) -> None:
        """Takes the card away."""
        with self._changed:
            self._card = None

    def unplug(self) -> None:
        with self._changed:
            self._plugged, self._card = False, None
            self._changed.notify_all()

    def plug(self) -> None:
        self._plugged = True

    def read(self, timeout_s: float, today: date) -> CardFacts | None:
        with self._changed:
            self._changed.wait_for(lambda: self._card is not None or not self._plugged, timeout_s)
            self._lost = not self._plugged
            if self._lost:
                raise DeviceError("UNPLUGGED", address="memory")
            facts = self._taken(today)
            fault, self._fault = self._fault, ""
        if not fault:
            return facts
        self._unreadable += fault == "CARD_UNREADABLE"
        raise DeviceError(fault, address="memory")

    def _taken(self, today: date) -> CardFacts | None:
        card, self._card = self._card, None
        facts = facts_of(card.text(), today, self._hide) if card else None
        if card and not facts:
            self._fault = self._fault or "CARD_UNREADABLE"
        return facts

    def health(self) -> Health:
        return Health(ok=not self._lost, code="UNPLUGGED" if self._lost else "", facts={"unreadable": self._unreadable})

    def close(self) -> None: ...
