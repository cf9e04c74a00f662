"""A queue of the system's print service, by its programs: `lp` takes the raw job, `lpstat` tells what became of it."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Callable

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.printer.language import job
from hardware.printer.page import Page
from hardware.printer.port import perhaps_out
from hardware.printer.profiles import profile_of

PROGRAM_S = 10.0
DONE_S = 20.0
LOOK_S = 0.2
NAME = re.compile(r"[^\s/#'\"<>?\\,-][^\s/#'\"<>?\\,]{0,126}")
"""What CUPS allows as a name, and nothing that a program could take for an option."""
REQUEST = re.compile(r"request id is (\S+)")
SAID = (
    ("COVER_OPEN", re.compile(r"cover-open|door-open|interlock-open")),
    ("PAPER_OUT", re.compile(r"media-empty|media-needed")),
    ("JAMMED", re.compile(r"media-jam|cutter-|marker-failure")),
    (
        "OFFLINE",
        re.compile(r"offline|disabled|shutdown|connecting-to-device|timed-out|unable to locate|not responding"),
    ),
)
"""What the service's words mean, the first that is found."""


class CupsPrinter:
    """A job counts as printed when the service has no more of it to print."""

    def __init__(self, address: str, pause: Callable[[float], None] = time.sleep) -> None:
        self.profile = profile_of(address)
        name = address.removeprefix("cups://").partition("?")[0].rstrip("/")
        if not NAME.fullmatch(name):
            raise DeviceError("ADDRESS_WRONG", address=address)
        self._name = name
        self._pause = pause
        self._lock = threading.Lock()

    def print(self, page: Page) -> None:
        data = job(page, self.profile)
        with self._lock:
            _raise(self._look())
            said = self._run("lp", "-d", self._name, "-t", "ticket", "-o", "raw", "-", given=data)
            found = REQUEST.search(said)
            if found is None:
                raise DeviceError("GARBLED", printer=self._name, said=said[:200])
            try:
                self._wait(found[1])
            except DeviceError as error:
                self._run("cancel", found[1])  # or it comes out later, unmarked
                raise perhaps_out(error) from error

    def health(self) -> Health:
        try:
            return self._look()
        except DeviceError as error:
            return Health(ok=False, code=error.code, facts=error.facts)

    def close(self) -> None:
        """Nothing is open."""

    def _look(self) -> Health:
        said = self._run("lpstat", "-l", "-p", self._name).lower()
        warnings = ("PAPER_LOW",) if "media-low" in said else ()
        code = next((code for code, pattern in SAID if pattern.search(said)), "")
        facts: dict[str, str | int] = {"printer": self._name, "said": " ".join(said.split())[:200]}
        return Health(ok=not code, code=code, warnings=warnings, facts=facts)

    def _wait(self, request: str) -> None:
        end = time.monotonic() + DONE_S
        while request in self._run("lpstat", "-W", "not-completed", "-o", self._name).split():
            _raise(self._look())
            if time.monotonic() > end:
                raise DeviceError("NOT_ANSWERING", printer=self._name)
            self._pause(LOOK_S)
        _raise(self._look())

    def _run(self, *command: str, given: bytes = b"") -> str:
        plain = {**os.environ, "LC_ALL": "C"}
        try:
            done = subprocess.run(command, input=given, capture_output=True, timeout=PROGRAM_S, env=plain, check=False)
        except FileNotFoundError as error:
            raise DeviceError("MISSING_PROGRAM", program=command[0]) from error
        except subprocess.TimeoutExpired as error:
            raise DeviceError("NOT_ANSWERING", printer=self._name) from error
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        if done.returncode:
            unknown = re.search(r"(?i)invalid destination|does not exist|unknown destination", said)
            raise DeviceError("NOT_FOUND" if unknown else "NOT_ANSWERING", printer=self._name, said=said.strip()[:200])
        return said


def _raise(found: Health) -> None:
    if not found.ok:
        raise DeviceError(found.code, **found.facts)
