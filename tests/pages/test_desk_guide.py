"""The guide desk's interpreters, papers looked at beforehand, and several tickets at once."""

import os
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import Answer, HallClient
from tests.support.servers import HallServer

PHONE, TABLET = (390, 844), (1024, 768)


async def desk(
    browser: Browser, hall: HallClient, server: HallServer, size: tuple[int, int], lang: str, role: str = "desk"
) -> Page:
    """The page, signed in as a guide desk, or as a manager who stands in for it."""
    device = await hall.post("/devices", {"role": role, "name": role})
    page = await page_of(browser, server.url, size, {f"gw-{role}-demo-hall": device["token"], "lang": lang})
    await page.goto(f"{server.url}/desk/demo-hall")
    await expect(page.locator("#connection[data-state=online]")).to_be_attached()
    return page


async def assert_fits(page: Page, name: str = "") -> None:
    if name and os.environ.get("SHOTS"):
        await page.screenshot(path=f"/tmp/f_{name}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await assert_accessible(page)


async def person(hall: HallClient, name: str, *languages: str, on: bool = True, **more: Any) -> str:
    made = await hall.post("/interpreters", {"name": name, "languages": list(languages), **more})
    if on:
        await hall.post(f"/interpreters/{made['id']}/duty", {"on": True})
    return str(made["id"])


async def item_with_papers(hall: HallClient) -> dict[str, Any]:
    rows = (await hall.get("/services"))["services"]
    return next(row for row in rows if len(row["materials"]) > 1 and row["queue"] != "SELF")


async def asked(hall: HallClient, language: str = "de") -> Answer:
    item = await item_with_papers(hall)
    ticket = await hall.post("/tickets", {"service": item["id"], "channel": "desk"})
    return await hall.post(f"/tickets/{ticket['id']}/interpreter", {"language": language})


async def off_the_roster(hall: HallClient) -> None:
    for row in (await hall.get("/interpreters"))["interpreters"]:
        await hall.delete(f"/interpreters/{row['id']}")
    for row in (await hall.get("/interpreters"))["requests"]:
        await hall.delete(f"/tickets/{row['ticket']}/interpreter")


@pytest.mark.parametrize(("lang", "size"), [("zh", PHONE), ("de", TABLET)])
async def test_an_interpreter_is_sent_by_hand_and_finds_the_visitor_on_their_own_phone(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str, size: tuple[int, int]
) -> None:
    await off_the_roster(hall)
    me = await person(hall, "Lin", "ru", phone="13800000000")
    ticket = await waiting_behind(hall, "ru")
    page = await desk(browser, hall, hall_server, size, lang)
    wish = page.locator(f'.wish[data-ticket="{ticket["id"]}"]')
    await expect(wish.locator(".badge.held")).to_be_visible()
    await page.locator(".roster summary").click()
    await page.locator("#interpreter-me").select_option(me)
    await expect(page.locator(".mine .idle")).to_be_visible()
    await assert_fits(page, f"wish_{lang}")
    await wish.locator(".acts .next").click()
    await expect(page.locator(".mine .huge")).to_have_text(ticket["number"])
    await expect(wish.locator(".badge.serving")).to_contain_text("Lin")
    await page.locator(".mine textarea").fill("comes again on Monday")
    await page.locator(".mine .note-form .button").click()
    await expect(page.locator(".notes")).to_contain_text("comes again on Monday")
    await assert_fits(page, f"mine_{lang}")
    await hall.post(f"/tickets/{ticket['id']}/cancel", {})
    await expect(wish).to_have_count(0)
    await expect(page.locator(".mine h4")).to_contain_text(ticket["number"])
    await page.locator(".mine > .button").click()
    await expect(page.locator(".mine .idle .icon use")).to_have_attribute("href", "#icon-lock")


async def waiting_behind(hall: HallClient, language: str) -> Answer:
    """One who asked, with too many ahead for somebody to be sent yet."""
    item = await item_with_papers(hall)
    for _ in range(4):
        await hall.post("/tickets", {"service": item["id"], "channel": "desk"})
    return await asked(hall, language)


async def test_a_manager_keeps_the_roster(browser: Browser, hall: HallClient, hall_server: HallServer) -> None:
    await off_the_roster(hall)
    page = await desk(browser, hall, hall_server, TABLET, "en", role="manager")
    await expect(page.locator(".people .none")).to_be_visible()
    await page.locator(".roster summary").click()
    await page.locator(".roster > .button").click()
    await page.locator("#interpreter-name").fill("Wu")
    await page.locator('.editor [name="language"][value="ja"]').check()
    await page.locator("#interpreter-others").fill("fr")
    await page.locator('.editor [name="day"][value="7"]').check()
    await assert_fits(page, "roster_en")
    await page.locator(".editor .next").click()
    row = page.locator(".person")
    await expect(row).to_contain_text("Japanese, French")
    await row.locator(".acts .next").click()
    await expect(row.locator(".badge.serving")).to_have_text("Free")
    await row.locator(".danger").click()
    await person(hall, "He", "ko")  # the news of it draws the roster anew between the two presses
    await expect(page.locator(".person")).to_have_count(2)
    await row.first.locator(".danger.armed").click()
    await expect(page.locator(".person")).to_have_count(1)
    await row.locator(".danger").click()
    await row.locator(".danger").click()
    await expect(page.locator(".person")).to_have_count(0)


@pytest.mark.parametrize(("lang", "size"), [("zh", PHONE), ("ru", TABLET)])
async def test_papers_are_ticked_and_what_is_missing_stays_with_the_ticket(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str, size: tuple[int, int]
) -> None:
    await off_the_roster(hall)
    await person(hall, "Lin", "en", "fr")
    item = await item_with_papers(hall)
    ticket = await hall.post("/tickets", {"service": item["id"], "channel": "desk"})
    page = await desk(browser, hall, hall_server, size, lang)
    await page.locator("#what").fill(ticket["number"])
    await page.keyboard.press("Enter")
    await page.locator(".checked > .button").click()
    await page.locator('.ticks [name="paper"]').first.check()
    await page.locator(".checked .next").click()
    await expect(page.locator(".checked .note.warn li")).to_have_count(len(item["materials"]) - 1)
    missing = (await hall.get(f"/tickets/{ticket['id']}"))["papers"]["missing"]
    assert [paper["id"] for paper in missing] == [paper["id"] for paper in item["materials"][1:]]
    await page.locator(".sheet", has=page.locator('use[href="#icon-globe"]')).locator(".button").click()
    await assert_fits(page, f"papers_{lang}")
    await page.get_by_role("button", name={"zh": "法语", "ru": "французский"}[lang]).click()
    await expect(page.locator(".sheet .note", has=page.locator('use[href="#icon-globe"]'))).to_be_visible()
    assert (await hall.get(f"/tickets/{ticket['id']}"))["interpreter"]["language"] == "fr"


@pytest.mark.parametrize(("lang", "size"), [("zh", PHONE), ("ja", TABLET)])
async def test_several_tickets_are_taken_at_once_and_listed_with_their_codes(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str, size: tuple[int, int]
) -> None:
    page = await desk(browser, hall, hall_server, size, lang)
    await page.locator("#tool-several").click()
    items = page.locator(".several .item")
    await items.first.click()
    await items.nth(1).click()
    await page.locator('.counts [data-by="1"]').first.click()
    await assert_fits(page, f"several_{lang}")
    await page.locator(".several .take").click()
    await expect(page.locator(".batch li")).to_have_count(3)
    numbers = await page.locator(".batch .number").all_inner_texts()
    assert len(set(numbers)) == 3
    await expect(page.locator("#latest")).to_contain_text(numbers[0])
    await assert_fits(page, f"batch_{lang}")


async def test_what_could_not_be_taken_is_told_and_taken_again_without_a_second_ticket(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    page = await desk(browser, hall, hall_server, TABLET, "en")
    await page.locator("#tool-several").click()
    await page.locator(".several .item").first.click()
    await page.locator('.counts [data-by="1"]').click()
    await page.route("**/tickets", lambda route: route.abort())
    await page.locator(".several .take").click()
    await expect(page.locator(".several .note.warn")).to_contain_text("2 tickets could not be taken")
    await page.unroute("**/tickets")
    await page.locator(".several .next").click()
    await expect(page.locator(".batch li")).to_have_count(2)


async def test_without_a_connection_the_last_state_stays_and_says_so(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    await off_the_roster(hall)
    await person(hall, "Lin", "ru")
    ticket = await waiting_behind(hall, "ru")
    page = await desk(browser, hall, hall_server, PHONE, "en")
    await expect(page.locator(f'.wish[data-ticket="{ticket["id"]}"]')).to_be_visible()
    await page.route("**/interpreters", lambda route: route.abort())
    await hall.post(f"/tickets/{ticket['id']}/cancel", {})
    await expect(page.locator(".people .note.warn")).to_contain_text("No connection")
    await expect(page.locator(".wish .next")).to_be_disabled()
    await page.unroute("**/interpreters")
    await expect(page.locator(".wish")).to_have_count(0, timeout=15_000)
