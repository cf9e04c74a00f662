"""A clerk at the console: one key for each act, and what happens is what the hall knows."""

import itertools
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import ADMIN, HallClient
from tests.support.servers import HallServer

DESK = (1366, 768)
WINDOWS = (7, 37)
"""The windows of queue B; each test works at windows of its own."""
free_windows = itertools.count(WINDOWS[0])


@pytest_asyncio.fixture(loop_scope="session")
async def window(hall: HallClient) -> AsyncIterator[int]:
    """A window of its own for each test; afterwards its queue is empty again."""
    number = next(free_windows)
    assert number <= WINDOWS[1]
    yield number
    await hall.open(number)
    while (called := await hall.at(number, "call-next")).status != 204:
        assert called.status in {200, 409}, called
        await hall.at(number, "no-show")
        await hall.at(number, "finish")
    await hall.at(number, "close")


async def console(browser: Browser, server: HallServer, window: int, lang: str = "en") -> Page:
    """The console of a window in a new browser, already signed in."""
    page = await page_of(browser, server.url, DESK, {"gw-admin": ADMIN, "lang": lang})
    await page.goto(f"{server.url}/window/demo-hall/{window}")
    await expect(page.locator("#connection")).to_have_attribute("data-state", "online")
    return page


async def open_console(browser: Browser, server: HallServer, window: int) -> Page:
    page = await console(browser, server, window)
    await page.keyboard.press("o")
    await page.keyboard.type("1024")
    await page.keyboard.press("Enter")
    await expect(page.locator("#status")).to_have_text("Open")
    await takes_keys(page)
    return page


async def takes_keys(page: Page) -> None:
    """Connected, and no act under way: a key does what it says at once. The hall's stream may tell of an act sooner."""
    await expect(page.locator('[data-act="pause"]')).to_be_enabled()


async def visitors(hall: HallClient, count: int, **more: str) -> list[str]:
    """So many tickets of the queue that the windows of these tests serve."""
    found = await hall.get("/services")
    item = next(row["id"] for row in found["services"] if row["queue"] == "B")
    return [(await hall.ticket(item, **more))["number"] for _ in range(count)]


async def current(hall: HallClient, window: int) -> tuple[str, str] | None:
    ticket = (await hall.get(f"/windows/{window}")).body.get("ticket")
    return (ticket["number"], ticket["status"]) if ticket else None


async def test_a_clerk_signs_in_with_the_windows_token(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    made = await hall.post("/devices", {"role": "window", "name": "at the window", "window": window})
    page = await page_of(browser, hall_server.url, DESK, {})
    await page.goto(f"{hall_server.url}/window/demo-hall/{window}")
    assert "/sign-in" in page.url
    await page.locator(".device-token summary").click()
    await page.locator("input[name=token]").fill(made["token"])
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/window/demo-hall/{window}")
    await expect(page.locator("#connection")).to_have_attribute("data-state", "online")
    await hall.delete(f"/devices/{made['id']}")
    await expect(page.locator("#stage")).to_contain_text("Please sign in again")


async def test_a_clerk_serves_a_visitor_by_keys_alone(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    await expect(page.locator("#stage")).to_contain_text("Nobody is waiting")
    [number] = await visitors(hall, 1, priority="elder")
    await expect(page.locator("#next")).to_contain_text(number)
    await page.keyboard.press("Space")
    await expect(page.locator("#stage .big")).to_have_text(number)
    await expect(page.locator("#stage")).to_contain_text("Older visitors")
    assert await current(hall, window) == (number, "called")
    await page.keyboard.press("s")
    await expect(page.locator("#stage .state")).to_have_text("Being served")
    assert await current(hall, window) == (number, "serving")
    await page.keyboard.press("f")
    await expect(page.locator("#line")).to_contain_text(f"{number} finished")
    assert await current(hall, window) is None


async def test_nobody_waiting_is_no_error(browser: Browser, hall_server: HallServer, window: int) -> None:
    page = await open_console(browser, hall_server, window)
    await page.keyboard.press("n")
    await expect(page.locator("#line .said.calm")).to_contain_text("Nobody is waiting just now")


async def test_a_double_press_calls_once(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    first, second = await visitors(hall, 2)
    await expect(page.locator("#next")).to_contain_text(second)
    press = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    await page.evaluate(f"for (const key of ['n', ' ', 'n']) {press}")
    await expect(page.locator("#stage .big")).to_have_text(first)
    await expect(page.locator("#next")).to_contain_text(second)
    await expect(page.locator("#next")).not_to_contain_text(first)
    assert await current(hall, window) == (first, "called")


async def test_a_key_does_nothing_while_somebody_types(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    await visitors(hall, 1)
    await page.keyboard.press("p")
    await page.locator("#pause-reason").fill("")
    await page.locator("#pause-reason").type("no pens")
    await page.wait_for_timeout(300)
    assert await current(hall, window) is None
    await page.keyboard.press("Enter")
    await expect(page.locator("#status")).to_contain_text("no pens")


async def test_an_act_is_undone_within_five_seconds(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    [number] = await visitors(hall, 1)
    await expect(page.locator("#next")).to_contain_text(number)
    await page.keyboard.press("n")
    await expect(page.locator("#stage .big")).to_have_text(number)
    await expect(page.locator("#line .left")).to_have_text(re.compile("[1-5]"))
    await page.keyboard.press("u")
    await expect(page.locator("#stage .big")).to_have_count(0)
    await expect(page.locator("#next")).to_contain_text(number)
    assert await current(hall, window) is None


async def test_undo_goes_when_its_five_seconds_are_over(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    await visitors(hall, 1)
    await page.keyboard.press("n")
    await expect(page.locator('#line [data-act="undo"]')).to_be_visible()
    await expect(page.locator('#line [data-act="undo"]')).to_have_count(0, timeout=8000)


async def test_the_next_three_say_why_they_are_next(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    plain = await visitors(hall, 2)
    [elder] = await visitors(hall, 1, priority="elder")
    rows = page.locator("#next li")
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_contain_text(elder)
    await expect(rows.first.locator(".because")).to_contain_text("priority")
    await expect(rows.nth(1)).to_contain_text(plain[0])
    await expect(page.locator("#crowd .value").first).to_have_text("3")


async def test_two_consoles_of_one_window_stay_in_step(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    here = await open_console(browser, hall_server, window)
    there = await console(browser, hall_server, window)
    await expect(there.locator("#status")).to_have_text("Open")
    [number] = await visitors(hall, 1)
    await here.keyboard.press("n")
    await expect(there.locator("#stage .big")).to_have_text(number)
    await there.keyboard.press("s")
    await expect(here.locator("#stage .state")).to_have_text("Being served")
    await here.keyboard.press("p")
    await here.keyboard.press("1")
    await expect(there.locator("#status")).to_contain_text("Short break")


async def test_a_window_pauses_with_a_reason_and_resumes(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    await page.keyboard.press("p")
    await page.keyboard.press("2")
    await expect(page.locator("#status")).to_contain_text("Lunch")
    assert (await hall.get(f"/windows/{window}"))["reason"] == "lunch"
    await assert_accessible(page)
    await page.keyboard.press("p")
    await expect(page.locator("#status")).to_have_text("Open")


async def test_a_visitor_is_transferred_to_another_queue(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    [number] = await visitors(hall, 1)
    await page.keyboard.press("n")
    await expect(page.locator("#stage .big")).to_have_text(number)
    await page.keyboard.press("s")
    await expect(page.locator("#stage .state")).to_have_text("Being served")
    ticket = (await hall.get(f"/windows/{window}"))["ticket"]["id"]
    await page.keyboard.press("t")
    await assert_accessible(page)
    await page.get_by_text("At the front").click()
    await page.keyboard.press("n")
    await expect(page.locator("#line")).to_contain_text(f"{number} transferred")
    moved = await hall.get(f"/tickets/{ticket}")
    assert (moved["queue"], moved["status"]) == ("N", "waiting")
    await hall.post(f"/tickets/{ticket}/cancel")


async def test_a_missed_ticket_is_reinstated(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    [number] = await visitors(hall, 1)
    await page.keyboard.press("n")
    await expect(page.locator("#stage .big")).to_have_text(number)
    await page.keyboard.press("m")
    await expect(page.locator('[data-act="aside"] .count')).to_have_text("1")
    await page.reload()
    await expect(page.locator('[data-act="aside"] .count')).to_have_text("1")
    await takes_keys(page)
    await page.keyboard.press("a")
    await page.keyboard.press("1")
    await expect(page.locator("#line")).to_contain_text(f"{number} is waiting again")
    await expect(page.locator("#next")).to_contain_text(number)
    await expect(page.locator('[data-act="aside"] .count')).to_have_text("")


async def test_a_number_is_called_out_of_turn(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    numbers = await visitors(hall, 5)
    await expect(page.locator("#crowd .value").first).to_have_text("5")
    await page.keyboard.press("c")
    await page.locator("#pick-number").fill(numbers[4][:-1].lower())
    first = await hall.get(f"/tickets/{numbers[0]}")
    await hall.post(f"/tickets/{first['id']}/cancel", {})  # the list above changes amid the typing
    await expect(page.locator("#panel [data-pick='1']")).to_contain_text(numbers[1])
    await page.keyboard.type(numbers[4][-1])
    await page.keyboard.press("Enter")
    await expect(page.locator("#stage .big")).to_have_text(numbers[4])


async def test_a_refusal_is_told_calmly_and_the_truth_is_shown(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    [number] = await visitors(hall, 1)
    await page.keyboard.press("n")
    await expect(page.locator("#stage .big")).to_have_text(number)
    await page.keyboard.press("r")
    await expect(page.locator("#line .said.warn")).to_be_visible()
    assert await current(hall, window) == (number, "called")


async def test_a_store_that_is_away_is_told_and_comes_back(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    [number] = await visitors(hall, 1)
    problem = {"status": 503, "code": "STORE_DOWN", "title": "away", "detail": "The store is away."}
    await page.route(f"**/windows/{window}**", lambda route: route.fulfill(status=503, json=problem))
    await page.keyboard.press("n")
    await expect(page.locator("#line .warn")).to_have_text("The store is away.", timeout=15000)
    await expect(page.locator('[data-act="next"]')).to_be_disabled()
    await assert_accessible(page)
    await page.unroute_all()
    await expect(page.locator('[data-act="next"]')).to_be_enabled(timeout=10000)
    await page.keyboard.press("n")
    await expect(page.locator("#stage .big")).to_have_text(number)


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_the_console_is_accessible(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int, lang: str
) -> None:
    page = await console(browser, hall_server, window, lang)
    await assert_accessible(page)
    await hall.open(window)
    await expect(page.locator("#status .open")).to_be_visible()
    await assert_accessible(page)
    await visitors(hall, 2, priority="disabled")
    await page.keyboard.press("n")
    await expect(page.locator("#stage .big")).to_be_visible()
    await assert_accessible(page)
    await page.keyboard.press("s")
    await expect(page.locator('[data-act="hold"]')).to_be_enabled()
    for key in ("h", "e", "?"):
        await page.keyboard.press(key)
        await expect(page.locator("#panel")).to_be_visible()
        await assert_accessible(page)
        await page.keyboard.press("Escape")


async def test_a_quick_clerks_next_key_waits_for_the_answer_before(
    browser: Browser, hall_server: HallServer, hall: HallClient, window: int
) -> None:
    page = await open_console(browser, hall_server, window)
    [number] = await visitors(hall, 1)
    await expect(page.locator("#crowd .value").first).to_have_text("1")
    await page.keyboard.press("n")
    await page.keyboard.press("s")
    await expect(page.locator("#stage .big")).to_have_text(number)
    await expect(page.locator("#stage .state")).to_have_text("Being served")
