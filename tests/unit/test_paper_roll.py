"""Paper is counted, and its end foretold."""

from datetime import UTC, datetime

import pytest

from hardware.printer.page import Gap, Line, Page, Picture
from hardware.printer.profiles import profile_of
from hardware.printer.simulator import SimulatedPrinter
from kiosk.paper import Roll, page_of, predicted_end, slip_mm
from kiosk.paper.roll import CUT_MM
from tests.support.slips import slip

EIGHT, TEN = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (8, 10))


def test_a_slip_takes_its_height_and_the_cut() -> None:
    picture = Page(name="A", parts=(Picture(width=8, height=800, bits=bytes(800)), Gap(dots=80)))
    assert slip_mm(picture) == pytest.approx(110 + CUT_MM)
    assert slip_mm(Page(name="A", parts=(Line(text="x", tall=8),))) == pytest.approx(24 + CUT_MM)


@pytest.mark.parametrize("mode", ["text", "raster"])
def test_the_count_is_what_comes_out(mode: str) -> None:
    from hardware.printer.language import job
    from hardware.printer.parser import parse
    from hardware.printer.render import render

    printer = SimulatedPrinter(profile_of("tcp://h:1"))
    page = page_of(slip(), printer.profile, mode)
    paper_mm = render(parse(job(page, printer.profile)), printer.profile).height / 8
    assert slip_mm(page) - CUT_MM == pytest.approx(paper_mm, abs=5)


def test_a_roll_runs_down() -> None:
    page = Page(name="A", parts=(Gap(dots=int((100 - CUT_MM) * 8)),))
    roll = Roll(length_m=0.5)
    for _ in range(2):
        roll = roll.after(page)
    assert (roll.slips, roll.left_mm, roll.left_percent) == (2, 300, 60)
    assert Roll(length_m=0.1, used_mm=200).left_mm == 0
    assert Roll(length_m=0).left_percent == 0


def test_the_end_is_foretold_from_the_rate_of_the_day() -> None:
    roll = Roll(length_m=10, used_mm=4000)
    assert predicted_end(roll, 4000, EIGHT, TEN) == datetime(2026, 11, 22, 13, tzinfo=UTC)
    assert predicted_end(roll, 0, EIGHT, TEN) is None
    assert predicted_end(roll, 10, TEN, TEN) is None
