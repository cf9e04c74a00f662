"""What a kiosk keeps in its data folder besides the journal: who it is, and the hall as it last saw it."""

import os
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

WHO, HALL = "kiosk.json", "hall.json"

Kind = TypeVar("Kind")


class Who(Struct, frozen=True, kw_only=True):
    """Which kiosk of which hall this is."""

    server: str = ""
    hall: str = ""
    token: str = ""
    device: str = ""
    name: str = ""


class SeenHall(Struct, frozen=True, kw_only=True):
    """The server's own answers about a hall."""

    detail: dict[str, Any]
    services: list[dict[str, Any]]


def read_who(folder: Path) -> Who:
    """Who this kiosk was set up as; empty when it never was, or the file cannot be read."""
    return _read(folder / WHO, Who) or Who()


def keep_who(folder: Path, who: Who) -> Path:
    """Keeps it out of everybody else's reach."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / WHO, msgspec.json.format(msgspec.json.encode(who), indent=2))
    return folder / WHO


def read_hall(folder: Path) -> SeenHall | None:
    return _read(folder / HALL, SeenHall)


def keep_hall(folder: Path, hall: SeenHall) -> None:
    """Keeps the hall for a start without its server. A disk that is full keeps the older one."""
    try:
        _write(folder / HALL, msgspec.json.encode(hall))
    except OSError:
        (folder / f"{HALL}.new").unlink(missing_ok=True)


def _read(path: Path, kind: type[Kind]) -> Kind | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing: a torn file would be a kiosk that knows nothing."""
    fresh = path.with_name(f"{path.name}.new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
