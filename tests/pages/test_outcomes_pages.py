"""A clerk ends a visit with something still to come, and hands on what is too hard: its visitor reads it."""

from playwright.async_api import Browser, expect

from tests.pages.browser import assert_accessible, page_of
from tests.pages.test_console_page import console, takes_keys
from tests.support.client import HallClient
from tests.support.servers import HallServer

WINDOW = 225
DESK = (390, 844)


async def test_what_a_clerk_promises_by_a_key_stands_on_the_visitors_page_and_the_desk(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    visit = {"service": "GSO-04", "channel": "phone"}
    first, second = [await hall.post("/tickets", visit | {"visitor": {"phone": f"1381234567{n}"}}) for n in range(2)]
    await hall.open(WINDOW)
    page = await console(browser, hall_server, WINDOW)
    for key in " ser":
        await takes_keys(page)
        await page.keyboard.press(key)
        if key == "e":
            await assert_accessible(page)
    await expect(page.locator("#stage")).not_to_contain_text(first["number"])
    phone = await page_of(browser, hall_server.url, (390, 844), {"lang": "en"})
    await phone.goto(f"{hall_server.url}/t/{first['token']}")
    await expect(phone.locator(".promises h2")).to_contain_text("Your result is due by")
    await assert_accessible(phone)

    for key in " se03":
        await takes_keys(page)
        await page.keyboard.press(key)
    await expect(page.locator("#line")).to_contain_text("This hall has no hard-case window")
    [case] = (await hall.get("/cases"))["cases"]
    assert (case["kind"], case["number"]) == ("hard_case", second["number"])

    desk = await page_of(browser, hall_server.url, DESK, {"gw-admin": hall.token, "lang": "en"})
    await desk.goto(f"{hall_server.url}/desk/demo-hall")
    await desk.locator("#promises .promised button", has_text="Kept").first.click()
    await desk.locator("#promises .promised button", has_text="Press again").click()
    await expect(desk.locator("#promises")).to_be_hidden()
    assert [row["status"] for row in (await hall.get("/promises?status=kept"))["promises"]] == ["kept"]
