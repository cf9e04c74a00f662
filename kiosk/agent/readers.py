"""Reads cards and codes, each in a thread of its own, and tells the agent's loop."""

import asyncio
import threading
from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

import structlog

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.idcard.port import IdCardReader
from hardware.scanner.port import Scanner

LISTEN_S = 0.5
REST_S = 2.0
"""Between tries while a reader is away."""
MISSED = frozenset({"CARD_REMOVED", "CARD_UNREADABLE"})
"""The reader works; whoever laid the card on is told."""

log = structlog.get_logger()


class Reader(Protocol):
    def health(self) -> Health: ...
    def close(self) -> None: ...


class Reading:
    """One reader's thread. All `on_...` are called in the loop; nothing that was read is logged."""

    def __init__(
        self, name: str, reader: Reader, read: Callable[[], Any], *,
        on_read: Callable[[Any], None], on_health: Callable[[str, Health], None],
        on_missed: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.name = name
        self._reader, self._read = reader, read
        self._on_read, self._on_health, self._on_missed = on_read, on_health, on_missed
        self._over = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._last: Health | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join(2 * LISTEN_S)
        self._reader.close()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                found = self._read()
                if found is not None:
                    self._tell(self._on_read, found)
            except DeviceError as error:
                if error.code in MISSED:
                    self._tell(self._on_missed, error.code)
                else:
                    self._over.wait(REST_S)
            except Exception as error:  # a reader must never take the kiosk down
                log.error("a reader failed", reader=self.name, error=type(error).__name__)
                self._over.wait(REST_S)
            self._look()

    def _look(self) -> None:
        health = self._reader.health()
        if health != self._last:
            self._last = health
            self._tell(self._on_health, self.name, health)

    def _tell(self, hear: Callable[..., None], *told: Any) -> None:
        if not self._over.is_set():
            self._loop.call_soon_threadsafe(hear, *told)


def read_codes(scanner: Scanner, on_read: Callable[[str], None], on_health: Callable[[str, Health], None]) -> Reading:
    return Reading("scanner", scanner, lambda: scanner.read(LISTEN_S), on_read=on_read, on_health=on_health)


def read_cards(
    reader: IdCardReader, on_read: Callable[[Any], None], on_health: Callable[[str, Health], None],
    on_missed: Callable[[str], None], today: Callable[[], date],
) -> Reading:  # fmt: skip
    return Reading(
        "idcard", reader, lambda: reader.read(LISTEN_S, today()),
        on_read=on_read, on_health=on_health, on_missed=on_missed,
    )  # fmt: skip
