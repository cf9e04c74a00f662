"""What every scanner does: in memory, and the real drivers through emulators that speak the wire protocols."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from hardware.errors import DeviceError
from hardware.registry import open_scanner
from hardware.scanner.emulator import ScannerEmulator
from hardware.scanner.keyboard import KeyboardScanner
from hardware.scanner.lines import LineScanner
from hardware.scanner.port import MOST_LETTERS, Scanner
from hardware.scanner.simulator import SimulatedScanner
from tests.support.devices import SOON_S, Plugged, Seconds, code_when_pulled_out, meanwhile, read_until_back

CODE = "https://hall.example/t/t.demo.261122-0000023.aB_c-9?x=1&y=%20~"


class Bench(Protocol):
    """A scanner under test, and the hands that hold codes under it."""

    scanner: Scanner

    def scan(self, text: str) -> None: ...
    def garble(self) -> None: ...
    def half(self) -> None: ...
    def unplug(self) -> None: ...
    def plug(self) -> None: ...


class InMemory:
    def __init__(self) -> None:
        self.scanner: Scanner = (scanner := SimulatedScanner())
        self.scan, self.garble, self.half = scanner.scan, scanner.garble, scanner.garble
        self.unplug, self.plug = scanner.unplug, scanner.plug


@dataclass
class OnTheWire:
    plugged: Plugged[ScannerEmulator]
    scanner: Scanner
    clock: Seconds

    def scan(self, text: str) -> None:
        self.plugged.device.scan(text)

    def garble(self) -> None:
        """Noise, as long as two events, and then silence."""
        self.plugged.device.say(b"\xff\x00\x80" * 16)
        assert self.scanner.read(0.25) is None
        self.clock.forward(2.0)

    def half(self) -> None:
        self.plugged.device.half("HALF")
        assert self.scanner.read(0.25) is None
        self.clock.forward(2.0)

    def unplug(self) -> None:
        self.plugged.unplug()

    def plug(self) -> None:
        self.plugged.plug()


WIRES = [(over, split) for over in ("tcp", "serial", "evdev") for split in (False, True)]


NAMES = ["memory", *(f"{over}-{'split' if split else 'whole'}" for over, split in WIRES)]


@pytest.fixture(params=[None, *WIRES], ids=NAMES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param is None:
        yield InMemory()
        return
    over, split = request.param
    clock = Seconds()
    plugged = Plugged(ScannerEmulator, over, split, tmp_path)
    driver = KeyboardScanner if over == "evdev" else LineScanner
    scanner = driver(plugged.address, clock)
    yield OnTheWire(plugged, scanner, clock)
    scanner.close()
    plugged.close()


def test_a_code_is_read_as_it_was_printed(bench: Bench) -> None:
    bench.scan(CODE)
    assert bench.scanner.read(SOON_S) == CODE
    assert bench.scanner.health().ok
    assert bench.scanner.health().warnings == ()


def test_nothing_under_the_scanner_is_nothing(bench: Bench) -> None:
    assert bench.scanner.read(0.05) is None
    assert bench.scanner.read(0) is None
    assert bench.scanner.health().ok


def test_codes_come_in_the_order_of_their_scans(bench: Bench) -> None:
    codes = [f"CODE-{number}" for number in range(20)]
    with meanwhile(lambda: [bench.scan(code) for code in codes]):
        assert [bench.scanner.read(SOON_S) for _ in codes] == codes


def test_noise_is_counted_and_leaves_the_next_scan_alone(bench: Bench) -> None:
    bench.garble()
    bench.scan("A001")
    assert bench.scanner.read(SOON_S) == "A001"
    assert bench.scanner.health().facts["garbled"] == 1


def test_noise_is_a_warning_until_a_scan_makes_sense_again(bench: Bench) -> None:
    bench.garble()
    bench.scanner.read(0.05)
    assert bench.scanner.health().warnings == ("GARBLED",)
    assert bench.scanner.health().ok
    bench.scan("A001")
    bench.scanner.read(SOON_S)
    assert bench.scanner.health().warnings == ()


def test_half_a_scan_never_leaks_into_the_next(bench: Bench) -> None:
    bench.half()
    bench.scan("A002")
    assert bench.scanner.read(SOON_S) == "A002"
    assert bench.scanner.health().facts["garbled"] == 1


def test_a_code_that_is_too_long_is_dropped(bench: Bench) -> None:
    with meanwhile(lambda: [bench.scan("X" * (MOST_LETTERS + more)) for more in (1, 0)]):
        assert bench.scanner.read(SOON_S) == "X" * MOST_LETTERS
    assert bench.scanner.health().facts["garbled"] == 1


def test_pulled_out_while_reading_it_says_so_and_works_again_when_it_is_back(bench: Bench) -> None:
    assert code_when_pulled_out(lambda: bench.scanner.read(SOON_S), bench.unplug) == "UNPLUGGED"
    assert not bench.scanner.health().ok
    assert bench.scanner.health().code == "UNPLUGGED"
    bench.plug()
    assert read_until_back(lambda: bench.scanner.read(0.05)) is None
    assert bench.scanner.health().ok
    bench.scan("A003")
    assert bench.scanner.read(SOON_S) == "A003"


@pytest.mark.parametrize(
    "address",
    ["", "scanner", "smoke://signal", "tcp://", "tcp://127.0.0.1:many", "serial://", "serial:///dev/x?baud=fast"],
)
def test_an_address_that_makes_no_sense_is_refused_at_once(address: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_scanner(address)
    assert caught.value.code == "ADDRESS_WRONG"


@pytest.mark.parametrize("way", ["serial", "evdev"])
def test_a_scanner_that_is_not_there_yet_may_come_later(way: str, tmp_path: Path) -> None:
    scanner = open_scanner(f"{way}://{tmp_path / 'device'}")
    assert scanner.health().code == "NOT_FOUND"
    with pytest.raises(DeviceError) as caught:
        scanner.read(0.05)
    assert caught.value.code == "NOT_FOUND"
    plugged = Plugged(ScannerEmulator, way, False, tmp_path)
    assert scanner.read(0.05) is None
    plugged.device.scan("A004")
    assert scanner.read(SOON_S) == "A004"
    assert scanner.health().ok
    plugged.close()
