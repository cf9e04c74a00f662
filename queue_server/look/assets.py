"""Static files of the packages: found, typed and named by their content."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
PACKED_GAIN = 0.8
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class Asset(Struct, frozen=True, kw_only=True):
    """One static file as it is now."""

    body: bytes
    type: str
    digest: str
    packed: bytes
    """The body as gzip; empty where that gains nothing."""


class Assets:
    """The static files of some packages, each by its short name."""

    def __init__(self, packages: Mapping[str, str]) -> None:
        self._folders = {room: Path(str(files(package))) / "static" for room, package in packages.items()}

    def find(self, room: str, name: str) -> Asset | None:
        """The file, or None where there is none of that name."""
        if room not in self._folders or not NAME.fullmatch(name):
            return None
        path = self._folders[room] / name
        if path.suffix not in TYPES or not path.is_file():
            return None
        return _read(path, path.stat().st_mtime_ns)

    def url(self, where: str) -> str:
        """The address of `room/name`, with its content's digest, so that it may be kept for ever."""
        room, _, name = where.partition("/")
        asset = self.find(room, name)
        if asset is None:
            raise KeyError(where)
        return f"/static/{where}?v={asset.digest}"


@lru_cache(maxsize=256)
def _read(path: Path, _changed_ns: int) -> Asset:
    body = path.read_bytes()
    packed = gzip.compress(body, mtime=0)
    return Asset(
        body=body, type=TYPES[path.suffix], digest=hashlib.sha256(body).hexdigest()[:16],
        packed=packed if len(packed) < len(body) * PACKED_GAIN else b"",
    )  # fmt: skip
