"""The archive: its database can be reached, is one that this program knows, and has room for the days to come."""

import shutil
from pathlib import Path

from ops.archive.database import HEAD, Archive, ArchiveAway
from ops.archive.past import NONE
from ops.doctor.checks.folder import nearest, quoted
from ops.doctor.finding import Case, Fact, Finding, look, ok, wrong
from queue_server.settings import default_archive

LITTLE, TOO_LITTLE = 5 * 1024**3, 1024**3
"""Bytes."""
TROUBLES = {"away": "archive_away", "full": "archive_full", "damaged": "archive_damaged", "newer": "archive_newer"}


def database(case: Case) -> list[Finding]:
    """It can be reached, and holds what this program knows; a file that is not there yet will be made."""
    url = _address(case)
    if url in ("", NONE):
        return look("archive_none", "greenwave up") if url else []
    try:
        archive = Archive(url, make=False)
        if archive.is_sqlite and not archive.file.exists():
            return ok("archive_to_be_made", path=str(archive.file))
        version = archive.version()
    except ArchiveAway as error:
        return wrong(TROUBLES[error.trouble], _help(url), where=_shown(url), said=str(error))
    if version > HEAD:
        return wrong("archive_newer", "pip install --upgrade greenwave", where=_shown(url), said=version)
    return ok("archive", where=_shown(url))


def room(case: Case) -> list[Finding]:
    """The disk of an archive that is a file."""
    url = _address(case)
    if not url.startswith("sqlite:"):
        return []
    path = nearest(Archive(url, make=False).file)
    left = shutil.disk_usage(path).free
    facts: dict[str, Fact] = {"path": str(path), "megabytes": left // 1024**2}
    if left >= LITTLE:
        return ok("archive_room", **facts)
    return (wrong if left < TOO_LITTLE else look)("archive_room_little", f"df -h {quoted(path)}", **facts)


def _address(case: Case) -> str:
    """Empty on a machine that runs no server."""
    if not case.serves:
        return ""
    return case.environment.get("GREENWAVE_ARCHIVE") or default_archive(case.data)


def _shown(url: str) -> str:
    """Without its password."""
    try:
        return Archive(url, make=False).url.render_as_string(hide_password=True)
    except ArchiveAway:
        return url.partition(":")[0]


def _help(url: str) -> str:
    """What shows the trouble itself."""
    if not url.startswith("sqlite:"):
        return "systemctl status postgresql"
    return f"ls -l {quoted(Path(url.removeprefix('sqlite:///')))}"
