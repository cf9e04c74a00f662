"""A printed job turned back into a picture of the paper, as a printer with its own fonts would show it."""

from functools import cache

import segno
from PIL import Image, ImageChops, ImageDraw

from hardware.printer.encoding import HAN
from hardware.printer.fonts import font
from hardware.printer.parser import TEXT_OF_PAGE, Item
from hardware.printer.profiles import CELL_TALL, CELL_WIDE, Profile

BASELINE = 20
"""From the top of a cell."""
DEFAULT_SPACING = 30
Cell = tuple[str, int, int, bool]
"""A character, how often it is magnified across and down, and whether it is bold."""


def render(items: list[Item], profile: Profile) -> Image.Image:
    """The paper, mode L, as wide as the printer's head."""
    return _Paper(profile).print(items)


class _Paper:
    """The state of a print head over growing paper."""

    def __init__(self, profile: Profile) -> None:
        self._wide = profile.dots
        self._image = Image.new("L", (profile.dots, 64), 255)
        self._y = 0
        self._spacing = DEFAULT_SPACING
        self._align, self._across, self._down, self._bold = 0, 1, 1, False
        self._codec, self._page = HAN, "cp437"
        self._cells: list[Cell] = []
        self._module = 3
        self._code = b""

    def print(self, items: list[Item]) -> Image.Image:
        for item in items:
            getattr(self, f"_on_{item.name}", lambda _: None)(item.data)
        return self._image.crop((0, 0, self._wide, max(self._y, 1)))

    def _on_spacing(self, data: bytes) -> None:
        self._spacing = data[0]

    def _on_align(self, data: bytes) -> None:
        self._align = data[0]

    def _on_bold(self, data: bytes) -> None:
        self._bold = data == b"\x01"

    def _on_size(self, data: bytes) -> None:
        self._across, self._down = (data[0] >> 4) + 1, (data[0] & 7) + 1

    def _on_kanji_on(self, _: bytes) -> None:
        self._codec = HAN

    def _on_kanji_off(self, _: bytes) -> None:
        self._codec = self._page

    def _on_page(self, data: bytes) -> None:
        self._codec = self._page = TEXT_OF_PAGE.get(data[0], "cp437")

    def _on_text(self, data: bytes) -> None:
        for char in data.decode(self._codec, "replace"):
            cell = (char, self._across, self._down, self._bold)
            if sum(map(_cell_width, [*self._cells, cell])) > self._wide:
                self._on_end(b"")
            self._cells.append(cell)

    def _on_end(self, _: bytes) -> None:
        tall = max((CELL_TALL * down for _, _, down, _ in self._cells), default=CELL_TALL)
        x = (self._wide - sum(map(_cell_width, self._cells))) * self._align // 2
        for cell in self._cells:
            glyph = _glyph(*cell)
            self._put(glyph, x, self._y + tall - glyph.height)
            x += glyph.width
        self._advance(max(self._spacing, tall))
        self._cells = []

    def _on_feed(self, data: bytes) -> None:
        self._advance(data[0])

    def _on_feed_lines(self, data: bytes) -> None:
        self._advance(data[0] * self._spacing)

    def _on_picture(self, data: bytes) -> None:
        across, rows = int.from_bytes(data[:2], "little") * 8, int.from_bytes(data[2:4], "little")
        bits = Image.frombytes("1", (across, rows), data[4:])
        self._put(ImageChops.invert(bits.convert("L")), 0, self._y)
        self._advance(rows)

    def _on_code(self, data: bytes) -> None:
        what = data[3:4]
        if what == b"C":
            self._module = data[4]
        elif what == b"P":
            self._code = data[5:]
        elif what == b"Q":
            self._draw_code()

    def _draw_code(self) -> None:
        rows = list(segno.make(self._code, error="m", micro=False).matrix)
        small = Image.frombytes("L", (len(rows), len(rows)), bytes(0 if dot else 255 for row in rows for dot in row))
        code = small.resize((small.width * self._module,) * 2, Image.Resampling.NEAREST)
        self._put(code, (self._wide - code.width) * self._align // 2, self._y)
        self._advance(code.height)

    def _put(self, what: Image.Image, x: int, y: int) -> None:
        self._grow(y + what.height)
        self._image.paste(what, (x, y))

    def _advance(self, dots: int) -> None:
        self._y += dots
        self._grow(self._y)

    def _grow(self, height: int) -> None:
        if height > self._image.height:
            taller = Image.new("L", (self._wide, height * 2), 255)
            taller.paste(self._image)
            self._image = taller


def _cell_width(cell: Cell) -> int:
    return CELL_WIDE * cell[1] * (1 if cell[0].isascii() or _is_narrow(cell[0]) else 2)


def _is_narrow(char: str) -> bool:
    return char < "\u0500" or "\u2010" <= char <= "\u2122"


@cache
def _glyph(char: str, across: int, down: int, bold: bool) -> Image.Image:
    wide, of = _cell_width((char, 1, 1, bold)), font("mono", CELL_TALL, bold)
    glyph = Image.new("L", (max(wide, round(of.getlength(char))), CELL_TALL), 255)
    ImageDraw.Draw(glyph).text((glyph.width / 2, BASELINE), char, 0, of, anchor="ms")
    glyph = glyph.resize((wide, CELL_TALL), Image.Resampling.LANCZOS)
    sharp = glyph.point(lambda level: 0 if level < 128 else 255)
    return sharp.resize((wide * across, CELL_TALL * down), Image.Resampling.NEAREST)
