"""How much paper is used, and when a roll ends. Pure: who counts keeps the counters."""

from datetime import datetime, timedelta

from msgspec import Struct

from hardware.printer.language import LINE_DOTS
from hardware.printer.page import Code, Gap, Line, Page, Picture
from hardware.printer.profiles import CELL_TALL, mm

CUT_MM = 18.0
"""From the print head to the knife: white paper that each cut costs."""
MODULES = 37
"""Of a QR code of about the length of a ticket's address."""
ROLL_M = 80.0
"""What a usual roll of a kiosk holds."""


class Roll(Struct, frozen=True, kw_only=True):
    """A roll of paper as it was put in, and what was printed from it since."""

    length_m: float = ROLL_M
    used_mm: float = 0
    slips: int = 0

    def after(self, page: Page) -> "Roll":
        return Roll(length_m=self.length_m, used_mm=self.used_mm + slip_mm(page), slips=self.slips + 1)

    @property
    def left_mm(self) -> float:
        return max(self.length_m * 1000 - self.used_mm, 0.0)

    @property
    def left_percent(self) -> int:
        return round(100 * self.left_mm / (self.length_m * 1000)) if self.length_m > 0 else 0


def slip_mm(page: Page) -> float:
    """The paper that a page takes, its cut counted."""
    return mm(sum(_dots(part) for part in page.parts)) + CUT_MM


def predicted_end(roll: Roll, used_today_mm: float, since: datetime, now: datetime) -> datetime | None:
    """When the roll is empty if paper goes on as it went today; None while nothing is used or nothing can be said."""
    hours = (now - since) / timedelta(hours=1)
    if hours <= 0 or used_today_mm <= 0:
        return None
    return now + timedelta(hours=roll.left_mm / (used_today_mm / hours))


def _dots(part: object) -> int:
    match part:
        case Line(tall=tall):
            return max(LINE_DOTS, CELL_TALL * tall)
        case Code(dots=dots):
            return MODULES * dots
        case Gap(dots=dots):
            return dots
        case Picture(height=height):
            return height
    return 0
