"""What an agent was set up as, kept in its folder, and files that are whole or not there."""

import os
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

Kind = TypeVar("Kind")


class Who(Struct, frozen=True, kw_only=True):
    """Which device of which hall an agent speaks for."""

    server: str = ""
    hall: str = ""
    token: str = ""
    device: str = ""
    name: str = ""
    window: int = 0
    zone: str = ""


def read_who(folder: Path, role: str = "kiosk") -> Who:
    """Who this agent was set up as; empty when it never was, or the file cannot be read."""
    return read_file(folder / f"{role}.json", Who) or Who()


def keep_who(folder: Path, who: Who, role: str = "kiosk") -> Path:
    """Keeps it out of everybody else's reach."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"{role}.json"
    write_file(file, msgspec.json.format(msgspec.json.encode(who), indent=2))
    return file


def read_file(path: Path, kind: type[Kind]) -> Kind | None:
    """What the file holds, or None where it is not there or makes no sense."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def write_file(path: Path, data: bytes) -> None:
    """All of it or nothing, for its user alone: a torn file would be an agent that knows nothing."""
    fresh = path.with_name(f"{path.name}.new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
