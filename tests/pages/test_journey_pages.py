"""A visit of several stops, as its visitor sees it: chosen, planned, held on the way, and changed."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from queue_server.languages import Words
from tests.pages.browser import assert_accessible, comes_to_rest, page_of
from tests.pages.kiosk_pages import kiosk
from tests.support.client import ADMIN, HallClient
from tests.support.servers import HallServer

SHOTS = os.environ.get("GREENWAVE_SHOTS", "")
RESTAURANT = "J10"
PHONE = ViewportSize(width=390, height=844)


async def shoot(page: Page, name: str) -> None:
    """Keeps a picture where somebody wants to look at it."""
    if SHOTS:
        await comes_to_rest(page)
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


async def pocket(browser: Browser, server: HallServer, path: str, lang: str) -> Page:
    page = await (await browser.new_context(viewport=PHONE, has_touch=True, locale=lang)).new_page()
    await page.goto(f"{server.url}{path}?lang={lang}")
    return page


@pytest.mark.parametrize("lang", ["zh", "de"])
async def test_a_kiosk_shows_the_path_before_the_ticket(browser: Browser, hall_server: HallServer, lang: str) -> None:
    page, say = await kiosk(browser, hall_server, lang), Words(lang).say
    await expect(page.locator(".events")).to_have_text(say("journey.events"))
    await shoot(page, f"kiosk-choose-{lang}")
    await page.locator(".events").click()
    await shoot(page, f"kiosk-events-{lang}")
    await page.locator(f"[data-journey={RESTAURANT}]").click()
    await expect(page.locator(".journey-stop")).to_have_count(2)
    await expect(page.locator(".journey-stop").first).to_contain_text(say("journey.together"))
    await shoot(page, f"kiosk-path-{lang}")
    await assert_accessible(page)
    await page.locator(".take").click()
    await expect(page.locator(".slip .number")).to_have_text(re.compile(r"^K\d{3}$"))
    await expect(page.locator(".slip-path li")).to_have_count(2)
    await shoot(page, f"kiosk-slip-{lang}")


async def test_several_things_are_ticked_at_a_kiosk(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk(browser, hall_server, "en")
    await page.locator("button.several").click()
    await expect(page.locator(".next")).to_be_disabled()
    for _ in range(3):
        await page.locator(".tick[aria-pressed=false]").first.click()
    await expect(page.locator(".heading")).to_contain_text("3 chosen")
    await shoot(page, "kiosk-several-en")
    await assert_accessible(page)
    await page.locator(".next").click()
    await expect(page.locator(".journey-stop").first).to_be_visible()
    await shoot(page, "kiosk-ticked-en")


@pytest.mark.parametrize("lang", ["zh", "de"])
async def test_a_phone_takes_a_life_event_and_follows_its_path(
    browser: Browser, hall_server: HallServer, hall: HallClient, lang: str
) -> None:
    say, page = Words(lang).say, await pocket(browser, hall_server, f"/m/{hall.hall}", lang)
    await page.locator("#journeys").click()
    await shoot(page, f"phone-events-{lang}")
    await page.locator(f"[data-journey={RESTAURANT}]").click()
    await expect(page.locator(".journey-stop")).to_have_count(2)
    await shoot(page, f"phone-path-{lang}")
    await assert_accessible(page)
    await page.locator("#take").click()
    await expect(page.locator(".own .number")).to_have_text(re.compile(r"^K\d{3}$"))
    await expect(page.locator(".journey-stop[aria-current=step]")).to_contain_text(say("journey.now"))
    await shoot(page, f"phone-ticket-{lang}")
    await assert_accessible(page)
    number = await page.locator(".own .number").inner_text()
    await serve(hall, number)
    await expect(page.locator(".journey-stop[data-status=done]")).to_have_count(1)
    walking = re.escape(say("journey.walking", at="AT")).replace("AT", r"\d\d:\d\d")
    await expect(page.locator(".status")).to_contain_text(re.compile(walking))
    await shoot(page, f"phone-walking-{lang}")
    await assert_accessible(page)


async def serve(hall: HallClient, number: str) -> None:
    """The one stop of a number, at a window of its queue."""
    window = next(row for row in (await hall.get())["queues"] if row["id"] == number[0])["windows"][0]
    await hall.open(window)
    assert (await hall.at(window, "call", {"ticket": number})).status == 200
    await hall.at(window, "start")
    assert (await hall.at(window, "finish"))["status"] == "held"


async def test_a_visitor_turns_the_path_around(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    visit = await hall.post("/tickets", {"services": ["HRS-01", "PSB-01", "TAX-01"], "plan": True, "channel": "kiosk"})
    page = await pocket(browser, hall_server, f"/t/{visit['token']}", "en")
    first = page.locator(".journey-stop").first
    last = await page.locator(".journey-stop").last.get_attribute("data-service")
    await page.locator(".journey-choose").last.click()
    await expect(first).to_have_attribute("data-service", str(last))
    await assert_accessible(page)


async def test_a_guide_takes_a_life_event_for_someone_and_turns_its_path(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await page_of(browser, hall_server.url, (1024, 768), {"gw-admin": ADMIN, "lang": "en"})
    await page.goto(f"{hall_server.url}/desk/{hall.hall}")
    await page.locator("#tool-journey").click()
    await page.locator("#tool [data-journey=J07]").click()
    await expect(page.locator("#tool .journey-stop").first).to_be_visible()
    await assert_accessible(page)
    await page.locator("#tool .next").click()
    found = page.locator("#found .journey-stop")
    await expect(found.first).to_be_visible()
    await expect(page.locator("#found .journey-choose")).to_have_count(0)  # the last stop waits for the first
    visit = await hall.post("/tickets", {"services": ["HRS-01", "PSB-01", "TAX-01"], "plan": True, "channel": "kiosk"})
    await page.locator("#what").fill(str(visit["number"]))
    await page.keyboard.press("Enter")
    later = await page.locator("#found .journey-stop:has(.journey-choose)").last.get_attribute("data-service")
    await page.locator("#found .journey-choose").last.click()
    await expect(found.first).to_have_attribute("data-service", str(later))
    await shoot(page, "desk-en")
    await assert_accessible(page)


async def test_a_clerk_sees_where_the_visitor_goes_next(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    visit = await hall.post("/tickets", {"journey": RESTAURANT, "channel": "desk"})
    window = (await hall.get(f"/path?journey={RESTAURANT}"))["path"][0]["queue"]
    number = next(row for row in (await hall.get())["queues"] if row["id"] == window)["windows"][-1]
    await hall.open(number)
    assert (await hall.at(number, "call", {"ticket": visit["id"]})).status == 200
    page = await page_of(browser, hall_server.url, (1366, 768), {"gw-admin": ADMIN, "lang": "de"})
    await page.goto(f"{hall_server.url}/window/{hall.hall}/{number}")
    await expect(page.locator(".next-stop")).to_contain_text("Als Nächstes: Brandschutz")
    await shoot(page, "console-de")
    await assert_accessible(page)
