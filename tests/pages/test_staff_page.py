"""The new colleague: set up by the manager, welcomed by a link, at work at a window, in the browser."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import ADMIN
from tests.support.colleagues import GOOD
from tests.support.servers import HallServer

COCKPIT, PHONE, DESK = (1920, 1080), (390, 844), (1366, 768)


async def looked_at(page: Page, name: str) -> None:
    """Nothing sticks out, axe is content, and whoever wants to look finds a picture."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    await assert_accessible(page)
    if folder := os.environ.get("GREENWAVE_SHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def manager(browser: Browser, server: HallServer, lang: str) -> Page:
    page = await page_of(browser, server.url, COCKPIT, {"gw-admin": ADMIN, "lang": lang})
    await page.goto(f"{server.url}/staff/demo-hall")
    return page


@pytest.mark.parametrize("lang", ["zh", "de"])
async def test_a_colleague_is_set_up_by_one_form_and_begins_to_work(
    browser: Browser, hall_server: HallServer, lang: str
) -> None:
    page = await manager(browser, hall_server, lang)
    number = f"{lang}-1024"
    await page.locator("#new").click()
    await page.locator("#c-name").fill("王小明" if lang == "zh" else "Friederike Überschär-Müller")
    await page.locator("#c-number").fill(number)
    await page.locator("#c-windows").fill("1-3, 7")
    await page.locator(".skills + div button").click()
    await looked_at(page, f"form-{lang}")
    await page.locator("form.sheet .next").click()
    address = await page.locator(".link code").inner_text()
    loaded = "image => image.decode().then(() => image.naturalWidth > 0)"
    assert await page.locator(".link img").evaluate(loaded)
    await looked_at(page, f"link-{lang}")
    await page.locator(".sheet .next").click()
    await expect(page.locator(".colleague", has_text=number)).to_be_visible()
    theirs = await page_of(browser, hall_server.url, PHONE, {"lang": lang})
    await theirs.goto(address)
    await looked_at(theirs, f"welcome-{lang}")
    await theirs.locator("#password").fill(GOOD)
    await theirs.locator("#again").fill(GOOD)
    await theirs.locator("#welcome .next").click()
    await expect(theirs.locator(".place .windows .button")).to_have_count(4)
    await looked_at(theirs, f"account-{lang}")
    await theirs.locator('.place a[href$="/3"]').click()
    await expect(theirs).to_have_url(f"{hall_server.url}/window/demo-hall/3")
    await expect(theirs.locator("#staff-name")).to_have_value(number)
    assert not await theirs.locator("#staff-name").is_editable(), "nobody works in another's name"
    await expect(page.locator(".colleague", has_text=number).locator(".badge.warn")).to_have_count(0)
    await page.locator("#plan").click()
    await page.locator("#s-window").fill({"zh": "3", "de": "1"}[lang])
    await page.locator("form.sheet .acts .next").last.click()
    await expect(page.locator(".shift", has_text=number)).to_be_visible()
    await looked_at(page, f"staff-{lang}")
    gone = await theirs.goto(f"{hall_server.url}/window/demo-hall/9")
    assert gone is not None and "/sign-in" in theirs.url
    await expect(theirs.locator(".note.warn a")).to_have_attribute("href", "/account")
    await looked_at(theirs, f"denied-{lang}")


async def test_the_page_says_when_it_is_cut_off_and_what_is_refused(browser: Browser, hall_server: HallServer) -> None:
    page = await manager(browser, hall_server, "en")
    await expect(page.locator("#people")).not_to_contain_text("Reading")
    await page.locator("#new").click()
    await page.locator("#c-name").fill("X")
    await page.locator("#c-number").fill("zh-1024")
    await page.locator("#c-windows").fill("one")
    await page.locator("form.sheet .next").click()
    await expect(page.locator(".sheet .note.bad")).to_contain_text("like 1-3, 7")
    await page.locator("#c-windows").fill("9")
    await page.locator("form.sheet .next").click()
    await expect(page.locator(".sheet .note.bad")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.locator("#find").fill("nobody of that name")
    await expect(page.locator("#people .empty")).to_be_visible()
    await page.context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(page.locator("#connection[data-state=offline]")).to_be_visible()
    await looked_at(page, "staff-offline-en")
