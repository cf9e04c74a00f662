"""What both pads do: in memory, and the real drivers through emulators that speak the wire protocols."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from hardware.errors import DeviceError
from hardware.keypad.emulator import PadEmulator
from hardware.keypad.letters import LetterCallPad, LetterRatingPad
from hardware.keypad.port import CallKey, Lamp, Pad, Score
from hardware.keypad.simulator import SimulatedCallPad, SimulatedPad, SimulatedRatingPad
from hardware.keypad.strokes import StrokeCallPad, StrokeRatingPad
from hardware.registry import open_keypad, open_rating_pad
from tests.support.devices import SOON_S, Plugged, Seconds, code_when_pulled_out, meanwhile, read_until_back

APART_S = 0.31
CALL_KEYS: tuple[CallKey, ...] = get_args(CallKey)
SCORES: tuple[Score, ...] = get_args(Score)
DRIVERS: dict[tuple[str, bool], Callable[[str, Seconds], Pad[Any]]] = {
    ("call", False): LetterCallPad,
    ("call", True): StrokeCallPad,
    ("rating", False): LetterRatingPad,
    ("rating", True): StrokeRatingPad,
}


@dataclass
class InMemory:
    keys: tuple[Any, ...]
    pad: SimulatedPad[Any]
    clock: Seconds
    has_lamp = True

    def press(self, key: Any) -> None:
        self.pad.press(key)

    def lamp(self) -> Lamp:
        return self.pad.lamp

    def garble(self) -> None:
        self.pad.garble()

    def unplug(self) -> None:
        self.pad.unplug()

    def plug(self) -> None:
        self.pad.plug()


@dataclass
class OnTheWire:
    keys: tuple[Any, ...]
    pad: Pad[Any]
    clock: Seconds
    plugged: Plugged[PadEmulator]
    has_lamp: bool

    def press(self, key: Any) -> None:
        self.plugged.device.press(key)

    def lamp(self) -> Lamp:
        return self.plugged.device.lamp

    def garble(self) -> None:
        self.plugged.device.say(b"\xff\x00\x80" * 16)
        assert self.pad.read(0.25) is None
        self.clock.forward(2.0)

    def unplug(self) -> None:
        self.plugged.unplug()

    def plug(self) -> None:
        self.plugged.plug()


Bench = InMemory | OnTheWire
WIRES = [("memory", False), *((over, split) for over in ("tcp", "serial", "evdev") for split in (False, True))]
NAMES = [f"{over}{'-split' if split else ''}" for over, split in WIRES]


@pytest.fixture(params=["call", "rating"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=WIRES, ids=NAMES)
def bench(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Bench]:
    over, split = request.param
    clock = Seconds()
    keys: tuple[Any, ...] = CALL_KEYS if kind == "call" else SCORES
    if over == "memory":
        yield InMemory(keys, (SimulatedCallPad if kind == "call" else SimulatedRatingPad)(clock), clock)
        return
    plugged = Plugged(lambda over, split: PadEmulator(over, split, clock), over, split, tmp_path)
    pad = DRIVERS[kind, over == "evdev"](plugged.address, clock)
    yield OnTheWire(keys, pad, clock, plugged, over != "evdev")
    pad.close()
    plugged.close()


def test_every_key_arrives_in_the_order_of_the_presses(bench: Bench) -> None:
    with meanwhile(lambda: [bench.press(key) for key in bench.keys]):
        assert [bench.pad.read(SOON_S) for _ in bench.keys] == list(bench.keys)
    assert bench.pad.health().ok
    assert bench.pad.health().warnings == ()


def test_no_press_is_no_key(bench: Bench) -> None:
    assert bench.pad.read(0.05) is None
    assert bench.pad.read(0) is None
    assert bench.pad.health().ok


def test_a_key_that_chatters_counts_once(bench: Bench) -> None:
    first, other = bench.keys[0], bench.keys[1]
    for _ in range(3):
        bench.press(first)
    bench.press(other)
    assert [bench.pad.read(SOON_S), bench.pad.read(SOON_S), bench.pad.read(0.05)] == [first, other, None]


def test_the_same_key_counts_again_after_a_while(bench: Bench) -> None:
    key = bench.keys[0]
    bench.press(key)
    assert bench.pad.read(SOON_S) == key
    bench.clock.forward(APART_S)
    bench.press(key)
    assert bench.pad.read(SOON_S) == key


def test_noise_presses_no_key_and_is_a_warning_until_the_next(bench: Bench) -> None:
    bench.garble()
    assert bench.pad.read(0) is None
    assert bench.pad.health().warnings == ("GARBLED",)
    assert bench.pad.health().ok
    bench.press(bench.keys[2])
    assert bench.pad.read(SOON_S) == bench.keys[2]
    assert bench.pad.health().warnings == ()


def test_the_lamp_shows_what_it_is_told(bench: Bench) -> None:
    bench.press(bench.keys[0])
    bench.pad.read(SOON_S)
    for lamp in get_args(Lamp):
        bench.pad.light(lamp)
    if bench.has_lamp:
        for _ in range(200):
            if bench.lamp() == "blink":
                break
            bench.pad.read(0.02)
        assert bench.lamp() == "blink"


def test_pulled_out_while_reading_it_says_so_and_works_again_when_it_is_back(bench: Bench) -> None:
    assert code_when_pulled_out(lambda: bench.pad.read(SOON_S), bench.unplug) == "UNPLUGGED"
    assert bench.pad.health().code == "UNPLUGGED"
    bench.plug()
    assert read_until_back(lambda: bench.pad.read(0.05)) is None
    assert bench.pad.health().ok
    bench.press(bench.keys[3])
    assert bench.pad.read(SOON_S) == bench.keys[3]


@pytest.mark.parametrize("open_pad", [open_keypad, open_rating_pad])
@pytest.mark.parametrize("address", ["", "pad", "smoke://signal", "tcp://", "tcp://127.0.0.1:many", "usb://"])
def test_an_address_that_makes_no_sense_is_refused_at_once(open_pad: Callable[[str], object], address: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_pad(address)
    assert caught.value.code == "ADDRESS_WRONG"


@pytest.mark.parametrize("open_pad", [open_keypad, open_rating_pad])
def test_a_pad_that_is_not_there_yet_may_come_later(open_pad: Callable[[str], Pad[Any]], tmp_path: Path) -> None:
    pad = open_pad(f"serial://{tmp_path / 'device'}")
    assert pad.health().code == "NOT_FOUND"
    plugged = Plugged(PadEmulator, "serial", False, tmp_path)
    assert pad.read(0.05) is None
    plugged.device.press("1" if open_pad is open_keypad else 1)
    assert pad.read(SOON_S) in ("1", 1)
    plugged.close()
