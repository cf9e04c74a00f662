"""What an agent was set up as, kept in its folder."""

from pathlib import Path

import msgspec
from msgspec import Struct

from queue_server.link.files import read_file, write_file


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
