"""A journal in memory that dies like one on a disk: what a failed or unfinished write left may be there afterwards."""

from collections.abc import Callable
from random import Random

from kiosk.offline.clock import Anchor
from kiosk.offline.desk import settled
from kiosk.offline.ports import JournalFull, Note, Saved
from kiosk.offline.slips import Block, Slip

State = dict[str, object]


class MemoryJournal:
    """`failing` makes writes fail; each failed write is in limbo until the next good one or until `crash` decides."""

    def __init__(self, installation: str, random: Random) -> None:
        self.random = random
        self.failing = False
        self.limbo: Callable[[], None] | None = None
        self.installation = installation
        self.counter = 0
        self.slips: dict[int, Slip] = {}
        self.blocks: dict[str, tuple[Block, int]] = {}
        self.day, self.day_ends_at, self.epoch = "", 0, ""
        self.kept_anchor: Anchor | None = None
        self.rates: tuple[tuple[str, int, float], ...] = ()

    def load(self) -> Saved:
        return Saved(
            installation=self.installation,
            counter=self.counter,
            slips=tuple(sorted(self.slips.values(), key=lambda slip: slip.counter)),
            blocks=tuple(self.blocks.values()),
            day=self.day,
            day_ends_at=self.day_ends_at,
            anchor=self.kept_anchor,
            rates=self.rates,
            epoch=self.epoch,
        )

    def start_twice(self) -> None:
        """Only a real folder has a lock to try: see `disk`."""

    def load_blocks(self) -> dict[str, tuple[Block, int]]:
        return self.blocks

    def keep(self, slip: Slip) -> None:
        self._write(lambda: self._keep(slip))

    def mark(self, slips: tuple[Slip, ...]) -> None:
        self._write(lambda: self._mark(slips))

    def note(self, note: Note) -> None:
        self._write(lambda: self._note(note))

    def anchor(self, anchor: Anchor) -> None:
        self.kept_anchor = anchor

    def count(self, counts: dict[str, int]) -> None: ...

    def counts(self) -> dict[str, int]:
        return {}

    def close(self) -> None: ...

    def crash(self, power: bool) -> None:
        """A kill leaves the page cache; a power cut leaves what happened to reach the disk."""
        if self.limbo is not None and self.random.random() < (0.3 if power else 0.7):
            self.limbo()
        self.limbo = None

    def _write(self, change: Callable[[], None]) -> None:
        if self.failing:
            self.limbo = change
            raise JournalFull("JOURNAL_FULL")
        self.limbo = None
        change()

    def _keep(self, slip: Slip) -> None:
        self.slips[slip.counter] = slip
        self.counter = slip.counter
        if slip.lease in self.blocks:
            self._use(slip.lease, slip.number + 1)

    def _use(self, lease: str, at: int) -> None:
        block, before = self.blocks[lease]
        self.blocks[lease] = (block, max(at, before))

    def _mark(self, slips: tuple[Slip, ...]) -> None:
        for slip in slips:
            self.slips[slip.counter] = slip

    def _note(self, note: Note) -> None:
        if note.day:
            self.day, self.day_ends_at, self.rates = note.day, note.day_ends_at, note.rates
            self.slips = {at: slip for at, slip in self.slips.items() if slip.day == note.day or not settled(slip)}
            self.blocks = {at: held for at, held in self.blocks.items() if held[0].day == note.day}
        self.epoch = note.epoch or self.epoch
        for block in note.blocks:
            self.blocks[block.id] = (block, block.first)
        for lease, at in note.used:
            if lease in self.blocks:
                self._use(lease, at)
