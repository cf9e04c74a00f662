"""Diversion at the console: asked for in sight, done with one key, never in the way, gone when it is over."""

import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import ADMIN, HallClient
from tests.support.servers import HallServer

DESK = (1366, 768)
free_windows = itertools.count(7)
"""Windows of queue B."""
ASKED = "#tasks .asks .wish"
SAID = "#tasks .wish"


@pytest_asyncio.fixture(loop_scope="session")
async def window(hall: HallClient) -> AsyncIterator[int]:
    number = next(free_windows)
    yield number
    for row in (await hall.get("/diversions?status=started"))["diversions"]:
        await hall.post(f"/diversions/{row['id']}/end", {})
    await hall.at(number, "close")


async def console(browser: Browser, server: HallServer, hall: HallClient, window: int, lang: str = "en") -> Page:
    """The console, signed in as that window."""
    device = await hall.post("/devices", {"role": "window", "name": "console", "window": window})
    return await opened(browser, server, window, {f"gw-window-demo-hall-{window}": device["token"], "lang": lang})


async def opened(browser: Browser, server: HallServer, window: int, cookies: dict[str, str]) -> Page:
    page = await page_of(browser, server.url, DESK, cookies)
    await page.goto(f"{server.url}/window/demo-hall/{window}")
    await expect(page.locator("#connection")).to_have_attribute("data-state", "online")
    await expect(page.locator("#status")).not_to_be_empty()
    return page


async def begin(hall: HallClient, action: str, window: int, **more: object) -> str:
    answer = await hall.post("/diversions", {"action": action, "window": window, **more})
    assert answer.status == 201, answer
    return str(answer["id"])


async def assert_fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await assert_accessible(page)


async def queues_of(hall: HallClient, window: int) -> list[str]:
    return [row["queue"] for row in (await hall.get(f"/windows/{window}"))["queues"]]


@pytest.mark.parametrize(("lang", "asked"), [("en", "Please open window {} for C"), ("zh", "请开 {} 号窗口，支援 C")])
async def test_a_closed_window_is_opened_for_the_queue_that_needs_it_with_one_key(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int, lang: str, asked: str
) -> None:
    page = await console(browser, hall_server, hall, window, lang)
    await page.locator("#staff-name").fill("1024")
    await page.locator("h1").first.click()
    await begin(hall, "open_window", window, queue="C", minutes=45)
    await expect(page.locator(ASKED)).to_contain_text(asked.format(window))
    await expect(page.locator("#tasks .why")).to_contain_text({"en": "started by the admin", "zh": "发起"}[lang])
    assert (await page.title()).startswith("●")
    await expect(page.locator("#staff-name")).to_have_value("1024")
    await assert_fits(page)
    await page.keyboard.press("o")
    await expect(page.locator(ASKED)).to_have_count(0)
    await expect(page.locator(SAID)).to_contain_text("C")
    assert await queues_of(hall, window) == ["B", "C"]
    assert not (await page.title()).startswith("●")


async def test_a_queue_that_was_added_is_said_while_serving_goes_on_and_goes_quietly(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    await hall.open(window)
    item = next(row["id"] for row in (await hall.get("/services"))["services"] if row["queue"] == "B")
    number = (await hall.ticket(item))["number"]
    page = await console(browser, hall_server, hall, window)
    diversion = await begin(hall, "reskill_window", window, queue="C", minutes=45)
    await expect(page.locator(SAID)).to_contain_text("Added to this window: C")
    await expect(page.locator("#tasks .why")).to_contain_text("until")
    assert await queues_of(hall, window) == ["B", "C"]
    await page.keyboard.press("Space")
    await expect(page.locator("#stage .big")).to_have_text(number)
    await assert_fits(page)
    await hall.post(f"/diversions/{diversion}/end", {})
    await expect(page.locator("#tasks")).to_be_hidden()
    await expect(page.locator("#line")).to_contain_text("is over")
    assert await queues_of(hall, window) == ["B"]
    await page.keyboard.press("s")
    await page.keyboard.press("f")
    await expect(page.locator("#line")).to_contain_text(f"{number} finished")


async def test_who_is_sent_out_pauses_with_one_key(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    await hall.open(window)
    page = await console(browser, hall_server, hall, window)
    await begin(hall, "send_out", window, queue="B")
    await expect(page.locator(ASKED)).to_contain_text("Please help on the floor: B")
    await page.keyboard.press("g")
    await expect(page.locator("#status")).to_contain_text("Paused")
    await expect(page.locator(SAID)).to_contain_text("You are helping on the floor")
    assert (await hall.get(f"/windows/{window}"))["reason"] == "help"


async def test_what_is_asked_of_others_is_not_shown_and_a_failure_stops_nobody(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    await hall.open(window)
    page = await opened(browser, hall_server, window, {"gw-admin": ADMIN, "lang": "en"})  # sees what is asked of all
    failing = {"status": 500, "code": "INTERNAL", "title": "No"}
    await page.route("**/diversions/tasks", lambda route: route.fulfill(status=500, json=failing))
    await begin(hall, "open_window", window + 40)
    await page.keyboard.press("n")
    await expect(page.locator("#line .said.calm")).to_contain_text("Nobody is waiting just now")
    await page.unroute("**/diversions/tasks")
    await begin(hall, "send_out", window)
    await expect(page.locator(SAID)).to_have_text(["Please help on the floor"])
