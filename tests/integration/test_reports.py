"""Reports: the same figures as a script of its own counts from the raw events, on paper, in files, and behind them."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
import pytest_asyncio

from ops.archive.archiver import Archiver
from ops.archive.counting import uncounted
from ops.archive.database import Archive
from ops.archive.tables import tallies
from queue_server.domain.waits import bucket_of, middle_of
from queue_server.flows.report_files import XLSX
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore, store_binary
from tests.pages.cockpit_hall import CockpitHall, cockpit_hall
from tests.support.clocks import HandClock
from tests.support.contract import device, is_problem, lines_of
from tests.support.halls import small_hall
from tests.support.reported import Story, busy, figures, keyed, stories

FILE = "archive.db"
DAY, NEXT = "2026-11-22", "2026-11-23"
MORNING_MS = -4 * 3_600_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def own_store(data: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(data, store_binary())
    store.start()
    yield store
    store.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(data: Path, own_store: EmbeddedStore) -> AsyncIterator[CockpitHall]:
    """A busy day that is over, and another that goes on; what happened is archived."""
    clock = HandClock()
    clock.at += MORNING_MS
    async with cockpit_hall(small_hall(), data, own_store, clock) as hall:
        await busy(hall.client, clock, Random(6), 260)
        clock.forward(hours=24)
        await busy(hall.client, clock, Random(7), 60)
        await hall.archive()
        yield hall


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(here: CockpitHall, *days: str) -> list[Story]:
    """What the script makes of the days; ratings of the day before come with the day after."""
    found: list[dict[str, Any]] = []
    for day in days:
        found += await lines_of(here.client, f"/days/{day}/events?limit=2000")
    return stories(found)


def assert_same(row: dict[str, Any], stories: list[Story]) -> None:
    """A row of a report against the script's lists."""
    want = figures(stories)
    waits, handled, scores = want["waits"], want["handled"], want["scores"]
    assert row["visits"] == want["visits"]
    assert row["waited"] == len(waits)
    assert row["wait_s"]["mean"] == (round(sum(waits) / len(waits) / 1000) if waits else None)
    for share, name in ((0.5, "p50"), (0.9, "p90")):
        if waits:
            exact = waits[max(-int(-share * len(waits) // 1) - 1, 0)]
            assert row["wait_s"][name] == round(middle_of(bucket_of(exact // 1000))), name
    for minutes in (15, 30, 60):
        over = round(want[f"over_{minutes}"] / len(waits), 4) if waits else None
        assert row["wait_s"][f"over_{minutes}_min"] == over
    assert row["served"] == len(handled)
    assert row["handling_s"]["mean"] == (round(sum(handled) / len(handled) / 1000) if handled else None)
    assert [row[name] for name in ("missed", "cancelled", "expired")] == [
        want[name] for name in ("missed", "cancelled", "expired")
    ]
    assert row["ratings"] == len(scores)
    assert row["rating_mean"] == (round(sum(scores) / len(scores), 2) if scores else None)
    assert row["satisfied"] == (round(sum(score > 2 for score in scores) / len(scores), 4) if scores else None)
    assert row["low"] == sum(score < 3 for score in scores)
    assert row["journeys"]["visits"] == want["several"]
    assert row["journeys"]["next_stops"] == want["next_stops"]
    assert row["journeys"]["green"] == (round(want["green"] / want["next_stops"], 4) if want["next_stops"] else None)


@pytest.mark.parametrize("by", ["queue", "service", "window", "channel"])
async def test_a_closed_day_is_what_a_script_counts_from_its_events(here: CockpitHall, by: str) -> None:
    report = (await here.client.get(f"/reports/day?date={DAY}&by={by}")).body
    counted = [story for story in await told(here, DAY, NEXT) if story["day"] == DAY]
    assert_same(report["total"], counted)
    by_key = keyed(counted, by)
    assert {row["key"] for row in report["rows"]} == set(by_key)
    for row in report["rows"]:
        assert_same(row, by_key[row["key"]])
    assert not report["goes_on"]
    assert report["total"]["ratings"] > 3
    assert report["total"]["cases"] == report["total"]["low"] > 0
    assert report["total"]["expired"] > 3
    assert report["total"]["journeys"]["next_stops"] > 1


async def test_the_day_that_goes_on_counts_as_far_as_it_came(here: CockpitHall) -> None:
    report = (await here.client.get("/reports/day?by=queue")).body
    assert (report["from"], report["to"], report["goes_on"]) == (NEXT, NEXT, True)
    assert_same(report["total"], [story for story in await told(here, NEXT) if story["day"] == NEXT])


async def test_days_add_up_to_weeks_and_months(here: CockpitHall) -> None:
    """22 November 2026 is a Sunday: the two days are of two weeks and one month."""
    both = await told(here, DAY, NEXT)
    month = (await here.client.get(f"/reports/month?date={DAY}&by=department")).body
    assert (month["from"], month["to"]) == ("2026-11-01", "2026-11-30")
    assert_same(month["total"], both)
    assert [row["key"] for row in month["rows"]] == ["D1"]
    assert [day["day"] for day in month["days"]] == [DAY, NEXT]
    assert [day["visits"] for day in month["days"]] == [
        figures([story for story in both if story["day"] == day])["visits"] for day in (DAY, NEXT)
    ]
    week = (await here.client.get(f"/reports/week?date={DAY}")).body
    assert (week["from"], week["to"]) == ("2026-11-16", DAY)
    assert_same(week["total"], [story for story in both if story["day"] == DAY])
    year = (await here.client.get("/reports/year?by=hall")).body
    assert year["rows"] == [{**year["total"], "key": "small", "names": {"zh": "small", "en": "small"}}]


PLAIN = (
    "visits", "waited", "served", "missed", "cancelled", "expired", "abandoned", "diverted", "booked", "ratings", "low",
)  # fmt: skip
"""Figures that stand in a row under their own names."""


def figures_of(row: dict[str, Any]) -> dict[str, int]:
    """How many tickets should be behind each figure of a row."""
    return {
        **{name: row[name] for name in PLAIN},
        "over_15": round((row["wait_s"]["over_15_min"] or 0) * row["waited"]),
        "over_60": round((row["wait_s"]["over_60_min"] or 0) * row["waited"]),
        "satisfied": round((row["satisfied"] or 0) * row["ratings"]),
        "told": row["forecast"]["tickets"],
        "several": row["journeys"]["visits"],
        "next_stops": row["journeys"]["next_stops"],
        "green": round((row["journeys"]["green"] or 0) * row["journeys"]["next_stops"]),
    }


@pytest.mark.parametrize("by", ["queue", "department", "window", "channel"])
async def test_behind_every_figure_are_its_tickets(here: CockpitHall, by: str) -> None:
    report = (await here.client.get(f"/reports/day?date={DAY}&by={by}")).body
    for row, of in [(report["total"], ""), *((row, f"&key={row['key']}") for row in report["rows"][:3])]:
        for figure, count in figures_of(row).items():
            found = await listed(here, f"date={DAY}&by={by}&figure={figure}{of}")
            assert len(found) == count, (figure, of)
            if of and by in ("queue", "channel"):
                assert {one[by] for one in found} <= {row["key"]}


async def listed(here: CockpitHall, query: str) -> list[dict[str, Any]]:
    """All pages of a list, some at a time."""
    found: list[dict[str, Any]] = []
    after = ""
    while after is not None:
        answer = (
            await here.client.get(f"/reports/tickets?{query}&limit=17" + (f"&after={after}" if after else ""))
        ).body
        found += answer["tickets"]
        after = answer["next"]
    assert len({(one["ticket"], one["waits_since"]) for one in found}) == len(found)
    return found


async def test_a_span_without_days_is_empty_and_says_so(here: CockpitHall) -> None:
    report = (await here.client.get("/reports/month?date=2026-02-01")).body
    assert (report["rows"], report["days"], report["hours"], report["missing"]) == ([], [], [], [])
    assert (report["total"]["visits"], report["total"]["wait_s"]["p90"]) == (0, None)
    assert (await here.client.get("/reports/tickets?span=month&date=2026-02-01")).body["tickets"] == []


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/reports/day?by=moon", "by"), ("/reports/day?by=staff", "by"), ("/reports/decade", "span"),
        ("/reports/day?date=2026-02-30", "date"), ("/reports/day?date=2026-11-24", "date"),
        ("/reports/tickets?figure=tears", "figure"), ("/reports/tickets?after=1.2", "after"),
        ("/reports/tickets?limit=0", "limit"),
    ],
)  # fmt: skip
async def test_what_no_report_can_be_about_is_refused(here: CockpitHall, path: str, field: str) -> None:
    assert is_problem(await here.client.get(path), 422, "INVALID")["field"] == field


async def test_reports_are_for_managers(here: CockpitHall) -> None:
    desk = await device(here.client, "desk")
    for path in ("/reports/day", "/reports/tickets"):
        is_problem(await desk.get(path), 403, "WRONG_ROLE")
        is_problem(await here.client.as_("").get(path), 401, "NO_TOKEN")


async def raw(here: CockpitHall, path: str, accept: str) -> tuple[bytes, Any]:
    headers = {"Authorization": f"Bearer {here.client.token}", "Accept": accept, "Accept-Language": "en"}
    async with here.client.http.get(f"/api/v1/halls/small{path}", headers=headers) as answer:
        assert answer.status == 200
        return await answer.read(), answer.headers


async def test_a_csv_says_what_the_report_says(here: CockpitHall) -> None:
    report = (await here.client.get(f"/reports/day?date={DAY}&by=queue")).body
    body, headers = await raw(here, f"/reports/day?date={DAY}&by=queue", "text/csv")
    assert headers["Content-Type"].startswith("text/csv")
    assert headers["Content-Disposition"] == f'attachment; filename="small-day-{DAY}-queue.csv"'
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["Code"] for row in rows] == [*(row["key"] for row in report["rows"]), ""]
    for row, told_row in zip(rows, [*report["rows"], report["total"]], strict=True):
        assert int(row["Visits"]) == told_row["visits"]
        assert float(row["Mean wait (min)"]) == round(told_row["wait_s"]["mean"] / 60, 1)
        assert float(row["Over 15 min (%)"]) == round(told_row["wait_s"]["over_15_min"] * 100, 2)


async def test_an_xlsx_holds_numbers_that_can_be_reckoned_with(here: CockpitHall) -> None:
    report = (await here.client.get(f"/reports/day?date={DAY}&by=queue")).body
    body, headers = await raw(here, f"/reports/day?date={DAY}&by=queue", f"{XLSX};q=1, */*;q=0.1")
    assert headers["Content-Type"] == XLSX
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    grid = list(sheet.iter_rows(values_only=True))
    assert grid[0][0] == "small · Day"
    assert grid[1][0] == DAY
    heads = list(grid[3])
    last = dict(zip(heads, grid[-1], strict=True))
    assert last["Visits"] == report["total"]["visits"]
    assert last["Over 15 min"] == report["total"]["wait_s"]["over_15_min"]
    assert len(grid) == 5 + len(report["rows"])


async def test_days_that_an_older_program_closed_are_counted_later(
    here: CockpitHall, data: Path, own_store: EmbeddedStore
) -> None:
    """They are the same then; until they are, a long span says which are missing."""
    before = (await here.client.get("/reports/month?by=window")).body
    archive = Archive(f"sqlite:///{data / FILE}")
    with archive.writing() as connection:
        connection.execute(tallies.delete())
        assert uncounted(connection, "small") == ["261122"]
    client = connect(own_store.url)
    archiver = Archiver(client, archive, here.clock)
    while await archiver.step():
        pass
    archiver.close()
    await client.aclose()
    with archive.reading() as connection:
        assert uncounted(connection, "small") == []
    here.clock.forward(seconds=60)
    assert (await here.client.get("/reports/month?by=window")).body == before
    archive.close()


async def test_a_rating_of_the_next_day_counts_where_its_visit_was(here: CockpitHall) -> None:
    """It can be given until the next day ends: the day that it is about is counted anew when that one closes."""
    here.clock.forward(hours=24)
    await here.client.open(1)
    ticket = (await here.client.ticket())["id"]
    for act in ("call-next", "start", "finish"):
        assert (await here.client.at(1, act)).status == 200
    here.clock.forward(hours=24)
    await here.client.ticket()
    assert (await here.client.post(f"/tickets/{ticket}/rating", {"score": 1})).status == 201
    here.clock.forward(hours=24)
    await here.client.ticket()
    await here.archive()
    found = (await here.client.get("/reports/day?date=2026-11-24")).body["total"]
    assert (found["visits"], found["ratings"], found["low"]) == (1, 1, 1)
    day_of_rating = (await here.client.get("/reports/day?date=2026-11-25")).body["total"]
    assert (day_of_rating["ratings"], day_of_rating["cases"]) == (0, 1)


async def test_without_an_archive_there_are_no_reports(here: CockpitHall, data: Path) -> None:
    (data / FILE).rename(data / "gone.db")
    here.clock.forward(seconds=60)
    try:
        for path in ("/reports/day", "/reports/tickets"):
            is_problem(await here.client.get(path), 503, "ARCHIVE_AWAY")
    finally:
        (data / "gone.db").rename(data / FILE)
