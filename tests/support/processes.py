"""Processes of a server under test, found by their parents, ended without mercy."""

import contextlib
import os
import signal
import time
from pathlib import Path


def children(pid: int) -> dict[int, str]:
    """All processes below this one, with their command lines."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                if stat[0] != "Z":
                    parents[int(entry.name)] = int(stat[1])
    below, found = {pid}, {}
    while more := [child for child, parent in parents.items() if parent in below and child not in found]:
        below.update(more)
        found.update({child: command_of(child) for child in more})
    return found


def command_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def workers_of(pid: int) -> list[int]:
    return [child for child, command in children(pid).items() if "ops.worker" in command]


def store_of(pid: int) -> int:
    return next(
        child for child, command in children(pid).items() if "valkey-server" in command or "redis-server" in command
    )


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(*pids: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def all_gone(pids: list[int], within_s: float) -> bool:
    """Whether none of these is left after so long at most."""
    end = time.monotonic() + within_s
    while any(alive(pid) for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
