"""Whatever data says, a printer gets the template's commands and no others."""

import random
from dataclasses import replace

import pytest

from hardware.printer.language import job
from hardware.printer.page import Code, Line, Page, Part
from hardware.printer.parser import Item, Unknown, lines, parse
from hardware.printer.profiles import Profile, profile_of
from kiosk.paper import content, page_of
from kiosk.paper.clean import clean
from kiosk.paper.slip import Slip
from tests.support.slips import slip

TEXTS = 100_000
PICTURES = 200
PROFILES = [profile_of(f"tcp://h:1?{options}") for options in ("paper=80", "paper=58", "charset=latin", "cut=none")]
PLANTS = [
    "\x1b@",
    "\x1dV\x00",
    "\x1dVB\x00",
    "\x1bp\x00\x19\xfa",
    "\x10\x14\x01\x00\x01",
    "\x10\x04\x01",
    "\x1c&",
    "\x1b=\x02",
    "\x1dv0\x00\xff\xff\xff\xff",
    "\n",
    "\r\x0c",
    "\x7f",
    "\x9b2J",
    "\u202e",
    "\u200b\u2066",
    "\ud800",
    "\u2028",
    "\ue000",
]
LETTERS = [
    *map(chr, range(0x20)),
    *map(chr, range(0x20, 0x7F)),
    *map(chr, range(0x7F, 0x180)),
    *"居民身份证换领服务区、。，《》龘𠮷㐀ßÄöЖщёかなカ한국어😀e\u0301\u200d\u2067\ufeff",
]


def text(chance: random.Random) -> str:
    """Printable and poisonous characters in any order."""
    letters = chance.choices(LETTERS, k=chance.randrange(24))
    letters += [chr(chance.randrange(0x110000)) for _ in range(chance.randrange(3))]
    letters += chance.choices(PLANTS, k=chance.randrange(3))
    chance.shuffle(letters)
    return "".join(letters)


def poisonous(chance: random.Random, language: str) -> tuple[Slip, int]:
    """A slip all of whose data is such text, and how many texts it has."""
    names = [{"zh": text(chance), language: text(chance)} for _ in range(4)]
    made = slip(
        hall=names[0],
        item=names[1],
        zone=names[2],
        hint=names[3],
        number=text(chance),
        hotline=text(chance),
        url=text(chance),
        language=language,
        offline=chance.random() < 0.5,
        copy=chance.random() < 0.5,
    )
    return made, sum(map(len, names)) + 3


def inert(part: Part) -> Part:
    """The same part with harmless letters where its data could be anything."""
    if isinstance(part, Line):
        return replace(part, text="".join("x" if char < "\x80" else char for char in part.text))
    if isinstance(part, Code):
        return replace(part, data="x" * len(part.data.encode()))
    return part


def commands(items: list[Item]) -> list[object]:
    """The commands of a job; of data, only how long it is."""
    return [(item.name, item.data if item.name != "code" else len(item.data)) for item in items if item.name != "text"]


def is_proved(page: Page, profile: Profile) -> bool:
    """Whether a page's job reads as the template with harmless data would, and says what the page says."""
    try:
        items = parse(job(page, profile))
    except Unknown:
        return False
    harmless = parse(job(replace(page, parts=tuple(map(inert, page.parts))), profile))
    said = [line.text for line in page.parts if isinstance(line, Line)]
    return commands(items) == commands(harmless) and [*map(len, lines(items))] == [*map(len, said)]


def test_a_hundred_thousand_texts_never_become_a_command() -> None:
    chance = random.Random(3)
    seen = 0
    while seen < TEXTS:
        profile = chance.choice(PROFILES)
        made, texts = poisonous(chance, chance.choice(["en", "de", "ru", "ja", "ko"]))
        seen += texts
        assert is_proved(page_of(made, replace(profile, raster=False)), profile), made


def test_pictures_of_such_texts_are_pictures_alone() -> None:
    chance = random.Random(4)
    for _ in range(PICTURES):
        made, _ = poisonous(chance, "de")
        page = page_of(made, PROFILES[0], "raster")
        items = parse(job(page, PROFILES[0]))
        assert {item.name for item in items} == {"init", "spacing", "picture", "cut"}
        assert [items[0].name, items[1].name, items[-1].name] == ["init", "spacing", "cut"]
        assert not [item for item in items if b"\x10\x04" in item.data[4:] or b"\x10\x14" in item.data[4:]]


@pytest.mark.parametrize("planted", ["\x1b@", "\x1dV\x00", "\x1dVB\x00", "\n", "\x1c&", "\x10\x14\x01\x00\x01", "\x7f"])
def test_a_planted_command_never_gets_through(planted: str) -> None:
    page = page_of(slip(item={"zh": f"换{planted}领"}), PROFILES[0], "text")
    assert is_proved(page, PROFILES[0])
    said = [part.text for part in page.parts if isinstance(part, Line)]
    assert f"换{clean(planted)}领".replace(" ", "") in [line.replace(" ", "") for line in said]


@pytest.mark.parametrize("planted", ["\x1b@", "\x1dVB\x00", "\n", "\x1c&", "\x10\x14\x01\x00\x01", "\x7f"])
def test_the_proof_sees_it_when_nothing_is_cleaned(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "clean", lambda text: text)
    page = page_of(slip(item={"zh": f"换{planted}领"}), replace(PROFILES[0], raster=False))
    assert not is_proved(page, PROFILES[0])


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("a\x00\x1b@b", "a@b"),
        ("\u202eabc\u2069", "abc"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("a\tb\nc\u2028d\u3000e", "a b c d e"),
        ("\x80\x9b\x7fx", "x"),
        ("\ud800\ue000x", "x"),
        ("e\u0301", "é"),
        ("  居民  身份证 ", "居民 身份证"),
    ],
)
def test_what_is_no_letter_is_taken_out(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned
