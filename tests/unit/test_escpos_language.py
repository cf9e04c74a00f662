"""The printer's language: what is written is what is read back."""

import pytest

from hardware.printer.encoding import columns, lacking, runs
from hardware.printer.language import job
from hardware.printer.machine import Machine
from hardware.printer.page import Code, Gap, Line, Page, Picture
from hardware.printer.parser import Unfinished, Unknown, codes, lines, parse
from hardware.printer.profiles import Profile, profile_of

PROFILE = Profile()
PAGE = Page(
    name="A023",
    parts=(
        Line(text="居民身份证 ID", align="center", bold=True),
        Line(text="Größe, Дом № 5", wide=2, tall=2),
        Gap(dots=300),
        Picture(width=16, height=300, bits=bytes(range(200)) * 3),
        Code(data="https://h/t/x", dots=6),
        Line(text="3–8"),
    ),
)


def test_a_job_begins_with_a_reset_and_ends_with_one_cut() -> None:
    names = [item.name for item in parse(job(PAGE, PROFILE))]
    assert (names[0], names[-1]) == ("init", "cut")
    assert (names.count("init"), names.count("cut")) == (1, 1)


def test_texts_and_codes_are_read_as_they_were_written() -> None:
    items = parse(job(PAGE, PROFILE))
    assert lines(items) == ["居民身份证 ID", "Größe, Дом № 5", "3–8"]
    assert codes(items) == ["https://h/t/x"]


def test_chinese_is_gb18030_in_kanji_mode_and_other_letters_are_in_code_pages() -> None:
    data = job(PAGE, PROFILE)
    assert b"\x1c&" + "居民身份证 ID".encode("gb18030") + b"\n" in data
    assert b"\x1c.\x1bt\x10" + "Größe, ".encode("cp1252") + b"\x1c.\x1bt\x11" + "Дом".encode("cp866") in data


def test_a_picture_goes_in_bands_and_comes_back_whole() -> None:
    bands = [item.data for item in parse(job(PAGE, PROFILE)) if item.name == "picture"]
    assert [int.from_bytes(band[2:4], "little") for band in bands] == [128, 128, 44]
    assert b"".join(band[4:] for band in bands) == bytes(range(200)) * 3


@pytest.mark.parametrize("cut", ["part", "full", "none"])
def test_the_cut_is_as_the_profile_says(cut: str) -> None:
    ends = {"part": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\x1bd\x05"}
    assert job(PAGE, Profile(cut=cut)).endswith(ends[cut])


@pytest.mark.parametrize(
    "data", [b"\x1bp\x00\x19\xfa", b"\x07", b"\x1b\x1b@", b"\x1dV\x00", b"\x1ba\x07", b"a\x7fb", b"\r"]
)
def test_what_the_template_has_not_is_unknown(data: bytes) -> None:
    with pytest.raises(Unknown):
        parse(b"\x1b@" + data + b"abcdefgh")


@pytest.mark.parametrize("data", [b"\x1b", b"\x1dv0\x00\x02\x00\x02\x00abc", b"\x1d(k\x05\x001P0", b"\x1d!"])
def test_a_job_that_ends_too_soon_is_unfinished(data: bytes) -> None:
    with pytest.raises(Unfinished):
        parse(data)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_machine_understands_bytes_that_are_split_anywhere(size: int) -> None:
    machine = Machine(PROFILE)
    data = job(PAGE, PROFILE)
    answers = b"".join(machine.heard((data + b"\x10\x04\x01")[at : at + size]) for at in range(0, len(data) + 3, size))
    assert (machine.jobs[0].items, machine.strange) == (parse(data), [])
    assert answers == b"\x12"


def test_the_rest_of_a_slip_is_forgotten_when_a_printer_is_told_so() -> None:
    machine = Machine(PROFILE)
    machine.break_down("PAPER_OUT", after_items=4)
    machine.heard(job(PAGE, PROFILE))
    machine.heard(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08")
    machine.mend()
    assert machine.heard(b"\x1dr\x01") == b"\x00"
    assert machine.jobs == []


def test_letters_that_a_printer_lacks_are_known_and_replaced_where_they_can_be_seen() -> None:
    assert lacking(PROFILE, "龘居 Größe Дом あ 한국 𠮷") == {"한", "국", "𠮷"}
    assert lacking(profile_of("tcp://h:1?charset=latin"), "居 ß") == {"居"}
    assert b"".join(run.data for run in runs(PROFILE, "A한B")) == b"A?B"


def test_every_byte_of_text_takes_a_column() -> None:
    assert [columns(PROFILE, text) for text in ("abc", "居民", "Größe", "Дом", "居 a")] == [3, 4, 5, 3, 4]


def test_a_picture_holds_no_command_that_printers_obey_at_once() -> None:
    from PIL import Image, ImageChops

    bits = Image.frombytes("1", (64, 1), b"\x10\x04\x10\x05\x10\x14\x10\x06")
    tamed = Picture.of(ImageChops.invert(bits.convert("L")))
    assert tamed.bits == b"\x18\x04\x18\x05\x18\x14\x10\x06"
