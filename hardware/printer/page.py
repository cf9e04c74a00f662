"""What a printer prints: a page of parts, named and measured, in no printer's own language."""

import re
from dataclasses import dataclass
from typing import Self

from PIL import Image, ImageChops

REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
"""Printers obey these pairs at once, even inside a picture; one more black dot and they are none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of text that already fits, magnified `wide` and `tall` times."""

    text: str
    align: str = "left"
    wide: int = 1
    tall: int = 1
    bold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A QR code in the middle of the paper, drawn by the printer itself; `dots` is the side of one module."""

    data: str
    dots: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """White paper."""

    dots: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """Black dots on white: rows of whole bytes, the leftmost dot first, 1 for black."""

    width: int
    height: int
    bits: bytes

    @classmethod
    def of(cls, image: Image.Image) -> Self:
        """The picture of an image, black where it is darker than grey."""
        ink = ImageChops.invert(image.convert("L")).point(lambda level: 255 if level >= 128 else 0)
        bits = REAL_TIME.sub(b"\x18", ink.convert("1", dither=Image.Dither.NONE).tobytes())
        return cls(width=image.width, height=image.height, bits=bits)

    def image(self) -> Image.Image:
        """Mode L: 0 is black, 255 is white."""
        return ImageChops.invert(Image.frombytes("1", (self.width, self.height), self.bits).convert("L"))


Part = Line | Code | Gap | Picture


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Parts from top to bottom; the paper is cut below. `name` is for file names and logs."""

    name: str
    parts: tuple[Part, ...]
