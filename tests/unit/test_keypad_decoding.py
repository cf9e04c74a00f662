"""Letters and key strokes to keys: 20,000 streams of each, split anywhere, with noise between."""

import random
from typing import Any

import pytest

from hardware.evdev import DOWN, DROPPED, HELD, KEY, SYN, packed, stroke
from hardware.keypad.letters import LetterDecoder
from hardware.keypad.maps import CALL_KEYS, CALL_LETTERS, RATING_KEYS, RATING_LETTERS
from hardware.keypad.strokes import StrokeDecoder
from hardware.stream import Decoder
from tests.unit.test_samv_frames import STREAMS, pieces

AT = 1_795_320_000.25


def heard(decoder: Decoder[Any], *data: bytes, now: float = 0.0) -> list[Any]:
    return [key for piece in data for key in decoder.feed(piece, now)]


def odd_bytes(chance: random.Random, known: dict[bytes, Any]) -> bytes:
    """Noise with a byte that no pad sends, first of all."""
    bad = [byte for byte in range(256) if bytes([byte]).upper() not in known and byte not in b"\r\n"]
    return bytes([chance.choice(bad)]) + chance.randbytes(chance.randrange(8))


@pytest.mark.parametrize("letters", [CALL_LETTERS, RATING_LETTERS])
def test_of_letters_every_press_is_delivered_and_all_noise_counted(letters: dict[bytes, Any]) -> None:
    chance = random.Random(1)
    for _ in range(STREAMS):
        decoder, now, garbled = LetterDecoder(letters), 0.0, 0
        got, expected = [], []
        for _ in range(chance.randrange(1, 6)):
            now += 1.0
            if chance.random() < 0.4:
                noise = odd_bytes(chance, letters)
                garbled += sum(byte not in b"\r\n" for byte in noise)
                got += heard(decoder, *pieces(noise, chance), now=now)
            else:
                letter = chance.choice(list(letters))
                expected.append(letters[letter])
                got += heard(decoder, *pieces(chance.choice((letter, letter.lower() + b"\r\n")), chance), now=now)
        assert got == expected
        assert decoder.garbled == garbled


@pytest.mark.parametrize("keys", [CALL_KEYS, RATING_KEYS])
def test_of_strokes_every_press_is_delivered_whatever_came_before_it(keys: dict[int, Any]) -> None:
    chance = random.Random(2)
    for _ in range(STREAMS):
        decoder = StrokeDecoder(keys)
        heard(decoder, *pieces(chance.randbytes(chance.randrange(60)), chance))
        heard(decoder, *[packed(AT, SYN, 0, 0)] * 4)
        pressed = chance.sample(list(keys), chance.randrange(1, 4))
        stream = b"".join(stroke(code, AT + number) for number, code in enumerate(pressed))
        assert heard(decoder, *pieces(stream, chance)) == [keys[code] for code in pressed]


@pytest.mark.parametrize(("again_s", "count"), [(0.0, 1), (0.29, 1), (0.31, 2), (-60.0, 2)])
def test_the_same_key_within_300_ms_counts_once(again_s: float, count: int) -> None:
    strokes = stroke(96, AT) + stroke(96, AT + again_s)
    assert heard(StrokeDecoder(CALL_KEYS), strokes) == ["next"] * count
    letters = LetterDecoder(CALL_LETTERS)
    assert heard(letters, b"N", now=100.0) + heard(letters, b"N", now=100.0 + again_s) == ["next"] * count


def test_a_number_with_the_same_digit_twice_can_be_typed_quickly() -> None:
    strokes = stroke(79, AT) + stroke(79, AT + 0.02) + stroke(79, AT + 0.15)
    assert heard(StrokeDecoder(CALL_KEYS), strokes) == ["1", "1"]


def test_a_press_that_was_read_late_counts_by_when_it_was_pressed() -> None:
    assert heard(StrokeDecoder(CALL_KEYS), stroke(96, AT) + stroke(96, AT + 5)) == ["next", "next"]


def test_a_key_that_is_held_down_counts_once() -> None:
    held = b"".join(packed(AT + second, KEY, 96, HELD) for second in range(5))
    assert heard(StrokeDecoder(CALL_KEYS), packed(AT, KEY, 96, DOWN) + held) == ["next"]


def test_keys_without_a_meaning_do_nothing_and_lost_ones_are_counted() -> None:
    decoder = StrokeDecoder(RATING_KEYS)
    assert heard(decoder, stroke(30, AT) + packed(AT, SYN, DROPPED, 0) + stroke(4, AT)) == [3]
    assert decoder.garbled == 1


def test_letters_beside_noise_are_noise_until_the_line_is_quiet() -> None:
    decoder = LetterDecoder(RATING_LETTERS)
    assert heard(decoder, b"5\xff1", now=10.0) == []
    assert heard(decoder, b"1", now=10.2) == []
    assert heard(decoder, b"1", now=10.31) == [1]
    assert decoder.garbled == 4


def test_the_keys_mean_what_is_printed_on_them() -> None:
    acts = ["next", "recall", "start", "finish", "missed", "pause"]
    assert [CALL_KEYS[code] for code in (96, 78, 55, 98, 74, 83)] == acts
    assert [CALL_KEYS[code] for code in (59, 60, 61, 62, 63, 64)] == acts
    digits = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [79, 80, 81, 75, 76, 77, 71, 72, 73, 82]
    assert [[CALL_KEYS[code] for code in row] for row in digits] == [list("1234567890")] * 2
    assert [[RATING_KEYS[code] for code in row[:5]] for row in digits] == [[1, 2, 3, 4, 5]] * 2
    assert heard(LetterDecoder(CALL_LETTERS), b"NRSFMP0123456789") == [*acts, *"0123456789"]
