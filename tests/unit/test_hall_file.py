"""Hall files: what loads, and which mistakes are said where."""

import re
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_server.contract.hall_file import HallRead, Mistake, read_hall
from queue_server.domain.hall import Hall

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "ops" / "demo" / "demo-hall.yaml"
SHARED = ROOT.parent / "shared" / "data" / "demo-hall.yaml"

SMALL = """\
hall:
  id: small
  zh: 小厅
  en: Small hall
  timezone: Asia/Shanghai
  hours:
    mon_fri: [["08:30", "12:00"], ["13:30", "17:00"]]
    tue_night: ["18:00", "20:00"]
    lunch_duty_windows_pct: 10
    self_service: 24h
  doors_open: "08:15"
zones:
  - {id: Z1, zh: 一区, en: Zone one}
departments:
  - {code: GSO, zh: 政务办, en: Government services, home_queue: A}
queues:
  - {id: A, zone: Z1, zh: 综合, en: General, windows: 2}
  - {id: N, zone: Z1, zh: 教育, en: Education, windows: 1}
  - {id: SELF, zone: Z1, zh: 自助, en: Self-service, devices: 3}
items:
  - {id: G-1, dept: GSO, zh: 咨询, en: Enquiry, mode: window, queue: A, min_mean: 3, min_p90: 6}
  - {id: G-2, dept: GSO, zh: 入学, en: Enrolment, mode: window, queue: N, min_mean: 3, min_p90: 6}
journeys:
  - id: J1
    zh: 一件事
    en: One thing
    steps:
      - {item: G-1, after: [], gap_min: 0}
      - {item: G-2, after: [0], gap_min: 20}
"""


@cache
def demo_text() -> str:
    return DEMO.read_text("utf-8")


def hall_of(text: str) -> Hall:
    read = read_hall(text)
    assert read.hall is not None, read.mistakes
    return read.hall


def small_with(old: str, new: str) -> HallRead:
    assert old in SMALL
    return read_hall(SMALL.replace(old, new, 1))


def mistake_with(old: str, new: str) -> Mistake:
    """The one mistake that the small hall has after this change."""
    read = small_with(old, new)
    assert read.hall is None
    assert len(read.mistakes) == 1, read.mistakes
    return read.mistakes[0]


def sizes(hall: Hall) -> tuple[int, ...]:
    lists = (hall.departments, hall.services, hall.queues, hall.windows, hall.journeys)
    return tuple(len(each) for each in lists)


# What loads


@pytest.mark.parametrize("path", [DEMO, SHARED], ids=["ours", "shared"])
def test_the_demo_hall_loads_whole(path: Path) -> None:
    if not path.exists():
        pytest.skip("this checkout stands alone")
    hall = hall_of(path.read_text("utf-8"))
    assert hall.id == "demo-hall"
    assert sizes(hall) == (32, 143, 18, 236, 12)
    assert hall.rules.lunch_duty
    assert hall.rules.doors_open_min == 8 * 60 + 15


def test_a_sentence_with_a_comma_needs_no_quotes_inside_braces() -> None:
    hall = hall_of(SMALL.replace("en: Zone one", "en: Real estate, tax and funds"))
    assert hall.zones[0].names["en"] == "Real estate, tax and funds"


def test_the_demo_hall_names_papers_for_nearly_every_item() -> None:
    hall = hall_of(demo_text())
    known = {paper.id for paper in hall.papers}
    assert all(set(service.materials) <= known for service in hall.services)
    assert {service.id for service in hall.services if not service.materials} == {"GSO-01", "GSO-07"}


def test_windows_are_numbered_in_the_order_of_the_queues() -> None:
    hall = hall_of(SMALL)
    assert [(plan.window, plan.queues[0].queue) for plan in hall.windows] == [(1, "A"), (2, "A"), (3, "N")]


def test_a_hall_survives_the_wire() -> None:
    hall = hall_of(demo_text())
    assert msgspec.json.decode(msgspec.json.encode(hall), type=Hall) == hall


def test_a_bare_N_is_a_queue_and_no_truth_value() -> None:
    assert hall_of(SMALL).service_by_id["G-2"].queue == "N"


def test_a_bare_time_is_a_time() -> None:
    hall = hall_of(SMALL.replace('"08:15"', "08:15"))
    assert hall.rules.doors_open_min == 495


def test_hours_cover_each_named_day_and_the_evening() -> None:
    hall = hall_of(SMALL)
    tuesday = [(p.opens_min, p.closes_min) for p in hall.hours if p.weekday == 1]
    assert tuesday == [(510, 720), (810, 1020), (1080, 1200)]
    assert {p.weekday for p in hall.hours} == {0, 1, 2, 3, 4}


def test_listed_windows_serve_their_home_queue_first() -> None:
    listed = """
windows:
  - {n: 2, queue: N, name: 教育, queues: [{queue: A, handicap_min: 2.5}]}
  - {n: 1, queue: A, may_learn: [N]}
"""
    hall = hall_of(SMALL + listed)
    assert [plan.window for plan in hall.windows] == [1, 2]
    assert [(s.queue, s.handicap_s) for s in hall.windows[1].queues] == [("N", 0), ("A", 150)]
    assert hall.windows[0].may_learn == ("N",)
    assert hall.windows_of_queue == {"A": (1, 2), "N": (2,), "SELF": ()}


def test_priorities_add_to_the_usual_ones() -> None:
    hall = hall_of(SMALL + "priorities: [{id: donor, credit_min: 15}, {id: elder, credit_min: 30}]\n")
    assert (hall.credits_min["donor"], hall.credits_min["elder"], hall.credits_min["infant"]) == (15, 30, 20)


def test_rules_and_diversion_are_the_hall_files_own() -> None:
    hall = hall_of(SMALL + "rules: {recalls: 2}\ndiversion: {reserve_clerks: 4, helper_teams: 2}\n")
    assert (hall.rules.recalls, hall.rules.recall_gap_s) == (2, 20)
    assert (hall.diversion.reserve_clerks, hall.diversion.helper_teams) == (4, 2)


def test_an_item_without_papers_gets_the_usual_ones_of_its_kind() -> None:
    text = SMALL.replace("min_p90: 6}", "min_p90: 6, who: org}", 1)
    hall = hall_of(
        text.replace("queue: N, min_mean: 3, min_p90: 6}", "queue: N, min_mean: 3, min_p90: 6, flags: [onecard]}")
    )
    materials = [service.materials for service in hall.services]
    assert materials == [("business_licence", "agent_id_card", "authorisation"), ("id_card",)]
    assert {paper.id for paper in hall.papers} == {*materials[0], *materials[1]}
    assert all({"zh", "en"} <= paper.names.keys() for paper in hall.papers)


def test_an_item_may_need_no_papers() -> None:
    hall = hall_of(SMALL.replace("min_p90: 6}", "min_p90: 6, materials: []}"))
    assert [service.materials for service in hall.services] == [(), ()]


def test_a_halls_own_paper_goes_before_the_built_in_one() -> None:
    hall = hall_of(SMALL + "papers: [{id: application_form, zh: 表, en: Our form}]\n")
    assert [paper.names["en"] for paper in hall.papers if paper.id == "application_form"] == ["Our form"]


def test_names_may_come_in_more_languages() -> None:
    hall = hall_of(SMALL.replace("en: Zone one", "en: Zone one, de: Bereich eins"))
    assert hall.zones[0].names == {"zh": "一区", "en": "Zone one", "de": "Bereich eins"}


# What is a mistake


@pytest.mark.parametrize(
    ("old", "new", "line", "word", "suggestion"),
    [
        ("devices: 3", "device: 3", 19, "device", 'did you mean "devices"?'),
        ("zh: 一区, ", "", 13, "zh", "add zh: ... here"),
        ("en: General, ", "", 17, "en", "add en: ... here"),
        ("home_queue: A", "home_queue: X", 15, "X", "use a queue out of: A, N"),
        ("home_queue: A", "home_queue: SELF", 15, "SELF", "use a queue out of: A, N"),
        ("item: G-2", "item: H-2", 29, "H-2", 'did you mean "G-2"?'),
        ("dept: GSO", "dept: GS0", 21, "GS0", 'did you mean "GSO"?'),
        ("id: A, zone: Z1", "id: A, zone: Z9", 17, "Z9", "use a zone out of: Z1"),
        ("mode: window", "mode: windo", 21, "windo", 'did you mean "window"?'),
        (
            "timezone: Asia/Shanghai",
            "timezone: Asia/Shangai",
            5,
            "Asia/Shangai",
            'did you mean "Asia/Shanghai"?',
        ),
        ('"12:00"', '"12:60"', 7, "12:60", "like 08:30"),
        ('"12:00"', '"08:00"', 7, "08:00", "later than 08:30"),
        ('"13:30"', '"11:30"', 7, "11:30", "let one span end"),
        ("tue_night", "tue_nigth", 8, "tue_nigth", 'did you mean "tue_night"?'),
        ('"08:15"', '"09:15"', 11, "09:15", "no later than the first opening"),
        ("lunch_duty_windows_pct: 10", "lunch_duty_windows_pct: 110", 9, "110", "from 0 to 100"),
        ("min_mean: 3", "min_mean: -3", 21, "-3", "from 0.05 to 1440"),
        ("min_mean: 3", "min_mean: .inf", 21, ".inf", "from 0.05 to 1440"),
        ("min_mean: 3", "min_mean: 1e999", 21, "1e999", "from 0.05 to 1440"),
        ("min_mean: 3", "min_mean: three", 21, "three", "without quotes"),
        ("min_p90: 6", "min_p90: 2", 21, "2", "at least 3"),
        ("windows: 2", "windows: 2.5", 17, "2.5", "a whole number"),
        ("windows: 2", 'windows: "2"', 17, "2", "without quotes"),
        ("windows: 2", "windows: true", 17, "true", "without quotes"),
        ("en: Zone one", "en: 12", 13, "12", "in quotes"),
        ("en: Zone one", 'en: " "', 13, " ", "write a text"),
        ("id: Z1", "id: Z 1", 13, "Z 1", "use letters"),
        ("after: [0]", "after: [1]", 29, "1", "from 0 to 0"),
        ("after: [0]", "after: [0, x]", 29, "x", "a number"),
        ("steps:", "one_window: X\n    steps:", 27, "X", "use a queue out of: A, N"),
        ("id: G-2", "id: G-1", 22, "G-1", "another id"),
        ("devices: 3", "windows: 3", 19, "3", "devices:"),
    ],
)
def test_each_mistake_has_its_line_its_word_and_a_suggestion(
    old: str, new: str, line: int, word: str, suggestion: str
) -> None:
    found = small_with(old, new).mistakes[0]
    assert (found.line, found.word) == (line, word)
    assert suggestion in found.suggestion
    assert found.problem


def test_a_letter_like_a_digit_cannot_name_a_queue() -> None:
    read = read_hall(SMALL.replace("id: N,", "id: O,").replace("queue: N,", "queue: O,"))
    assert [(found.line, found.word) for found in read.mistakes] == [(18, "O")]


def test_a_wrong_place_is_named_by_its_path() -> None:
    assert mistake_with("queue: N,", "queue: M,").path == "items[1].queue"


def test_a_key_that_stands_twice_is_a_mistake() -> None:
    found = mistake_with("id: small", "id: small\n  id: other")
    assert (found.line, found.word) == (3, "id")


def test_all_mistakes_are_said_in_one_run_from_top_to_bottom() -> None:
    text = SMALL.replace("zh: 一区, ", "").replace("queue: N,", "queue: M,").replace("min_mean: 3", "min_mean: -1")
    lines = [found.line for found in read_hall(text).mistakes]
    assert lines == [13, 21, 22, 22]


def test_window_numbers_are_one_to_n_each_once() -> None:
    listed = "windows:\n  - {n: 1, queue: A}\n  - {n: 1, queue: A}\n  - {n: 4, queue: N}\n"
    found = read_hall(SMALL + listed).mistakes
    assert [(mistake.line, mistake.word) for mistake in found] == [(32, "1"), (33, "4")]


def test_a_window_cannot_serve_what_is_not_there() -> None:
    listed = "windows:\n  - {n: 1, queue: SELF, queues: [{queue: Q, handicap_min: -1}], may_learn: [W]}\n"
    words = {found.word for found in read_hall(SMALL + listed).mistakes}
    assert words == {"SELF", "Q", "-1", "W"}


def test_shares_of_a_day_add_up_to_a_hundred() -> None:
    found = read_hall(SMALL + 'arrivals: {profiles: {normal: [["08:30", 60], ["09:00", 30]]}}\n').mistakes
    assert "90 per cent" in found[0].problem


@pytest.mark.parametrize("section", ["hall", "zones", "departments", "queues", "items"])
def test_a_hall_needs_its_sections(section: str) -> None:
    text = re.sub(rf"(?ms)^{section}:.*?(?=^[a-z])", "", SMALL)
    assert section in {found.word for found in read_hall(text).mistakes}


def test_a_hall_without_queues_is_no_hall() -> None:
    text = re.sub(r"(?ms)^queues:.*?(?=^[a-z])", "queues: []\n", SMALL)
    assert "a hall needs queues" in {found.problem for found in read_hall(text).mistakes}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("# only a remark\n", 1),
        ("just words", 1),
        ("- a\n- b\n", 1),
        ("hall:\n  id: [a\n", 3),
        ("hall: 1\n\tzones: 2\n", 2),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: !!python/object/apply:os.system [ls]\n", 1),
        ("a: \x00\n", 1),
        ("a: \ud800\n", 1),
        ("a: &x [*x]\n", 1),
        ("? [a, b]\n: c\n", 1),
        ("[" * 100_000, 1),
    ],
)
def test_what_is_no_hall_file_is_said_with_its_line(text: str, line: int) -> None:
    read = read_hall(text)
    assert read.hall is None
    assert read.mistakes[0].line == line


def test_aliases_that_multiply_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "too many values" in read_hall("\n".join(lines)).mistakes[0].problem


def test_an_alias_stands_for_its_value() -> None:
    hall = hall_of(SMALL.replace("after: []", "after: &none []").replace("after: [0]", "after: *none"))
    assert hall.journeys[0].steps[1].after == ()


# Whatever is typed


def is_said_well(read: HallRead, text: str) -> bool:
    last = len(re.split("\r\n|[\r\n\x85\u2028\u2029]", text))  # what YAML counts as lines
    in_order = [found.line for found in read.mistakes] == sorted(found.line for found in read.mistakes)
    said = all(found.problem and found.suggestion and 1 <= found.line <= last + 1 for found in read.mistakes)
    return in_order and said and (read.hall is None) == bool(read.mistakes)


JUNK = st.one_of(
    st.sampled_from(
        [
            "",
            "-1",
            "no",
            "N",
            ".nan",
            "[]",
            "{}",
            "*x",
            "&x",
            "!!int",
            "24:01",
            "~",
            "'",
            '"',
            ": ",
            "\n",
            "\t",
        ]
    ),
    st.text(max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_to_the_demo_file_makes_the_reading_fail(data: st.DataObject) -> None:
    text = demo_text()
    for _ in range(data.draw(st.integers(1, 3))):
        words = [match.span() for match in re.finditer(r"[^\s,{}\[\]:]+", text[: data.draw(st.integers(50, 40_000))])]
        start, end = words[-data.draw(st.integers(1, len(words)))] if words else (0, 0)
        text = text[:start] + data.draw(JUNK) + text[end:]
    assert is_said_well(read_hall(text), text)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_damage_to_a_small_file_makes_the_reading_fail(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SMALL)))
    text = SMALL[:start] + data.draw(JUNK) + SMALL[start + data.draw(st.integers(0, 40)) :]
    assert is_said_well(read_hall(text), text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_the_reading_fail(text: str) -> None:
    assert is_said_well(read_hall(text), text)


def test_bytes_that_are_not_utf8_are_a_mistake_with_its_line() -> None:
    found = read_hall(b"version: 1\nhall:\n  zh: " + "大厅".encode("gb18030"))
    assert found.hall is None
    assert [(mistake.line, mistake.problem) for mistake in found.mistakes] == [(3, "these bytes are not UTF-8")]
