"""What every printer keeps to: the simulator, and the ESC/POS driver with a printer at the other end of a line."""

import threading
from collections.abc import Iterator
from typing import Protocol

import pytest

from hardware.printer.emulator import PrinterEmulator
from hardware.printer.port import Printer, is_perhaps_out
from hardware.printer.simulator import SimulatedPrinter
from hardware.registry import open_printer
from tests.support.printers import TROUBLES, code_of, error_of, page


class Bench(Protocol):
    """A printer and the hands of somebody who stands beside it."""

    printer: Printer

    def break_down(self, trouble: str, midst: bool = False) -> None: ...
    def mend(self) -> None: ...
    def paper_gets_low(self) -> None: ...
    def came_out(self) -> list[str]: ...


class Simulated:
    def __init__(self) -> None:
        self.printer = self._printer = SimulatedPrinter()

    def break_down(self, trouble: str, midst: bool = False) -> None:
        self._printer.break_down(trouble, in_job=1 if midst else 0)

    def mend(self) -> None:
        self._printer.mend()

    def paper_gets_low(self) -> None:
        self._printer.paper_low = True

    def came_out(self) -> list[str]:
        return [page.name for page in self._printer.pages]


class Emulated:
    def __init__(self, emulator: PrinterEmulator) -> None:
        self._emulator = emulator
        self.printer = open_printer(emulator.address)

    def break_down(self, trouble: str, midst: bool = False) -> None:
        self._emulator.machine.break_down(trouble, after_items=6 if midst else 0)

    def mend(self) -> None:
        self._emulator.machine.mend()

    def paper_gets_low(self) -> None:
        self._emulator.machine.paper_low = True

    def came_out(self) -> list[str]:
        assert self._emulator.machine.strange == []
        return [number for job in self._emulator.jobs for number in job.numbers]


@pytest.fixture(params=["simulator", "tcp", "tcp split", "serial", "serial split"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "simulator":
        yield Simulated()
        return
    over, _, split = request.param.partition(" ")
    with PrinterEmulator(over, split=bool(split)) as emulator:
        yield Emulated(emulator)


def test_pages_come_out_in_order(bench: Bench) -> None:
    for number in ("A001", "A002", "A003"):
        bench.printer.print(page(number))
    assert bench.came_out() == ["A001", "A002", "A003"]
    assert bench.printer.health().ok


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_printer_in_trouble_says_which_and_prints_again_when_it_is_mended(bench: Bench, trouble: str) -> None:
    bench.break_down(trouble)
    assert bench.printer.health().code == trouble
    error = error_of(bench.printer.print, page("A001"))
    assert (error.code, is_perhaps_out(error)) == (trouble, False)
    bench.mend()
    assert bench.printer.health().ok
    bench.printer.print(page("A002"))
    assert bench.came_out() == ["A002"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_slip_that_failed_half_way_never_comes_out_later(bench: Bench, trouble: str) -> None:
    bench.printer.print(page("A001"))
    bench.break_down(trouble, midst=True)
    error = error_of(bench.printer.print, page("A002"))
    assert (error.code, is_perhaps_out(error)) == (trouble, True)
    bench.mend()
    bench.printer.print(page("A003"))
    assert bench.came_out() == ["A001", "A003"]


def test_little_paper_is_a_warning_and_no_reason_to_stop(bench: Bench) -> None:
    bench.paper_gets_low()
    assert (bench.printer.health().ok, bench.printer.health().warnings) == (True, ("PAPER_LOW",))
    bench.printer.print(page("A001"))
    assert bench.came_out() == ["A001"]


def test_a_line_cut_in_the_midst_of_a_slip_is_told(bench: Bench) -> None:
    bench.printer.print(page("A001"))
    bench.break_down("UNPLUGGED", midst=True)
    assert code_of(bench.printer.print, page("A002")) == "UNPLUGGED"
    assert not bench.printer.health().ok
    assert bench.came_out() == ["A001"]


def test_several_who_print_at_once_get_whole_slips(bench: Bench) -> None:
    numbers = [f"A{n:03d}" for n in range(12)]
    threads = [threading.Thread(target=bench.printer.print, args=(page(number),)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(bench.came_out()) == numbers


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tcp://",
        "tcp://host",
        "tcp://host:port",
        "tcp://[::1",
        "serial:",
        "usb://12",
        "usb://zzzz:0001",
        "cups://",
        "cups://-o",
        "cups://a b",
        "file://",
        "printer",
        "lpt:1",
        "tcp://h:9100?paper=100",
        "tcp://h:9100?mode=colour",
        "serial:///dev/ttyS0?baud=fast",
    ],
)
def test_a_wrong_address_is_told_at_once(address: str) -> None:
    assert code_of(open_printer, address) == "ADDRESS_WRONG"
