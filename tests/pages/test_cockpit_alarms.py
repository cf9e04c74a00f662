"""A manager at the cockpit: who calls for help, which calls nobody sees, how loud calls had to be."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible
from tests.pages.cockpit_devices import a_device, cleared, part
from tests.pages.test_cockpit_page import an_item, cockpit
from tests.support.client import HallClient
from tests.support.servers import HallServer

SOON_MS = 20_000
"""A ceiling for what the server notices by itself after some seconds."""


@pytest_asyncio.fixture(loop_scope="session")
async def hall(hall_server: HallServer) -> AsyncIterator[HallClient]:
    async with aiohttp.ClientSession() as http:
        yield await cleared(hall_server.client(http))


async def call_at(hall: HallClient, window: int, queue: str, **more: Any) -> str:
    """A visitor is called to a window; the number."""
    await hall.open(window)
    await hall.ticket(await an_item(hall, queue), **more)
    called = await hall.at(window, "call-next")
    assert called.status == 200, called
    return str(called["ticket"]["number"] if "ticket" in called.body else called["number"])


async def folded(page: Page, start: dict[str, Any], *events: dict[str, Any]) -> Any:
    """The state of one window after events, by the cockpit's own fold."""
    return await page.evaluate(
        """async ([row, events]) => {
          const { loudness, step, unseen } = await import("/static/cockpit/fold.js");
          let state = { calls: [], help: [], windows: new Map([[row.window, row]]) };
          for (const event of events) state = step(state, event);
          return { loud: loudness(state.windows.get(row.window)), unseen: unseen(state), help: state.help };
        }""",
        [start, list(events)],
    )


# ---- help ----


async def test_a_call_for_help_stays_until_somebody_goes(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    zone = (await hall.get())["zones"][0]
    kiosk = await a_device(hall, "Kiosk hall", zone=zone["id"])
    page = await cockpit(browser, hall, hall_server)
    await kiosk.as_itself.post("/help", {})
    card = page.locator("#alarms .alarm.help")
    await expect(card).to_contain_text(f"Kiosk hall · {zone['names']['en']}")
    timer = card.get_by_role("timer")
    first = await timer.text_content() or ""
    assert first.startswith("0:")
    await expect(timer).not_to_have_text(first)
    await page.locator("#to-devices").click()
    await expect(card).to_be_visible()
    await page.reload()
    await expect(card).to_be_visible()
    other = await cockpit(browser, hall, hall_server)
    await expect(other.locator("#alarms .alarm.help")).to_have_count(1)
    await card.get_by_role("button", name="On the way").press("Enter")
    await expect(card).to_have_count(0)
    await expect(other.locator("#alarms .alarm.help")).to_have_count(0)
    [call, *_] = (await hall.get("/help"))["help"]
    assert call["answered_at"]


async def test_an_answer_that_fails_is_told_and_can_be_given_again(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    kiosk = await a_device(hall, "Kiosk stairs")
    page = await cockpit(browser, hall, hall_server)
    await kiosk.as_itself.post("/help", {})
    problem = {"status": 500, "code": "INTERNAL", "title": "The server is unwell", "detail": ""}
    await page.route("**/answer", lambda route: route.fulfill(status=500, json=problem))
    card = page.locator("#alarms .alarm.help")
    await card.get_by_role("button").click()
    await expect(card).to_contain_text("The server is unwell")
    await page.unroute("**/answer")
    await card.get_by_role("button").click()
    await expect(card).to_have_count(0)


async def test_nothing_can_be_done_while_the_line_is_away(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    kiosk = await a_device(hall, "Kiosk away")
    await kiosk.as_itself.post("/help", {})
    page = await cockpit(browser, hall, hall_server)
    await page.route("**/events?**", lambda route: route.abort())
    await page.reload()
    await expect(page.locator("#lost")).to_be_visible()
    await expect(page.locator("#alarms .alarm.help button")).to_be_disabled()
    await page.locator("#to-devices").click()
    await expect(page.get_by_role("button", name="Revoke Kiosk away")).to_be_disabled()
    await expect(page.get_by_role("button", name="Make a one-time code")).to_be_disabled()


# ---- silent calling ----


async def test_a_call_that_no_device_shows_raises_an_alarm_until_one_does(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await cockpit(browser, hall, hall_server)
    screen = await a_device(hall, "Screen", "display")
    alarm = page.locator("#alarms .alarm.unshown")
    number = await call_at(hall, 61, "D")
    await expect(alarm).to_contain_text("No screen shows 1 call", timeout=SOON_MS)
    await expect(alarm).to_contain_text(f"{number} at window 61")
    await page.reload()
    await expect(alarm).to_contain_text(f"{number} at window 61")
    shown = {"how": "screen", "calls": [{"window": 61, "number": number, "times": 1}]}
    assert (await screen.as_itself.post("/shown", shown)).status == 204
    await expect(alarm).to_have_count(0)
    await hall.at(61, "start")
    await hall.at(61, "finish")
    number = await call_at(hall, 61, "D")
    await expect(alarm).to_contain_text(f"{number} at window 61", timeout=SOON_MS)
    await hall.at(61, "start")
    await expect(alarm).to_have_count(0)


async def test_the_day_says_how_loud_its_calls_had_to_be(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    before = (await hall.get("/state"))["totals"]
    page = await cockpit(browser, hall, hall_server)
    await call_at(hall, 62, "D", voice=True)
    called, voiced = before["called"] + 1, before["voiced"] + 1
    calls = "call" if called == 1 else "calls"
    await expect(page.locator("#calling .sum")).to_have_text(
        f"Of {called} {calls} {voiced} needed voice, {before['missed']} missed"
    )
    tile = page.locator('#map [data-window="62"]')
    await expect(tile).to_have_class("tile called voice")
    await expect(tile).to_have_attribute("aria-label", "Window 62, Called, Voice")
    await tile.focus()
    await expect(page.locator("#told")).to_contain_text("Voice")
    await expect(page.locator("#legend .loud.voice")).to_contain_text("1")
    await hall.at(62, "start")
    await expect(tile).to_have_class("tile serving")


async def test_a_window_follows_its_call_up_the_ladder(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await cockpit(browser, hall, hall_server)
    at = "2026-03-02T01:00:00.000Z"
    row = {"window": 3, "zone": "Z1", "ticket": "", "serving": False, "step": "", "unseen": False, "called_at": at}
    own = {"window": 3, "ticket": "t1", "number": "A012", "at": at, "times": 1}
    called = own | {"event": "TicketCalled", "step": "silent"}
    flash, voice = (own | {"event": "CallEscalated", "step": step} for step in ("flash", "voice"))
    lost, seen, started = ({**own, "event": name} for name in ("CallUnseen", "CallShown", "ServiceStarted"))
    undone = own | {"event": "ActUndone", "status": "called", "shown_at": 1772413200000, "step": "flash"}
    alarm = [{"number": "A012", "window": 3, "zone": "Z1"}]
    assert (await folded(page, row, called))["loud"] == ""
    assert (await folded(page, row, called, flash))["loud"] == "flash"
    assert (await folded(page, row, called, flash, voice, started))["loud"] == ""
    assert (await folded(page, row, called, lost))["unseen"] == alarm
    assert (await folded(page, row, called, lost, seen))["unseen"] == []
    assert (await folded(page, row, called, flash, lost, started))["unseen"] == []
    back = await folded(page, row, called, flash, lost, started, undone)
    assert (back["loud"], back["unseen"]) == ("flash", alarm)
    assert (await folded(page, row, called, lost, called))["unseen"] == []
    assert (await folded(page, row, called, lost | {"ticket": "of before"}))["unseen"] == []


# ---- for everyone ----


@pytest.mark.parametrize(("lang", "window"), [("en", 63), ("zh", 64)])
async def test_the_alarms_and_devices_are_accessible(
    browser: Browser, hall_server: HallServer, hall: HallClient, lang: str, window: int
) -> None:
    kiosk, display = await a_device(hall, "Kiosk axe"), await a_device(hall, "Voice axe", "display")
    await kiosk.says(part("printer", "PAPER_OUT", address="tcp://10.0.0.5:9100"), part("clock", "", "CLOCK_OFF"))
    await display.says(part("speaker", waiting=0))
    await kiosk.as_itself.post("/help", {})
    await call_at(hall, window, "D", voice=True)
    page = await cockpit(browser, hall, hall_server, lang=lang)
    await expect(page.locator("#alarms .alarm")).to_have_count(3, timeout=SOON_MS)
    await assert_accessible(page)
    await page.locator("#to-devices").click()
    await page.locator(f'#devices [data-device="{kiosk.id}"] .fold').click()
    await page.locator("#device-name").fill("Kiosk new")
    await page.locator("#make button[value=code]").click()
    await expect(page.locator("#device-code")).to_be_visible()
    await assert_accessible(page)
    await hall.at(window, "start")
    await hall.at(window, "finish")
