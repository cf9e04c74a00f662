"""The processes of a hall: workers that share one listening socket, the embedded store, helpers beside them.

Whoever dies is started again; all die with their parent.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from types import FrameType

import structlog
from prometheus_client import multiprocess

from ops.charge import Charge, encode
from queue_server.store.embedded import EmbeddedStore, StoreFailed, dying_with_parent

LOOK_S = 0.1
WORKER_STOP_S = 10
CALM_S = 5.0
"""A process that lived this long is started again at once; one that dies sooner waits a second."""

log = structlog.get_logger()


def listen(host: str, port: int) -> socket.socket:
    """The socket that all workers accept on. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(1024)
    return listening


class Child:
    """A process that is kept running."""

    def __init__(
        self,
        name: str,
        start: Callable[[], "subprocess.Popen[bytes]"],
        bury: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.name = name
        self._bury = bury
        self._start = start
        self.process = start()
        self._born = time.monotonic()
        self._again_at = 0.0

    def look(self) -> None:
        """Starts it again when it has died."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self._again_at == 0.0:
            log.error("process died", name=self.name, status=self.process.returncode)
            self._bury(self.process.pid)
            self._again_at = now if now - self._born > CALM_S else now + 1.0
        if now < self._again_at:
            return
        try:
            self.process, self._born, self._again_at = self._start(), now, 0.0
        except OSError as error:
            log.error("process does not start", name=self.name, error=str(error))
            self._again_at = now + 1.0

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def wait(self, grace_s: float) -> None:
        """Until it has ended, by force when its time is up."""
        try:
            self.process.wait(grace_s)
        except subprocess.TimeoutExpired:
            log.error("process did not stop in time and is killed", name=self.name)
            self.process.kill()
            self.process.wait()


class Processes:
    """Starts, watches and stops everything; `run` returns after SIGTERM or SIGINT."""

    def __init__(self, store: EmbeddedStore | None) -> None:
        self._store = store
        self._children: list[Child] = []
        self._stopping = False
        self._store_alarm = False
        self._metrics = tempfile.mkdtemp(prefix="greenwave-metrics-")
        for number in (signal.SIGTERM, signal.SIGINT):  # before anything starts, so that all of it is stopped in order
            signal.signal(number, self._stop)

    def start_workers(self, charge: Charge, listening: socket.socket, count: int) -> None:
        """Starts the workers and waits until each accepts requests. Raises RuntimeError when one dies first."""
        told = encode(charge)
        waiting = []
        for number in range(count):
            ready, ready_writer = os.pipe()
            start = partial(start_worker, told, listening, ready_writer, self._metrics)
            child = Child(f"worker {number + 1}", start, self._forget_gauges)
            self._children.append(child)
            waiting.append((child, ready, ready_writer))
        for child, ready, _ in waiting:
            self._wait_ready(child, ready)

    def start_caretaker(self, charge: Charge) -> None:
        """Starts the process that foresees and archives beside the workers."""
        command, told = [sys.executable, "-m", "ops.caretaker"], encode(charge)
        self._children.append(Child("caretaker", lambda: start_process(command, told)))

    def start_helper(self, name: str, command: list[str]) -> None:
        """Starts one of our own commands beside the workers, with its output on stderr."""
        self._children.append(Child(name, lambda: start_process(command, b"")))

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping

    def run(self) -> None:
        """Watches until told to stop."""
        while not self._stopping:
            time.sleep(LOOK_S)
            self._look_at_store()
            for child in self._children:
                child.look()

    def stop(self) -> None:
        """Stops helpers and workers first, the store last, so that nothing acknowledged is lost."""
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.wait(WORKER_STOP_S)
        if self._store is not None:
            self._store.stop()
        shutil.rmtree(self._metrics, ignore_errors=True)

    def _forget_gauges(self, pid: int) -> None:
        """What a dead worker counted stays; what it held, such as its open streams, is no more."""
        multiprocess.mark_process_dead(pid, self._metrics)  # type: ignore[no-untyped-call]

    def _wait_ready(self, child: "Child", ready: int) -> None:
        os.set_blocking(ready, False)
        while not self._stopping:
            try:
                if os.read(ready, 1):
                    return
            except BlockingIOError:
                pass
            if child.process.poll() is not None:
                raise RuntimeError(f"{child.name} ended before it was ready (status {child.process.returncode})")
            time.sleep(0.02)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _look_at_store(self) -> None:
        """A store that died, by a full disk for one, is started again as soon as it can be."""
        if self._store is None or self._store.alive():
            return
        if not self._store_alarm:
            log.critical("STORE DOWN: nothing new is saved until it is back", said=self._store.last_words())
            self._store_alarm = True
        try:
            self._store.start()
        except (StoreFailed, OSError) as error:
            log.critical("the store does not start", error=str(error))
            time.sleep(1.0)
            return
        log.warning("the store is back")
        self._store_alarm = False


def start_process(command: list[str], told: bytes, fds: tuple[int, ...] = (), **more: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=sys.stderr, pass_fds=fds, env={**os.environ, **more},
        start_new_session=True, preexec_fn=dying_with_parent(),
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(told)
    process.stdin.close()
    return process


def start_worker(told: bytes, listening: socket.socket, ready_fd: int, metrics: str) -> "subprocess.Popen[bytes]":
    fds = (listening.fileno(), ready_fd)
    command = [sys.executable, "-m", "ops.worker", *map(str, fds)]
    return start_process(command, told, fds, PROMETHEUS_MULTIPROC_DIR=metrics)
