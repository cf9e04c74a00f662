"""A window's own screen: whose turn it is there, or why it is nobody's; true at every size and when the line is cut."""

from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from tests.pages.browser import page_of
from tests.pages.made_up_hall import MadeUpHall
from tests.support.servers import HallServer

WIDE, TALL, SMALL = (1920, 1080), (1080, 1920), (800, 480)
SIZES = [WIDE, TALL, SMALL]


async def door(
    browser: Browser, server: HallServer, query: str = "lang=en", *, token: str = "", size: tuple[int, int] = WIDE,
    queues: str = "B", **row: Any,
) -> MadeUpHall:  # fmt: skip
    """The screen of window 7; `row` is what the board says of it."""
    page = await page_of(browser, server.url, size, {"gw-display-demo-hall": token} if token else {})
    hall = MadeUpHall(page)
    hall.board["windows"][0] |= row
    hall.window_queues = [{"queue": queue, "handicap_s": 0} for queue in queues]
    if "number" in row:
        hall.board["calls"] = [hall.row(row["number"], 7, 5000)]
    await hall.open(f"{server.url}/screen/demo-hall/window/7?{query}")
    return hall


CUT = """
() => [...document.querySelectorAll("header, main, footer, h1, .panel > *, .queues li")].filter((node) => {
  const box = node.getBoundingClientRect(), room = node.closest("header, main, footer").getBoundingClientRect();
  const outside = box.left < -1 || box.right > innerWidth + 1 || box.top < room.top - 1 || box.bottom > room.bottom + 1;
  return box.width && (outside || room.bottom > innerHeight + 1 || node.scrollWidth > node.clientWidth + 1);
}).map((node) => node.outerHTML)
"""


async def fits(hall: MadeUpHall) -> None:
    """Nothing is cut off or lies over something else, whatever the size."""
    assert await hall.page.evaluate(CUT) == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_call_its_flash_and_its_service(
    browser: Browser, hall_server: HallServer, size: tuple[int, int]
) -> None:
    hall = await door(browser, hall_server, "lang=zh,en", size=size)
    now = hall.page.locator("#now")
    await expect(now).to_contain_text("Please wait for your number")
    await hall.calls("B1023", 7)
    await expect(now.locator(".number")).to_have_text("B1023")
    await expect(now.locator(".words")).to_contain_text("请到本窗口")
    await expect(now.locator(".words")).to_contain_text("Please come to this window")
    await hall.climbs("B1023", 7, "flash")
    await expect(now).to_have_attribute("data-step", "flash")
    await expect(now.locator(".mark.flash")).to_contain_text("Please come now")
    await fits(hall)
    await hall.calls("B1023", 7, times=2, step="flash")
    await expect(now.locator(".signs")).to_contain_text("Call 2")
    await fits(hall)
    await hall.happens("WindowPaused", 7, status="paused", reason="lunch")
    await expect(now.locator(".after")).to_be_visible()
    await fits(hall)
    await hall.happens("WindowResumed", 7, status="open")
    await hall.happens("TicketAcknowledged", 7, "B1023", status="called", was="called")
    await expect(now.locator(".mark")).to_have_count(0)
    await expect(now).to_have_attribute("data-step", "")
    await hall.happens("ServiceStarted", 7, "B1023", status="serving", was="called")
    await expect(now.locator(".words")).to_contain_text("正在办理")
    await hall.happens("ServiceFinished", 7, "B1023", status="done", was="serving")
    await expect(now).to_contain_text("Please wait for your number")
    await fits(hall)


async def test_what_happens_at_other_windows_is_not_shown_here(browser: Browser, hall_server: HallServer) -> None:
    hall = await door(browser, hall_server)
    await hall.calls("B001", 8)
    await hall.climbs("B001", 8, "flash")
    await expect(hall.page.locator(".number:not(.letter, .clock)")).to_have_count(0)
    await expect(hall.page.locator("#now")).not_to_have_attribute("data-step", "flash")


@pytest.mark.parametrize("size", SIZES)
async def test_a_paused_window_says_so_and_why_where_there_is_a_word_for_it(
    browser: Browser, hall_server: HallServer, size: tuple[int, int]
) -> None:
    hall = await door(browser, hall_server, "lang=zh,en", size=size)
    await hall.happens("WindowPaused", 7, status="paused", reason="lunch")
    now = hall.page.locator("#now")
    await expect(now).to_contain_text("暂停服务")
    await expect(now).to_contain_text("午餐")
    await expect(now).to_contain_text("Lunch")
    await fits(hall)
    await hall.happens("WindowPaused", 7, status="paused", reason="my knee hurts")
    await expect(now).to_contain_text("Service paused")
    await expect(now).not_to_contain_text("knee")
    await hall.happens("WindowClosed", 7, status="closed")
    await expect(now).to_contain_text("未开放")
    await fits(hall)


async def test_a_pause_waits_for_who_is_served(browser: Browser, hall_server: HallServer) -> None:
    hall = await door(browser, hall_server, number="B001", serving=True)
    await hall.happens("WindowPaused", 7, status="paused", reason="lunch")
    await expect(hall.page.locator("#now .number")).to_have_text("B001")
    await expect(hall.page.locator("#now .after")).to_have_text("Service pauses after this number")
    await fits(hall)
    await hall.happens("ServiceFinished", 7, "B001", status="done", was="serving")
    await expect(hall.page.locator("#now")).to_contain_text("Service paused")


async def test_a_window_that_never_opened_today_is_closed_until_it_opens(
    browser: Browser, hall_server: HallServer
) -> None:
    page = await page_of(browser, hall_server.url, WIDE, {})
    hall = MadeUpHall(page)
    hall.board["windows"] = []
    await hall.open(f"{hall_server.url}/screen/demo-hall/window/7?lang=en")
    await expect(page.locator("#now")).to_contain_text("Closed")
    await hall.happens("WindowOpened", 7, status="open")
    await expect(page.locator("#now")).to_contain_text("Please wait for your number")


@pytest.mark.parametrize("size", SIZES)
async def test_a_cut_line_greys_the_old_number_and_says_that_it_may_be_old(
    browser: Browser, hall_server: HallServer, size: tuple[int, int]
) -> None:
    hall = await door(browser, hall_server, "lang=zh,en", size=size, number="B001")
    stale = hall.page.locator(".stale")
    await expect(stale).to_be_hidden()
    coloured = await hall.page.locator("#now .number").evaluate("(node) => getComputedStyle(node).color")
    await hall.page.evaluate("window.cutLine()")
    await hall.passes(100)
    await expect(stale).to_be_visible()
    await expect(stale).to_contain_text("此号可能已更新")
    await expect(stale).to_contain_text("this number may have changed")
    await expect(hall.page.locator("#now .number")).not_to_have_css("color", coloured)
    await expect(hall.page.locator("#now .words")).to_be_hidden()
    await fits(hall)
    await hall.is_accessible()


async def test_it_tells_once_that_it_showed_a_call_and_again_for_a_recall(
    browser: Browser, hall_server: HallServer
) -> None:
    async with aiohttp.ClientSession() as http:
        asked = {"role": "display", "name": "door 7"}
        token = (await hall_server.client(http).post("/devices", asked))["token"]
    hall = await door(browser, hall_server, token=token)
    await hall.calls("B001", 7)
    await hall.climbs("B001", 7, "flash")
    await hall.calls("B002", 8)
    await hall.passes(20_000)
    await hall.calls("B001", 7, times=2)
    await hall.passes(5000)
    assert hall.shown == [
        {"how": "window_screen", "calls": [{"window": 7, "number": "B001", "times": times}]} for times in (1, 2)
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, SMALL])
async def test_it_can_be_read_by_all_in_either_theme(
    browser: Browser, hall_server: HallServer, theme: str, size: tuple[int, int]
) -> None:
    hall = await door(browser, hall_server, f"lang=zh,en&theme={theme}", size=size, queues="BD", number="B001")
    await expect(hall.page.locator("body")).to_have_attribute("data-theme", theme)
    await expect(hall.page.locator("#queues .letter")).to_have_text(["B", "D"])
    await expect(hall.page.locator("#window")).to_contain_text("7 号窗口")
    await expect(hall.page.locator("#window")).to_contain_text("Window 7")
    await fits(hall)
    await hall.climbs("B001", 7, "flash")
    await hall.is_accessible()


@pytest.mark.parametrize("status", ["open", "paused", "closed"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_its_quiet_states_can_be_read_by_all(
    browser: Browser, hall_server: HallServer, theme: str, status: str
) -> None:
    hall = await door(browser, hall_server, f"lang=zh,en&theme={theme}", status=status, reason="lunch")
    await expect(hall.page.locator("#now .title")).to_be_visible()
    await hall.is_accessible()


async def test_a_window_that_there_is_not_is_a_page_that_says_so(browser: Browser, hall_server: HallServer) -> None:
    page = await page_of(browser, hall_server.url, WIDE, {})
    answer = await page.goto(f"{hall_server.url}/screen/demo-hall/window/9999")
    assert answer is not None
    assert answer.status == 404
