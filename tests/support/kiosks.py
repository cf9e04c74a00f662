"""Kiosks for tests: `greenwave kiosk` as a process of its own, its printer an emulator, gone afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hardware.printer.emulator import PRINTED
from tests.support.client import ADMIN
from tests.support.processes import children
from tests.support.servers import HallServer

READY_S = 60


class Said:
    """Status and JSON of one answer, and how long it took."""

    def __init__(self, status: int, body: Any, took_s: float) -> None:
        self.status, self.body, self.took_s = status, body, took_s

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    def __repr__(self) -> str:
        return f"{self.status} {self.body} ({self.took_s:.3f} s)"


def call(method: str, url: str, body: Any = None, within_s: float = 30, **headers: str) -> Said:
    """One request, blocking. `body` may be bytes, to send what is no JSON."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    began = time.monotonic()
    request = urllib.request.Request(url, data, sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=within_s) as answer:
            status, raw = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, raw = error.code, error.read()
    took_s = time.monotonic() - began
    return Said(status, json.loads(raw) if raw.startswith((b"{", b"[")) else raw.decode(), took_s)


def add_device(server: str, hall: str = "demo-hall", **more: Any) -> dict[str, Any]:
    """A kiosk's token, by the admin."""
    wish = {"role": "kiosk", "name": "Kiosk 1", **more}
    answer = call("POST", f"{server}/api/v1/halls/{hall}/devices", wish, Authorization=f"Bearer {ADMIN}")
    assert answer.status == 201, answer
    return dict(answer.body)


def at_server(server: HallServer, path: str) -> Said:
    """What the server says of the hall, asked by the admin."""
    return call("GET", f"{server.url}/api/v1/halls/{server.hall}{path}", Authorization=f"Bearer {ADMIN}")


def ticket_at(server: HallServer, ticket: str) -> Said:
    return at_server(server, f"/tickets/{ticket}")


@contextmanager
def away(server: HallServer) -> Iterator[None]:
    """The server hangs: it takes connections and says nothing, as behind a dead switch."""
    pids = [server.process.pid, *children(server.process.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def eventually(holds: Callable[[], Any], within_s: float = 15) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


class KioskProcess:
    """A running `greenwave kiosk`. `again()` starts it once more on the same data folder."""

    def __init__(self, data: Path, *options: str, port: int = 0, env: dict[str, str] | None = None) -> None:
        self.data, self.port = data, port
        self._options, self._env = options, env or {}
        self.errors = data.parent / f"{data.name}.err"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "ops.command", "kiosk", "--data", str(self.data), "--port", str(self.port)]
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [*command, *self._options], stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
                env={**os.environ, **self._env},
            )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        assert line.startswith("ready "), f"{line!r}: {self.errors.read_text()}"
        self.url = line.split()[1]

    def take(self, service: str = "GSO-01", **more: Any) -> Said:
        headers = {"Idempotency_Key": more.pop("key")} if "key" in more else {}
        return call("POST", f"{self.url}/api/tickets", {"service": service, **more}, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Said:
        return call("POST", self.url + path, {} if body is None else body, **headers)

    def get(self, path: str, **headers: str) -> Said:
        return call("GET", self.url + path, **headers)

    @property
    def status(self) -> dict[str, Any]:
        return dict(self.get("/api/status").body)

    def until(self, wanted: Callable[[dict[str, Any]], bool], within_s: float = 15) -> float:
        """Waits for a status; how long it took."""
        began = time.monotonic()
        while not wanted(status := self.status):
            assert time.monotonic() - began < within_s, status
            time.sleep(0.02)
        return time.monotonic() - began

    def settled(self, within_s: float = 15) -> float:
        """Waits until the server is there and has every ticket."""
        return self.until(lambda status: status["online"] and not status["pending"], within_s)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(20)
        self._close()
        return status

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self._close()

    def _close(self) -> None:
        if self.process.stdout:
            self.process.stdout.close()


class PrinterProcess:
    """The printer emulator as a process of its own; what it printed is on the disk before it says so."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / PRINTED
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hardware.printer.emulator", "--out", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().decode().split()[1]

    @property
    def slips(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._file.read_text("utf-8").splitlines()]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()
