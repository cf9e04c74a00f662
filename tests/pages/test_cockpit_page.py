"""A manager at the cockpit: figures that move with the hall, windows on a map, devices made and revoked."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import HallClient
from tests.support.servers import HallServer

WALL = (1920, 1080)


async def cockpit(browser: Browser, hall: HallClient, server: HallServer, view: str = "", lang: str = "en") -> Page:
    """The cockpit in a new browser, signed in as a manager of this hall."""
    made = await hall.post("/devices", {"role": "manager", "name": "a manager"})
    page = await page_of(browser, server.url, WALL, {"gw-manager-demo-hall": made["token"], "lang": lang})
    await page.goto(f"{server.url}/cockpit/demo-hall{view}")
    await expect(page.locator("#connection")).to_have_attribute("data-state", "online")
    return page


async def an_item(hall: HallClient, queue: str) -> str:
    found = await hall.get("/services")
    return str(next(row["id"] for row in found["services"] if row["queue"] == queue))


async def test_the_figures_move_with_the_hall(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await cockpit(browser, hall, hall_server)
    row = page.locator('#queues [data-queue="R"]')
    await expect(row.locator("td.waiting")).to_have_text("0")
    await expect(page.locator("#queues tbody tr")).to_have_count(17)
    item = await an_item(hall, "R")
    numbers = [(await hall.ticket(item))["number"] for _ in range(3)]
    await expect(row.locator("td.waiting")).to_have_text("3")
    await expect(row.locator("td.state")).to_have_text("No window")
    await expect(page.locator('[data-figure="issued"] .value')).not_to_have_text("0")
    [window, *_] = next(queue["windows"] for queue in (await hall.get())["queues"] if queue["id"] == "R")
    await hall.post(f"/windows/{window}/open", {"staff": "2048"})
    await hall.at(window, "call-next")
    await expect(row.locator("td.waiting")).to_have_text("2")
    await expect(row.locator("td.open_windows")).to_have_text("1 / 3")
    await expect(row.locator("td.state")).to_have_text("Well")
    await expect(page.locator("#ticker li").first).to_contain_text(numbers[0])
    tile = page.locator(f'#map [data-window="{window}"]')
    await expect(tile).to_have_class("tile called voice")  # no phone: it is spoken at once
    await hall.at(window, "start")
    await expect(tile).to_have_class("tile serving")
    await tile.hover()
    await expect(page.locator("#told")).to_contain_text("2048")
    await expect(page.locator("#told")).to_contain_text(numbers[0])
    await hall.at(window, "finish")
    await expect(tile).to_have_class("tile free")


async def test_the_map_shows_every_window(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await cockpit(browser, hall, hall_server)
    await expect(page.locator("#map .tile")).to_have_count(236)
    await page.locator('#map [data-window="1"]').focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#told")).to_contain_text("Window 2")


async def test_a_device_is_made_and_revoked(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await cockpit(browser, hall, hall_server, "#devices")
    await page.locator("#device-name").fill("Screen by the door")
    await page.locator("#device-role").select_option("display")
    await page.keyboard.press("Tab")
    await page.get_by_role("button", name="Make a token").click()
    token = await page.locator("#device-token").input_value()
    assert (await hall.as_(token).get("/board")).status == 200
    await expect(page.locator("#device-role option[value=manager]")).to_have_count(0)
    row = page.locator("#devices tr").filter(has_text="Screen by the door")
    await row.get_by_role("button", name="Revoke").click()
    assert (await hall.as_(token).get("/board")).status == 200, "one click does nothing yet"
    await row.get_by_role("button", name="Revoke for good").click()
    await expect(row).to_have_count(0)
    assert (await hall.as_(token).get("/board")).status == 401


async def test_a_device_made_elsewhere_shows_at_once(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await cockpit(browser, hall, hall_server, "#devices")
    made = await hall.post("/devices", {"role": "kiosk", "name": "Kiosk seven"})
    await expect(page.locator("#devices")).to_contain_text("Kiosk seven")
    await hall.delete(f"/devices/{made['id']}")
    await expect(page.locator("#devices")).not_to_contain_text("Kiosk seven")


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_the_cockpit_is_accessible(
    browser: Browser, hall_server: HallServer, hall: HallClient, lang: str
) -> None:
    page = await cockpit(browser, hall, hall_server, lang=lang)
    await expect(page.locator("#map .tile").first).to_be_visible()
    await assert_accessible(page)
    await page.locator("#to-devices").click()
    await expect(page.locator("#devices table")).to_be_visible()
    await assert_accessible(page)
