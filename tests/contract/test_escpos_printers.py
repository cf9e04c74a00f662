"""What the ESC/POS driver makes of what a printer says, late, half or not at all."""

import threading
from collections.abc import Iterator

import pytest

from hardware.errors import DeviceError
from hardware.printer.emulator import PrinterEmulator
from hardware.printer.escpos import EscposPrinter
from hardware.printer.port import is_perhaps_out
from hardware.printer.talk import Talk
from hardware.registry import open_printer
from tests.support.printers import TROUBLES, code_of, error_of, page

DONE = b"\x00"
"""The answer to GS r of a printer with paper."""


@pytest.fixture
def emulator() -> Iterator[PrinterEmulator]:
    with PrinterEmulator() as found:
        yield found


def test_a_network_printer_is_there_again_after_its_line_was_cut(emulator: PrinterEmulator) -> None:
    printer = open_printer(emulator.address)
    emulator.machine.break_down("UNPLUGGED", after_items=6)
    assert code_of(printer.print, page("A001")) == "UNPLUGGED"
    emulator.machine.mend()
    printer.print(page("A002"))
    assert [job.numbers for job in emulator.jobs] == [["A002"]]


def test_a_network_printer_may_be_switched_off_and_on_between_slips() -> None:
    with PrinterEmulator() as first:
        printer = open_printer(first.address)
        printer.print(page("A001"))
    assert printer.health().code == "NOT_FOUND"
    assert code_of(printer.print, page("A002")) == "NOT_FOUND"
    with PrinterEmulator(port=int(first.address.rpartition(":")[2])) as second:
        printer.print(page("A003"))
        assert [job.numbers for job in second.jobs] == [["A003"]]


def test_a_printer_that_never_answers_is_believed_and_its_health_says_so() -> None:
    with PrinterEmulator(mute=True) as emulator:
        printer = open_printer(emulator.address)
        assert printer.health().facts == {"status": "one-way"}
        printer.print(page("A001"))
        printer.print(page("A002"))
        wait_for(emulator, 2)
        assert [job.numbers for job in emulator.jobs] == [["A001"], ["A002"]]


def test_a_printer_that_has_answered_is_not_believed_when_it_falls_silent(emulator: PrinterEmulator) -> None:
    printer = open_printer(emulator.address)
    printer.print(page("A001"))
    emulator.machine._mute = True
    assert printer.health().code == "NOT_ANSWERING"
    assert code_of(printer.print, page("A002")) == "NOT_ANSWERING"
    assert len(emulator.jobs) == 1


def test_a_printer_that_answers_at_once_only_will_do() -> None:
    with PrinterEmulator(ordered=False) as emulator:
        printer = open_printer(emulator.address)
        printer.print(page("A001"))
        emulator.machine.break_down("JAMMED", after_items=6)
        assert code_of(printer.print, page("A002")) == "JAMMED"
        assert [job.numbers for job in emulator.jobs] == [["A001"]]


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_slip_behind_which_the_roll_ended_may_be_out(trouble: str, ordered: bool) -> None:
    with PrinterEmulator(ordered=ordered) as emulator:
        printer = open_printer(emulator.address)
        printer.print(page("A001"))
        came_out = emulator.machine.on_job
        emulator.machine.on_job = lambda job: (came_out(job), emulator.machine.break_down(trouble))[0]
        error = error_of(printer.print, page("A002"))
        assert (error.code, is_perhaps_out(error)) == (trouble, True)
        assert [job.numbers for job in emulator.jobs] == [["A001"], ["A002"]]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_slip_that_the_printer_said_it_had_done_is_printed_whatever_comes_after(
    emulator: PrinterEmulator, trouble: str
) -> None:
    """The visitor opens the cover while tearing it off."""
    printer = open_printer(emulator.address)
    printer.print(page("A001"))
    heard = emulator.machine.heard

    def heard_and_broke(data: bytes) -> bytes:
        answers = heard(data)
        if len(emulator.jobs) == 2 and DONE in answers:
            emulator.machine.break_down(trouble)
        return answers

    emulator._line._heard = heard_and_broke
    printer.print(page("A002"))
    assert printer.health().code == trouble


def test_an_answer_that_came_while_the_printer_was_asked_how_it_is_counts() -> None:
    """A slow printer: GS r is answered behind the status, and by then the roll has ended."""
    with PrinterEmulator(slow_s=0.8) as emulator:
        printer = open_printer(emulator.address)
        heard = emulator.machine.heard

        def heard_late(data: bytes) -> bytes:
            answers = heard(data)
            if DONE in answers and emulator.jobs:
                emulator.machine.break_down("PAPER_OUT")
            return answers

        emulator._line._heard = heard_late
        printer.print(page("A001"))


def test_a_slip_of_which_the_printer_did_not_take_the_end_is_surely_not_out(
    emulator: PrinterEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The paper ends while a slow line still brings the slip."""
    send = Talk.send

    def send_or_stop(talk: Talk, data: bytes) -> None:
        if len(data) > 500:
            emulator.machine.break_down("PAPER_OUT")
            raise DeviceError("NOT_ANSWERING")
        send(talk, data)

    monkeypatch.setattr(Talk, "send", send_or_stop)
    error = error_of(open_printer(emulator.address).print, page("A001"))
    assert (error.code, is_perhaps_out(error)) == ("PAPER_OUT", False)


def test_a_slow_printer_is_waited_for() -> None:
    with PrinterEmulator(slow_s=0.8) as emulator:
        printer = open_printer(emulator.address)
        printer.print(page("A001"))
        assert not emulator.machine._stopped()
        assert len(emulator.jobs) == 1


def test_reports_that_nobody_asked_for_confirm_nothing() -> None:
    with PrinterEmulator(slow_s=0.8) as emulator:
        heard = emulator.machine.heard
        emulator._line._heard = lambda data: b"\x10\x00\x00\x00" + heard(data)
        open_printer(emulator.address).print(page("A001"))
        assert not emulator.machine._stopped()


def test_a_printer_that_is_not_there_is_told_when_it_is_used() -> None:
    for address in ("tcp://127.0.0.1:1", "serial:///dev/nonexistent"):
        printer = EscposPrinter(address)
        assert (printer.health().ok, printer.health().code) == (False, "NOT_FOUND")
        assert code_of(printer.print, page("A001")) == "NOT_FOUND"


def wait_for(emulator: PrinterEmulator, jobs: int) -> None:
    """A one-way printer is not waited for by its driver."""
    done = threading.Event()
    tell, keep = emulator.machine.on_job, emulator.jobs
    emulator.machine.on_job = lambda job: (tell(job), done.set() if len(keep) >= jobs else None)[0]
    if len(keep) < jobs:
        assert done.wait(10)
