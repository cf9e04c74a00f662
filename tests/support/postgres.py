"""A PostgreSQL of its own for tests: in a folder that is gone afterwards, on a unix socket, without any port."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from queue_server.store.embedded import dying_with_parent

START_S = 30
USERS = ("postgres", "nobody")
"""PostgreSQL refuses to be root; then it is one of these."""
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=30")


def program(name: str) -> str:
    """Debian keeps the server's programs off everybody's path."""
    found = shutil.which(name) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), default="")
    assert found, f"{name} is not installed: `make setup` installs postgresql"
    return found


class Cluster:
    """Started when it is made. `database()` makes an empty one and says its address."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="greenwave-pg-"))
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            user = next(pwd.getpwnam(name) for name in USERS if _is_user(name))
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._count = 0
        self._run(
            "initdb", "--no-sync", "--auth=trust", "--username=greenwave", "--encoding=UTF8", "--no-locale", "data"
        )
        self.start()

    def start(self) -> None:
        settings = [part for setting in FAST for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as out:
            self._server = subprocess.Popen(
                [program("postgres"), "-D", "data", "-k", str(self.folder), *settings], cwd=self.folder,
                stdout=out, stderr=out, preexec_fn=dying_with_parent(signal.SIGQUIT), **self._as,
            )  # fmt: skip
        patience = time.monotonic() + START_S
        while self._ask("pg_isready", "-q", "-h", str(self.folder)) != 0:
            assert self._server.poll() is None and time.monotonic() < patience, (self.folder / "log").read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        """At once: whoever is connected is cut off."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def database(self) -> str:
        self._count += 1
        name = f"archive{self._count}"
        self._run("createdb", "-h", str(self.folder), "-U", "greenwave", name)
        return f"postgresql+psycopg://greenwave@/{name}?host={self.folder}"

    def _run(self, name: str, *options: str) -> None:
        assert self._ask(name, *options) == 0, f"{name} failed; what it says is above"

    def _ask(self, name: str, *options: str) -> int:
        command = [program(name), *options]
        return subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, **self._as).returncode


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
