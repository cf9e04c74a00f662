"""An agent's small files: whole or not there, for its user alone."""

import os
from pathlib import Path
from typing import TypeVar

import msgspec

Kind = TypeVar("Kind")


def read_file(path: Path, kind: type[Kind]) -> Kind | None:
    """What the file holds, or None where it is not there or makes no sense."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def write_file(path: Path, data: bytes) -> None:
    """All of it on disk, or nothing: a torn file would be an agent that knows nothing. Raises OSError."""
    fresh = path.with_name(f"{path.name}.new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
