"""Reports as files, pages and mails: the same figures, in every language, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from msgspec.structs import replace

from ops.reports.paper import paper_of, summary
from ops.reports.schedule import due
from queue_server.contract.hall_file import read_hall
from queue_server.domain.hall import Hall
from queue_server.domain.report import Counted, Helped, ReportMail, Tally
from queue_server.flows.pictures import Sitting
from queue_server.flows.report_files import csv_of, safe, xlsx_of
from queue_server.flows.report_pictures import CHARTS
from queue_server.flows.report_tables import table_of
from queue_server.flows.reports import report_of
from queue_server.languages import Words, in_use
from tests.support.halls import small_hall
from tests.unit.test_hall_file import SMALL

EVIL = '=HYPERLINK("http://evil.example","x")'
ZONE = ZoneInfo("Asia/Shanghai")


def some() -> Tally:
    return Tally(
        visits=10, waited=8, waited_ms=8 * 600_000, over_15=2, over_30=1, served=7, handled_ms=7 * 240_000, missed=1,
        cancelled=1, ratings=3, score=13, satisfied=3, told=8, error_ms=8 * 90_000, covered=6, waits={84: 6, 90: 2},
    )  # fmt: skip


def evil_hall() -> Hall:
    hall = small_hall()
    queues = (replace(hall.queues[0], names={"zh": EVIL, "en": EVIL}), *hall.queues[1:])
    return replace(hall, queues=queues)


def report(hall: Hall, by: str = "queue", **more: Any) -> Any:
    facts: dict[str, Any] = {"rows": {"A": some(), "": Tally(visits=1)}, "days": {"261122": some()}, "actions": {}}
    return report_of(hall, "day", by, ("261122", "261122", "261123"), Counted(**(facts | more)))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_text_begins_a_formula(text: str) -> None:
    assert safe(text).startswith("'")
    assert safe("A-1 plain") == "A-1 plain"
    assert safe("bell\x07") == "bell"


def test_a_name_like_a_formula_stays_a_name_in_every_file() -> None:
    hall = evil_hall()
    table = table_of(report(hall), Words("en"), hall.names)
    [_, row, *_] = csv.reader(io.StringIO(csv_of(table).decode("utf-8-sig")))
    assert row[1] == f"'{EVIL}"
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_of(table))).active
    assert sheet is not None
    assert (sheet["B5"].data_type, sheet["B5"].value) == ("s", f"'{EVIL}")


@pytest.mark.parametrize("lang", in_use())
def test_every_language_has_the_whole_report(lang: str) -> None:
    hall = small_hall()
    found = report(hall, actions={"open_window": Helped(ended=2, measured=1, gain_s=60.0, effect_s=45.0)})
    page = paper_of(hall, found, lang)
    assert page.count("<svg") == len(CHARTS)
    assert Words(lang).say("reports.action.open_window") in page
    subject, text = summary(hall, found, lang, "https://hall.example/reports/small")
    assert "2026-11-22" in subject
    assert "https://hall.example/reports/small" in text
    assert "{" not in subject + text


def test_what_hall_files_say_is_no_markup_on_the_page() -> None:
    hall = replace(small_hall(), names={"zh": "<b>x</b>", "en": "<b>x</b>"})
    page = paper_of(hall, report(hall), "en")
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_a_page_of_no_days_says_so() -> None:
    hall = small_hall()
    page = paper_of(hall, report(hall, rows={}, days={}), "en")
    assert "Nothing was archived in this time." in page
    assert "<table" not in page


def test_pictures_tell_in_words_what_they_show() -> None:
    sitting = Sitting(words=Words("en"), width=400, height=200)
    found = report(small_hall(), hours={540: (6, 300.0), 555: (4, 900.0)})
    assert "10 in all; most at 09:00: 6" in CHARTS["visits"](found, sitting)
    assert "10.0 minutes on average; longest at 09:15: 15.0" in CHARTS["waits"](found, sitting)
    assert "over 15 min 25%, over 30 min 12%, over 60 min 0%" in CHARTS["spread"](found, sitting)
    empty = report(small_hall(), rows={}, days={})
    assert all("Nothing to show" in draw(empty, sitting) for draw in CHARTS.values())


# ---- mails ----


@pytest.mark.parametrize(
    ("every", "now", "span"),
    [
        ("day", "2026-11-23 06:59", None),
        ("day", "2026-11-23 07:00", ("261122", "261122")),
        ("week", "2026-11-22 23:00", None),
        ("week", "2026-11-23 07:00", ("261116", "261122")),
        ("week", "2026-11-26 06:59", ("261116", "261122")),
        ("week", "2026-11-26 07:00", None),
        ("month", "2026-12-01 08:00", ("261101", "261130")),
        ("month", "2026-12-05 08:00", None),
    ],
)
def test_a_report_is_due_for_three_days_after_its_span(every: str, now: str, span: tuple[str, str] | None) -> None:
    mail = ReportMail(to="office@example.org", every=every)
    at = datetime.strptime(now, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    assert [(one.first, one.last) for one in due([mail], at)] == ([span] if span else [])


def with_section(section: str) -> Any:
    return read_hall(f"{SMALL}\n{section}\n")


def test_a_hall_file_says_what_reports_may_tell_and_whom() -> None:
    mail = '{to: a@example.org, every: month, at: "06:30", language: de}'
    found = with_section(f"reports:\n  staff: true\n  mail:\n    - {mail}")
    assert found.mistakes == ()
    assert found.hall.reports.staff
    assert found.hall.reports.mail == (ReportMail(to="a@example.org", every="month", at_min=390, language="de"),)


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        ("{to: nowhere}", "this is no mail address"),
        ("{to: a@example.org, every: hour}", "hour"),
        ('{to: a@example.org, at: "25:00"}', "this is no time of day"),
        ("{every: day}", 'the key "to" is missing'),
    ],
)
def test_mistakes_of_reports_are_told_by_their_line(mail: str, said: str) -> None:
    found = with_section(f"reports:\n  mail:\n    - {mail}")
    assert found.hall is None
    [mistake] = found.mistakes
    assert said in f"{mistake.word} {mistake.problem}"
