"""How the archive is: how far it is behind the stream of events, since when, and how long the stream can wait."""

from msgspec import Struct

FOR_EVER_S = 10 * 365 * 24 * 3600
"""Nobody is told of a longer time."""
SILENT_MS = 30_000
"""An archiver that has said nothing for this long is not there."""


class ArchiveState(Struct, frozen=True, kw_only=True, array_like=True):
    """What the archiver last said of a hall. Moments are ms since the epoch."""

    at: int
    """When it said so."""
    position: int
    """Up to here the hall's stream is archived."""
    behind: int
    """Events that are not archived yet."""
    since: int = 0
    """Since when it cannot keep up; 0 while it can."""
    lasts_s: int = -1
    """How long the store can keep what is not archived, in seconds; -1 while nothing needs keeping."""
    trouble: str = ""
    """Why: `away`, `full`, `damaged`, `newer`; empty while there is none."""
    lost: int = 0
    """Events that the store no longer had when they were to be archived."""

    @property
    def status(self) -> str:
        return "behind" if self.since else "ok"

    def room_s(self, at: int) -> int:
        """What is left of `lasts_s` at a moment, though nothing was said since; -1 while nothing needs keeping."""
        return max(self.lasts_s - max(at - self.at, 0) // 1000, 0) if self.lasts_s >= 0 else -1


def lasts_s(room_bytes: int, bytes_per_s: float) -> int:
    """For how many seconds what comes fits into this room, from 0 to `FOR_EVER_S`."""
    if room_bytes <= 0:
        return 0
    return FOR_EVER_S if bytes_per_s <= 0 else min(int(room_bytes / bytes_per_s), FOR_EVER_S)
