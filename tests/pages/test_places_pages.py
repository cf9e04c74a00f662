"""A full hall on its pages: counted at the desk, waited out on the phone, seen in the cockpit."""

import os
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import ADMIN, Answer, HallClient
from tests.support.noon import demo_at_noon
from tests.support.servers import HallServer

PHONE, TABLET, WALL, KIOSK = (390, 844), (1024, 768), (1920, 1080), (1080, 1920)


@pytest.fixture(scope="module")
def hall_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """The demo hall, whose first zone holds three people and lets in when the desk says so."""
    folder = tmp_path_factory.mktemp("full")
    file = demo_at_noon(folder / "full.yaml")
    text = file.read_text("utf-8")
    assert text.count("{id: Z1, ") == 1
    text = text.replace("{id: Z1, ", "{id: Z1, most_people: 3, ") + "\nentrance: {wave: 2, auto: false}\n"
    file.write_text(text, "utf-8")
    server = HallServer(folder / "data", "--open-now", "--hall", str(file))
    yield server
    server.stop()


async def desk(browser: Browser, hall: HallClient, server: HallServer, size: tuple[int, int], lang: str) -> Page:
    device = await hall.post("/devices", {"role": "desk", "name": "Door"})
    page = await page_of(browser, server.url, size, {"gw-desk-demo-hall": device["token"], "lang": lang})
    await page.goto(f"{server.url}/desk/demo-hall")
    await expect(page.locator("[data-zone=Z1]")).to_be_visible()
    return page


async def ticket_outside(hall: HallClient) -> Answer:
    zones = {row["id"]: row["zone"] for row in (await hall.get())["queues"]}
    services = (await hall.get("/services"))["services"]
    item = next(row["id"] for row in services if zones[row["queue"]] == "Z1" and row["queue"] != "SELF")
    return await hall.as_("").post("/tickets", {"service": item, "channel": "phone"})


async def seen(page: Page, name: str) -> None:
    """The page fits, is accessible, and is kept as a picture where somebody asked for it."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await assert_accessible(page)
    if os.environ.get("GREENWAVE_PICTURES"):
        await page.screenshot(path=f"{os.environ['GREENWAVE_PICTURES']}/{name}.png")


@pytest.mark.parametrize(("lang", "size"), [("zh", PHONE), ("de", TABLET)])
async def test_whoever_stands_at_the_door_counts_and_lets_in(
    browser: Browser, hall: HallClient, hall_server: HallServer, lang: str, size: tuple[int, int]
) -> None:
    await hall.post("/zones/Z1/count", {"people": 2})
    page = await desk(browser, hall, hall_server, size, lang)
    door = page.locator("[data-zone=Z1]")
    await expect(door.locator(".count")).to_contain_text("2")
    await door.locator("[data-tally='Z1 in']").click()
    await expect(door).to_have_class("card crowd full")
    await expect(page.locator("#crowd")).to_have_attribute("data-unsent", "0")
    told = await ticket_outside(hall)
    assert told["entry"]["state"] == "outside"
    phone = await page_of(browser, hall_server.url, PHONE, {"lang": lang})
    await phone.goto(f"{hall_server.url}/t/{told['token']}")
    await expect(phone.locator(".entry.warn")).to_be_visible()
    await seen(phone, f"phone-outside-{lang}")
    await expect(door.locator(".button.next")).to_be_disabled()
    await seen(page, f"desk-full-{lang}")
    await door.locator("[data-tally='Z1 out']").click()
    await door.locator(".button.next").click()
    await expect(phone.locator(".entry.in")).to_be_visible()
    screen = await page_of(browser, hall_server.url, WALL, {"lang": lang})
    await screen.goto(f"{hall_server.url}/screen/demo-hall?lang={lang}")
    await expect(screen.locator(".notice")).to_contain_text(told["number"])
    await seen(screen, f"screen-{lang}")
    await seen(phone, f"phone-come-in-{lang}")
    await expect(page.locator(".said")).to_be_visible()
    await hall.post(f"/tickets/{told['id']}/cancel")
    await hall.post("/zones/Z1/count", {"in": 1})


async def test_counts_made_without_a_line_are_sent_when_it_is_back(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    await hall.post("/zones/Z1/count", {"people": 0})
    page = await desk(browser, hall, hall_server, PHONE, "en")
    await page.context.set_offline(True)
    for _ in range(2):
        await page.locator("[data-tally='Z1 in']").click()
    await expect(page.locator("[data-zone=Z1] .count")).to_contain_text("2 of 3")
    await expect(page.locator("#crowd .note")).to_contain_text("2 counts not sent")
    await seen(page, "desk-offline")
    await page.context.set_offline(False)
    await expect(page.locator("#crowd")).to_have_attribute("data-unsent", "0", timeout=20_000)
    await expect(page.locator("#crowd .note")).to_have_count(0)
    zones = (await hall.get("/zones"))["zones"]
    assert next(row["people"] for row in zones if row["zone"] == "Z1") == 2


async def test_the_cockpits_map_shows_who_was_counted_and_who_waits_outside(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    await hall.post("/zones/Z1/count", {"people": 3})
    page = await page_of(browser, hall_server.url, WALL, {"gw-admin": ADMIN, "lang": "zh"})
    await page.goto(f"{hall_server.url}/cockpit/demo-hall")
    zone = page.locator(".zone[data-zone=Z1]")
    await expect(zone.locator(".zone-people")).to_contain_text("3 / 3")
    await hall.post("/zones/Z1/count", {"in": 1})
    await expect(zone.locator(".zone-people")).to_contain_text("4 / 3")
    told = await ticket_outside(hall)
    await expect(zone.locator(".zone-outside")).to_be_visible()
    await seen(page, "cockpit-full")
    await hall.post(f"/tickets/{told['id']}/cancel")


async def test_what_the_desk_puts_into_a_locker_is_collected_at_a_kiosk_by_the_code_on_the_phone(
    browser: Browser, hall: HallClient, hall_server: HallServer
) -> None:
    ticket = await hall.as_("").post("/tickets", {"service": "GSO-02", "channel": "phone"})
    page = await desk(browser, hall, hall_server, PHONE, "de")
    boxes = page.locator("#lockers")
    await boxes.locator(".pair .button").first.click()
    await boxes.locator("#locker-ticket").fill(ticket["number"])
    other = await hall.post("/lockers/E1/parcels", {"phone": "13800000001"})
    await expect(boxes.locator("summary .number")).to_have_text("1")
    await expect(boxes.locator("#locker-ticket")).to_have_value(ticket["number"])
    await expect(boxes.locator("#locker-ticket")).to_be_focused()
    await hall.post(f"/parcels/{other['id']}/return")
    await boxes.locator("form .next").click()
    await expect(boxes.locator(".note .code")).to_be_visible()
    await boxes.locator("summary").click()
    await expect(boxes.locator(".parcels li")).to_contain_text(ticket["number"])
    await seen(page, "desk-locker-de")

    phone = await page_of(browser, hall_server.url, PHONE, {"lang": "zh"})
    await phone.goto(f"{hall_server.url}/t/{ticket['token']}")
    code = "".join((await phone.locator(".parcel .code").inner_text()).split())
    assert code == "".join((await boxes.locator(".note .code").inner_text()).split())
    await seen(phone, "phone-locker-zh")

    token = (await hall.post("/devices", {"role": "kiosk", "name": "Night"}))["token"]
    kiosk = await page_of(browser, hall_server.url, KIOSK, {"gw-kiosk-demo-hall": token, "lang": "zh"})
    await kiosk.goto(f"{hall_server.url}/kiosk/demo-hall")
    await kiosk.locator(".big.collect").click()
    for digit in code[:-1] + str((int(code[-1]) + 1) % 10):
        await kiosk.locator(".digits .key", has_text=digit).click()
    await kiosk.locator(".deck .next").click()
    await expect(kiosk.locator("[role=alert]")).to_contain_text("9")
    await seen(kiosk, "kiosk-wrong-zh")
    for digit in code:
        await kiosk.locator(".digits .key", has_text=digit).click()
    await kiosk.locator(".deck .next").click()
    await expect(kiosk.locator(".opened")).to_be_visible()
    await expect(phone.locator(".parcel[data-state=collected]")).to_be_visible()
    await expect(boxes.locator(".parcels li")).to_have_count(0)

    area = await page_of(browser, hall_server.url, PHONE, {"lang": "en"})
    await area.goto(f"{hall_server.url}/area/demo-hall")
    await expect(area.locator("[data-zone=Z0] .lockers")).to_contain_text("48 of 48")
    await seen(area, "area-en")
