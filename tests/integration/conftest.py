"""A kiosk with its printer, against the real server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.printer.emulator import PrinterEmulator
from tests.support.kiosks import KioskProcess, add_device
from tests.support.servers import HallServer


@pytest.fixture
def printer() -> Iterator[PrinterEmulator]:
    with PrinterEmulator(options="?mode=text") as printer:
        yield printer


@pytest.fixture
def device(hall_server: HallServer) -> dict[str, Any]:
    return add_device(hall_server.url)


@pytest.fixture
def options(hall_server: HallServer, device: dict[str, Any], printer: PrinterEmulator) -> list[str]:
    return [
        "--server", hall_server.url, "--token", device["token"], "--hall", "demo-hall", "--printer", printer.address,
        "--roll", "80",
    ]  # fmt: skip


@pytest.fixture
def kiosk(tmp_path: Path, options: list[str]) -> Iterator[KioskProcess]:
    kiosk = KioskProcess(tmp_path / "kiosk", *options)
    kiosk.until(lambda status: bool(status["left"]))
    yield kiosk
    kiosk.stop()


@pytest.fixture(scope="module")
def shared_kiosk(hall_server: HallServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskProcess]:
    """One for all tests of a module that leave it as it was: no trouble, no ticket that another test would count."""
    with PrinterEmulator(options="?mode=text") as printer:
        kiosk = KioskProcess(
            tmp_path_factory.mktemp("shared") / "kiosk", "--server", hall_server.url, "--token",
            add_device(hall_server.url)["token"], "--hall", "demo-hall", "--printer", printer.address, "--roll", "80",
        )  # fmt: skip
        kiosk.until(lambda status: bool(status["left"]))
        yield kiosk
        kiosk.stop()
