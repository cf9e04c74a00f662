"""Paper that jams, runs out, or comes from a printer that is not there: nobody is lost, nothing is printed twice."""

from pathlib import Path
from typing import Any

import pytest

from hardware.printer.emulator import PrinterEmulator
from tests.support.kiosks import KioskProcess, eventually, ticket_at
from tests.support.servers import HallServer


def test_a_jam_shows_the_number_and_its_copy_is_marked(
    kiosk: KioskProcess, printer: PrinterEmulator, hall_server: HallServer
) -> None:
    printer.machine.break_down("JAMMED", after_items=4)
    taken = kiosk.take()
    assert taken.status == 201
    assert (taken["printed"], taken["code"]) == (False, "JAMMED")
    assert printer.jobs == []
    printer.machine.mend()
    copy = kiosk.post(f"/api/tickets/{taken['number']}/copy")
    assert (copy["number"], copy["printed"], copy["copy"]) == (taken["number"], True, True)
    [job] = printer.jobs
    assert "补打 / copy" in "".join(job.texts)
    assert ticket_at(hall_server, taken["ticket"])["status"] == "waiting"


@pytest.mark.parametrize(("keep", "status"), [(True, "waiting"), (False, "cancelled")])
def test_who_leaves_without_paper_may_keep_the_number_or_give_it_up(
    kiosk: KioskProcess, printer: PrinterEmulator, hall_server: HallServer, keep: bool, status: str
) -> None:
    printer.machine.break_down("JAMMED", after_items=4)
    taken = kiosk.take()
    assert kiosk.post(f"/api/tickets/{taken['number']}/unprinted", {"keep": keep}).status == 200
    eventually(lambda: ticket_at(hall_server, taken["ticket"])["status"] == status)


def test_out_of_paper_stops_issuing_and_says_where_to_go(kiosk: KioskProcess, printer: PrinterEmulator) -> None:
    printer.machine.break_down("PAPER_OUT")
    kiosk.until(lambda status: status["blocked"] == "PAPER_OUT")
    refused = kiosk.take(language="en")
    assert (refused.status, refused["code"]) == (503, "PAPER_OUT")
    assert "guide desk" in refused["detail"]
    printer.machine.mend()
    kiosk.until(lambda status: not status["blocked"])
    assert kiosk.take().status == 201


def test_a_printer_unplugged_in_the_middle_of_a_ticket_loses_nobody(
    kiosk: KioskProcess, printer: PrinterEmulator, hall_server: HallServer
) -> None:
    printer.machine.break_down("UNPLUGGED", after_items=4)
    taken = kiosk.take()
    assert taken.status == 201 and not taken["printed"]
    assert ticket_at(hall_server, taken["ticket"])["status"] == "waiting"
    printer.machine.mend()
    kiosk.until(lambda status: not status["blocked"])
    assert kiosk.post(f"/api/tickets/{taken['number']}/copy")["printed"]


def test_a_printer_that_is_not_there_is_said_and_found_again(
    tmp_path: Path, hall_server: HallServer, device: dict[str, Any]
) -> None:
    kiosk = KioskProcess(
        tmp_path / "kiosk", "--server", hall_server.url, "--token", device["token"], "--hall", "demo-hall",
        "--printer", "tcp://127.0.0.1:9",
    )  # fmt: skip
    assert kiosk.take()["code"] == "PRINTER_OFFLINE"
    assert kiosk.status["printer"]["code"] == "NOT_FOUND"
    kiosk.stop()


def test_the_status_page_prints_a_test_and_counts_the_roll(kiosk: KioskProcess, printer: PrinterEmulator) -> None:
    kiosk.take()
    assert kiosk.post("/api/printer/test").status == 200
    assert printer.jobs[-1].numbers == ["A000"]
    eventually(lambda: kiosk.status["printer"]["paper"]["printed"] == 2)
    assert kiosk.get("/api/slips")["slips"][0]["paper"] == "printed"
    assert kiosk.post("/api/printer/fresh-roll").status == 200
    assert kiosk.status["printer"]["paper"]["printed"] == 0
