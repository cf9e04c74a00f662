"""Ratings where they are given, and what comes of them: the pad, the phone, the desk, and the cockpit's cases."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import Answer, HallClient
from tests.support.servers import HallServer

PAD, PHONE, TABLET, WALL = (1280, 800), (390, 844), (1024, 768), (1920, 1080)
WINDOW = 1


async def finished(hall: HallClient, *, still: bool = False) -> Answer:
    """A ticket that window 1 has just finished, or is about to."""
    item = next(row for row in (await hall.get("/services"))["services"] if WINDOW in row["windows"])
    ticket = await hall.ticket(item["id"])
    await hall.open(WINDOW)
    for act in ("call-next", "start", *(() if still else ("finish",))):
        assert (await hall.at(WINDOW, act)).status == 200
    return ticket


async def opened(
    browser: Browser, hall: HallClient, server: HallServer, path: str, size: tuple[int, int], lang: str, role: str
) -> Page:
    of_window = {"window": WINDOW} if role == "window" else {}
    device = await hall.post("/devices", {"role": role, "name": role, **of_window})
    cookie = f"gw-{role}-demo-hall" + (f"-{WINDOW}" if of_window else "")
    page = await page_of(browser, server.url, size, {cookie: device["token"], "lang": lang})
    await page.goto(f"{server.url}{path}")
    return page


async def assert_fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await assert_accessible(page)


async def rating_of(hall: HallClient, ticket: Answer) -> object:
    [stop] = (await hall.get(f"/tickets/{ticket['id']}/rating"))["stops"]
    return stop.get("score")


@pytest.mark.parametrize("lang", ["zh", "de"])
async def test_the_pad_rests_asks_after_a_finish_and_forgets(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str
) -> None:
    page = await opened(browser, hall, hall_server, f"/pad/demo-hall/{WINDOW}", PAD, lang, "window")
    stage = page.locator("#stage")
    await expect(stage).to_have_attribute("data-state", "idle")
    await assert_fits(page)
    ticket = await finished(hall)
    await expect(stage).to_have_attribute("data-state", "ask")
    await expect(stage).to_contain_text(ticket["number"])
    await expect(page.locator("[aria-pressed=true]")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    await assert_fits(page)
    await page.locator("button[data-score='2']").click()
    await expect(page.locator("[data-tag][aria-pressed=true]")).to_have_count(0)
    await page.locator("[data-tag=slow]").click()
    await assert_fits(page)
    await page.locator("#send").click()
    await expect(stage).to_have_attribute("data-state", "thanks")
    assert await rating_of(hall, ticket) == 2
    await expect(stage).to_have_attribute("data-state", "idle", timeout=15_000)
    await expect(page.locator("button[data-score]")).to_have_count(0)


async def test_the_pad_stops_asking_when_the_finish_is_undone_or_somebody_else_is_served(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    page = await opened(browser, hall, hall_server, f"/pad/demo-hall/{WINDOW}", PAD, "en", "window")
    stage = page.locator("#stage")
    await finished(hall)
    await expect(stage).to_have_attribute("data-state", "ask")
    await hall.at(WINDOW, "undo")
    await expect(stage).to_have_attribute("data-state", "idle")
    await hall.at(WINDOW, "finish")
    await expect(stage).to_have_attribute("data-state", "ask")
    await finished(hall, still=True)
    await expect(stage).to_have_attribute("data-state", "idle")
    await hall.at(WINDOW, "finish")
    await expect(stage).to_have_attribute("data-state", "ask")
    await page.context.set_offline(True)
    await expect(stage).to_have_attribute("data-state", "away")
    await assert_fits(page)
    await page.context.set_offline(False)
    await expect(stage).to_have_attribute("data-state", "ask")


async def test_what_the_hall_refuses_is_said_at_the_pad(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    page = await opened(browser, hall, hall_server, f"/pad/demo-hall/{WINDOW}", PAD, "en", "window")
    ticket = await finished(hall)
    await page.locator("button[data-score='5']").click()
    await hall.post(f"/tickets/{ticket['id']}/rating", {"score": 4})
    await page.locator("#send").click()
    await expect(page.locator("#stage")).to_contain_text("rated already")
    await assert_fits(page)


@pytest.mark.parametrize("lang", ["zh", "ru"])
async def test_a_visitor_rates_on_the_phone_after_the_visit(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str
) -> None:
    ticket = await finished(hall, still=True)
    page = await page_of(browser, hall_server.url, PHONE, {"lang": lang})
    await page.goto(f"{hall_server.url}/t/{ticket['token']}")
    await expect(page.locator(".resting")).to_be_visible()
    await expect(page.locator(".rating")).to_have_count(0)
    await hall.at(WINDOW, "finish")
    await expect(page.locator(".rating .choice-face")).to_have_count(5)
    await expect(page.locator(".rating [aria-pressed=true]")).to_have_count(0)
    await assert_fits(page)
    await page.locator("button[data-score='1']").click()
    await page.locator("[data-tag=long_wait]").click()
    await page.locator("#rating-comment").fill("forty minutes")
    await assert_fits(page)
    await page.locator("#rating-send").click()
    await expect(page.locator(".rating.thanked")).to_be_visible()
    [case] = [row for row in (await hall.get("/cases"))["cases"] if row["ticket"] == ticket["id"]]
    assert (case["text"], case["tags"], case["channel"]) == ("forty minutes", ["long_wait"], "phone")
    await page.reload()
    await expect(page.locator(".rating.thanked")).to_be_visible()


@pytest.mark.parametrize(("lang", "size"), [("zh", TABLET), ("de", PHONE)])
async def test_the_guide_rates_for_a_visitor_and_takes_a_complaint_in(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str, size: tuple[int, int]
) -> None:
    ticket = await finished(hall)
    page = await opened(browser, hall, hall_server, "/desk/demo-hall", size, lang, "desk")
    await page.locator("#what").fill(f"{hall_server.url}/t/{ticket['token']}")
    await page.keyboard.press("Enter")
    await page.locator("button[data-score='4']").click()
    await assert_fits(page)
    await page.locator("#rate-send").click()
    await expect(page.locator(".rated")).to_be_visible()
    assert await rating_of(hall, ticket) == 4
    await page.locator("#tool-complaint").click()
    await expect(page.locator("#complaint-ticket")).to_have_value(ticket["number"])
    await page.locator("#complaint-text").fill("nobody at the window")
    await page.locator("#complaint-owner").fill("Guide One")
    await assert_fits(page)
    await page.locator(".complaint .next").click()
    await expect(page.locator("#found .note")).to_contain_text("Guide One")
    [case] = [row for row in (await hall.get("/cases"))["cases"] if row["ticket"] == ticket["id"]]
    assert (case["kind"], case["owner"], case["number"]) == ("complaint", "Guide One", ticket["number"])


async def emptied(hall: HallClient) -> None:
    for case in (await hall.get("/cases"))["cases"]:
        while case["moves"]:
            step = {"status": case["moves"][-1], "note": "over"}
            case = (await hall.post(f"/cases/{case['id']}", step)).body


@pytest.mark.parametrize(("lang", "size"), [("zh", WALL), ("de", (1366, 768))])
async def test_a_manager_follows_a_case_to_its_end(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str, size: tuple[int, int]
) -> None:
    await emptied(hall)
    page = await opened(browser, hall, hall_server, "/cockpit/demo-hall#cases", size, lang, "manager")
    cases = page.locator("#cases")
    await expect(cases).to_have_attribute("data-state", "empty")
    await assert_fits(page)
    ticket = await finished(hall)
    await hall.post(f"/tickets/{ticket['id']}/rating", {"score": 1, "comment": "forty minutes", "tags": ["slow"]})
    row = page.locator(".case")
    await expect(row).to_contain_text("forty minutes")
    await expect(row).to_contain_text(ticket["number"])
    await expect(page.locator("#scores tbody tr")).to_have_count(1)
    await row.locator("[data-step=hand_over]").click()
    await page.locator("#case-first").fill("Head Two")
    await assert_fits(page)
    await hall.post("/cases", {"text": "another one", "owner": "A"})
    await expect(row).to_have_count(2)
    await expect(page.locator("#case-first")).to_have_value("Head Two")
    await page.keyboard.press("Enter")
    await expect(row.filter(has_text="forty minutes")).to_contain_text("Head Two")
    for step in ("verified", "rectified", "called_back", "closed"):
        await page.locator(f".case:has-text('forty minutes') [data-step={step}]").click()
        await page.locator("#case-first").fill(f"note of {step}")
        await page.locator(".case form .next").click()
        await expect(page.locator("#case-first")).to_have_count(0)
    await expect(row).to_have_count(1)
    await page.locator("#cases-which").select_option("closed")
    await expect(page.locator(f".case:has-text('{ticket['number']}')").first).to_contain_text("Head Two")
    await page.evaluate("location.hash = '#hall'")
    await expect(page.locator("#rating-tile")).to_be_visible()
    await assert_fits(page)


async def test_the_list_of_cases_says_when_it_cannot_be_read_and_when_the_line_is_cut(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    await hall.post("/cases", {"text": "one", "owner": "A"})
    page = await opened(browser, hall, hall_server, "/cockpit/demo-hall#cases", WALL, "en", "manager")
    cases = page.locator("#cases")
    await expect(cases).to_have_attribute("data-state", "ready")
    failing = {"status": 500, "code": "INTERNAL", "title": "No"}
    await page.route("**/cases", lambda route: route.fulfill(status=500, json=failing))
    await hall.post("/cases", {"text": "two", "owner": "A"})
    await expect(cases).to_have_attribute("data-state", "error")
    await assert_fits(page)
    await page.unroute("**/cases")
    await cases.locator(".button").click()
    await expect(page.locator(".case", has_text="two")).to_be_visible()
