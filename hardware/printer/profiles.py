"""What a printer can do, from its address: `?paper=58&mode=text&charset=latin&cut=none`."""

import math
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from hardware.errors import DeviceError

DOTS = {80: 576, 58: 384}
"""Dots that can be printed across, by the paper's width in mm."""
DOTS_PER_MM = 8
CELL_WIDE, CELL_TALL = 12, 24
"""Font A; a Chinese character is two cells wide."""
PAGES = (("cp1252", 16), ("cp866", 17))
"""Code pages (and their numbers) that nearly every ESC/POS printer has: western Europe, Cyrillic."""

FAST_BAUD = 57600
"""Below it a picture takes longer than anybody waits for a ticket."""
CHOICES = {
    "paper": ("80", "58"),
    "mode": ("both", "text", "raster"),
    "charset": ("gb18030", "latin"),
    "cut": ("part", "full", "none"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """A printer's abilities. `han`: it prints GB18030 text. `fitted`: paper comes out of it at all."""

    paper_mm: int = 80
    text: bool = True
    raster: bool = True
    prefers: str = "raster"
    han: bool = True
    code_pages: tuple[tuple[str, int], ...] = PAGES
    cut: str = "part"
    fitted: bool = True

    @property
    def dots(self) -> int:
        return DOTS[self.paper_mm]

    @property
    def columns(self) -> int:
        return self.dots // CELL_WIDE


def profile_of(address: str) -> Profile:
    """The profile that an address asks for. ADDRESS_WRONG for an option nobody knows."""
    try:
        scheme, asked = urlsplit(address).scheme, _asked(address)
        baud = int(asked.get("baud", "9600"))
    except ValueError as error:
        raise DeviceError("ADDRESS_WRONG", address=address) from error
    for name, choices in CHOICES.items():
        if asked.get(name, choices[0]) not in choices:
            raise DeviceError("ADDRESS_WRONG", address=address, option=name, choices=" ".join(choices))
    mode = asked.get("mode", "both")
    slow = scheme == "serial" and baud < FAST_BAUD
    return Profile(
        paper_mm=int(asked.get("paper", "80")),
        text=mode != "raster",
        raster=mode != "text",
        prefers="text" if slow or mode == "text" else "raster",
        han=asked.get("charset") != "latin",
        cut=asked.get("cut", "part"),
    )


def _asked(address: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}


def mm(dots: float) -> float:
    return dots / DOTS_PER_MM


def dots(length_mm: float) -> int:
    return math.ceil(length_mm * DOTS_PER_MM)
