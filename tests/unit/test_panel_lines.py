"""What stands on an LED panel."""

import pytest

from display.agent.charge import PanelPlace
from display.agent.panels import lines_for
from hardware.panel.simulator import SimulatedPanel

BOARD = {"calls": [{"window": 3, "zone": "A", "number": "A001"}], "windows": [{"window": 3, "number": "A001"}]}


@pytest.mark.parametrize(
    ("lines", "languages", "shown"),
    [
        (2, ("zh", "en", "de"), ["A001 号请到 3 号窗口", "A001 to window 3"]),
        (1, ("de", "en"), ["A001 Schalter 3"]),
        (3, ("ja", "fr", "ko"), ["A001 番 3 番窓口へ", "A001번 3번 창구로"]),
    ],
)
def test_a_call_stands_in_the_first_of_the_halls_languages_one_line_each(
    lines: int, languages: tuple[str, ...], shown: list[str]
) -> None:
    place = PanelPlace(address="", panel=SimulatedPanel(), window=3, lines=lines)
    assert lines_for(BOARD, place, languages) == shown
