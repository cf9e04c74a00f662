"""What diversion asks of the guide desk: said where help is needed, taken, done; and offers answered for visitors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import Answer, HallClient
from tests.support.servers import HallServer

PHONE, TABLE = (390, 844), (1366, 768)


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def quiet(hall: HallClient) -> AsyncIterator[None]:
    """Nothing runs any more when a test has ended."""
    yield
    for row in (await hall.get("/diversions?status=started"))["diversions"]:
        await hall.post(f"/diversions/{row['id']}/end", {})


async def desk(browser: Browser, hall: HallClient, server: HallServer, size: tuple[int, int], lang: str) -> Page:
    device = await hall.post("/devices", {"role": "desk", "name": "Desk"})
    page = await page_of(browser, server.url, size, {"gw-desk-demo-hall": device["token"], "lang": lang})
    await page.goto(f"{server.url}/desk/demo-hall")
    await expect(page.locator("#tasks")).to_have_attribute("data-state", "empty")
    return page


async def begin(hall: HallClient, action: str, **more: object) -> str:
    answer = await hall.post("/diversions", {"action": action, **more})
    assert answer.status == 201, answer
    return str(answer["id"])


async def assert_fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await assert_accessible(page)


async def items(hall: HallClient, queue: str) -> list[dict[str, object]]:
    return [row for row in (await hall.get("/services"))["services"] if row["queue"] == queue]


async def test_helpers_are_asked_for_take_it_for_all_to_see_and_say_that_it_is_done(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    page, colleague = [await desk(browser, hall, hall_server, PHONE, "en") for _ in range(2)]
    await assert_fits(page)
    for _ in range(3):
        await hall.ticket(str((await items(hall, "B"))[0]["id"]))
    diversion = await begin(hall, "send_helpers", queue="B")
    job = page.locator(f"[data-diversion={diversion}]")
    await expect(job).to_contain_text("Help with B")
    await expect(job).to_contain_text("3 people waiting")
    await job.locator(".button").click()
    await expect(job.locator("footer")).to_contain_text("Taken since")
    await expect(colleague.locator(".job")).to_contain_text("Taken by somebody")
    await assert_fits(page)
    await job.locator(".button").click()
    await expect(job.locator(".button")).to_have_text("Press again to confirm")
    await job.locator(".button").click()
    await expect(page.locator(".job")).to_have_count(0)
    await expect(colleague.locator("#tasks")).to_have_attribute("data-state", "empty")
    [ended] = (await hall.get("/diversions?status=ended"))["diversions"]
    assert (ended["id"], ended["reason"]) == (diversion, "done")


@pytest.mark.parametrize(("lang", "size"), [("zh", TABLE), ("de", PHONE)])
async def test_guiding_to_devices_says_which_item_how_many_wait_and_where_the_devices_are(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str, size: tuple[int, int]
) -> None:
    page = await desk(browser, hall, hall_server, size, lang)
    item = next(row for row in (await hall.get("/services"))["services"] if "self" in row["alternatives"])
    await begin(hall, "guide_to_device", service=item["id"])
    await begin(hall, "slow_entry", queue="B")
    job = page.locator(".job").first
    names = item["names"]
    await expect(job).to_contain_text(names[lang])
    await expect(job.locator(".facts")).to_contain_text({"zh": "自助机：1 楼", "de": "Geräte: Etage 1"}[lang])
    await expect(job.locator(".facts")).to_contain_text({"zh": "人等候", "de": "warte"}[lang])
    await expect(page.locator(".job")).to_have_count(2)
    await assert_fits(page)


async def test_tasks_stay_in_sight_while_the_line_is_cut_and_come_back_after_an_error(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    page = await desk(browser, hall, hall_server, PHONE, "en")
    await begin(hall, "send_helpers", queue="B")
    await expect(page.locator(".job")).to_have_count(1)
    failing = {"status": 500, "code": "INTERNAL", "title": "No"}
    await page.route("**/diversions/tasks", lambda route: route.fulfill(status=500, json=failing))
    await begin(hall, "slow_entry", queue="B")
    await expect(page.locator("#tasks")).to_have_attribute("data-state", "error")
    await assert_fits(page)
    await page.unroute("**/diversions/tasks")
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(page.locator(".job")).to_have_count(2)
    await page.context.set_offline(True)
    await begin(hall, "send_out", queue="B")
    await expect(page.locator("#tasks")).to_have_attribute("data-state", "offline")
    await expect(page.locator(".job .button").first).to_be_disabled()
    await assert_fits(page)


async def an_offer(hall: HallClient) -> tuple[Answer, str]:
    """A visitor waits who could be at a device now."""
    item = next(
        row for row in (await hall.get("/services"))["services"]
        if "self" in row["alternatives"] and row["queue"] != "SELF"
    )  # fmt: skip
    ticket = await hall.ticket(item["id"])
    diversion = await begin(hall, "guide_to_device", service=item["id"])
    return ticket, diversion


async def test_an_offer_is_accepted_and_done_at_the_desk_for_who_asks(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    page = await desk(browser, hall, hall_server, PHONE, "en")
    ticket, _ = await an_offer(hall)
    await page.locator("#what").fill(ticket["number"])
    await page.keyboard.press("Enter")
    offer = page.locator(".offer")
    await expect(offer).to_contain_text("There is a faster way")
    await assert_fits(page)
    await offer.locator(".next").click()
    await expect(offer).to_contain_text("Accepted")
    assert (await hall.get(f"/tickets/{ticket['id']}"))["status"] == "waiting"
    # the news of what was accepted may draw the card anew between the two presses: then it asks again
    async with asyncio.timeout(20):
        while not await page.locator(".sheet .badge.cancelled").count():
            with suppress(Error):
                await offer.locator(".next").click(timeout=1000)
    await expect(page.locator("#latest")).to_contain_text("Done elsewhere")
