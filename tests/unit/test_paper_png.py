"""Tickets as pictures in a folder."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from hardware.errors import DeviceError
from hardware.printer.png import PngPrinter
from hardware.registry import open_printer
from kiosk.paper import print_slip
from kiosk.paper.raster import draw
from tests.support.slips import slip

NOON = datetime(2026, 11, 22, 12, 0, 0, 123000, tzinfo=UTC)


@pytest.fixture
def printer(tmp_path: Path) -> PngPrinter:
    return PngPrinter(f"file://{tmp_path}/slips", clock=lambda: NOON)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "slips").iterdir())


def test_each_ticket_is_a_picture_named_by_time_and_number(printer: PngPrinter, tmp_path: Path) -> None:
    for number in ("A001", "A002", "A002", "../../A3"):
        print_slip(printer, slip(number=number))
    stem = "20261122T120000.123000"
    assert names(tmp_path) == [f"{stem}-A001.png", f"{stem}-A002-2.png", f"{stem}-A002.png", f"{stem}-A3.png"]


def test_the_picture_is_the_slip_at_its_true_size(printer: PngPrinter, tmp_path: Path) -> None:
    print_slip(printer, slip(language="de"))
    with Image.open(tmp_path / "slips" / names(tmp_path)[0]) as picture:
        spots = ImageChops.difference(picture, draw(slip(language="de"), printer.profile)).histogram()
        assert sum(spots[128:]) <= 8
        assert round(picture.info["dpi"][0]) == 203


def test_a_full_disk_is_told_and_leaves_nothing_behind(
    printer: PngPrinter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    print_slip(printer, slip())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeviceError, match="DISK_FULL"):
        print_slip(printer, slip(number="A002"))
    assert len(names(tmp_path)) == 1


def test_a_folder_that_cannot_be_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    printer = open_printer(f"file://{tmp_path}/file/slips")
    assert not printer.health().ok
    with pytest.raises(DeviceError):
        print_slip(printer, slip())


def test_the_folder_is_made_when_it_is_needed(printer: PngPrinter, tmp_path: Path) -> None:
    assert printer.health().ok
    assert (tmp_path / "slips").is_dir()
