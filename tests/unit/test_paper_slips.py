"""What comes out of a printer, seen as a person and a phone see it."""

from typing import Any

import pytest
from PIL import Image, ImageChops
from pyzbar.pyzbar import ZBarSymbol, decode

from hardware.errors import DeviceError
from hardware.printer import fonts
from hardware.printer.emulator import PrinterEmulator
from hardware.printer.encoding import columns
from hardware.printer.language import job
from hardware.printer.page import Line, Page
from hardware.printer.parser import parse
from hardware.printer.profiles import Profile, profile_of
from hardware.printer.render import render
from hardware.printer.simulator import SimulatedPrinter
from hardware.registry import open_printer
from kiosk.paper import choose, page_of, print_slip
from kiosk.paper.raster import draw
from kiosk.paper.wrap import balanced, wrap
from tests.support.slips import ITEM, LANGUAGES, URL, ZONE, slip

NUMBER_DOTS = 96
BOTH = pytest.mark.parametrize("mode", ["text", "raster"])
PAPERS = pytest.mark.parametrize("mm", [80, 58])
VARIANTS: list[dict[str, Any]] = [
    {}, {"offline": True}, {"copy": True}, {"test": True}, {"outside": True, "missing": (ITEM, ZONE)},
]  # fmt: skip


def profile(mm: int, **more: str) -> Profile:
    return profile_of(f"tcp://h:1?paper={mm}" + "".join(f"&{name}={value}" for name, value in more.items()))


def paper(page: Page, of: Profile) -> Image.Image:
    return render(parse(job(page, of)), of)


def said(page: Page) -> list[str]:
    return [part.text for part in page.parts if isinstance(part, Line)]


def heights(image: Image.Image) -> list[int]:
    """How high each stretch of rows is that has ink, no white row in it."""
    inked = [min(image.crop((0, y, image.width, y + 1)).tobytes()) < 128 for y in range(image.height)]
    runs, height = [], 0
    for ink in [*inked, False]:
        if not ink and height:
            runs.append(height)
        height = height + 1 if ink else 0
    return runs


@PAPERS
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_paper_is_the_very_picture_that_was_laid_out(mm: int, language: str, variant: dict[str, Any]) -> None:
    made = slip(language=language, **variant)
    with PrinterEmulator(options=f"?paper={mm}") as emulator:
        assert print_slip(open_printer(emulator.address), made, "raster")
        printed = emulator.jobs[0].image()
    drawn = draw(made, profile(mm)).point(lambda level: 255 if level >= 128 else 0)
    spots = ImageChops.difference(printed, drawn).point(lambda level: 1 if level else 0)
    assert printed.size == drawn.size
    assert sum(spots.tobytes()) <= 8  # the dots that keep a picture from speaking to the printer


@PAPERS
@BOTH
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_phone_reads_the_page_of_the_ticket(mm: int, mode: str, variant: dict[str, Any]) -> None:
    of = profile(mm)
    seen = paper(page_of(slip(language="en", **variant), of, mode), of)
    framed = Image.new("L", (seen.width + 40, seen.height + 40), 255)
    framed.paste(seen, (20, 20))
    assert [found.data.decode() for found in decode(framed, symbols=[ZBarSymbol.QRCODE])] == [URL]


@PAPERS
@BOTH
@pytest.mark.parametrize("number", ["A001", "A1023", "WWW8888"])
def test_the_number_is_at_least_12_mm_high(mm: int, mode: str, number: str) -> None:
    of = profile(mm)
    seen = paper(page_of(slip(number=number, item={"zh": "一"}, url=""), of, mode), of)
    assert max(heights(seen)) >= NUMBER_DOTS


@PAPERS
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_line_of_text_fits_the_paper(mm: int, language: str, variant: dict[str, Any]) -> None:
    of = profile(mm, mode="text")
    page = page_of(slip(language=language, number="A1023", **variant), of)
    assert [
        part for part in page.parts if isinstance(part, Line) and columns(of, part.text) * part.wide > of.columns
    ] == []


@PAPERS
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_no_picture_touches_the_edges_of_the_paper(mm: int, language: str, variant: dict[str, Any]) -> None:
    image = draw(slip(language=language, number="A1023", **variant), profile(mm))
    left, _, right, bottom = ImageChops.invert(image).getbbox() or (0, 0, 0, 0)
    assert left >= 7 and right <= image.width - 7 and bottom < image.height


def test_a_slip_says_all_that_it_should_in_both_languages() -> None:
    text = "\n".join(said(page_of(slip(language="en"), profile(80), "text")))
    for words in ("示范区行政服务中心", "Identity card", "A023", "12 people", "15–25 分钟", "15–25 min", "3–6, 12"):
        assert words in text
    assert "2 楼 不动产、税务、公积金服务区" in text
    assert "2026-11-22 09:30" in text
    assert "12345" not in text


def test_a_visitor_who_reads_chinese_gets_chinese_and_a_line_on_the_number_for_others() -> None:
    text = said(page_of(slip(), profile(80), "text"))
    assert [line for line in text if line.isascii() and any(char.isalpha() for char in line)] == ["Your number", "A023"]


def test_a_slip_taken_offline_promises_nothing_and_gives_the_hotline() -> None:
    text = "\n".join(said(page_of(slip(language="en", offline=True), profile(80), "text")))
    assert "You keep your place" in text and "0571-12345" in text and "断网" in text
    assert "people" not in text and "分钟" not in text


def test_a_slip_tells_who_waits_outside_and_what_is_missing_unless_nobody_could_know() -> None:
    told = slip(language="en", outside=True, missing=({"zh": "户口簿", "en": "Household register"}, {"zh": "照片"}))
    text = "\n".join(said(page_of(told, profile(80), "text")))
    for words in ("请在厅外等候", "Please wait outside", "户口簿、照片", "Household register, 照片"):
        assert words in text
    alone = slip(language="en", offline=True, outside=True, missing=({"zh": "户口簿"},))
    assert "outside" not in "\n".join(said(page_of(alone, profile(80), "text")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_says_so(language: str) -> None:
    assert any(
        "补打 / copy" in line for line in said(page_of(slip(language=language, copy=True), profile(80, mode="text")))
    )


def test_a_copy_looks_other_than_the_first() -> None:
    first, copy = (draw(slip(copy=copy), profile(80)) for copy in (False, True))
    assert copy.height > first.height
    assert copy.getpixel((300, 16)) == 0


@pytest.mark.parametrize(
    ("options", "asked", "language", "chosen"),
    [
        ("", None, "en", "raster"),
        ("", "text", "en", "text"),
        ("", "text", "ko", "raster"),
        ("mode=text", "raster", "en", "text"),
        ("mode=text", None, "ko", "text"),
        ("mode=raster", "text", "en", "raster"),
        ("charset=latin", "text", "de", "raster"),
    ],
)
def test_the_mode_is_what_was_asked_for_unless_it_would_lose_letters(
    options: str, asked: str | None, language: str, chosen: str
) -> None:
    assert choose(profile_of(f"tcp://h:1?{options}"), asked, slip(language=language)) == chosen


def test_slow_lines_get_text() -> None:
    assert choose(profile_of("serial:///dev/ttyS0"), None, slip()) == "text"
    assert choose(profile_of("serial:///dev/ttyS0?baud=115200"), None, slip()) == "raster"


def test_a_printer_without_the_visitors_letters_prints_english_beside_chinese() -> None:
    text = "\n".join(said(page_of(slip(language="ko"), profile(80, mode="text"))))
    assert "12 people" in text and "?" not in text


@pytest.mark.usefixtures("no_fonts")
def test_without_a_chinese_font_letters_of_the_printer_are_used() -> None:
    assert said(page_of(slip(), profile(80), "raster"))
    with pytest.raises(fonts.FontMissing) as caught:
        page_of(slip(), profile(80, mode="raster"))
    assert (caught.value.code, caught.value.facts["program"]) == ("MISSING_PROGRAM", "fonts-noto-cjk")


def test_nothing_fitted_prints_nothing_and_says_so() -> None:
    assert print_slip(open_printer("none:"), slip()) is False
    assert print_slip(SimulatedPrinter(), slip()) is True


def test_a_slip_that_did_not_come_out_is_an_error() -> None:
    printer = SimulatedPrinter()
    printer.break_down("PAPER_OUT")
    with pytest.raises(DeviceError, match="PAPER_OUT"):
        print_slip(printer, slip())


def test_long_words_are_broken_where_they_can_be_read() -> None:
    assert wrap("Grunderwerbsteueranmeldung", 20, len) == ["Grunderwerbsteueran-", "meldung"]
    assert wrap("Grunderwerbsteueranmeldung", 25, len) == ["Grunderwerbsteueranmel-", "dung"]
    assert wrap("大厅。大厅", 2, len) == ["大", "厅。", "大厅"]
    assert wrap("one two three four", 8, len, 2) == ["one two", "three…"]
    assert balanced("one two three four", 14, len) == ["one two", "three four"]
    assert wrap("", 8, len) == [""]


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A system whose fontconfig knows no font at all."""
    empty = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    empty.write_text("<?xml version='1.0'?><fontconfig></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(empty))
    for cached in (fonts.font, fonts._find):
        cached.cache_clear()
    yield
    for cached in (fonts.font, fonts._find):
        cached.cache_clear()
