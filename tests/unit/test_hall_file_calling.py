"""What a hall file says of calls: when they climb, how loud and when not at all; and whom to ring."""

import pytest

from queue_server.contract.hall_file import read_hall
from queue_server.domain.rules import Calling, Span
from tests.unit.test_hall_file import SMALL, hall_of

ZONE = "  - {id: Z1, zh: 一区, en: Zone one}"


def test_a_hall_file_need_not_say_anything_of_calls() -> None:
    hall = hall_of(SMALL)
    assert (hall.calling, hall.hotline, hall.zones[0].volume, hall.zones[0].quiet) == (Calling(), "", 80, ())


def test_times_volume_quiet_hours_and_hotline_are_read() -> None:
    zone = ZONE.replace("}", ', volume: 40, quiet: [["12:00", "13:30"], ["19:00", "20:00"]]}')
    text = SMALL.replace(ZONE, zone).replace("  id: small", '  id: small\n  hotline: "12345"')
    hall = hall_of(text + "calling: {flash_s: 10, voice_s: 25, unseen_s: 4}\n")
    assert hall.calling == Calling(flash_s=10, voice_s=25, unseen_s=4)
    assert hall.hotline == "12345"
    assert hall.zones[0].volume == 40
    assert hall.zones[0].quiet == (Span(from_min=720, to_min=810), Span(from_min=1140, to_min=1200))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("calling: {flash_s: -1}", "calling.flash_s"),
        ("calling: {unseen_s: 0}", "calling.unseen_s"),
        ("calling: {loud_s: 1}", "loud_s"),
    ],
)
def test_mistakes_in_calling_are_said(line: str, said: str) -> None:
    mistakes = read_hall(SMALL + line + "\n").mistakes
    assert len(mistakes) == 1
    assert said in f"{mistakes[0].path} {mistakes[0].word}"


def test_a_quiet_hour_that_ends_before_it_begins_is_a_mistake() -> None:
    zone = ZONE.replace("}", ', quiet: ["13:30", "12:00"]}')
    assert len(read_hall(SMALL.replace(ZONE, zone)).mistakes) == 1
