"""The journal in SQLite, synced at each write. A corrupt one is set aside, read as far as it goes, and reported."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from kiosk.offline.clock import Anchor
from kiosk.offline.desk import settled
from kiosk.offline.ports import JournalFull, Note, Saved
from kiosk.offline.records import (
    Kept,
    KeptBlock,
    KeptFacts,
    KeptRates,
    KeptSlip,
    KeptUse,
    Torn,
    found_in,
    read,
    written,
)
from kiosk.offline.salvage import salvaged
from kiosk.offline.slips import Slip

NAME = "journal"
SCHEMA = "CREATE TABLE IF NOT EXISTS records (name TEXT PRIMARY KEY, day TEXT NOT NULL, body BLOB NOT NULL)"
PRAGMAS = ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL", "trusted_schema=OFF")


class Corrupt(Exception):
    """The file is not what was written."""


class SqliteJournal:
    """See `ports.Journal`. `now` names files that are set aside; `folder` must be held (`AgentFolder`)."""

    def __init__(self, folder: Path, now: Callable[[], str]) -> None:
        self._folder = folder
        self._path = folder / NAME
        self._seq = 0
        self._salvaged = 0
        self._used: dict[str, KeptUse] = {}
        try:
            self._open(now)
        except (sqlite3.Error, OSError) as error:
            raise _full(error) from error

    def load(self) -> Saved:
        """What was there at start; slips in the order in which they were taken."""
        kept = [kept for _, kept in self._read_all()]
        used = {each.lease: each.next for each in kept if isinstance(each, KeptUse)}
        blocks = [each.block for each in kept if isinstance(each, KeptBlock)]
        slips = [each.slip for each in kept if isinstance(each, KeptSlip)]
        rates = [each.rates for each in kept if isinstance(each, KeptRates)]
        facts = self._facts
        return Saved(
            installation=facts.installation,
            counter=max([facts.counter, *(slip.counter for slip in slips)]),
            slips=tuple(sorted(slips, key=lambda slip: slip.counter)),
            blocks=tuple((block, used.get(block.id, block.first)) for block in blocks if block.day == facts.day),
            day=facts.day,
            day_ends_at=facts.day_ends_at,
            anchor=facts.anchor,
            rates=rates[0] if rates else (),
            epoch=facts.epoch,
            aside=tuple(sorted(path.name for path in self._folder.glob(f"{NAME}.corrupt-*") if _whole(path))),
            salvaged=self._salvaged,
        )

    def keep(self, slip: Slip) -> None:
        uses = self._uses(((slip.lease, slip.number + 1),))
        self._write([_slip(slip), *uses, replace(self._facts, counter=slip.counter)])

    def mark(self, slips: tuple[Slip, ...]) -> None:
        self._write([_slip(slip) for slip in slips])

    def note(self, note: Note) -> None:
        facts = self._facts
        kept: list[Kept] = [KeptBlock(block) for block in note.blocks]
        if note.day:
            facts = replace(facts, day=note.day, day_ends_at=note.day_ends_at)
            kept.append(KeptRates(note.rates))
        if note.epoch:
            facts = replace(facts, epoch=note.epoch)
        self._used |= {block.id: KeptUse(block.id, block.first, block.day) for block in note.blocks}
        self._write([*kept, *self._uses(note.used), facts], over=note.day)

    def anchor(self, anchor: Anchor) -> None:
        self._write([replace(self._facts, anchor=anchor)])

    def count(self, counts: dict[str, int]) -> None:
        """Adds to what is counted."""
        sums = dict(self._facts.counts)
        for name, more in counts.items():
            sums[name] = sums.get(name, 0) + more
        self._write([replace(self._facts, counts=sums)])

    def counts(self) -> dict[str, int]:
        return dict(self._facts.counts)

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._db.close()

    def _uses(self, used: Iterable[tuple[str, int]]) -> list[KeptUse]:
        """Of blocks in the journal alone, and never back: a number that is gone stays gone."""
        known = [(self._used[lease], at) for lease, at in used if lease in self._used]
        uses = [replace(use, next=max(at, use.next)) for use, at in known]
        self._used |= {use.lease: use for use in uses}
        return uses

    def _open(self, now: Callable[[], str]) -> None:
        found = found_in(_bytes(self._folder / f"{NAME}-wal") + _bytes(self._path))
        try:
            kept = self._connect()
            unseen = [(seq, each) for seq, each in found if seq > self._seq]
            # One write beyond the last whole one is what a power cut leaves; more of them means a hole in the middle.
            if len({seq for seq, _ in unseen}) > 1:
                raise Corrupt
        except (sqlite3.DatabaseError, Torn, Corrupt) as error:
            if not _is_corrupt(error):
                raise
            self._begin_anew(found, now())
            return
        self._used = {each.lease: each for each in kept if isinstance(each, KeptUse)}
        facts = next((each for each in kept if isinstance(each, KeptFacts)), None)
        self._facts = facts or KeptFacts(_new_id())
        self._seq = max([self._seq, *(seq for seq, _ in unseen)])
        # A full disk is no reason not to start: what is there can still be handed in.
        if unseen or facts is None:
            self._write([each for _, each in unseen] or [self._facts])

    def _connect(self) -> list[Kept]:
        """Opens the file and reads it whole. Raises when any byte of it is not as it was written."""
        if self._path.is_dir() or (self._path.exists() and not self._path.stat().st_size):
            raise Corrupt
        self._db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=1.0)
        for pragma in PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")
        if self._db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise Corrupt
        self._db.execute(SCHEMA)
        # Frames of a write whose sync failed may be in memory only: written over to the file, they are synced again.
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        records = self._read_all()
        self._seq = max((seq for seq, _ in records), default=0)
        if records and not any(isinstance(kept, KeptFacts) for _, kept in records):
            raise Corrupt
        return [kept for _, kept in records]

    def _read_all(self) -> list[tuple[int, Kept]]:
        records = []
        for name, day, body in self._db.execute("SELECT name, day, body FROM records"):
            seq, kept = read(body)
            if (name, day) != (_name(kept), _day(kept)):
                raise Torn
            records.append((seq, kept))
        return records

    def _begin_anew(self, found: list[tuple[int, Kept]], now: str) -> None:
        """Sets the file aside and begins another, with a new installation and the slips that can still be read."""
        if hasattr(self, "_db"):
            self._db.close()
        _set_aside(self._folder, now)
        left = salvaged(found)
        self._seq = 0
        self._connect()
        self._facts = replace(left.facts, installation=_new_id(), counter=len(left.slips))
        self._salvaged = len(left.slips)
        self._write([*(_slip(slip) for slip in left.slips), self._facts])

    def _write(self, all_kept: Sequence[Kept], over: str = "") -> None:
        """One durable write; nothing is certain when it raises."""
        # A write that failed lends its number to the next: what both leave on the disk then looks like one write.
        seq = self._seq + 1
        rows = [(_name(kept), _day(kept), written(kept, seq)) for kept in all_kept]
        try:
            self._db.execute("BEGIN IMMEDIATE")
            if over:
                self._db.execute("DELETE FROM records WHERE day NOT IN ('', ?)", (over,))
            self._db.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", rows)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise _full(error) from error
        self._seq = seq
        for kept in all_kept:
            if isinstance(kept, KeptFacts):
                self._facts = kept


def _slip(slip: Slip) -> KeptSlip:
    """Whoever it is for stays off the disk."""
    return KeptSlip(replace(slip, asked=replace(slip.asked, person="")) if slip.asked.person else slip)


def _name(kept: Kept) -> str:
    match kept:
        case KeptSlip(slip):
            return f"slip {slip.counter}"
        case KeptBlock(block):
            return f"block {block.id}"
        case KeptUse(lease):
            return f"use {lease}"
        case KeptRates():
            return "rates"
    return "facts"


def _day(kept: Kept) -> str:
    """The day with whose end it may be deleted; empty as long as it must not."""
    match kept:
        case KeptSlip(slip):
            return slip.day if settled(slip) else ""
        case KeptBlock(block):
            return block.day
        case KeptUse(_, _, day):
            return day
    return ""


def _new_id() -> str:
    return secrets.token_hex(8)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _whole(path: Path) -> bool:
    return not path.name.endswith(("-wal", "-shm"))


def _set_aside(folder: Path, now: str) -> None:
    names = (f"{NAME}.corrupt-{now}{more}" for more in ("", *(f"-{at}" for at in range(2, 1000))))
    name = next(name for name in names if not (folder / name).exists())
    for tail in ("-wal", "-shm", ""):
        path = folder / f"{NAME}{tail}"
        if path.exists():
            path.rename(folder / f"{name}{tail}")
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_corrupt(error: Exception) -> bool:
    """Whether the file is at fault; a disk that is full or read-only is not."""
    if not isinstance(error, sqlite3.DatabaseError):
        return True
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def _full(error: Exception) -> JournalFull:
    full = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL or getattr(error, "errno", 0) in (28, 122)
    return JournalFull("JOURNAL_FULL" if full else "JOURNAL_FAILED", str(error))
