"""A manager at the reports: from a day to a year, down to the tickets, into a file, through outages."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.pages.cockpit_hall import CockpitHall
from tests.pages.reported_hall import reported_hall
from tests.support.halls import small_hall

DESK, PHONE = (1440, 900), (390, 844)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def data(tmp_path_factory: object) -> Path:
    return tmp_path_factory.mktemp("reports")  # type: ignore[attr-defined, no-any-return]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def here(data: Path) -> AsyncIterator[CockpitHall]:
    """One busy day that is over, and the next one with a few visits."""
    async with reported_hall(small_hall(), data, 4, 150) as hall:
        yield hall


async def reports(browser: Browser, here: CockpitHall, query: str, lang: str, size: tuple[int, int]) -> Page:
    made = await here.client.post("/devices", {"role": "manager", "name": "a manager"})
    page = await page_of(browser, here.url, size, {f"gw-manager-{here.hall.id}": made["token"], "lang": lang})
    await page.goto(f"{here.url}/reports/small{query}")
    return page


async def test_a_figure_leads_to_its_tickets(browser: Browser, here: CockpitHall) -> None:
    page = await reports(browser, here, "?span=month", "zh", DESK)
    await expect(page.locator("#chart-visits svg")).to_be_visible()
    await expect(page.locator("#figures tbody tr")).to_have_count(3)
    await assert_accessible(page)
    total = page.locator("#figures tfoot button").first
    count = int(await total.inner_text())
    await total.click()
    rows = page.locator("#tickets-table tbody tr")
    await expect(rows).to_have_count(count)
    await assert_accessible(page)
    async with page.expect_download() as waited:
        await page.locator("#tickets-file").click()
    kept = await waited.value
    assert kept.suggested_filename == "small-tickets-visits-2026-11-01_2026-11-30.csv"
    text = await asyncio.to_thread(Path(await kept.path()).read_text, "utf-8-sig")
    told = [row["票号"] for row in csv.DictReader(io.StringIO(text))]
    assert told == await page.locator("#tickets-table tbody th").all_inner_texts()
    await page.locator("#tickets-close").click()
    await expect(page.locator("#tickets")).to_be_hidden()


async def test_what_is_asked_for_stands_in_the_address(browser: Browser, here: CockpitHall) -> None:
    page = await reports(browser, here, "", "en", DESK)
    await expect(page.locator("#told")).to_have_text("2026-11-23 (so far)")
    await expect(page.locator("#after")).to_be_disabled()
    await page.locator("#before").click()
    await expect(page.locator("#told")).to_have_text("2026-11-22")
    await page.get_by_role("radio", name="Week").check()
    await page.locator("#by").select_option("window")
    await expect(page.locator("#told")).to_have_text("2026-11-16 – 2026-11-22")
    await expect(page.locator("#figures tbody th").first).to_have_text("Window 1")
    assert page.url.endswith("?span=week&date=2026-11-22&by=window")
    await page.reload()
    await expect(page.locator("#told")).to_have_text("2026-11-16 – 2026-11-22")
    for unheard in ("2099-01-01", "2026-02-30"):  # no report can be about it
        await page.goto(f"{here.url}/reports/small?span=day&date={unheard}&by=moon")
        await expect(page.locator("#told")).to_have_text("2026-11-23 (so far)")


async def test_a_file_has_what_the_page_shows(browser: Browser, here: CockpitHall) -> None:
    page = await reports(browser, here, "?span=week&date=2026-11-22&by=queue", "en", DESK)
    shown = page.locator("#figures tfoot td").first
    await expect(shown).not_to_be_empty()
    async with page.expect_download() as waited:
        await page.locator("[data-file=csv]").click()
    kept = await waited.value
    assert kept.suggested_filename == "small-week-2026-11-16_2026-11-22-queue.csv"
    text = await asyncio.to_thread(Path(await kept.path()).read_text, "utf-8-sig")
    *_, total = csv.DictReader(io.StringIO(text))
    assert total["Visits"] == await shown.inner_text()


async def test_on_a_phone_an_empty_day_says_so(browser: Browser, here: CockpitHall) -> None:
    page = await reports(browser, here, "?date=2026-02-02", "de", PHONE)
    await expect(page.locator("#empty")).to_contain_text("Aus dieser Zeit ist nichts archiviert.")
    await expect(page.locator("[data-file=xlsx]")).to_be_disabled()
    await assert_accessible(page)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_while_the_archive_is_away_the_page_says_so_and_comes_back(
    browser: Browser, here: CockpitHall, data: Path
) -> None:
    (data / "archive.db").rename(data / "gone.db")
    try:
        page = await reports(browser, here, "?span=year", "en", DESK)
        await expect(page.locator("#problem")).to_contain_text("The archive cannot be read just now")
        await assert_accessible(page)
    finally:
        (data / "gone.db").rename(data / "archive.db")
    here.clock.forward(seconds=20)
    await page.locator("#again").click()
    await expect(page.locator("#figures tfoot")).to_be_visible()
    await expect(page.locator("#problem")).to_be_hidden()
    await page.context.set_offline(True)
    await page.locator("#again").dispatch_event("click")
    await expect(page.locator("#problem")).to_contain_text("The server cannot be reached")
    await expect(page.locator("#figures tfoot")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator("#problem")).to_be_hidden()
