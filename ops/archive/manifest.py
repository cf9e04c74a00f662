"""What a backup says of itself: the first thing in the file, and what everything else in it is held against."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import msgspec
from msgspec import Struct

from ops.archive.database import HEAD
from queue_server.domain.audit import Head
from queue_server.store.library import VERSION

FORMAT = 1
NAME = "manifest.json"
STORE, SQLITE, POSTGRES = "store.rdb", "archive.db", "archive.pgdump"
PLAIN = ("secret", "admin-token", "promises.json", "vapid.pem", "channels.toml", "identity.toml")
"""Files of the data folder that are copied as they are."""


class HallNumbers(Struct, frozen=True, kw_only=True):
    """What a restored hall must know to give no number twice."""

    timezone: str
    busiest: dict[str, int]
    """By queue: the most numbers that it gave on one day of the last weeks, at least none. `#` is all of them."""


class Member(Struct, frozen=True, kw_only=True):
    bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    format: int = FORMAT
    greenwave: str
    library: int
    """Version of the store's function library: an older program never works on a newer store."""
    made_at: str
    halls: dict[str, HallNumbers]
    files: dict[str, Member]
    audit: dict[str, Head] = {}
    """By hall: where its ledger stood. Who changes the ledger later does not change this."""
    tables: str = ""
    """Version of the archive's tables; empty where none was backed up, or by a program that did not say."""

    @property
    def is_newer(self) -> bool:
        """Made by a newer program than this one."""
        ours = version("greenwave")
        is_its_format = self.format > FORMAT or self.library > VERSION or self.tables > HEAD
        return is_its_format or _parts(self.greenwave) > _parts(ours)


def _parts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def member(path: Path) -> Member:
    """What a file is held against."""
    with path.open("rb") as file:
        return Member(bytes=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def read_manifest(text: bytes) -> Manifest:
    """Raises msgspec.MsgspecError."""
    return msgspec.json.decode(text, type=Manifest)
