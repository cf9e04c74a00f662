"""A kiosk that was switched off and on again, and has no clock of its own."""

from pathlib import Path

from msgspec.structs import replace

from kiosk.agent import clocks
from kiosk.offline.journal import SqliteJournal


def switch_off(folder: Path) -> None:
    """The machine starts anew, and its wall clock says what it said when it was switched off."""
    journal = SqliteJournal(folder, lambda: "now")
    anchor = journal.load().anchor
    assert anchor is not None
    journal.anchor(replace(anchor, boot_id="yesterday", wall_at=clocks.wall_ms()))
    journal.close()
