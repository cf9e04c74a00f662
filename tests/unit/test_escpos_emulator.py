"""The emulator as a process of its own, as the rehearsals of cuts and kills use it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.registry import open_printer
from kiosk.paper import print_slip
from tests.support.slips import URL, slip


@pytest.mark.parametrize("mode", ["text", "raster"])
def test_every_slip_is_written_down_before_it_counts_as_printed(tmp_path: Path, mode: str) -> None:
    command = [sys.executable, "-m", "hardware.printer.emulator", "--out", str(tmp_path), "--pictures"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert process.stdout is not None
        printer = open_printer(process.stdout.readline().removeprefix("ready ").strip())
        for number in ("A001", "A002"):
            print_slip(printer, slip(number=number), mode)
    finally:
        process.kill()
        process.wait(10)
    rows = [json.loads(line) for line in (tmp_path / "printed.jsonl").read_text().splitlines()]
    assert [row["codes"] for row in rows] == [[URL], [URL]]
    assert [row["numbers"] for row in rows] == ([["A001"], ["A002"]] if mode == "text" else [[], []])
    assert (tmp_path / "00001.png").is_file()
