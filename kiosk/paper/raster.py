"""A slip as a picture: any script, drawn with the system's fonts."""

import segno
from PIL import Image, ImageDraw

from hardware.printer.fonts import Font, font, width
from hardware.printer.page import Page, Picture
from hardware.printer.profiles import Profile, dots
from kiosk.paper.content import Block, Fact, Facts, Foot, Notice, Pair, Rule, Words, blocks
from kiosk.paper.layout import CAP, NUMBER_MM, Drawn, Style, drawn
from kiosk.paper.slip import Slip
from kiosk.paper.wrap import balanced

BLACK, WHITE = 0, 255
LEADING = 1.22
"""From line to line, of a font's size."""
ASCENT = 0.92
"""From a line's top to its base, of a font's size."""
DASH, SPACE, THICK = 6, 6, 2
QUIET = 4
"""Modules of white that a QR code needs around it."""


def raster_page(slip: Slip, profile: Profile) -> Page:
    """The slip as one picture. Raises `FontMissing`."""
    return Page(name=slip.number, parts=(Picture.of(draw(slip, profile)),))


def draw(slip: Slip, profile: Profile) -> Image.Image:
    """The slip as it looks on paper, mode L."""
    sheet = _Sheet(drawn(profile))
    for block in blocks(slip):
        sheet.put(block)
    return sheet.done()


class _Sheet:
    """White paper that grows downwards. `y` is where the next block begins."""

    def __init__(self, layout: Drawn) -> None:
        self._layout = layout
        self._image = Image.new("L", (layout.width, 2400), WHITE)
        self._pen = ImageDraw.Draw(self._image)
        self._y = layout.margin // 2
        self._inside = layout.width - 2 * layout.margin

    def done(self) -> Image.Image:
        return self._image.crop((0, 0, self._layout.width, self._y + self._layout.tail))

    def put(self, block: Block) -> None:
        match block:
            case Words(role="number"):
                self._number(block.text.own)
            case Words(role="mark"):
                self._mark(block.text.own)
            case Words():
                self._middle(block.text, self._style(block.role))
            case Notice():
                self._notice(block)
            case Facts():
                self._facts(block)
            case Rule():
                self._rule()
            case Foot():
                self._foot(block)

    def _style(self, role: str) -> Style:
        return self._layout.styles[role]

    def _middle(self, text: Pair, style: Style, inset: int = 0) -> None:
        self._y += style.above
        room = self._inside - 2 * inset
        if style.size == style.second and self._on_one_line(text, style, room):
            return
        for said, of, size in _sized(text, style):
            for line in _lines(said, room, of, style.most):
                self._write(line, (self._layout.width - width(line, of)) // 2, size, of)

    def _on_one_line(self, text: Pair, style: Style, room: int) -> bool:
        """Both languages beside each other, where they fit."""
        parts = list(_sized(text, style))
        wide = sum(width(said, of) for said, of, _ in parts) + style.size * (len(parts) - 1)
        if wide > room or len(parts) < 2:
            return False
        x, y = (self._layout.width - wide) // 2, self._y
        for said, of, size in parts:
            self._y = y
            self._write(said, x, size, of)
            x += width(said, of) + style.size
        return True

    def _write(self, line: str, x: int, size: int, of: Font, fill: int = BLACK) -> None:
        self._pen.text((x, self._y + round(size * ASCENT)), line, fill, of, anchor="ls")
        self._y += round(size * LEADING)

    def _number(self, number: str) -> None:
        """As high as the layout says, and narrowed where it is too long, never lower than 12 mm."""
        style = self._style("number")
        of = font("zh", max(style.size, round(dots(NUMBER_MM) / CAP) + 1), bold=True)
        left, top, right, bottom = (round(edge) for edge in of.getbbox(number or " ", anchor="ls"))
        ink = Image.new("L", (max(right - left, 1), max(bottom - top, 1)), WHITE)
        ImageDraw.Draw(ink).text((-left, -top), number, BLACK, of, anchor="ls")
        if ink.width > self._inside:
            ink = ink.resize((self._inside, ink.height), Image.Resampling.LANCZOS)
        self._y += style.above
        self._image.paste(ink, ((self._layout.width - ink.width) // 2, self._y))
        self._y += ink.height + style.above

    def _mark(self, text: str) -> None:
        """White on black: nobody takes a copy for another ticket."""
        style = self._style("mark")
        of = font("zh", style.size, bold=True)
        top, tall = self._y, round(style.size * 1.7)
        self._pen.rectangle((self._layout.margin, top, self._layout.width - self._layout.margin - 1, top + tall), BLACK)
        self._y += (tall - round(style.size * LEADING)) // 2
        self._write(text, (self._layout.width - width(text, of)) // 2, style.size, of, WHITE)
        self._y = top + tall + self._layout.gap

    def _notice(self, notice: Notice) -> None:
        self._y += self._layout.gap
        top = self._y
        self._middle(notice.title, self._style("notice"), inset=self._layout.gap)
        self._middle(notice.detail, self._style("detail"), inset=self._layout.gap)
        self._y += self._layout.gap
        edge = self._layout.margin
        self._pen.rounded_rectangle((edge, top, self._layout.width - edge - 1, self._y), 10, outline=BLACK, width=3)
        self._y += self._layout.gap

    def _rule(self) -> None:
        self._y += self._layout.gap
        for x in range(self._layout.margin, self._layout.width - self._layout.margin, DASH + SPACE):
            self._pen.rectangle((x, self._y, x + DASH - 1, self._y + THICK - 1), BLACK)
        self._y += THICK + self._layout.gap

    def _facts(self, facts: Facts) -> None:
        for at, row in enumerate(_grid(facts.rows, self._layout.grid)):
            self._y += self._layout.gap if at else 0
            if self._layout.grid > 1:
                self._columns(row)
            else:
                self._labelled(row[0])

    def _columns(self, row: list[Fact]) -> None:
        """Facts beside each other, each label above its value."""
        top, bottom = self._y, self._y
        step = (self._inside + self._layout.gap) // (1 if row[0].whole else self._layout.grid)
        for at, fact in enumerate(row):
            self._y = top
            self._label(fact.label, self._layout.margin + at * step, step - self._layout.gap)
            self._left(fact.value, self._layout.margin + at * step, step - self._layout.gap, self._style("value"))
            bottom = max(bottom, self._y)
        self._y = bottom

    def _labelled(self, fact: Fact) -> None:
        """A label on the left of its value."""
        top = self._y
        self._left(fact.label, self._layout.margin, self._layout.label_width, self._style("label"))
        bottom, self._y = self._y, top
        start = self._layout.label_width + self._layout.gap
        self._left(fact.value, self._layout.margin + start, self._inside - start, self._style("value"))
        self._y = max(bottom, self._y)

    def _label(self, label: Pair, x: int, room: int) -> None:
        """Both languages on one line where they fit."""
        style = self._style("label")
        parts = list(_sized(label, style))
        wide = sum(width(said, of) for said, of, _ in parts) + 12
        if len(parts) < 2 or wide > room:
            self._left(label, x, room, style)
            return
        top = self._y
        self._pen.text((x, top + round(style.size * ASCENT)), label.own, BLACK, parts[0][1], anchor="ls")
        beside = x + width(label.own, parts[0][1]) + 12
        self._pen.text((beside, top + round(style.size * ASCENT)), label.second, BLACK, parts[1][1], anchor="ls")
        self._y = top + round(style.size * (LEADING + 0.06))

    def _left(self, text: Pair, x: int, room: int, style: Style) -> None:
        for said, of, size in _sized(text, style):
            for line in _lines(said, room, of, style.most):
                self._write(line, x, size, of)

    def _foot(self, foot: Foot) -> None:
        code = _code(foot.url, self._layout.module) if foot.url else None
        words = ((foot.scan, "scan"), (foot.hint, "hint"), (Pair(foot.at), "at"))
        if code is not None and self._layout.beside:
            self._beside(code, words)
            return
        if code is not None:
            self._image.paste(code, ((self._layout.width - code.width) // 2, self._y))
            self._y += code.height
        for text, role in words[0 if code else 1 :]:
            self._middle(text, self._style(role))

    def _beside(self, code: Image.Image, words: tuple[tuple[Pair, str], ...]) -> None:
        top, quiet = self._y, QUIET * self._layout.module
        self._image.paste(code, (max(self._layout.margin - quiet, 0), top))
        x = self._layout.margin + code.width - quiet - 4
        for text, role in words:
            style = self._style(role)
            self._y += style.above
            self._left(text, x, self._layout.width - self._layout.margin - x, style)
        self._y = max(self._y, top + code.height - quiet)


def _sized(text: Pair, style: Style) -> list[tuple[str, Font, int]]:
    """Each text there is, with its font and size."""
    found = [(text.own, font("zh", style.size, style.bold), style.size)] if text.own else []
    if text.second:
        size = style.second or style.size
        found.append((text.second, font(text.lang, size), size))
    return found


def _lines(text: str, room: int, of: Font, most: int) -> list[str]:
    return balanced(text, room, lambda part: width(part, of), most)


def _grid(rows: tuple[Fact, ...], most: int) -> list[list[Fact]]:
    """Facts that stand beside each other."""
    found: list[list[Fact]] = []
    for fact in rows:
        if found and len(found[-1]) < most and not fact.whole and not found[-1][0].whole:
            found[-1].append(fact)
        else:
            found.append([fact])
    return found


def _code(url: str, module: int) -> Image.Image:
    rows = [
        bytes(BLACK if dot else WHITE for dot in row)
        for row in segno.make(url, error="m", micro=False).matrix_iter(border=QUIET)
    ]
    return Image.frombytes("L", (len(rows), len(rows)), b"".join(rows)).resize(
        (len(rows) * module,) * 2, Image.Resampling.NEAREST
    )
