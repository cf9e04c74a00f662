"""A manager at the cockpit: how devices are, and new ones by a code."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from hardware.errors import CODES
from queue_server.languages.texts import texts_of
from tests.pages.cockpit_devices import a_device, cleared, part
from tests.pages.test_cockpit_page import cockpit
from tests.support.client import HallClient
from tests.support.servers import HallServer

OTHER_CODES = (
    "SILENT", "DOUBLED", "PAPER_LOW", "JOURNAL_FULL", "JOURNAL_FAILED", "JOURNAL_SET_ASIDE", "JOURNAL_SALVAGED",
    "TICKETS_ASIDE", "CLOCK_OFF", "NO_NUMBERS", "OTHER",
)  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def hall(hall_server: HallServer) -> AsyncIterator[HallClient]:
    async with aiohttp.ClientSession() as http:
        yield await cleared(hall_server.client(http))


# ---- words ----


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_is_told_with_what_to_do(lang: str) -> None:
    texts = texts_of(lang)["device"]
    assert set(texts["code"]) == set(texts["todo"]) == {*CODES, *OTHER_CODES}


# ---- how devices are ----


async def test_a_device_in_trouble_raises_an_alarm_until_it_is_well(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    kiosk, display = await a_device(hall, "Kiosk north"), await a_device(hall, "Voice", "display")
    await kiosk.says(part("printer"))
    await display.says(part("speaker"))
    page = await cockpit(browser, hall, hall_server)
    tile, alarm = page.locator("#device-tile"), page.locator("#alarms .alarm.wrong")
    await expect(tile).to_contain_text("2 Ok")
    await expect(page.locator("#alarms")).to_be_hidden()
    await kiosk.says(part("printer", "PAPER_OUT"), part("scanner", "UNPLUGGED"))
    await expect(alarm).to_contain_text("Kiosk north: Printer: out of paper.")
    await expect(alarm).to_contain_text("Put in a new roll.")
    await expect(tile).to_contain_text("1 Wrong")
    await expect(tile.locator(".worst")).to_contain_text("Kiosk north")
    await expect(page.locator("#alarm-told")).to_contain_text("out of paper")
    await expect(page).to_have_title("(1) Cockpit · Demonstration District Administrative Service Centre")
    await alarm.get_by_role("link", name="Look at it").press("Enter")
    row = page.locator(f'#devices [data-device="{kiosk.id}"]')
    await expect(row).to_contain_text("Code scanner: unplugged. Look at the cable and plug it in again.")
    await expect(row.get_by_role("button", name="Details")).to_be_focused()
    await kiosk.says(part("printer"), part("scanner"))
    await expect(page.locator("#alarms")).to_be_hidden()
    await expect(row).to_contain_text("All 2 parts work")
    await expect(row.locator(".sign")).to_have_text("Ok")


async def test_the_details_say_all_that_a_device_says_of_itself(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    kiosk = await a_device(hall, "Kiosk south", zone=str((await hall.get())["zones"][0]["id"]))
    roll = {"printed": 1234, "left_percent": 8, "ends_at": "2030-01-02T07:20:00.000Z"}
    left = [{"queue": "B", "left": 30}, {"queue": "A", "left": 12}]
    parts = [part("printer"), part("clock", "", "CLOCK_OFF"), part("speaker", "BRAND_NEW", waiting=4, backlog_s=21.6)]
    for installation in ("one", "another"):
        await kiosk.says(*parts, installation=installation, pending=3, leases=left, paper=roll)
    page = await cockpit(browser, hall, hall_server, "#devices")
    row = page.locator(f'#devices [data-device="{kiosk.id}"]')
    await expect(row).to_contain_text("Loudspeaker: does not work (BRAND_NEW).")
    await expect(row).to_contain_text("Two devices use one token.")
    await expect(row).to_contain_text("2 more, see the details")
    details = row.get_by_role("button", name="Details")
    await details.press("Enter")
    await expect(details).to_have_attribute("aria-expanded", "true")
    more = page.locator(f"#more-{kiosk.id}")
    for words in (
        "Shows a wrong time. Tickets use the server's time; set the clock of its computer.",
        "4 announcements wait, for about 22 s", "3 tickets to hand in", "42 in all (fewest: A 12, B 30)",
        "1,234 slips printed, about 8 % left, ends about", "Version",
    ):  # fmt: skip
        await expect(more).to_contain_text(words)


async def test_paper_that_ends_is_worth_a_look_and_no_alarm(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    kiosk = await a_device(hall, "Kiosk west")
    await kiosk.says(part("printer"), paper={"printed": 900, "left_percent": 8})
    page = await cockpit(browser, hall, hall_server)
    await expect(page.locator("#device-tile")).to_contain_text("1 Look")
    await expect(page.locator("#device-tile .worst")).to_contain_text("Kiosk west")
    await expect(page.locator("#alarms")).to_be_hidden()


@pytest.mark.parametrize(
    ("health", "level", "codes"),
    [
        (None, "never", []),
        ({"ok": False, "silent": True, "parts": []}, "silent", ["SILENT"]),
        ({"ok": False, "parts": [part("printer", "JAMMED")]}, "wrong", ["JAMMED"]),
        ({"ok": True, "parts": [part("printer", "", "PAPER_LOW")]}, "look", ["PAPER_LOW"]),
        ({"ok": True, "doubled": True, "parts": [part("printer")]}, "look", ["DOUBLED"]),
        ({"ok": True, "parts": [part("printer")], "paper": {"left_percent": 50}}, "ok", []),
    ],
)
async def test_how_a_device_is(
    browser: Browser, hall_server: HallServer, hall: HallClient, health: Any, level: str, codes: list[str]
) -> None:
    page = await cockpit(browser, hall, hall_server)
    told = await page.evaluate(
        """async (health) => {
          const { levelOf, troublesOf } = await import("/static/cockpit/health.js");
          const row = { role: "kiosk", health };
          return [levelOf(row), troublesOf(row).map((one) => one.code)];
        }""",
        health,
    )
    assert told == [level, codes]


async def test_the_focus_stays_while_the_list_moves(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    first, second = await a_device(hall, "Kiosk one"), await a_device(hall, "Kiosk two")
    for kiosk in (first, second):
        await kiosk.says(part("printer"))
    page = await cockpit(browser, hall, hall_server, "#devices")
    button = page.locator(f'#devices [data-device="{first.id}"]').get_by_role("button", name="Revoke")
    await button.focus()
    await first.says(part("printer", "JAMMED"))
    await expect(page.locator("#devices tbody tr").first).to_contain_text("Kiosk one")
    await expect(button).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(button).to_contain_text("Revoke for good")
    await page.keyboard.press("Enter")
    await expect(page.locator("#devices")).not_to_contain_text("Kiosk one")


async def test_a_list_that_cannot_be_read_says_so(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await cockpit(browser, hall, hall_server)
    problem = {"status": 500, "code": "INTERNAL", "title": "The server is unwell", "detail": ""}
    await page.route("**/devices", lambda route: route.fulfill(status=500, json=problem))
    await page.reload()
    await expect(page.locator("#device-tile")).to_contain_text("Cannot be read just now")
    await page.locator("#device-tile").press("Enter")
    await expect(page.locator("#devices-note")).to_contain_text("The server is unwell")
    await expect(page.locator("#devices")).to_have_text("")
    await page.unroute("**/devices")
    await a_device(hall, "Kiosk again")
    await expect(page.locator("#devices")).to_contain_text("Kiosk again")
    await expect(page.locator("#devices-note")).to_have_text("")


# ---- a new device by a code ----


async def test_a_device_enrols_with_the_code_on_the_cockpit(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await cockpit(browser, hall, hall_server, "#devices")
    await page.locator("#device-name").fill("Kiosk by code")
    await page.locator("#device-role").select_option("kiosk")
    await page.locator("#device-name").press("Enter")
    code = await page.locator("#device-code").text_content() or ""
    command = page.locator("#device-command")
    await expect(command).to_contain_text(f"greenwave kiosk --enrol {code} --server {hall_server.url} --data ")
    await expect(page.locator("#made .note")).to_contain_text("on this computer only")
    left = page.locator("#code-state .number")
    before = await left.text_content()
    assert before is not None
    assert before.startswith("14:") or before == "15:00"
    await expect(left).not_to_have_text(before)
    async with hall.http.post(f"{hall_server.url}/api/v1/enrol", json={"code": code}) as answer:
        token = (await answer.json())["token"]
    await expect(page.locator("#made")).to_contain_text("“Kiosk by code” has enrolled.")
    await expect(page.locator("#device-code")).to_be_hidden()
    await expect(page.locator("#devices")).to_contain_text("Kiosk by code")
    assert (await hall.as_(token).post("/help", {})).status == 201
    await page.get_by_role("button", name="Hide it").press("Enter")
    await expect(page.locator("#device-name")).to_be_focused()


async def test_a_code_ends_and_a_refused_one_is_told(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await cockpit(browser, hall, hall_server, "#devices")
    await page.clock.install()
    await page.reload()
    await page.locator("#device-role").select_option("window")
    await page.locator("#device-name").fill("Pad")
    await page.locator("#device-window").fill("9999")
    await page.get_by_role("button", name="Make a one-time code").click()
    await expect(page.locator("#made .note")).to_contain_text("9999")
    await page.locator("#device-window").fill("3")
    await page.get_by_role("button", name="Make a one-time code").click()
    await expect(page.locator("#device-command")).to_contain_text("greenwave window --enrol")
    await page.clock.fast_forward("16:00")
    await expect(page.locator("#made")).to_contain_text("The code is too old now.")
    await expect(page.locator("#device-command")).to_be_hidden()


async def test_a_desk_gets_a_token_and_no_code(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await cockpit(browser, hall, hall_server, "#devices")
    await page.locator("#device-role").select_option("desk")
    await expect(page.get_by_role("button", name="Make a one-time code")).to_be_hidden()
    await page.locator("#device-name").fill("Guide desk")
    await page.locator("#device-name").press("Enter")
    token = await page.locator("#device-token").input_value()
    assert (await hall.as_(token).get("/help")).status == 200
