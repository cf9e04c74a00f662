"""The data folder: there, ours, writable, with room, on a disk that keeps what it was given; and who works in it."""

import fcntl
import os
import pwd
import shlex
import shutil
import tempfile
import time
from pathlib import Path

from ops.compiled import FOLDER, VARIABLE, is_kept
from ops.doctor.finding import Case, Fact, Finding, look, ok, wrong

LITTLE, TOO_LITTLE = 1024**3, 128 * 1024**2
SLOW_MS = 50
FLEETING = frozenset({"tmpfs", "ramfs"})
REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "afs", "ceph"})


def folder(case: Case) -> list[Finding]:
    """It exists, or can be made; it is this user's, and closed to others."""
    path = case.data
    if not path.exists():
        return _to_be_made(path)
    if not path.is_dir():
        return wrong("data_is_file", f"greenwave up --data {quoted(_other(path))}", path=str(path))
    owner = path.stat().st_uid
    if owner != os.geteuid():
        return wrong(
            "data_foreign", f"sudo chown -R {_name(os.geteuid())} {quoted(path)}", path=str(path), owner=_name(owner)
        )
    if path.stat().st_mode & 0o077:
        return look("data_open", f"chmod 700 {quoted(path)}", path=str(path))
    return ok("data", path=str(path))


def writes(case: Case) -> list[Finding]:
    """A file that is written there is on the disk soon."""
    path = case.data
    if not path.is_dir():
        return []
    try:
        took_ms = _sync_ms(path)
    except OSError as error:
        full = error.errno in {28, 122}  # no space left, quota reached
        help_with = f"df -h {quoted(path)}" if full else f"sudo chown -R {_name(os.geteuid())} {quoted(path)}"
        return wrong("data_full" if full else "data_unwritable", help_with, path=str(path), said=error.strerror or "")
    if took_ms > SLOW_MS:
        return look("disk_slow", f"df -h {quoted(path)}", path=str(path), ms=round(took_ms))
    return ok("disk_syncs", ms=round(took_ms, 1))


def space(case: Case) -> list[Finding]:
    """Room for the days to come."""
    path = nearest(case.data)
    left = shutil.disk_usage(path).free
    facts: dict[str, Fact] = {"path": str(path), "megabytes": left // 1024**2}
    if left < TOO_LITTLE:
        return wrong("space_gone", f"df -h {quoted(path)}", **facts)
    return look("space_little", f"df -h {quoted(path)}", **facts) if left < LITTLE else ok("space", **facts)


def disk(case: Case) -> list[Finding]:
    """A file system that outlives a restart, on a disk of this machine."""
    path = nearest(case.data)
    kind, read_only = _file_system(case.proc, path)
    facts: dict[str, Fact] = {"path": str(path), "kind": kind}
    if read_only:
        return wrong("disk_read_only", f"sudo mount -o remount,rw {quoted(_mount_of(path))}", **facts)
    if kind in FLEETING:
        return look("disk_fleeting", f"greenwave up --data {quoted(Path.home() / 'greenwave-data')}", **facts)
    if kind in REMOTE:
        return look("disk_remote", f"greenwave up --data {quoted(Path.home() / 'greenwave-data')}", **facts)
    return ok("disk", **facts)


def compiled(case: Case) -> list[Finding]:
    """The forecast is compiled once, not at every start."""
    if is_kept(case.environment, case.data / FOLDER):
        return ok("compiled")
    return look("compiled_anew", f"export {VARIABLE}=/var/cache/greenwave", path=str(case.data / FOLDER))


def at_work(case: Case) -> list[Finding]:
    """Whether a server works in the folder just now: which is well."""
    holder = holder_of(case)
    return [] if holder is None else ok("data_held", path=str(case.data), pid=holder)


def holder_of(case: Case) -> int | None:
    """The process that holds the folder; 0 when it cannot be told which; None when nobody does."""
    lock = case.data / "store" / "lock"
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _pid_of_lock(case.proc, lock)
    except OSError:
        return None
    return None


def quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _to_be_made(path: Path) -> list[Finding]:
    above = nearest(path)
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        make = f"sudo install -d -m 700 -o {_name(os.geteuid())} {quoted(path)}"
        return wrong(
            "data_not_makeable",
            make if above.is_dir() else f"greenwave up --data {quoted(_other(above))}",
            path=str(path),
            above=str(above),
        )
    return ok("data_to_be_made", path=str(path))


def nearest(path: Path) -> Path:
    """The folder itself, or what there is of the way to it."""
    path = path.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _other(path: Path) -> Path:
    return path.with_name(f"{path.name}-data")


def _sync_ms(path: Path) -> float:
    with tempfile.TemporaryFile(dir=path) as file:
        began = time.perf_counter()
        file.write(b"x" * 4096)
        file.flush()
        os.fsync(file.fileno())
        return (time.perf_counter() - began) * 1000


def _file_system(proc: Path, path: Path) -> tuple[str, bool]:
    """The kind of the file system of a path, and whether it is read only."""
    for line in (proc / "mounts").read_text("utf-8", "replace").splitlines()[::-1]:
        _, mount, kind, options, *_ = line.split(" ")
        if Path(mount.replace("\\040", " ")) == _mount_of(path):
            return kind, "ro" in options.split(",")
    return "", False


def _mount_of(path: Path) -> Path:
    path = path.resolve()
    while not path.is_mount():
        path = path.parent
    return path


def _pid_of_lock(proc: Path, lock: Path) -> int:
    inode = f":{lock.stat().st_ino}"
    for line in (proc / "locks").read_text("ascii", "replace").splitlines():
        words = line.split()
        if "FLOCK" in words and any(word.endswith(inode) for word in words):
            return max(int(words[4]), 0)
    return 0


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
