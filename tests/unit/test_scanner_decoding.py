"""Bytes and key strokes to scans: 20,000 streams of each, split anywhere, with noise between."""

import errno
import fcntl
import random
import re
import string
from pathlib import Path

import pytest

from hardware.errors import DeviceError
from hardware.evdev import DOWN, DROPPED, ENTER, HELD, KEY, KEYPAD_ENTER, SYN, UP, packed, stroke
from hardware.registry import open_scanner
from hardware.scanner.emulator import typed
from hardware.scanner.keyboard import StrokeDecoder
from hardware.scanner.lines import LineDecoder
from hardware.scanner.port import MOST_LETTERS
from hardware.stream import Decoder
from tests.unit.test_samv_frames import STREAMS, pieces

LETTERS = string.ascii_letters + string.digits + string.punctuation + " "
AT = 1_795_320_000.5


def heard(decoder: Decoder[str], *data: bytes, now: float = 0.0) -> list[str]:
    return [scan for piece in data for scan in decoder.feed(piece, now)]


def good(line: bytes) -> bool:
    """Said in another way than the decoder does."""
    text = line.decode("utf-8", "replace")
    return "\ufffd" not in text and text.isprintable() and text.strip(" ") != "" and len(text) <= MOST_LETTERS


def line_of(chance: random.Random) -> bytes:
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(1, 12))
    if kind == 1:
        return "".join(chance.choices("号票Añ𠮷🙂\u200b\u202e\x85", k=chance.randrange(1, 6))).encode()
    if kind == 2 and chance.random() < 0.05:
        return b"x" * chance.randrange(MOST_LETTERS - 1, 5 * MOST_LETTERS)
    return "".join(chance.choices(LETTERS, k=chance.randrange(0, 20))).encode()


def test_of_lines_every_good_one_is_delivered_and_every_other_counted() -> None:
    chance = random.Random(1)
    for _ in range(STREAMS):
        stream = b"".join(line_of(chance) + chance.choice((b"\r", b"\n", b"\r\n")) for _ in range(chance.randrange(6)))
        lines = [line for line in re.split(rb"[\r\n]", stream) if line]
        decoder = LineDecoder()
        assert heard(decoder, *pieces(stream, chance)) == [line.decode() for line in lines if good(line)]
        assert decoder.garbled == sum(not good(line) for line in lines)


def test_of_strokes_every_scan_is_delivered_whatever_came_before_it() -> None:
    """After noise, Enter is pressed: what was garbled ends there, as it does at the next scan's end."""
    chance = random.Random(2)
    for _ in range(STREAMS):
        decoder, expected, got = StrokeDecoder(), [], []
        for _ in range(chance.randrange(1, 3)):
            got += heard(decoder, *pieces(chance.randbytes(chance.randrange(60)), chance))
            got += heard(decoder, *[stroke(ENTER, AT)] * 4)
            expected.append("".join(chance.choices(LETTERS, k=chance.randrange(1, 6))).strip() or "x")
            got += heard(decoder, *pieces(typed(expected[-1], AT), chance))
        assert got == expected


def test_strokes_that_are_no_text_spoil_their_own_scan_alone() -> None:
    chance = random.Random(3)
    for _ in range(STREAMS // 4):
        decoder = StrokeDecoder()
        odd = chance.choice((stroke(29, AT), stroke(59, AT), stroke(58, AT), packed(AT, SYN, DROPPED, 0)))
        at = chance.randrange(4)
        spoilt = typed("abc"[:at], end=False) + odd + typed("abc"[at:])
        assert heard(decoder, *pieces(spoilt + typed("good"), chance)) == ["good"]
        assert decoder.garbled == 1


@pytest.mark.parametrize("make", [LineDecoder, StrokeDecoder])
def test_a_scan_whose_end_does_not_come_in_time_is_dropped(make: type[LineDecoder] | type[StrokeDecoder]) -> None:
    decoder = make()
    begun, whole = (b"AB", b"CD\r") if make is LineDecoder else (typed("AB", end=False), typed("CD"))
    assert heard(decoder, begun, now=0.0) == []
    decoder.rest(0.9)
    assert decoder.garbled == 0
    decoder.rest(1.1)
    assert decoder.garbled == 1
    assert heard(decoder, whole, now=1.2) == ["CD"]
    assert heard(decoder, begun, now=2.0) == []
    assert heard(decoder, whole, now=3.5) == ["CD"]
    assert decoder.garbled == 2


def test_a_scan_may_take_its_time_as_long_as_it_goes_on() -> None:
    decoder = LineDecoder()
    for second, letter in enumerate(b"SLOW"):
        assert heard(decoder, bytes([letter]), now=0.9 * second) == []
    assert heard(decoder, b"\n", now=3.0) == ["SLOW"]


def test_a_key_that_is_held_types_once_and_either_enter_ends() -> None:
    held = packed(AT, KEY, 30, DOWN) + packed(AT, KEY, 30, HELD) * 5 + packed(AT, KEY, 30, UP)
    assert heard(StrokeDecoder(), held + stroke(KEYPAD_ENTER, AT)) == ["a"]


def test_every_letter_of_the_us_layout_is_typed() -> None:
    assert heard(StrokeDecoder(), typed(f"x{LETTERS}x")) == [f"x{LETTERS}x"]


def test_a_device_that_another_program_holds_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object) -> None:
        raise OSError(errno.EBUSY, "busy")

    monkeypatch.setattr(fcntl, "ioctl", taken)
    (tmp_path / "event3").touch()
    scanner = open_scanner(f"evdev://{tmp_path / 'event3'}")
    assert scanner.health().code == "NO_RIGHT"
    with pytest.raises(DeviceError) as caught:
        scanner.read(0)
    assert caught.value.code == "NO_RIGHT"


def test_a_device_is_taken_for_us_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(fcntl, "ioctl", lambda _, *rest: asked.append(rest))
    (tmp_path / "event3").touch()
    open_scanner(f"evdev://{tmp_path / 'event3'}")
    assert asked == [(0x40044590, 1)]
