"""Nothing personal leaves a reader: not in what it returns, holds, raises, logs or writes."""

import gc
import hashlib
import hmac
import logging
import types
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hardware.errors import DeviceError
from hardware.idcard.card import PHOTO, Card, with_check
from hardware.idcard.emulator import SamvEmulator
from hardware.idcard.samv import SamvReader
from tests.support.devices import SOON_S

TODAY = date(2026, 11, 22)
NUMBER = with_check("11010519850214001")
NAME, ADDRESS, PHOTO_PART = "张小燕", "北京市朝阳区吉祥里7号", b"a face"
SECRETS = (NUMBER, NUMBER[6:14], NAME, ADDRESS)
TRACES = [secret.encode(coding) for secret in SECRETS for coding in ("utf-8", "utf-16-le", "gb18030")] + [PHOTO_PART]
CARD = Card(number=NUMBER, birth="19850214", name=NAME, address=ADDRESS, photo=(PHOTO_PART * PHOTO)[:PHOTO])
NOT_OURS = (types.ModuleType, types.FunctionType, types.FrameType, type)


def hide(number: str) -> str:
    return hmac.new(b"k" * 32, number.encode(), hashlib.sha256).hexdigest()


def told(thing: object) -> bool:
    if isinstance(thing, str):
        return any(secret in thing for secret in SECRETS)
    return isinstance(thing, bytes | bytearray) and any(trace in thing for trace in TRACES)


def secrets_within(*roots: object) -> list[object]:
    """Everything that can be reached from there and tells something of the card."""
    found, seen, waiting = [], {id(roots)}, list(roots)
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, NOT_OURS):
            continue
        seen.add(id(thing))
        waiting += gc.get_referents(thing)
        if told(thing):
            found.append(thing)
    return found


def passed(error: BaseException | None) -> Iterator[object]:
    """The errors of a chain, and the variables of the places in the driver that they passed."""
    while error is not None:
        yield error.args
        trace = error.__traceback__
        while trace is not None:
            if "/hardware/" in trace.tb_frame.f_code.co_filename:
                yield dict(trace.tb_frame.f_locals)
            trace = trace.tb_next
        error = error.__cause__ or error.__context__


@pytest.fixture(params=["tcp", "serial"])
def emulator(request: pytest.FixtureRequest) -> Iterator[SamvEmulator]:
    with SamvEmulator(request.param) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_written_or_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    yield
    assert list(tmp_path.rglob("*")) == []
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_the_search_itself_finds_a_card() -> None:
    assert secrets_within({"held": [bytearray(CARD.text())]})
    assert secrets_within(CARD)
    assert NAME not in repr(CARD) and NUMBER not in repr(CARD)


def test_a_card_that_is_read_leaves_no_trace(emulator: SamvEmulator) -> None:
    reader = SamvReader(emulator.address, hide)
    emulator.put(CARD)
    facts = reader.read(SOON_S, TODAY)
    assert facts and facts.person == hide(NUMBER)
    assert secrets_within(reader, facts, reader.health(), repr(reader), repr(facts), str(reader.health())) == []
    reader.close()


def test_a_reader_that_is_pulled_out_amid_the_text_leaves_no_trace(emulator: SamvEmulator) -> None:
    reader = SamvReader(emulator.address, hide)
    emulator.put(CARD, "UNPLUGGED")
    with pytest.raises(DeviceError) as caught:
        reader.read(SOON_S, TODAY)
    assert secrets_within(reader, reader.health(), *passed(caught.value)) == []


def test_half_a_text_that_stays_half_leaves_no_trace(emulator: SamvEmulator) -> None:
    reader = SamvReader(emulator.address, hide, patience=0.05)
    emulator.module.spoil(bytes, bytes, lambda frame: frame[:400], lambda _: b"", lambda _: b"")
    emulator.put(CARD)
    with pytest.raises(DeviceError) as caught:
        reader.read(SOON_S, TODAY)
    assert caught.value.code == "GARBLED"
    assert secrets_within(reader, reader.health(), *passed(caught.value)) == []


@pytest.mark.parametrize("wrong", [{"birth": "19850230"}, {"last": "never"}, {"number": NUMBER[:-1] + "0"}])
def test_a_card_that_cannot_be_leaves_no_trace(emulator: SamvEmulator, wrong: dict[str, str]) -> None:
    reader = SamvReader(emulator.address, hide)
    said = {"number": NUMBER, "birth": "19850214", "name": NAME, "address": ADDRESS, **wrong}
    emulator.put(Card(**said))  # type: ignore[arg-type]
    with pytest.raises(DeviceError) as caught:
        reader.read(SOON_S, TODAY)
    assert caught.value.code == "CARD_UNREADABLE"
    assert secrets_within(reader, reader.health(), *passed(caught.value)) == []
