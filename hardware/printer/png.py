"""One PNG per ticket in a folder: for rehearsals, and for halls that look before they buy."""

import errno
import os
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hardware.errors import DeviceError
from hardware.health import Health
from hardware.printer.language import job
from hardware.printer.page import Page
from hardware.printer.parser import parse
from hardware.printer.profiles import DOTS_PER_MM, profile_of
from hardware.printer.render import render

DPI = (DOTS_PER_MM * 25.4,) * 2
CODES = {errno.ENOSPC: "DISK_FULL", errno.EDQUOT: "DISK_FULL", errno.EACCES: "NO_RIGHT", errno.EROFS: "NO_RIGHT"}


def now() -> datetime:
    return datetime.now(UTC)


class PngPrinter:
    """Each page appears whole or not at all, named by time and number."""

    def __init__(self, address: str, clock: Callable[[], datetime] = now) -> None:
        self.profile = profile_of(address)
        folder = address.removeprefix("file://").partition("?")[0]
        if not folder or not address.startswith("file://") or "\0" in folder:
            raise DeviceError("ADDRESS_WRONG", address=address)
        self._folder = Path(folder)
        self._clock = clock
        self._lock = threading.Lock()

    def print(self, page: Page) -> None:
        image = render(parse(job(page, self.profile)), self.profile)
        with self._lock:
            path = self._free_path(page.name)
            partial = path.with_suffix(".part")
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                with partial.open("wb") as file:
                    image.save(file, "PNG", dpi=DPI)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(path)
            except OSError as error:
                self._give_up(partial)
                raise _wrong(self._folder, error) from error

    def health(self) -> Health:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            wrong = _wrong(self._folder, error)
            return Health(ok=False, code=wrong.code, facts=wrong.facts)
        if not os.access(self._folder, os.W_OK):
            return Health(ok=False, code="NO_RIGHT", facts={"address": str(self._folder)})
        return Health(facts={"printer": "png"})

    def close(self) -> None:
        """Nothing is open."""

    def _free_path(self, name: str) -> Path:
        stem = f"{self._clock():%Y%m%dT%H%M%S.%f}-{re.sub(r'[^A-Za-z0-9]+', '', name)}"
        path, n = self._folder / f"{stem}.png", 1
        while path.exists():
            n += 1
            path = self._folder / f"{stem}-{n}.png"
        return path

    def _give_up(self, partial: Path) -> None:
        try:
            partial.unlink(missing_ok=True)
        except OSError:
            return


def _wrong(folder: Path, error: OSError) -> DeviceError:
    return DeviceError(CODES.get(error.errno or 0, "NOT_FOUND"), address=str(folder), said=str(error))
