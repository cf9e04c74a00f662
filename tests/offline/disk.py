"""The product's journal on a real disk, with crashes: what a kill leaves is a copy of its files at that moment."""

import shutil
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from kiosk.offline.clock import Anchor
from kiosk.offline.journal import SqliteJournal
from kiosk.offline.ports import JournalFull, Note, Saved
from kiosk.offline.slips import Slip
from queue_server.link.folder import AgentFolder, FolderInUse


class DiskJournal:
    """As `memory.MemoryJournal`. A write that fails may have reached the disk whole."""

    def __init__(self, folder: Path, name: str, random: Random) -> None:
        self.folder = folder / name
        self.folder.mkdir()
        self.random = random
        self.failing = False
        self.open: SqliteJournal | None = None
        self.installations: set[str] = set()
        self.lock = ExitStack()
        self.locked = folder / f"{name}.locked"
        self.refused = 0

    def load(self) -> Saved:
        if self.open is None:
            self.lock = ExitStack()
            self.lock.enter_context(AgentFolder(self.locked))
            self.open = SqliteJournal(self.folder, lambda: "now")
        saved = self.open.load()
        assert not saved.aside
        self.installations.add(saved.installation)
        assert len(self.installations) == 1
        return saved

    def start_twice(self) -> None:
        """Another agent on the same folder, while this one runs."""
        with pytest.raises(FolderInUse):
            AgentFolder(self.locked)
        self.refused += 1

    def load_blocks(self) -> dict[str, object]:
        return {}

    def keep(self, slip: Slip) -> None:
        self._write("keep", slip)

    def mark(self, slips: tuple[Slip, ...]) -> None:
        self._write("mark", slips)

    def note(self, note: Note) -> None:
        self._write("note", note)

    def anchor(self, anchor: Anchor) -> None:
        if self.open is not None:
            self.open.anchor(anchor)

    def crash(self, power: bool) -> None:
        """The next start finds the files as they are now; after a power cut the log may end in half a frame."""
        if self.open is None:
            return
        left = self.folder.with_suffix(".left")
        shutil.copytree(self.folder, left)
        self.open.close()
        self.open = None
        self.lock.close()
        shutil.rmtree(self.folder)
        left.rename(self.folder)
        log = self.folder / "journal-wal"
        if power and log.exists():
            with log.open("ab") as file:
                file.write(self.random.randbytes(self.random.randrange(5_000)))

    def _write(self, name: str, what: object) -> None:
        if self.failing and self.random.random() < 0.5:
            raise JournalFull("JOURNAL_FULL")
        getattr(self.open, name)(what)
        if self.failing:
            raise JournalFull("JOURNAL_FAILED")
