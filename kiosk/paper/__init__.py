"""Slips: what they say, how they are laid out, and how they get to a printer."""

from kiosk.paper.printing import choose, page_of, print_slip
from kiosk.paper.roll import Roll, predicted_end, slip_mm
from kiosk.paper.slip import Slip

__all__ = ["Roll", "Slip", "choose", "page_of", "predicted_end", "print_slip", "slip_mm"]
