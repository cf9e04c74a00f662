"""Paper that jams, runs out, or comes from a printer that is not there: nobody is lost, nothing is printed twice."""

from pathlib import Path
from typing import Any

import pytest

from hardware.printer.emulator import PrinterEmulator
from tests.support.kiosks import KioskProcess, Said, eventually, ticket_at
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
    taken = take_from_a_printer_that_has_just_jammed(kiosk, printer)
    assert (taken["printed"], taken["code"]) == (False, "JAMMED")
    assert kiosk.post(f"/api/tickets/{taken['number']}/unprinted", {"keep": keep}).status == 200
    eventually(lambda: ticket_at(hall_server, taken["ticket"])["status"] == status)


def take_from_a_printer_that_has_just_jammed(kiosk: KioskProcess, printer: PrinterEmulator) -> Said:
    """A ticket of which surely nothing came out: the kiosk had not heard of the jam yet, the printer got nothing."""
    for _ in range(20):
        printer.machine.mend()
        printer.machine._jammed = False
        kiosk.until(lambda status: not status["blocked"])
        printer.machine.break_down("JAMMED")
        taken = kiosk.take()
        if taken.status == 201:
            return taken
    raise AssertionError("the kiosk always heard of it first")


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("trouble", ["PAPER_OUT", "COVER_OPEN", "JAMMED"])
def test_a_slip_that_came_out_whole_keeps_its_place_when_the_printer_is_in_trouble_behind_it(
    kiosk: KioskProcess, printer: PrinterEmulator, hall_server: HallServer, trouble: str, keep: bool
) -> None:
    """The roll ends just behind the cut: the printer stands still before it can say that it is done."""
    kiosk.take()
    came_out = printer.machine.on_job
    printer.machine.on_job = lambda job: (came_out(job), printer.machine.break_down(trouble))[0]
    taken = kiosk.take()
    assert [job.numbers for job in printer.jobs][1:] == [[taken["number"]]]
    assert (taken["printed"], taken["code"]) == (False, trouble)
    assert kiosk.post(f"/api/tickets/{taken['number']}/unprinted", {"keep": keep}).status == 200
    assert kiosk.get("/api/slips")["slips"][0]["paper"] == "unknown"
    assert ticket_at(hall_server, taken["ticket"])["status"] == "waiting"


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
