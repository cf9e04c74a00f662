"""A booking in its visitor's hand: moved, given up, waited for, and in large type."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible
from tests.pages.pocket import accessible_in_large_type, phone, two_halls
from tests.support.client import HallClient
from tests.support.noon import noon_zone
from tests.support.servers import HallServer

ITEM = "PSB-01"
PAGE = "parseFloat(getComputedStyle(document.querySelector('main p.soft')).fontSize)"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    with two_halls(tmp_path_factory.mktemp("pocket")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def hall(server: HallServer) -> AsyncIterator[HallClient]:
    """The strict hall as its guide desk sees it."""
    async with aiohttp.ClientSession() as http:
        yield server.client(http)


async def booked(hall: HallClient, person: int, at: int = 0) -> Any:
    """A booking of the `at`-th slot from now on, made at the guide desk: without a code."""
    slots = (await hall.get(f"/slots?service={ITEM}"))["slots"]
    start = [slot["start"] for slot in slots if slot["free"]][at]
    made = await hall.post("/bookings", {"service": ITEM, "start": start, "visitor": {"phone": f"1380013{person:04}"}})
    assert made.status == 201, made
    return made


def local_day(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(noon_zone())).date().isoformat()


async def page_at(browser: Browser, server: HallServer, booking: Any, lang: str) -> Page:
    page = await phone(browser, server, lang, f"/b/{booking['token']}")
    await expect(page.locator(".status h1")).to_be_visible()
    return page


async def test_a_booking_is_moved_and_given_up_and_every_page_of_it_follows(
    browser: Browser, server: HallServer, hall: HallClient
) -> None:
    booking = await booked(hall, 2, at=60)
    page = await page_at(browser, server, booking, "en")
    other = await page.context.new_page()
    await other.goto(page.url)
    await expect(other.locator(".when .hours")).to_be_visible()
    await page.bring_to_front()
    before = await page.locator(".when").inner_text()
    await page.locator("#move").click()
    await page.locator(".day").nth(4).click()
    await page.locator(".slot:not([disabled])").nth(3).click()
    await page.locator("#move-do").click()
    await expect(page.locator(".status")).to_contain_text("has been moved")
    assert await page.locator(".when").inner_text() != before
    await expect(other.locator(".when")).to_have_text(await page.locator(".when").inner_text(), use_inner_text=True)
    await page.locator("#cancel").click()
    await expect(page.locator("#cancel")).to_have_text("Touch again to cancel")
    await page.locator("#cancel").click()
    await expect(page.locator(".status h1")).to_have_text("This booking is cancelled")
    await expect(other.locator(".status h1")).to_have_text("This booking is cancelled")
    await assert_accessible(page)


async def test_a_full_day_has_a_waiting_list(browser: Browser, server: HallServer, hall: HallClient) -> None:
    async def free() -> list[str]:
        return [row["start"] for row in (await hall.get(f"/slots?service={ITEM}"))["slots"] if row["free"]]

    first = await free()
    for person in range(100, 100 + sum(local_day(start) == local_day(first[0]) for start in first)):
        await booked(hall, person)
    page = await phone(browser, server, "en", f"/m/{server.hall}#book/{ITEM}")
    await page.locator(".day[data-state=full]").first.click()
    await expect(page.locator(".slot:not([disabled])")).to_have_count(0)
    await page.locator("#wait").click()
    await page.fill("#phone", "13800130099")
    await page.locator("#do").click()
    await page.wait_for_url("**/b/*")
    await expect(page.locator(".status h1")).to_have_text("You are on the waiting list")
    await assert_accessible(page)


async def test_in_large_type_everything_fits_and_has_its_contrast(
    browser: Browser, server: HallServer, hall: HallClient
) -> None:
    demo = HallClient(hall.http, "demo-hall", base=server.url)
    page = await page_at(browser, server, await booked(demo, 3), "en")
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.locator("#care").click()
    for _ in range(3):
        await page.locator("#larger").click()
    assert await page.evaluate(PAGE) == 30
    await expect(page.locator(".qr img")).to_be_visible()
    await page.locator("#move").click()
    await expect(page.locator(".slot").first).to_be_visible()
    await accessible_in_large_type(page)


@pytest.mark.asyncio(loop_scope="session")
async def test_an_unknown_booking_has_its_page(server: HallServer, hall: HallClient) -> None:
    url = f"{server.url}/b/b.{server.hall}.ABCDEFGH.AAAAAAAAAAAAAAAAAAAAAA?lang=en"
    async with hall.http.request("GET", url) as answer:
        assert answer.status == 404
        assert "No such booking" in await answer.text()
