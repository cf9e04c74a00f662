"""Whole servers for tests: `greenwave up` as a process of its own, on free ports, gone afterwards."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp

from tests.support.client import ADMIN, HallClient
from tests.support.noon import demo_at_noon

START_S = 60


class HallServer:
    """A running `greenwave up`. `links` maps page paths to the addresses that it printed."""

    def __init__(self, data: Path, *options: str, hall: str = "demo-hall") -> None:
        """`options` of the command; without a `--hall` it is the demo hall, open at all hours, where it is noon."""
        self.data = data
        self.hall = hall
        command = [sys.executable, "-m", "ops.command", "up", "--port", "0", "--data", str(data)]
        if "--hall" not in options:
            command += ["--open-now", "--hall", str(demo_at_noon(data.parent / f"{data.name}.yaml"))]
        self.errors = (data.parent / f"{data.name}.err").open("wb")
        self.process = subprocess.Popen(
            [*command, "--admin-token", ADMIN, *options],
            stdout=subprocess.PIPE, stderr=self.errors, env={**os.environ, "LANG": "en_US.UTF-8"},
            start_new_session=True,
        )  # fmt: skip
        self.url = self._ready()
        self.links = self._links()

    def _ready(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        assert line.startswith("ready "), f"{line!r}: {Path(self.errors.name).read_text()}"
        return line.split()[1]

    def _links(self) -> dict[str, str]:
        found = {}
        for raw in self.process.stdout or ():
            address = re.search(r"http://\S+", raw.decode())
            if address is None:
                break
            where = address[0].partition("?to=")[2] or address[0].removeprefix(self.url)
            found[where] = address[0]
            if where == "/api/docs":
                break
        return found

    def client(self, http: aiohttp.ClientSession) -> HallClient:
        return HallClient(http, self.hall, base=self.url)

    def stop(self) -> int:
        """SIGTERM, as an operator would; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        self._close()
        return status

    def kill(self) -> None:
        """SIGKILL of the parent; the kernel ends the rest."""
        self.process.kill()
        self.process.wait(10)
        self._close()

    def _close(self) -> None:
        if self.process.stdout:
            self.process.stdout.close()
        self.errors.close()
