"""A server that was put back to a copy of its whole folder, and a kiosk that started without a clock."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.printer.emulator import PrinterEmulator
from tests.offline.switched_off import switch_off
from tests.support.client import ADMIN
from tests.support.kiosks import KioskProcess, add_device, away, call, eventually, ticket_at
from tests.support.servers import HallServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[list[HallServer]]:
    """The one that runs now."""
    running = [HallServer(tmp_path / "up")]
    yield running
    running[0].stop()


def test_a_server_put_back_to_a_copy_of_its_folder_gets_the_day_again_and_gives_no_number_twice(
    server: list[HallServer], tmp_path: Path
) -> None:
    kiosk = KioskProcess(
        tmp_path / "kiosk", "--server", server[0].url, "--token", add_device(server[0].url)["token"],
        "--hall", "demo-hall", "--printer", "none:",
    )  # fmt: skip
    kiosk.until(lambda status: status["left"] >= 20)
    before = [kiosk.take()]
    kiosk.settled()
    put_back(server, lambda: before.extend(kiosk.take() for _ in range(3)))
    kiosk.settled()
    for taken in before:
        eventually(lambda taken=taken: ticket_at(server[0], taken["ticket"]).body.get("number") == taken["number"])
    phone = call(
        "POST", f"{server[0].url}/api/v1/halls/demo-hall/tickets", {"service": "GSO-01", "channel": "phone"},
        Authorization=f"Bearer {ADMIN}",
    )  # fmt: skip
    assert phone.status == 201
    assert phone["number"] not in {taken["number"] for taken in before}
    kiosk.stop()


def put_back(server: list[HallServer], then: Any) -> None:
    """Takes a copy, lets the day go on, and starts from the copy."""
    folder, port = server[0].data, server[0].url.rpartition(":")[2]
    copy = folder.with_name("copy")
    server[0].stop()
    shutil.copytree(folder, copy, symlinks=True, ignore=lambda _, names: [n for n in names if n.endswith(".sock")])
    server[0] = HallServer(folder, "--port", port)
    then()
    server[0].stop()
    shutil.rmtree(folder)
    copy.rename(folder)
    server[0] = HallServer(folder, "--port", port)


def test_a_kiosk_whose_clock_stood_still_over_night_gives_no_number_before_it_has_heard_its_server(
    tmp_path: Path, options: list[str], hall_server: HallServer, printer: PrinterEmulator
) -> None:
    kiosk = KioskProcess(tmp_path / "kiosk", *options)
    kiosk.until(lambda status: status["left"] >= 20)
    kiosk.stop()
    switch_off(tmp_path / "kiosk")
    with away(hall_server):
        kiosk.start()
        assert kiosk.status["blocked"] == "DAY_UNKNOWN"
        refused = kiosk.take(language="en")
        assert (refused.status, refused["code"]) == (503, "DAY_UNKNOWN")
        assert refused["title"] == "This machine's clock must be confirmed"
    kiosk.until(lambda status: status["online"] and not status["blocked"])
    assert kiosk.take().status == 201
    assert len(printer.jobs) == 1
    kiosk.stop()
