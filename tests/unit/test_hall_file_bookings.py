"""What a hall file says of its calendar, its bookings and remote tickets, and what is wrong with it there."""

import pytest

from queue_server.contract.hall_file import read_hall
from queue_server.domain.rules import Closure, Quota, Site
from tests.unit.test_hall_file import SMALL, demo_text, hall_of

BOOKINGS = """\
bookings: {slot_min: 20, walk_in_pct: 40, confirm: code, reopen_min: [5, 60], most_moves: 2, bound: true}
remote:
  identity: code
  distance_m: 500
  site: {latitude: 30.27, longitude: -120.15}
  quotas:
    - {service: G-1, from: "08:30", to: "10:00", most: 40}
    - {queue: N, most: 3}
calendar:
  country: CN
  closures:
    - {day: 2026-12-31, zh: 盘点, en: Stocktaking}
windows:
  - {n: 1, queue: A, name: 一条龙, bookable: true}
"""
FIRST = SMALL.count("\n") + 1
"""The line on which these sections begin."""


def test_a_hall_says_how_it_is_booked_and_from_where() -> None:
    hall = hall_of(SMALL + BOOKINGS)
    assert (hall.bookings.slot_min, hall.bookings.walk_in_pct, hall.bookings.days_ahead) == (20, 40, 14)
    assert (hall.bookings.most_moves, hall.bookings.bound) == (2, True)
    assert (hall.bookings.confirm, hall.bookings.reopen_min) == ("code", (5, 60))
    assert hall.remote.site == Site(latitude=30.27, longitude=-120.15)
    assert hall.remote.quotas == (
        Quota(service="G-1", from_min=510, to_min=600, most=40),
        Quota(queue="N", most=3),
    )
    assert hall.calendar.country == "CN"
    assert hall.calendar.closures == (Closure(day="2026-12-31", names={"zh": "盘点", "en": "Stocktaking"}),)
    assert [plan.bookable for plan in hall.windows] == [True]


def test_an_evening_may_be_one_of_some_queues() -> None:
    hall = hall_of(SMALL.replace('["18:00", "20:00"]', '{times: ["18:00", "20:00"], queues: [A]}'))
    assert [period.queues for period in hall.hours if period.weekday == 1] == [(), (), ("A",)]


def test_evenings_of_different_queues_may_overlap() -> None:
    nights = 'tue_night: {times: ["18:00", "20:00"], queues: [A]}\n    tue: {times: ["19:00", "21:00"], queues: [N]}'
    assert len(hall_of(SMALL.replace('tue_night: ["18:00", "20:00"]', nights)).hours) == 12
    mine = read_hall(SMALL.replace('tue_night: ["18:00", "20:00"]', nights.replace("[N]", "[N, A]"))).mistakes
    assert [(found.line, found.word) for found in mine] == [(9, "19:00")]


def test_the_demo_hall_has_its_evening_for_three_queues_and_chinas_calendar() -> None:
    hall = hall_of(demo_text())
    assert {period.queues for period in hall.hours} == {(), ("A", "B", "G")}
    assert hall.calendar.country == "CN"


@pytest.mark.parametrize(
    ("old", "new", "line", "word", "suggestion"),
    [
        ("slot_min: 20", "slot_mins: 20", 0, "slot_mins", 'did you mean "slot_min"?'),
        ("slot_min: 20", "slot_min: 1", 0, "1", "from 5 to 480"),
        ("walk_in_pct: 40", "walk_in_pct: 140", 0, "140", "from 0 to 100"),
        ("bound: true", "bound: 1", 0, "1", "true or false"),
        ("confirm: code", "confirm: cod", 0, "cod", 'did you mean "code"?'),
        ("[5, 60]", "[60, 5]", 0, "5", "at least 60"),
        ("[5, 60]", "[5]", 0, "reopen_min", "write [10, 120]"),
        ("identity: code", "identity: sms", 2, "sms", "use a kind of identity out of: code, none"),
        ("  site: {latitude: 30.27, longitude: -120.15}\n", "", 3, "500", "add site"),
        ("latitude: 30.27", "latitude: 300.27", 4, "300.27", "from -90 to 90"),
        ("service: G-1", "service: H-1", 6, "H-1", 'did you mean "G-1"?'),
        ('to: "10:00"', 'to: "08:00"', 6, "08:00", "a later time"),
        ("queue: N, most", "queue: N, service: G-1, most", 7, "N", "remove service: or queue:"),
        ("queue: N, most", "most", 7, "quotas[1]", "add service: ... or queue:"),
        ("country: CN", "country: DE-BX", 9, "DE-BX", 'did you mean "DE-'),
        ("country: CN", "country: XX-9", 9, "XX-9", "like CN, DE or DE-BY"),
        ("2026-12-31", "2026-02-30", 11, "2026-02-30", "like 2026-12-31"),
        ("2026-12-31", "20261231", 11, "20261231", "like 2026-12-31"),
        (", en: Stocktaking", "", 11, "en", "add en: ... here"),
        ("bookable: true", "bookable: yes", 13, "yes", "true or false"),
    ],
)
def test_each_mistake_has_its_line_its_word_and_a_suggestion(
    old: str, new: str, line: int, word: str, suggestion: str
) -> None:
    assert old in BOOKINGS
    found = read_hall(SMALL + BOOKINGS.replace(old, new, 1)).mistakes
    assert [(mistake.line, mistake.word) for mistake in found] == [(FIRST + line, word)]
    assert suggestion in found[0].suggestion
    assert found[0].problem


def test_a_day_can_be_closed_only_once() -> None:
    twice = BOOKINGS.replace("    - {day", "    - {day: 2026-12-31, zh: 甲, en: A}\n    - {day")
    assert [found.word for found in read_hall(SMALL + twice).mistakes] == ["2026-12-31"]


def test_an_evening_of_a_queue_that_is_not_there_is_a_mistake() -> None:
    text = SMALL.replace('["18:00", "20:00"]', '{times: ["18:00", "20:00"], queues: [A, Q, SELF], lunch: 1}')
    assert {found.word for found in read_hall(text).mistakes} == {"Q", "SELF", "lunch"}
