"""An agent's own folder: one agent at a time in it, and an id that tells this installation from all others."""

import fcntl
import secrets
from pathlib import Path
from typing import IO, Self

from queue_server.link.files import write_file


class FolderInUse(Exception):
    """Another agent works in this folder."""


class AgentFolder:
    """Makes the folder and holds it until closed, or until the process ends however it does.

    Raises `FolderInUse`, and OSError for a folder that cannot be made or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock: IO[str] = (path / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise FolderInUse(f"{path} is in use by another agent: stop that one, or take another --data") from None
        self.installation = _kept_id(path / "installation")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()


def _kept_id(file: Path) -> str:
    """The id in this file; a new one where there is none, or none that is whole."""
    known = file.read_text("ascii", "replace").strip() if file.exists() else ""
    if len(known) == 16 and known.isalnum() and known.isascii():
        return known
    made = secrets.token_hex(8)
    write_file(file, made.encode("ascii"))
    return made
