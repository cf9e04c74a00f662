"""From a slip to paper."""

from msgspec.structs import replace

from hardware.printer.fonts import FontMissing
from hardware.printer.page import Page
from hardware.printer.port import Printer
from hardware.printer.profiles import Profile
from kiosk.paper.raster import raster_page
from kiosk.paper.slip import Slip
from kiosk.paper.text import lacks, text_page
from kiosk.paper.words import second_of

TEXT, RASTER = "text", "raster"
MODES = (TEXT, RASTER)


def choose(profile: Profile, paper: str | None, slip: Slip) -> str:
    """TEXT or RASTER: what was asked for, or what the printer does best; no character is lost needlessly."""
    wanted = paper or profile.prefers
    if not profile.raster:
        return TEXT
    if wanted == RASTER or not profile.text or lacks(slip, profile):
        return RASTER
    return TEXT


def page_of(slip: Slip, profile: Profile, paper: str | None = None) -> Page:
    """The slip laid out for this printer. Raises `FontMissing` where only a picture would do and no font is there."""
    if choose(profile, paper, slip) == TEXT:
        return _typed(slip, profile)
    try:
        return raster_page(slip, profile)
    except FontMissing:
        if not profile.text:
            raise
        return _typed(slip, profile)


def _typed(slip: Slip, profile: Profile) -> Page:
    """In letters; beside Chinese in English, where the printer has none for the visitor's language."""
    missing = second_of(slip.language) and lacks(slip, profile)
    return text_page(replace(slip, language="en") if missing else slip, profile)


def print_slip(printer: Printer, slip: Slip, paper: str | None = None) -> bool:
    """Prints a slip and returns when it is out: True if paper came, False where no printer is fitted.

    `paper` is `text`, `raster`, or None for what the printer does best. Raises `DeviceError`: then nothing counts.
    """
    if not printer.profile.fitted:
        return False
    printer.print(page_of(slip, printer.profile, paper))
    return True
