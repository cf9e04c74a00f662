"""The kiosk for everybody: large enough, low enough, readable aloud, and honest when the hall is closed."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Route, expect

from ops.up import DEMO
from tests.pages.browser import assert_accessible
from tests.pages.kiosk_pages import TOUCH, assert_touchable, find, kiosk_page, start
from tests.support.servers import HallServer


@pytest.mark.parametrize("lang", ["zh", "ru"])
@pytest.mark.parametrize(
    "steps",
    [
        (),
        (".hero",),
        (".hero", ".choose .big.next"),
        (".hero", "[data-item=PSB-01]"),
        (".hero", "[data-item=HRS-01]"),
        (".hero", "[data-item=PSB-01]", ".take"),
    ],
    ids=("start", "choose", "find", "item", "device", "ticket"),
)
async def test_every_key_is_large_enough_and_free_in_every_mode(
    browser: Browser, hall_server: HallServer, lang: str, steps: tuple[str, ...]
) -> None:
    page = await start(browser, hall_server, lang)
    for step in steps:
        await page.locator(step).first.click()
    care, low = page.locator(".mode[aria-pressed]").first, page.locator(".mode[aria-pressed]").last
    for mode in (None, care, low, care, low):
        if mode is not None:
            await mode.click()
        await assert_touchable(page)


async def test_a_name_too_long_for_its_tile_is_cut_and_its_wait_stays_in_sight(
    browser: Browser, hall_server: HallServer
) -> None:
    page = await kiosk_page(browser, hall_server, "ru")

    async def lengthen(route: Route) -> None:
        answer = await route.fetch()
        found = await answer.json()
        for many, row in enumerate(found["services"]):
            row["names"] = {"ru": "Предоставление земельных участков " * (1 + many)}
        await route.fulfill(response=answer, json=found)

    await page.route("**/services?*", lengthen)
    await page.goto(f"{hall_server.url}/kiosk/demo-hall")
    await page.locator(".hero").click()
    await expect(page.locator("[data-fit^=lines]").first).to_be_visible()
    over = """() => [...document.querySelectorAll(".tiles .tile")]
        .map((tile) => [tile.lastChild, tile].map((node) => node.getBoundingClientRect().bottom))
        .filter(([wait, edge]) => wait > edge)"""
    assert await page.evaluate(over) == []


@pytest.mark.parametrize("steps", [(), (".hero",)], ids=("start", "choose"))
async def test_in_low_mode_nothing_to_touch_is_high_up(
    browser: Browser, hall_server: HallServer, steps: tuple[str, ...]
) -> None:
    page = await start(browser, hall_server)
    for step in steps:
        await page.locator(step).click()
    await page.locator(".mode", has_text="低位操作").click()
    highest = """Math.min(...[...document.querySelectorAll("button")].filter((key) => key.checkVisibility())
        .map((key) => key.getBoundingClientRect().top))"""
    assert await page.evaluate(highest) > TOUCH[1] / 3


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("mode", ["light", "care"])
async def test_the_pages_are_accessible(browser: Browser, hall_server: HallServer, mode: str, lang: str) -> None:
    page = await start(browser, hall_server, lang)
    if mode == "care":
        await page.locator(".mode[aria-pressed]").first.click()
    await assert_accessible(page)
    await page.locator(".mode.language").click()
    await assert_accessible(page)
    await page.keyboard.press("Escape")
    await page.locator(".ask").click()
    await expect(page.locator("[data-state=called]")).to_be_visible()
    await assert_accessible(page)
    await page.locator(".dialog .big.next").click()
    await page.locator(".hero").click()
    await assert_accessible(page)
    await page.locator(".choose .deck").last.locator(".big").nth(1).click()
    await assert_accessible(page)
    await page.locator(".deck .big").last.click()
    await page.locator("[data-item=HRS-01]").click()
    await assert_accessible(page)
    await page.locator(".deck .big").last.click()
    await page.locator(".hero").click()
    await find(page, "psb")
    await assert_accessible(page)
    await page.locator(".found [data-item]").first.click()
    await assert_accessible(page)
    await page.locator(".take").click()
    await expect(page.locator(".slip")).to_be_visible()
    await assert_accessible(page)


# ---- a hall that is closed ----


def opening_day() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=3)


@pytest.fixture(scope="module")
def closed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """The demo hall, open on one other morning only; its doors open at 08:15."""
    folder = tmp_path_factory.mktemp("closed")
    day = opening_day().strftime("%a").lower()
    hours = re.compile(r"    mon_fri: .*\n    tue_night: .*\n")
    text, found = hours.subn(f'    {day}: [["08:30", "10:00"]]\n', DEMO.read_text("utf-8"))
    assert found == 1
    file = Path(folder / "hall.yaml")
    file.write_text(text, "utf-8")
    server = HallServer(folder / "data", "--hall", str(file))
    yield server
    server.stop()


async def test_a_closed_hall_says_when_it_opens_and_still_shows_the_papers(
    browser: Browser, closed_server: HallServer
) -> None:
    page = await kiosk_page(browser, closed_server, "en")
    await page.goto(f"{closed_server.url}/kiosk/demo-hall")
    await expect(page.locator(".cover h1")).to_have_text("The hall is closed now")
    await expect(page.locator(".cover p").first).to_contain_text(f"{opening_day():%A, %B} {opening_day().day} at 08:15")
    await assert_accessible(page)
    await page.locator(".cover .big").first.click()
    await page.locator(".rows [data-item]").first.click()
    await expect(page.locator(".shut")).to_contain_text("No tickets now")
    await expect(page.locator(".take")).to_have_count(0)
    await assert_accessible(page)
