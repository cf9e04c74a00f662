"""What numbers were promised, kept apart from the store: a store restored from an older copy must skip past them.

The store loses nothing by itself. But who puts back yesterday's copy of it would make it give numbers again that
people hold on paper. So each worker keeps the highest numbers that it knows of in a file of its own, and compares.
"""

import os
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from queue_server.domain.events import Event
from queue_server.domain.orders import Snapshot

MARGIN = 500
"""Numbers skipped beyond those known: more than one lease, or than a hall gives in the second between two writes."""

log = structlog.get_logger()


class Promised(msgspec.Struct, kw_only=True):
    """A hall's day: the latest position known, and the highest number of each queue; `#` is the ordinal's."""

    day: str = ""
    position: int = 0
    numbers: dict[str, int] = msgspec.field(default_factory=dict)

    def note(self, day: str, position: int, event: Event) -> None:
        """Learns from one event of a day."""
        self.position = position
        if day != self.day:
            self.day, self.numbers = day, {}
        if event.name == "TicketIssued":
            self._raise(event.queue, int(event.number[len(event.queue) :]))
            self._raise("#", int(event.ticket.partition("-")[2]))
        elif event.name == "NumbersLeased":
            self._raise(event.queue, event.whole("last"))
            self._raise("#", event.whole("ordinal"))

    def _raise(self, counter: str, number: int) -> None:
        if number > self.numbers.get(counter, 0):
            self.numbers[counter] = number


class Promises:
    """The file. `lost` says what a store has forgotten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._halls = self._read()
        self._written = b""

    def _read(self) -> dict[str, Promised]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Promised])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            log.error("the file of promised numbers cannot be read; it is set aside", error=str(error))
            if self._path.exists():
                self._path.replace(self._path.with_suffix(".broken"))
            return {}

    def of(self, hall: str) -> Promised:
        """What is known of a hall."""
        return self._halls.setdefault(hall, Promised())

    def lost(self, hall: str, today: str, snapshot: Snapshot) -> list[tuple[str, int]]:
        """The numbers to skip past, where the store knows less of today than we do; else nothing."""
        promised = self.of(hall)
        if promised.day != today or not promised.numbers:
            return []
        if snapshot.day == today and snapshot.position >= promised.position:
            return []
        return [(counter, number + MARGIN) for counter, number in promised.numbers.items()]

    def keep(self) -> None:
        """Writes the file when there is anything new. Raises OSError."""
        text = msgspec.json.encode(self._halls)
        if text == self._written:
            return
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with fresh.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._written = text


class Dated(Protocol):
    """A hall that knows its day."""

    @property
    def day(self) -> str: ...


class Noting:
    """Follows a hall's events for the file."""

    def __init__(self, promised: Promised, hall: Dated) -> None:
        self._promised = promised
        self._hall = hall

    def take(self, position: int, event: Event) -> None:
        self._promised.note(self._hall.day, position, event)

    def start_afresh(self) -> None:
        """The numbers known stay known."""
