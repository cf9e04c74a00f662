"""A slip in the printer's own letters: quick on slow lines, and for printers that know nothing else."""

from collections.abc import Iterator

from hardware.printer.encoding import columns, lacking
from hardware.printer.page import Code, Gap, Line, Page, Part
from hardware.printer.profiles import CELL_TALL, Profile
from kiosk.paper.content import Block, Facts, Foot, Notice, Pair, Rule, Words, blocks, texts
from kiosk.paper.layout import Style, Typed, drawn, typed
from kiosk.paper.slip import Slip
from kiosk.paper.wrap import balanced, wrap

AIR = 12
"""White between blocks, in dots."""


def text_page(slip: Slip, profile: Profile) -> Page:
    """The slip as lines that fit the paper. What the printer lacks is replaced visibly when it is printed."""
    writer = _Writer(profile)
    parts = tuple(part for block in blocks(slip) for part in writer.parts(block))
    return Page(name=slip.number, parts=parts)


def lacks(slip: Slip, profile: Profile) -> set[str]:
    """The characters of a slip that this printer has not in its own letters."""
    return lacking(profile, texts(slip))


class _Writer:
    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._layout: Typed = typed(profile)
        self._styles: dict[str, Style] = drawn(profile).styles

    def parts(self, block: Block) -> Iterator[Part]:
        match block:
            case Words(role="number"):
                yield from self._number(block.text.own)
            case Words(role="mark"):
                yield Line(text=f"*** {block.text.own} ***", align="center", bold=True)
                yield Gap(dots=AIR)
            case Words(role="item"):
                yield Gap(dots=AIR)
                yield from self._item(block.text)
            case Words():
                yield Gap(dots=AIR // 2)
                yield from self._middle(block.text, block.role)
            case Notice():
                yield Gap(dots=AIR)
                yield from self._middle(block.title, "notice")
                yield from self._middle(block.detail, "detail")
                yield from self._rule()
            case Facts():
                for fact in block.rows:
                    yield from self._fact(fact.label, fact.value)
            case Rule():
                yield from self._rule()
            case Foot():
                yield from self._foot(block)

    def _measure(self, text: str) -> int:
        return columns(self._profile, text)

    def _middle(self, text: Pair, role: str) -> Iterator[Part]:
        style = self._styles[role]
        for said, bold in ((text.own, style.bold), (text.second, False)):
            for line in balanced(said, self._layout.columns, self._measure, style.most) if said else ():
                yield Line(text=line, align="center", bold=bold)

    def _item(self, text: Pair) -> Iterator[Part]:
        size = self._layout.item
        room = self._layout.columns // size
        for line in balanced(text.own, room, self._measure, self._styles["item"].most) if text.own else ():
            yield Line(text=line, align="center", bold=True, wide=size, tall=size)
        yield Gap(dots=AIR // 2)
        yield from self._middle(Pair("", text.second), "item")

    def _number(self, number: str) -> Iterator[Part]:
        wide = max(min(self._layout.wide, self._layout.columns // max(self._measure(number), 1)), 1)
        yield Gap(dots=AIR // 2)
        yield Line(text=number[: self._layout.columns], align="center", bold=True, wide=wide, tall=self._layout.tall)
        yield Gap(dots=AIR // 2)

    def _rule(self) -> Iterator[Part]:
        yield Line(text="-" * self._layout.columns)

    def _fact(self, label: Pair, value: Pair) -> Iterator[Part]:
        """Labels on the left, values in a column of their own; the visitor's language below."""
        for name, said, bold in ((label.own, value.own, True), (label.second, value.second, False)):
            room = self._layout.columns - self._layout.label
            lines = wrap(said, room, self._measure, 3) if said else [""] if name else []
            for at, line in enumerate(lines):
                named = self._fit(name, self._layout.label - 1) if not at else ""
                spaces = " " * (self._layout.label - self._measure(named))
                yield Line(text=(named + spaces + line).rstrip(), bold=bold)
        yield Gap(dots=AIR // 2)

    def _fit(self, text: str, room: int) -> str:
        return wrap(text, room, self._measure, 1)[0]

    def _foot(self, foot: Foot) -> Iterator[Part]:
        yield Gap(dots=CELL_TALL)
        if foot.url:
            yield Code(data=foot.url, dots=self._layout.module)
            yield Gap(dots=CELL_TALL)
            yield from self._middle(foot.scan, "scan")
        yield from self._middle(foot.hint, "hint")
        yield Gap(dots=AIR)
        yield Line(text=foot.at, align="center")
