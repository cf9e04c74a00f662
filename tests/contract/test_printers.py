"""What every printer keeps to: the simulator, and the ESC/POS driver with a printer at the other end of a line."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest

from hardware.errors import DeviceError
from hardware.printer.emulator import PrinterEmulator
from hardware.printer.escpos import EscposPrinter
from hardware.printer.page import Code, Gap, Line, Page, Picture
from hardware.printer.port import Printer, is_perhaps_out
from hardware.printer.simulator import SimulatedPrinter
from hardware.printer.talk import Talk
from hardware.registry import open_printer

DONE = b"\x00"
"""The answer to GS r of a printer with paper."""
TROUBLES = ("PAPER_OUT", "COVER_OPEN", "JAMMED", "OFFLINE")


def page(number: str) -> Page:
    picture = Picture(width=576, height=400, bits=bytes(range(256)) * 112 + bytes(128))
    parts = (
        Line(text="大厅 Größe Дом"),
        picture,
        Gap(dots=9),
        Line(text=number, tall=6, wide=6),
        Code(data="u", dots=4),
    )
    return Page(name=number, parts=parts)


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


@pytest.fixture
def emulator() -> Iterator[PrinterEmulator]:
    with PrinterEmulator() as found:
        yield found


def error_of(act: Callable[..., object], *arguments: Any) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        act(*arguments)
    return caught.value


def code_of(act: Callable[..., object], *arguments: Any) -> str:
    return error_of(act, *arguments).code


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
