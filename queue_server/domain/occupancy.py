"""How many people are in the zones of a hall, and who waits outside for a wave (一米办, 分批办, 进出扫码). Pure.

Gates count in and out; a zone that holds only so many lets those outside in by waves. Whoever a wave called in holds a
place until a gate counts them, or their time to come is over.
"""

from collections.abc import Iterable

from msgspec import Struct

from queue_server.domain.events import Event

TRUSTED_MS = 60 * 60_000
"""A gate that counted nobody for so long may be dead: nobody waits outside for what it said."""

MOST_AT_ONCE = 500
"""The largest count of one message, and the largest wave."""


class ZoneRecord(Struct, array_like=True, kw_only=True):
    """What the store keeps of a zone that is counted; of today alone."""

    people: int = 0
    entered: int = 0
    left: int = 0
    """How many came and went today."""
    counted_at: int = 0
    """When (ms) a gate last counted."""
    wave: int = 0
    """How many waves were called in today."""
    coming: list[tuple[int, int]] = []
    """(until when they may come, how many) of those called in and not counted yet, oldest first."""


class Place(Struct, frozen=True, kw_only=True):
    """A zone at a moment. `room` is None for a zone that holds any number."""

    people: int
    coming: int
    room: int | None
    most: int

    @property
    def is_full(self) -> bool:
        return self.room is not None and self.room <= 0


def coming_at(record: ZoneRecord, at: int) -> int:
    """How many are called in, not counted, and still in time."""
    return sum(n for until, n in record.coming if until > at)


def count(record: ZoneRecord, entered: int, left: int, people: int, at: int) -> None:
    """What a gate counted; `people` of 0 or more is a count by hand, which corrects what gates missed."""
    record.people = people if people >= 0 else max(record.people + entered - left, 0)
    record.entered, record.left = record.entered + entered, record.left + left
    record.counted_at = at
    still, came = [], entered
    for until, n in record.coming:
        if until <= at:
            continue
        taken = min(n, came)
        came -= taken
        if n > taken:
            still.append((until, n - taken))
    record.coming = still


def place(record: ZoneRecord | None, most: int, at: int) -> Place | None:
    """A zone as it is believed to be; None while nobody counts it."""
    if record is None or at - record.counted_at > TRUSTED_MS:
        return None
    coming = coming_at(record, at)
    return Place(people=record.people, coming=coming, room=most - record.people - coming if most else None, most=most)


def wave_size(room: int, outside: int, least: int) -> int:
    """How many to let in now: none while the room is less than a wave, unless it is enough for all who are outside."""
    return min(room, outside) if room >= min(least, outside) else 0


class Occupancy:
    """The zones of one hall by id, moved on by its events alone."""

    def __init__(self) -> None:
        self.zones: dict[str, ZoneRecord] = {}

    def start_from(self, rows: Iterable[tuple[str, ZoneRecord]]) -> None:
        """Takes over what a snapshot knows."""
        self.zones = dict(rows)

    def apply(self, event: Event) -> None:
        """Moves on by one event; those that say nothing of zones change nothing."""
        if event.name == "PeopleCounted":
            by_hand = event.whole("people") if event.fact("change") == "set" else -1
            count(self._zone(event), event.whole("entered"), event.whole("left"), by_hand, event.at)
        elif event.name == "WaveCalled":
            self._let_in(self._zone(event), event)
        elif event.name == "DayClosed":
            self.zones.clear()

    def _zone(self, event: Event) -> ZoneRecord:
        return self.zones.setdefault(str(event.fact("zone")), ZoneRecord())

    @staticmethod
    def _let_in(record: ZoneRecord, event: Event) -> None:
        """One ticket of a wave: each has an event of its own."""
        until = event.whole("until_at")
        if event.whole("wave") == record.wave and record.coming and record.coming[-1][0] == until:
            record.coming[-1] = (until, record.coming[-1][1] + 1)
        else:
            record.wave = event.whole("wave")
            record.coming = [*record.coming, (until, 1)]
