"""LED panels: one suite on the simulator and on the real driver with an emulated panel, over TCP and a serial line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from hardware.errors import DeviceError
from hardware.panel.emulator import PanelEmulator
from hardware.panel.frames import enquiry, frame, parse
from hardware.panel.port import Panel
from hardware.panel.simulator import SimulatedPanel
from hardware.panel.text_panel import TextPanel
from hardware.registry import open_panel

TEXT = ["A001 号请到 3 号窗口", "A001 to window 3"]


@dataclass
class Bench:
    """A panel, and what can be read on it."""

    panel: Panel
    lines: Callable[[], list[str]]


@pytest.fixture(params=["simulator", "tcp", "tcp-split", "serial", "serial-split"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "simulator":
        simulated = SimulatedPanel()
        yield Bench(simulated, lambda: simulated.lines)
        return
    over, _, split = request.param.partition("-")
    with PanelEmulator(over, split=bool(split)) as emulator:
        panel = open_panel(emulator.address)
        yield Bench(panel, lambda: emulator.lines)
        panel.close()


@pytest.fixture
def emulator() -> Iterator[PanelEmulator]:
    with PanelEmulator() as running:
        yield running


def test_a_panel_shows_what_it_is_given(bench: Bench) -> None:
    bench.panel.show(TEXT)
    assert bench.lines() == TEXT
    assert bench.panel.health().ok


def test_what_comes_later_stands_in_place_of_it(bench: Bench) -> None:
    bench.panel.show(TEXT)
    bench.panel.show(["暂停服务"])
    assert bench.lines() == ["暂停服务"]


def test_nothing_clears_it(bench: Bench) -> None:
    bench.panel.show(TEXT)
    bench.panel.show([])
    assert bench.lines() == []


def test_rare_characters_and_every_script_arrive(bench: Bench) -> None:
    rare = ["㐀𠮷鿿 Größe Ёж かな 한글 ~!\\^", "€ ½ — “x”"]
    bench.panel.show(rare)
    assert bench.lines() == rare


def test_no_text_can_break_out_of_its_frame(bench: Bench) -> None:
    bench.panel.show(["A\x02\x03001\x05\r\n\x1b[2J\u202e\x85\x00\ud800B"])
    assert bench.lines() == ["A001[2JB"]


def test_a_panel_that_refuses_twice_is_told_again(emulator: PanelEmulator) -> None:
    emulator.refuses = 2
    open_panel(emulator.address).show(TEXT)
    assert emulator.lines == TEXT


def test_a_panel_that_refuses_for_ever_is_an_error(emulator: PanelEmulator) -> None:
    emulator.refuses = 99
    with pytest.raises(DeviceError) as refused:
        open_panel(emulator.address).show(TEXT)
    assert refused.value.code == "GARBLED"
    assert emulator.refuses == 96, "asked three times, not more"


def test_a_panel_that_says_nothing_is_given_up(emulator: PanelEmulator) -> None:
    emulator.mute = True
    panel = TextPanel(emulator.address, answer_s=0.1)
    with pytest.raises(DeviceError) as silent:
        panel.show(TEXT)
    assert silent.value.code == "NOT_ANSWERING"
    assert panel.health().code == "NOT_ANSWERING"
    emulator.mute = False
    panel.show(["back"])
    assert emulator.lines == ["back"]


def test_a_line_that_was_lost_is_opened_anew(emulator: PanelEmulator) -> None:
    panel = open_panel(emulator.address)
    panel.show(TEXT)
    emulator.unplug()
    panel.show(["again"])
    assert emulator.lines == ["again"]
    emulator.unplug()
    assert panel.health().ok


def test_a_panel_that_is_not_there_is_not_found() -> None:
    with PanelEmulator() as gone:
        address = gone.address
    panel = open_panel(address)
    with pytest.raises(DeviceError) as missing:
        panel.show(TEXT)
    assert missing.value.code == "NOT_FOUND"
    assert panel.health().code == "NOT_FOUND"


def test_only_the_panel_of_that_number_shows_it() -> None:
    with PanelEmulator(number=0x1F) as other:
        panel = TextPanel(f"{other.address}?address=02", answer_s=0.1)
        with pytest.raises(DeviceError) as silent:
            panel.show(TEXT)
        assert silent.value.code == "NOT_ANSWERING"
        assert other.lines == []
        TextPanel(f"{other.address}?address=1F").show(TEXT)
        assert other.lines == TEXT


@pytest.mark.parametrize("address", ["", "tcp", "http://panel", "tcp://h:1?address=100", "tcp://h:1?address=zz"])
def test_a_wrong_address_is_refused(address: str) -> None:
    with pytest.raises(DeviceError) as wrong:
        open_panel(address)
    assert wrong.value.code == "ADDRESS_WRONG"


def test_the_frame_is_as_documented() -> None:
    assert frame(1, ["A1", "B"]) == b"\x02" + b"01A1\nB\x03" + b"3A"
    assert enquiry(0x2A) == b"\x052A"
    assert parse(frame(0x2A, TEXT)) == (0x2A, TEXT)


def test_a_frame_with_any_byte_changed_is_refused() -> None:
    whole = frame(1, TEXT)
    for at in range(len(whole)):
        with pytest.raises(DeviceError):
            parse(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])


def test_noise_on_the_line_is_passed_over(emulator: PanelEmulator) -> None:
    panel = open_panel(emulator.address)
    panel.show(TEXT)
    emulator.say(b"\x00\xffnoise")
    panel.show(["clear"])
    assert emulator.lines == ["clear"]
