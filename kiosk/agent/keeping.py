"""What a kiosk keeps in its data folder besides the journal and who it is: the hall as it last saw it."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from queue_server.link.files import read_file, write_file

HALL = "hall.json"


class SeenHall(Struct, frozen=True, kw_only=True):
    """The server's own answers about a hall."""

    detail: dict[str, Any]
    services: list[dict[str, Any]]


def read_hall(folder: Path) -> SeenHall | None:
    return read_file(folder / HALL, SeenHall)


def keep_hall(folder: Path, hall: SeenHall) -> None:
    """Keeps the hall for a start without its server. A disk that is full keeps the older one."""
    try:
        write_file(folder / HALL, msgspec.json.encode(hall))
    except OSError:
        (folder / f"{HALL}.new").unlink(missing_ok=True)
