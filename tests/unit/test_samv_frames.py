"""Frames of the ID-card module, found wherever they were split, and a driver that keeps its head amid noise."""

import random
from datetime import date, timedelta
from functools import reduce
from operator import xor

import pytest

from hardware.errors import DeviceError
from hardware.idcard import samv
from hardware.idcard.card import Card, with_check
from hardware.idcard.emulator import SamvModule
from hardware.idcard.frames import LEAST, MOST, PREAMBLE, Frames, framed
from hardware.idcard.samv import SamvReader
from hardware.idcard.text import LENGTH, facts_of

STREAMS = 20_000
TODAY = date(2026, 11, 22)
CARD = Card(number=with_check("11010519850214001"), birth="19850214")


def pieces(data: bytes, chance: random.Random) -> list[bytes]:
    cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(6)))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def all_frames(data: bytes) -> list[bytes]:
    """The frames of a whole stream, found slowly and plainly."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at + 5 : at + 7], "big")
        counted = data[at + 5 : at + 7 + size]
        if (
            data[at : at + 5] == PREAMBLE
            and LEAST <= size <= MOST
            and len(counted) == size + 2
            and not reduce(xor, counted)
        ):
            found.append(counted[2:-1])
            at += 7 + size
        else:
            at += 1
    return found


def noise(chance: random.Random) -> bytes:
    """Mostly the bytes that frames are made of."""
    kind = chance.randrange(4)
    if kind == 0:
        return bytes(chance.choices(PREAMBLE + b"\0\x03", k=chance.randrange(9)))
    if kind == 1:
        return PREAMBLE + bytes([0, chance.randrange(60)])
    if kind == 2:
        broken = bytearray(framed(chance.randbytes(chance.randrange(2, 20))))
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        return bytes(broken)
    return chance.randbytes(chance.randrange(9))


def test_the_commands_are_those_of_the_module() -> None:
    assert framed(samv.FIND).hex() == "aaaaaa96690003200122"
    assert framed(samv.SELECT).hex() == "aaaaaa96690003200221"
    assert framed(samv.READ).hex() == "aaaaaa96690003300132"
    assert framed(samv.STATUS).hex() == "aaaaaa9669000311ffed"
    assert framed(bytes.fromhex("00009f00000000")).hex() == "aaaaaa9669000800009f0000000097"


def test_any_stream_gives_the_same_frames_however_it_is_split() -> None:
    chance = random.Random(1)
    for _ in range(STREAMS):
        bodies = [chance.randbytes(chance.randrange(2, 24)) for _ in range(chance.randrange(4))]
        stream = b"".join(noise(chance) + framed(body) for body in bodies) + noise(chance)
        frames = Frames()
        found = [body for piece in pieces(stream, chance) for body in frames.feed(piece)] + frames.rest()
        assert found == all_frames(stream)
        assert frames.garbled or b"".join(map(framed, found)) == stream
        assert frames.feed(framed(b"ok")) == [b"ok"]


def test_no_text_of_a_card_is_too_strange() -> None:
    chance = random.Random(2)
    good = CARD.text()
    for _ in range(STREAMS):
        text = bytearray(good if chance.random() < 0.7 else chance.randbytes(LENGTH))
        for _ in range(chance.randrange(4)):
            text[chance.randrange(LENGTH)] = chance.randrange(256)
        facts = facts_of(
            bytes(text[: chance.choice((LENGTH, LENGTH, 0, 200))]), TODAY, lambda number: f"hidden {len(number)}"
        )
        assert facts is None or (facts.person == "hidden 18" and facts.age == "adult")


class Line:
    """A module at the end of a line that loses, doubles and invents bytes; time passes only by waiting."""

    def __init__(self, chance: random.Random) -> None:
        self.module = SamvModule()
        self.now = 0.0
        self.good = False
        self.most = 1500
        self._chance = chance
        self._coming = b""

    def write(self, data: bytes) -> None:
        answer = self.module.heard(data)
        self._coming += answer if self.good else self._spoilt(answer)

    def _spoilt(self, answer: bytes) -> bytes:
        chance = self._chance
        at = chance.randrange(len(answer) + 1)
        ways = (
            answer,
            answer,
            answer[:at],
            answer[at:],
            noise(chance) + answer,
            answer[:at] + noise(chance) + answer[at:],
        )
        if chance.random() < 0.02:
            raise DeviceError("UNPLUGGED")
        return chance.choice(ways)

    def read(self, most: int, timeout_s: float) -> bytes:
        size = min(most, self._chance.randrange(1, self.most))
        data, self._coming = self._coming[:size], self._coming[size:]
        if not data:
            self.now += timeout_s
        return data

    def close(self) -> None:
        self._coming = b""

    def pass_time(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """A slow line on which nothing is lost."""
    line = Line(random.Random(4))
    line.good = True
    line.most = 2
    monkeypatch.setattr("hardware.line.open_transport", lambda _: line)
    return line


def test_an_answer_that_came_twice_is_not_taken_for_the_next_of_its_kind(line: Line) -> None:
    reader = SamvReader("tcp://reader:1", str, lambda: line.now, line.pass_time)
    line.module.spoil(lambda no_card: no_card * 2)
    assert reader.read(0, TODAY) is None
    line.module.put(CARD)
    assert reader.read(0, TODAY)


def test_an_answer_that_comes_late_is_not_taken_for_one_of_another_kind(line: Line) -> None:
    reader = SamvReader("tcp://reader:1", str, lambda: line.now, line.pass_time)
    line.module.put(CARD)
    found = framed(b"\0\0\x9f")
    line.module.spoil(*[lambda answer: found + answer] * 20)
    assert reader.read(0, TODAY)


def test_a_line_that_spits_makes_the_driver_say_so_and_never_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    outcomes: dict[str, int] = {}
    for session in range(3000):
        line = Line(chance)
        monkeypatch.setattr("hardware.line.open_transport", lambda _, line=line: line)
        reader = SamvReader("tcp://reader:1", str, lambda line=line: line.now, line.pass_time)
        born = f"{date(1980, 1, 1) + timedelta(days=session):%Y%m%d}"
        laid = Card(number=with_check(f"110105{born}001"), birth=born)
        line.module.put(laid, chance.choice(("", "", "CARD_REMOVED", "CARD_UNREADABLE")))
        try:
            facts = reader.read(1.0, TODAY)
            outcome = "read" if facts else "nothing"
            assert facts is None or facts.person == laid.number
        except DeviceError as error:
            outcome = error.code
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        line.good = True
        line.module.take()
        assert reader.read(0, TODAY) is None
        line.module.put(laid)
        facts = reader.read(1.0, TODAY)
        assert facts and facts.person == laid.number
        assert reader.health().ok
    assert set(outcomes) <= {
        "read",
        "nothing",
        "CARD_REMOVED",
        "CARD_UNREADABLE",
        "GARBLED",
        "NOT_ANSWERING",
        "UNPLUGGED",
    }
    assert {"read", "CARD_REMOVED", "CARD_UNREADABLE", "UNPLUGGED"} <= set(outcomes)
