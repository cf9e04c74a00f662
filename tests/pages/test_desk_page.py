"""The guide desk: one field for whatever visitors show, the gate, tickets for others, and calls for help."""

import json

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.pages.browser import assert_accessible, page_of
from tests.pages.kiosk_pages import booked
from tests.support.client import HallClient
from tests.support.servers import HallServer

PHONE, TABLE = (390, 844), (1366, 768)
CAMERA = """
window.seen = "";
window.BarcodeDetector = class { async detect() { return window.seen ? [{ rawValue: window.seen }] : []; } };
Object.defineProperty(navigator, "mediaDevices", { value: {
  getUserMedia: async () => document.createElement("canvas").captureStream(),
} });
"""
"""A browser that reads codes with a camera; what it sees is `window.seen`."""


async def desk(browser: Browser, hall: HallClient, server: HallServer, size: tuple[int, int], lang: str) -> Page:
    """The page, signed in as a guide desk."""
    device = await hall.post("/devices", {"role": "desk", "name": "Desk"})
    page = await page_of(browser, server.url, size, {"gw-desk-demo-hall": device["token"], "lang": lang})
    await page.add_init_script(CAMERA)
    await page.goto(f"{server.url}/desk/demo-hall")
    await expect(page.locator("#connection[data-state=online]")).to_be_attached()
    return page


async def assert_fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await assert_accessible(page)


@pytest.mark.parametrize(("lang", "size"), [("zh", PHONE), ("en", TABLE)])
async def test_a_booking_is_looked_up_checked_in_and_its_ticket_found_by_its_number(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str, size: tuple[int, int]
) -> None:
    made = await booked(hall, {"zh": "13900000001", "en": "13900000002"}[lang], places=2)
    page = await desk(browser, hall, hall_server, size, lang)
    await page.keyboard.type(f" {made['code'].lower().replace('-', ' ')}")
    await page.keyboard.press("Enter")
    await expect(page.locator(".sheet .facts")).to_contain_text({"zh": "2 个名额", "en": "2 places"}[lang])
    await assert_fits(page)
    await page.locator(".sheet .next").click()
    number = await page.locator(".sheet .huge").inner_text()
    loaded = "image => image.decode().then(() => image.naturalWidth > 0)"
    assert await page.locator(".qr").evaluate(loaded)
    await expect(page.locator("#latest")).to_contain_text(number)
    await page.locator(".sheet .shut").click()
    await page.keyboard.type(f"{number}\n")
    await expect(page.locator(".sheet .badge.waiting")).to_be_visible()
    await page.locator(".sheet .danger").click()
    await expect(page.locator(".badge.waiting")).to_be_visible()
    await page.locator(".sheet .danger").click()
    await expect(page.locator(".badge.cancelled")).to_be_visible()
    await assert_fits(page)


async def test_at_the_gate_a_scan_checks_in_at_once_and_says_large_who_may_go_in(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    made, early = await booked(hall, "13900000003"), await booked(hall, "13900000004", place=3)
    page = await desk(browser, hall, hall_server, PHONE, "en")
    await page.locator("#mode-gate").click()
    await page.reload()
    await expect(page.locator(".gate.ready")).to_be_visible()
    await page.locator("#camera").click()
    shown = await hall.as_(made["token"]).post(f"/bookings/{made['code']}/pass", {})
    await page.evaluate("text => { window.seen = text; }", shown["pass"])
    await expect(page.locator(".gate.good h2")).to_have_text("Checked in")
    number = (await hall.get(f"/bookings/{made['code']}"))["ticket"]["number"]
    await expect(page.locator(".gate .number")).to_have_text(number)
    await assert_fits(page)
    await page.evaluate("window.seen = ''")
    for code, kind, word in (
        (made["code"], "good", "Checked in already"),
        (early["code"], "bad", "Too early"),
        (shown["pass"][:-3] + "xyz", "bad", "No such booking"),
        (f"{hall_server.url}/b/{made['token'].replace('demo-hall', 'other')}", "bad", "No check-in"),
        ("https://elsewhere.example/coupon", "bad", "No check-in"),
        (number, "good", "Has a ticket"),
    ):
        await page.keyboard.type(f"{code}\n")
        await expect(page.locator(f".gate.{kind} h2")).to_have_text(word)
    await expect(page.locator("#what")).to_be_focused()


async def test_a_guide_takes_tickets_for_others_answers_calls_and_pardons(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    page = await desk(browser, hall, hall_server, PHONE, "en")
    await page.locator("#tool-issue").click()
    await page.locator("#item").fill("passport")
    await page.locator("[data-item=PSB-08]").click()
    await page.locator("[name=priority][value=elder]").check(force=True)
    await assert_fits(page)
    async with page.expect_response("**/tickets") as told:
        await page.locator("#tool .next").click()
    ticket = await (await told.value).json()
    assert (ticket["channel"], ticket["priority"]) == ("desk", "elder")
    await expect(page.locator(".sheet .huge")).to_have_text(ticket["number"])
    kiosk = hall.as_((await hall.post("/devices", {"role": "kiosk", "name": "Kiosk 3"}))["token"])
    called = await kiosk.post("/help", {})
    await expect(page.locator(".call")).to_contain_text("Kiosk 3")
    await page.locator(".call .next").click()
    await expect(page.locator(".call")).to_have_count(0)
    assert next(row for row in (await hall.get("/help"))["help"] if row["id"] == called["id"])["answered_at"]
    await page.locator("#tool-pardon").click()
    await page.locator("#pardon-phone").fill("13900000009")
    await page.locator("#pardon-reason").fill("in hospital")
    await page.locator("#tool .pardon .button").click()
    await expect(page.locator("#found .note")).to_contain_text("Forgiven")


async def test_where_bookings_are_bound_the_desk_says_whom_it_sees(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    """The demo hall is not bound; what such a hall answers first stands in for its own."""
    page = await desk(browser, hall, hall_server, PHONE, "en")
    refusal = {"code": "NOT_YOURS", "title": "Not this person's booking", "status": 403}
    asked: list[object] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.post_data_json)
        await route.fulfill(status=403, content_type="application/problem+json", body=json.dumps(refusal))

    await page.route("**/check-in", answer)
    scanned = f"k.demo-hall.x.{'a' * 22}"
    await page.keyboard.type(f"{scanned}\n")
    for typed in ("138 0000 0000", "33010619900101123x"):
        await page.locator("#who").fill(typed)
        await assert_fits(page)
        async with page.expect_response("**/check-in"):
            await page.locator("#who").press("Enter")
    assert asked == [
        {"pass": scanned},
        {"pass": scanned, "phone": "138 0000 0000"},
        {"pass": scanned, "id_number": "33010619900101123x"},
    ]


async def test_the_printed_link_signs_a_guide_desk_in_for_good(browser: Browser, hall_server: HallServer) -> None:
    page = await page_of(browser, hall_server.url, PHONE, {"lang": "en"})
    await page.goto(f"{hall_server.url}/desk/demo-hall")
    await expect(page.locator("input[name=password]")).to_be_visible()
    await page.goto(hall_server.links["/desk/demo-hall"])
    async with page.expect_response("**/help") as answer:
        await page.reload()
    assert (await answer.value).status == 200
