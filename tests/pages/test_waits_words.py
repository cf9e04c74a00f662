"""Pages and server tell waits in the same words; what a page makes of waits is sound: another time, a drift, a bar."""

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.pages.browser import SharedBrowser
from tests.support.wait_words import TOLD

SCRIPT = (Path(__file__).parents[2] / "queue_server/look/static/waits.js").read_text("utf-8")
NOW_MS = 1_772_413_200_000
MINUTE_MS = 60_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(shared_browser: SharedBrowser) -> Page:
    """A browser page that holds the script's functions."""
    blank = await (await shared_browser.empty()).new_page()
    await blank.add_script_tag(content=SCRIPT.replace("export ", ""))
    return blank


def wait(minutes: float, spread: float = 0.2) -> dict[str, int]:
    middle = round(minutes * 60)
    return {"p10": round(middle * (1 - spread)), "p50": middle, "p90": round(middle * (1 + spread))}


def later(*minutes: float | None) -> list[dict[str, Any]]:
    return [{"at": at, "wait_s": None if each is None else wait(each)} for at, each in enumerate(minutes)]


async def test_the_browser_says_what_the_server_says(page: Page) -> None:
    asked = [[low_s, high_s] for low_s, high_s, *_ in TOLD]
    said = await page.evaluate("(rows) => rows.map(([low, high]) => phraseOf(low, high))", asked)
    assert said == [[key, minutes] for _, _, key, minutes in TOLD]


@pytest.mark.parametrize(
    ("now_min", "rows", "best"),
    [
        (30, later(25, 19, 10), 1),
        (30, later(21, 20.5), None),
        (12, later(3), None),
        (45, later(36, 34, 31), None),
        (60, later(None, 45, 40), 2),
        (30, [], None),
    ],
)
async def test_another_time_is_told_where_it_saves_ten_minutes_and_a_third(
    page: Page, now_min: float, rows: list[dict[str, Any]], best: int | None
) -> None:
    found = await page.evaluate("([wait, later]) => betterLater(wait, later)", [wait(now_min), rows])
    assert (found and found["at"]) == best


async def test_with_no_window_the_first_time_that_someone_serves_is_told(page: Page) -> None:
    assert (await page.evaluate("(later) => firstServed(later)", later(None, None, 5, 3)))["at"] == 2
    assert await page.evaluate("(later) => firstServed(later)", later(None, None)) is None


async def follow(page: Page, *waits: tuple[int, float]) -> list[str]:
    """What is said of a wait that is heard so, by minutes that have passed: how it moved."""
    steps = [[NOW_MS + at * MINUTE_MS, wait(minutes)] for at, minutes in waits]
    fold = """(steps) => {
      let seen = null;
      return steps.map(([now, wait]) => (seen = followWait(seen, wait, now)).moved);
    }"""
    moved: list[str] = await page.evaluate(fold, steps)
    return moved


async def test_a_wait_that_goes_as_expected_says_nothing(page: Page) -> None:
    assert await follow(page, (0, 30), (10, 22), (20, 13), (28, 4)) == ["", "", "", ""]


async def test_a_wait_that_moves_much_is_told_once_and_for_a_while(page: Page) -> None:
    assert await follow(page, (0, 30), (5, 40), (6, 39), (16, 29), (18, 17)) == ["", "longer", "longer", "", "shorter"]


async def test_the_bar_shows_the_told_range(page: Page) -> None:
    bar = await page.evaluate("(wait) => barOf(wait)", {"p10": 1260, "p50": 1600, "p90": 2040})
    assert bar == {"minutes": 60, "from": pytest.approx(20 / 60), "to": pytest.approx(35 / 60)}
    assert await page.evaluate("(wait) => barOf(wait)", wait(500)) == {"minutes": 120, "from": 1, "to": 1}


async def test_a_distance_is_as_the_crow_flies(page: Page) -> None:
    sites = [{"latitude": 30.27, "longitude": 120.15}, {"latitude": 30.28, "longitude": 120.15}]
    assert await page.evaluate("([one, other]) => metresBetween(one, other)", sites) == pytest.approx(1112, abs=2)
