"""An interpreter asked for on the phone and at the kiosk, and what the clerk is told beforehand."""

import os

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.pages.test_desk_guide import item_with_papers, off_the_roster, person
from tests.support.client import Answer, HallClient
from tests.support.colleagues import colleague, welcomed
from tests.support.servers import HallServer

PHONE, CONSOLE, TOUCH = (390, 844), (1366, 768), (1080, 1920)


async def assert_fits(page: Page, name: str) -> None:
    if os.environ.get("SHOTS"):
        await page.screenshot(path=f"/tmp/f_{name}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await assert_accessible(page)


async def taken(hall: HallClient, channel: str = "desk") -> Answer:
    item = await item_with_papers(hall)
    return await hall.post("/tickets", {"service": item["id"], "channel": channel})


async def phone(browser: Browser, server: HallServer, ticket: Answer, lang: str) -> Page:
    page = await page_of(browser, server.url, PHONE, {"lang": lang})
    await page.goto(f"{server.url}/t/{ticket['token']}")
    await expect(page.locator(".own .number")).to_have_text(ticket["number"])
    return page


@pytest.mark.parametrize("lang", ["de", "ru"])
async def test_a_phone_asks_with_one_touch_hears_that_nobody_is_here_and_when_somebody_comes(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str
) -> None:
    await off_the_roster(hall)
    await person(hall, "Lin", lang, on=False)
    ticket = await taken(hall)
    page = await phone(browser, hall_server, ticket, lang)
    await page.locator("#interpreter-ask").click()
    await expect(page.locator(".interpreter[data-state=nobody]")).to_be_visible()
    if lang == "de":
        await assert_fits(page, "phone_nobody")
    other = await person(hall, "Wu", "ja")
    missing = (await item_with_papers(hall))["materials"][0]["id"]
    await hall.post(f"/tickets/{ticket['id']}/papers", {"missing": [missing]})
    await hall.post(f"/tickets/{ticket['id']}/interpreter/assign", {"interpreter": other})
    await expect(page.locator(".interpreter[data-state=assigned]")).to_be_visible()
    await expect(page.locator(".note.warn .icon use[href='#icon-paper']")).to_be_attached()
    await assert_fits(page, f"phone_{lang}")
    await page.locator("#interpreter-without").click()
    await expect(page.locator("#interpreter-ask")).to_be_visible()


async def test_who_reads_another_language_than_the_interpreters_chooses_one(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    await off_the_roster(hall)
    await person(hall, "Lin", "fr", "ko")
    ticket = await taken(hall)
    page = await phone(browser, hall_server, ticket, "en")
    await page.locator("#interpreter-ask").click()
    await page.locator('.interpreter [data-language="fr"]').click()
    await expect(page.locator(".interpreter[data-state]")).to_contain_text("French")


async def test_without_interpreters_nothing_is_offered_and_in_chinese_a_choice(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    await off_the_roster(hall)
    ticket = await taken(hall)
    page = await phone(browser, hall_server, ticket, "en")
    await expect(page.locator(".card .facts")).to_be_visible()
    await expect(page.locator("#interpreter-ask")).to_have_count(0)
    await person(hall, "Lin", "en")
    page = await phone(browser, hall_server, ticket, "zh")
    await page.locator("#interpreter-ask").click()
    await page.locator('.interpreter [data-language="en"]').click()
    await expect(page.locator(".interpreter[data-state=asked]")).to_be_visible()


async def test_a_kiosk_in_chinese_finds_one_under_help_and_asks_with_the_ticket(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    await off_the_roster(hall)
    await person(hall, "Lin", "ru", "en")
    device = await hall.post("/devices", {"role": "kiosk", "name": "Kiosk"})
    page = await page_of(browser, hall_server.url, TOUCH, {"gw-kiosk-demo-hall": device["token"], "lang": "zh"})
    await page.goto(f"{hall_server.url}/kiosk/demo-hall")
    await page.locator("[data-item=GSO-01]").wait_for()
    await page.locator(".foot .mode").last.click()
    await page.locator(".need-interpreter").click()
    await expect(page.locator(".tongue")).to_have_count(2)
    await assert_fits(page, "kiosk_choice")
    await page.locator(".tongue[data-language=ru]").click()
    await expect(page.locator(".dialog .note")).to_be_visible()
    await page.locator(".dialog .big.next").click()
    await page.locator("[data-item=GSO-01]").click()
    await page.locator(".take").click()
    await expect(page.locator(".note.interpreter")).to_be_visible()
    wanted = [row for row in (await hall.get("/interpreters"))["requests"] if row["status"] != "dropped"]
    assert [row["language"] for row in wanted][-1:] == ["ru"]


@pytest.mark.parametrize("lang", ["en", "de"])
async def test_a_kiosk_offers_one_beside_the_ticket_to_who_reads_no_chinese(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str
) -> None:
    await off_the_roster(hall)
    device = await hall.post("/devices", {"role": "kiosk", "name": "Kiosk"})
    page = await page_of(browser, hall_server.url, TOUCH, {"gw-kiosk-demo-hall": device["token"], "lang": lang})
    await page.goto(f"{hall_server.url}/kiosk/demo-hall")
    await page.locator("[data-item=GSO-01]").click()
    await page.locator(".take").click()
    await page.locator(".ask-interpreter").click()
    await expect(page.locator(".interpreter .note.warn")).to_be_visible()
    await person(hall, "Lin", lang)
    await page.locator(".ask-interpreter").click()
    await expect(page.locator(".note.interpreter")).to_be_visible()
    wanted = [row for row in (await hall.get("/interpreters"))["requests"] if row["status"] != "dropped"]
    assert [(row["language"], row["channel"]) for row in wanted] == [(lang, "kiosk")]
    await assert_fits(page, f"kiosk_{lang}")


@pytest.mark.parametrize("lang", ["zh", "ru"])
async def test_a_clerk_sees_the_interpreter_and_the_missing_papers_with_the_call(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str
) -> None:
    await off_the_roster(hall)
    await person(hall, "Lin", "en")
    item = await item_with_papers(hall)
    window = item["windows"][{"zh": 0, "ru": 1}[lang]]
    ticket = await taken(hall)
    await hall.post(f"/tickets/{ticket['id']}/interpreter", {"language": "en"})
    await hall.post(f"/tickets/{ticket['id']}/papers", {"missing": [item["materials"][0]["id"]]})
    await hall.post(f"/windows/{window}/open", {"staff": "clerk"})
    await hall.post(f"/windows/{window}/call", {"ticket": ticket["id"]})
    device = await hall.post("/devices", {"role": "window", "name": "Window", "window": window})
    cookie = {f"gw-window-demo-hall-{window}": device["token"], "lang": lang}
    page = await page_of(browser, hall_server.url, CONSOLE, cookie)
    await page.goto(f"{hall_server.url}/window/demo-hall/{window}")
    await expect(page.locator(".ticket .badge.interpreter")).to_be_visible()
    await expect(page.locator(".ticket .seen li")).to_have_count(1)
    await assert_fits(page, f"console_{lang}")


async def test_an_interpreter_who_signs_in_sees_their_visitor_without_saying_who_they_are(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    await off_the_roster(hall)
    me = await person(hall, "Lin", "en", account="2048")
    token = await welcomed(hall, await colleague(hall, "2048", role="desk"))
    ticket = await taken(hall)
    await hall.post(f"/tickets/{ticket['id']}/interpreter", {"language": "en"})
    await hall.post(f"/tickets/{ticket['id']}/interpreter/assign", {"interpreter": me})
    page = await page_of(browser, hall_server.url, PHONE, {"gw-staff": token, "lang": "de"})
    await page.goto(f"{hall_server.url}/desk/demo-hall")
    await expect(page.locator(".mine .huge")).to_have_text(ticket["number"])
    await page.locator(".roster summary").click()
    await expect(page.locator("#interpreter-me")).to_have_count(0)
    await assert_fits(page, "signed_in_interpreter")
