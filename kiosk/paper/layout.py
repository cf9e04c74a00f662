"""How slips look, as data: one layout for each width of paper, for pictures (in dots) and for text (in cells)."""

from msgspec import Struct

from hardware.printer.profiles import Profile, dots

NUMBER_MM = 12
"""No number is lower than that."""
CAP = 0.733
"""How high capitals and figures are, in Noto Sans CJK, of a font's size."""
CAP_DOTS = 17
"""How high they are at least in a printer's own font of 24 dots."""


class Style(Struct, frozen=True):
    """How a paragraph looks: sizes of its two texts, white above, and its most lines."""

    size: int
    second: int = 0
    bold: bool = False
    above: int = 8
    most: int = 3


class Drawn(Struct, frozen=True, kw_only=True):
    """The layout of a slip that is a picture. All lengths are in dots."""

    width: int
    margin: int
    styles: dict[str, Style]
    grid: int
    """Facts beside each other; with one, their labels stand on the left."""
    label_width: int
    module: int
    """The side of one module of the QR code."""
    beside: bool
    """Whether the foot's words stand beside the QR code."""
    gap: int = 14
    tail: int = 24


class Typed(Struct, frozen=True, kw_only=True):
    """The layout of a slip in the printer's own letters. `tall` magnifies the number down, `wide` at most across."""

    columns: int
    tall: int
    wide: int
    item: int
    """How much the item is magnified where it then fits one line."""
    module: int
    label: int
    """Columns of the labels."""


DRAWN = {
    80: Drawn(
        width=576,
        margin=20,
        styles={
            "mark": Style(34, bold=True, above=0),
            "hall": Style(34, 24, bold=True, above=4),
            "item": Style(42, 30, bold=True, above=10, most=5),
            "sample": Style(26, 26, above=6),
            "caption": Style(26, 26, above=16),
            "number": Style(184, bold=True, above=16),
            "notice": Style(32, 26, bold=True, above=14),
            "detail": Style(28, 24, above=6),
            "label": Style(26, 23),
            "value": Style(34, 26, bold=True),
            "scan": Style(30, 25, bold=True, above=0),
            "hint": Style(25, 23, above=10, most=4),
            "at": Style(25, above=10),
        },
        grid=2,
        label_width=0,
        module=6,
        beside=True,
    ),
    58: Drawn(
        width=384,
        margin=8,
        styles={
            "mark": Style(28, bold=True, above=0),
            "hall": Style(29, 22, bold=True, above=4),
            "item": Style(36, 26, bold=True, above=8, most=5),
            "sample": Style(24, 24, above=6),
            "caption": Style(24, 24, above=12),
            "number": Style(146, bold=True, above=14),
            "notice": Style(29, 24, bold=True, above=12),
            "detail": Style(25, 23, above=6),
            "label": Style(25, 22),
            "value": Style(30, 24, bold=True),
            "scan": Style(28, 24, bold=True, above=4),
            "hint": Style(24, 22, above=8, most=4),
            "at": Style(24, above=8),
        },
        grid=1,
        label_width=126,
        module=6,
        beside=False,
    ),
}
TALL = -(-dots(NUMBER_MM) // CAP_DOTS)
"""The least magnification that makes a printer's own figures high enough."""
TYPED = {
    80: Typed(columns=48, tall=TALL + 1, wide=TALL + 1, item=2, module=6, label=16),
    58: Typed(columns=32, tall=TALL, wide=TALL, item=1, module=6, label=12),
}


def drawn(profile: Profile) -> Drawn:
    return DRAWN[profile.paper_mm]


def typed(profile: Profile) -> Typed:
    return TYPED[profile.paper_mm]
