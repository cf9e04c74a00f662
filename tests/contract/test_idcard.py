"""What every ID-card reader does: in memory, and the real driver through an emulator of the module."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest

from hardware.errors import DeviceError
from hardware.idcard.card import Card, ForeignCard, with_check
from hardware.idcard.emulator import SamvEmulator
from hardware.idcard.port import CardFacts, IdCardReader
from hardware.idcard.samv import SamvReader
from hardware.idcard.simulator import SimulatedIdCardReader
from hardware.registry import open_idcard
from tests.support.devices import SOON_S, Plugged, code_when_pulled_out, read_until_back

TODAY = date(2026, 11, 22)


def hide(number: str) -> str:
    return f"hidden-{number[-4:]}"


def card(born: str = "19850214", place: str = "001", **more: Any) -> Card:
    return Card(number=with_check(f"110105{born}{place}"), birth=born, **more)


class Bench(Protocol):
    """A reader under test, and the hands that lay cards on it."""

    reader: IdCardReader

    def put(self, card: Card, fault: str = "") -> None: ...
    def take(self) -> None: ...
    def unplug(self) -> None: ...
    def plug(self) -> None: ...


class InMemory:
    def __init__(self) -> None:
        self.reader: IdCardReader = (reader := SimulatedIdCardReader(hide))
        self.put, self.take, self.unplug, self.plug = reader.put, reader.take, reader.unplug, reader.plug


@dataclass
class OnTheWire:
    plugged: Plugged[SamvEmulator]
    reader: IdCardReader

    def put(self, card: Card, fault: str = "") -> None:
        self.plugged.device.put(card, fault)

    def take(self) -> None:
        self.plugged.device.take()

    def unplug(self) -> None:
        self.plugged.unplug()

    def plug(self) -> None:
        self.plugged.plug()


WIRES = [("memory", False), *((over, split) for over in ("tcp", "serial") for split in (False, True))]
NAMES = [f"{over}{'-split' if split else ''}" for over, split in WIRES]


@pytest.fixture(params=WIRES[1:], ids=NAMES[1:])
def wired(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OnTheWire]:
    over, split = request.param
    plugged = Plugged(SamvEmulator, over, split, tmp_path)
    reader = SamvReader(plugged.address, hide)
    yield OnTheWire(plugged, reader)
    reader.close()
    plugged.close()


@pytest.fixture(params=WIRES, ids=NAMES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    over, split = request.param
    if over == "memory":
        yield InMemory()
        return
    plugged = Plugged(SamvEmulator, over, split, tmp_path)
    reader = SamvReader(plugged.address, hide)
    yield OnTheWire(plugged, reader)
    reader.close()
    plugged.close()


def test_a_card_gives_its_facts_and_nothing_else(bench: Bench) -> None:
    laid = card()
    bench.put(laid)
    assert bench.reader.read(SOON_S, TODAY) == CardFacts(person=hide(laid.number), age="adult", valid=True)
    assert bench.reader.health().ok


def test_no_card_is_nothing(bench: Bench) -> None:
    assert bench.reader.read(0, TODAY) is None
    assert bench.reader.read(0.05, TODAY) is None
    assert bench.reader.health().ok


def test_a_card_is_read_once_each_time_it_is_laid_on(bench: Bench) -> None:
    bench.put(card())
    assert bench.reader.read(SOON_S, TODAY)
    assert bench.reader.read(0, TODAY) is None
    bench.put(card())
    assert bench.reader.read(SOON_S, TODAY)


def test_one_card_after_the_other_is_read_in_order(bench: Bench) -> None:
    cards = [card(place=f"{at:03d}") for at in range(1, 8)]
    read = []
    for laid in cards:
        bench.put(laid)
        facts = bench.reader.read(SOON_S, TODAY)
        read.append(facts and facts.person)
    assert read == [hide(laid.number) for laid in cards]


@pytest.mark.parametrize(
    ("born", "age"), [("20081123", "child"), ("20081122", "adult"), ("19661123", "adult"), ("19661122", "elder")]
)
def test_the_age_class_changes_on_the_birthday(bench: Bench, born: str, age: str) -> None:
    bench.put(card(born))
    facts = bench.reader.read(SOON_S, TODAY)
    assert facts and facts.age == age


@pytest.mark.parametrize(("first", "last", "valid"), [
    ("20161122", "20261122", True), ("20161121", "20261121", False), ("20261123", "20361123", False),
])  # fmt: skip
def test_a_card_is_valid_from_its_first_to_its_last_day(bench: Bench, first: str, last: str, valid: bool) -> None:
    bench.put(card(first=first, last=last))
    facts = bench.reader.read(SOON_S, TODAY)
    assert facts and facts.valid is valid


def test_a_foreigners_card_is_read_too(bench: Bench) -> None:
    bench.put(ForeignCard(number="DEU110085021499", birth="19850214", last="20300101"))
    assert bench.reader.read(SOON_S, TODAY) == CardFacts(person="hidden-1499", age="adult", valid=True)


@pytest.mark.parametrize("code", ["CARD_REMOVED", "CARD_UNREADABLE"])
def test_a_card_that_goes_wrong_says_how_and_the_next_one_is_read(bench: Bench, code: str) -> None:
    bench.put(card(), code)
    with pytest.raises(DeviceError) as caught:
        bench.reader.read(SOON_S, TODAY)
    assert caught.value.code == code
    assert bench.reader.health().ok
    assert bench.reader.read(0.05, TODAY) is None
    bench.take()
    assert bench.reader.read(0, TODAY) is None
    bench.put(card(place="002"))
    assert bench.reader.read(SOON_S, TODAY)


@pytest.mark.parametrize("wrong", [
    {"number": "110105198502140010"}, {"birth": "19850215"}, {"number": "", "birth": ""}, {"last": "2026-11-22"},
    {"first": "20261301"}, {"birth": "20270101", "number": with_check("11010520270101001")},
])  # fmt: skip
def test_a_card_whose_number_or_dates_cannot_be_is_unreadable(bench: Bench, wrong: dict[str, str]) -> None:
    good = {"number": with_check("11010519850214001"), "birth": "19850214"}
    bench.put(Card(**{**good, **wrong}))  # type: ignore[arg-type]
    with pytest.raises(DeviceError) as caught:
        bench.reader.read(SOON_S, TODAY)
    assert caught.value.code == "CARD_UNREADABLE"
    assert bench.reader.health().facts["unreadable"] == 1


def test_pulled_out_while_reading_it_says_so_and_works_again_when_it_is_back(bench: Bench) -> None:
    assert code_when_pulled_out(lambda: bench.reader.read(SOON_S, TODAY), bench.unplug) == "UNPLUGGED"
    assert not bench.reader.health().ok
    bench.plug()
    assert read_until_back(lambda: bench.reader.read(0.05, TODAY)) is None
    assert bench.reader.health().ok
    bench.put(card())
    assert bench.reader.read(SOON_S, TODAY)


def test_pulled_out_amid_a_cards_text_it_says_so(wired: OnTheWire) -> None:
    wired.put(card(), "UNPLUGGED")
    with pytest.raises(DeviceError) as caught:
        wired.reader.read(SOON_S, TODAY)
    assert caught.value.code in {"UNPLUGGED", "GARBLED"}
    assert not wired.reader.health().ok


SPOILT = {
    "noise before": lambda frame: b"\xaa\xaa\x00\xaa\xaa\xaa\x96" + frame,
    "another length": lambda frame: frame[:5] + b"\x07\xff" + frame[7:] + frame,
    "wrong checksum": lambda frame: frame[:-1] + bytes([frame[-1] ^ 1]) + frame,
}


@pytest.mark.parametrize("how", SPOILT)
def test_noise_on_the_line_costs_no_card(wired: OnTheWire, how: str) -> None:
    wired.plugged.device.module.spoil(*[SPOILT[how]] * 3)
    wired.put(card())
    assert wired.reader.read(SOON_S, TODAY)
    assert wired.reader.health().facts["garbled"] == 3


@pytest.mark.parametrize("lost", [slice(0), slice(4), slice(6), slice(9), slice(11)])
def test_an_answer_that_is_cut_short_is_asked_for_again(wired: OnTheWire, lost: slice) -> None:
    wired.plugged.device.module.spoil(lambda frame: frame[lost])
    wired.put(card())
    assert wired.reader.read(SOON_S, TODAY)


def test_a_reader_that_only_babbles_is_garbled(wired: OnTheWire) -> None:
    wired.plugged.device.module.spoil(*[lambda _: b"\xaa\x00" * 9] * 3)
    with pytest.raises(DeviceError) as caught:
        wired.reader.read(0, TODAY)
    assert caught.value.code == "GARBLED"
    assert wired.reader.health().code == "GARBLED"
    assert wired.reader.read(0, TODAY) is None
    assert wired.reader.health().ok
    assert wired.reader.health().warnings == ("GARBLED",)


def test_a_reader_that_is_silent_does_not_answer(wired: OnTheWire) -> None:
    wired.plugged.device.module.spoil(*[lambda _: b""] * 3)
    with pytest.raises(DeviceError) as caught:
        wired.reader.read(0, TODAY)
    assert caught.value.code == "NOT_ANSWERING"
    assert wired.reader.health().code == "NOT_ANSWERING"
    assert wired.reader.read(0, TODAY) is None


def test_late_answers_are_not_taken_for_the_next(wired: OnTheWire) -> None:
    """Every answer comes twice, so each command finds the one before still in the line."""
    wired.plugged.device.module.spoil(*[lambda frame: frame * 2] * 40)
    for place in ("001", "002", "003"):
        wired.put(card(place=place))
        facts = wired.reader.read(SOON_S, TODAY)
        assert facts and facts.person == hide(card(place=place).number)


@pytest.mark.parametrize(
    "address", ["", "reader", "smoke://signal", "tcp://", "tcp://127.0.0.1:many", "evdev:///dev/x"]
)
def test_an_address_that_makes_no_sense_is_refused_at_once(address: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_idcard(address, hide)
    assert caught.value.code == "ADDRESS_WRONG"


def test_a_reader_that_is_not_there_yet_may_come_later(tmp_path: Path) -> None:
    reader = open_idcard(f"serial://{tmp_path / 'device'}", hide)
    assert reader.health().code == "NOT_FOUND"
    plugged = Plugged(SamvEmulator, "serial", False, tmp_path)
    plugged.device.put(card())
    assert reader.read(SOON_S, TODAY)
    plugged.close()
