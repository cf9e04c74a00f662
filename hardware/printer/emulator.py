"""A printer on a wire: ESC/POS over TCP or a pseudo-terminal, in this process or as one of its own.

`python -m hardware.printer.emulator --port 0 --out DIR` says `ready tcp://...`, and keeps every
slip in DIR/printed.jsonl.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from hardware.emulation import Emulator
from hardware.printer.machine import Job, Machine
from hardware.printer.profiles import profile_of

PRINTED = "printed.jsonl"


class PrinterEmulator:
    """A `Machine` behind a line. `address` is what the driver is to be given."""

    def __init__(self, over: str = "tcp", *, split: bool = False, port: int = 0, options: str = "", **how: Any) -> None:
        self.machine = Machine(profile_of(f"tcp://emulator{options}"), **how)
        self._line = Emulator(self.machine.heard, over, split, port)
        self.machine.on_unplugged = self._line.unplug
        self.address = self._line.address + options

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def jobs(self) -> list[Job]:
        return self.machine.jobs

    def close(self) -> None:
        self._line.close()


class Keeper:
    """Writes each slip down, durably, before the printer says that it is done."""

    def __init__(self, folder: Path, pictures: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._pictures, self._count = folder, pictures, 0
        self._file = os.open(folder / PRINTED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def keep(self, job: Job) -> None:
        self._count += 1
        row = {"at": job.at.isoformat(), "numbers": job.numbers, "texts": job.texts, "codes": codes_on(job)}
        os.write(self._file, json.dumps(row, ensure_ascii=False).encode() + b"\n")
        os.fsync(self._file)
        if self._pictures:
            job.image().save(self._folder / f"{self._count:05d}.png")


def codes_on(job: Job) -> list[str]:
    """What the QR codes of a slip say, those within pictures too where a reader for them is installed."""
    if job.codes or not any(item.name == "picture" for item in job.items):
        return job.codes
    with contextlib.suppress(ImportError):
        from pyzbar.pyzbar import ZBarSymbol, decode

        return [found.data.decode() for found in decode(job.image(), symbols=[ZBarSymbol.QRCODE])]
    return []


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m hardware.printer.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="folder for printed.jsonl")
    parser.add_argument("--options", default="", help="as in a printer's address: ?paper=58&mode=text")
    parser.add_argument("--pictures", action="store_true", help="keep each slip as a PNG too")
    parser.add_argument("--mute", action="store_true", help="never answer")
    asked = parser.parse_args(arguments)
    over = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    with PrinterEmulator(port=asked.port, options=asked.options, mute=asked.mute) as emulator:
        emulator.machine.on_job = Keeper(asked.out, asked.pictures).keep
        print(f"ready {emulator.address}", flush=True)
        over.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
