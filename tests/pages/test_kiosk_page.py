"""A visitor at the kiosk: few touches to a ticket, papers and faster ways first, and a clean page for the next one."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from playwright.async_api import Browser, Page, Route, expect

from ops.up import DEMO
from tests.pages.browser import a_browser, assert_accessible, page_of
from tests.support.client import ADMIN, HallClient
from tests.support.servers import HallServer

TOUCH = (1080, 1920)
LEAST_PX = 119.5
"""20 mm on the kiosk's screen, less a rounding."""
TOO_SMALL = """(nodes, least) => nodes
    .map((node) => [node.innerText, node.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < least)"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest.fixture
async def hall(hall_server: HallServer) -> AsyncIterator[HallClient]:
    async with aiohttp.ClientSession() as http:
        yield hall_server.client(http)


async def kiosk_page(browser: Browser, server: HallServer, lang: str = "zh") -> Page:
    return await page_of(browser, server.url, TOUCH, {"gw-admin": ADMIN, "lang": lang})


async def kiosk(browser: Browser, server: HallServer, lang: str = "zh") -> Page:
    """The kiosk's start page."""
    page = await kiosk_page(browser, server, lang)
    await page.goto(f"{server.url}/kiosk/demo-hall")
    await expect(page.locator(".tiles .tile").first).to_be_visible()
    return page


async def issued(hall: HallClient) -> int:
    return int((await hall.get("/state"))["totals"]["issued"])


async def find(page: Page, letters: str) -> None:
    """Types on the keyboard of the page."""
    await page.locator(".start .big.next").click()
    for letter in letters.upper():
        await page.locator(".key.letter", has_text=letter).click()


async def test_a_most_used_item_is_two_touches_from_its_ticket(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await kiosk(browser, hall_server)
    before = await issued(hall)
    await page.locator("[data-item=PSB-01]").click()
    await page.locator(".take").click()
    await expect(page.locator(".slip > .number")).to_have_text(re.compile(r"^D\d{3}$"))
    assert await issued(hall) == before + 1


async def test_the_slip_says_all_that_the_paper_will_say_and_nothing_personal(
    browser: Browser, hall_server: HallServer
) -> None:
    page = await kiosk(browser, hall_server, "en")
    await page.locator("[data-item=PSB-01]").click()
    await page.locator("[data-priority=elder]").click()
    await page.locator(".take").click()
    slip = page.locator(".slip")
    for words in (
        "居民身份证换领、补领",
        "ID card renewal or replacement",
        "Demonstration District",
        "1 楼",
        "Floor 1",
        "前方等候",
        "People ahead",
    ):
        await expect(slip).to_contain_text(words)
    await expect(slip).not_to_contain_text("老年人")
    loaded = "image => image.decode().then(() => image.naturalWidth > 0)"
    assert await slip.locator("img").evaluate(loaded)


async def test_a_double_touch_gives_one_ticket(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await kiosk(browser, hall_server)
    before = await issued(hall)
    await page.locator("[data-item=GSO-02]").click()
    await page.locator(".take").evaluate("button => { button.click(); button.click(); }")
    await expect(page.locator(".slip")).to_be_visible()
    assert await issued(hall) == before + 1


async def test_a_lost_answer_is_asked_for_again_and_gives_one_ticket(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await kiosk(browser, hall_server)
    before = await issued(hall)
    lost: list[str] = []

    async def lose_the_first(route: Route) -> None:
        if lost:
            return await route.continue_()
        lost.append((await (await route.fetch()).json())["number"])
        return await route.abort()

    await page.route("**/tickets?*", lose_the_first)
    await page.locator("[data-item=GSO-02]").click()
    await page.locator(".take").click()
    await expect(page.locator(".slip > .number")).to_have_text(re.compile("."))
    assert await page.locator(".slip > .number").inner_text() == lost[0]
    assert await issued(hall) == before + 1


@pytest.mark.parametrize(("lang", "letters", "item"), [("zh", "jmsfz", "PSB-01"), ("en", "passport", "PSB-08")])
async def test_an_item_is_found_by_pinyin_initials_and_in_english(
    browser: Browser, hall_server: HallServer, lang: str, letters: str, item: str
) -> None:
    page = await kiosk(browser, hall_server, lang)
    await find(page, letters)
    await page.locator(f".found [data-item={item}]").click()
    await expect(page.locator(".take")).to_be_enabled()


async def test_nothing_found_says_so(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk(browser, hall_server)
    await find(page, "qqqq")
    await expect(page.locator(".nothing")).to_contain_text("没有找到这个事项")


async def test_every_department_leads_to_its_items(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    departments = (await hall.get())["departments"]
    page = await kiosk(browser, hall_server)
    await page.locator(".start .deck .big").first.click()
    seen = set(await page.locator(".rows .name").all_inner_texts())
    while await page.locator(".pager .big").last.is_enabled():
        await page.locator(".pager .big").last.click()
        seen |= set(await page.locator(".rows .name").all_inner_texts())
    assert seen == {row["names"]["zh"] for row in departments}
    await page.locator(".rows .tile").last.click()
    await expect(page.locator(".rows [data-item]").first).to_be_visible()


async def test_papers_and_faster_ways_come_before_the_ticket(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk(browser, hall_server, "en")
    await page.locator("[data-item=HRS-07]").click()
    await expect(page.locator(".faster")).to_contain_text("Online, without waiting")
    await expect(page.locator(".faster")).to_contain_text("24-hour self-service area")
    await expect(page.locator(".scroll")).to_contain_text("Identity card (original)")
    await expect(page.locator(".figures")).to_contain_text(re.compile(r"min"))


async def test_an_item_of_a_device_shows_the_way_to_it_and_a_window_for_who_insists(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await kiosk(browser, hall_server)
    before = await issued(hall)
    await page.locator("[data-item=HRS-01]").click()
    await expect(page.locator(".device")).to_contain_text("24小时自助服务区")
    await page.locator(".big.next").click()
    await expect(page.locator(".start")).to_be_visible()
    assert await issued(hall) == before
    await page.locator("[data-item=HRS-01]").click()
    await page.locator(".take").click()
    await expect(page.locator(".slip > .number")).to_have_text(re.compile(r"^[A-Z]\d{3}$"))


async def test_waits_move_while_they_are_looked_at(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await kiosk(browser, hall_server, "en")
    await page.locator("[data-item=GSO-01]").click()
    shown = page.locator(".figures dd").first
    waiting = next(row for row in (await hall.get("/state"))["queues"] if row["queue"] == "A")["waiting"]
    await hall.ticket("GSO-01")
    await hall.ticket("GSO-01")
    await expect(shown).to_have_text(f"{waiting + 2} people")


async def test_the_language_changes_at_a_touch_and_keeps_the_place(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk(browser, hall_server)
    await page.locator("[data-item=GSO-02]").click()
    await page.locator(".mode").first.click()
    await expect(page.locator(".item h1")).to_have_text("Certificate collection")
    assert await page.evaluate("document.documentElement.lang") == "en"


async def test_who_goes_away_leaves_nothing_behind(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk_page(browser, hall_server)
    await page.clock.install()
    await page.goto(f"{hall_server.url}/kiosk/demo-hall")
    await page.locator(".mode").first.click()
    await page.locator(".mode", has_text="Large type").click()
    await find(page, "passport")
    await page.clock.fast_forward("01:02")
    left = page.locator(".dialog .left")
    await expect(left).to_be_visible()
    assert int(await left.inner_text()) >= 20
    await assert_accessible(page)
    await page.locator(".dialog .big.next").click()
    await expect(page.locator("#q")).to_have_value("passport")
    await page.clock.fast_forward("01:02")
    await expect(left).to_be_visible()
    await page.clock.fast_forward("00:31")
    await expect(page.locator(".start h1")).to_have_text("取号办事")
    await expect(page.locator("body")).to_have_attribute("data-theme", "light")
    await page.locator(".start .big.next").click()
    await expect(page.locator("#q")).to_have_value("")


async def test_the_ticket_page_goes_back_by_itself(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk_page(browser, hall_server)
    await page.clock.install()
    await page.goto(f"{hall_server.url}/kiosk/demo-hall")
    await page.locator("[data-item=GSO-02]").click()
    await page.locator(".take").click()
    await expect(page.locator(".slip")).to_be_visible()
    await page.clock.fast_forward("00:30")
    await expect(page.locator(".done")).to_contain_text("秒后返回")
    await page.clock.fast_forward("00:20")
    await expect(page.locator(".start")).to_be_visible()
    assert await page.locator(".slip").count() == 0


async def test_a_refusal_is_told_in_the_visitors_language(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk(browser, hall_server, "en")
    gone = {
        "status": 409,
        "code": "LAST_TICKETS_GONE",
        "title": "No more tickets today",
        "detail": "The wait would pass closing.",
    }
    await page.route("**/tickets?lang=en", lambda route: route.fulfill(status=409, json=gone))
    await page.locator("[data-item=GSO-02]").click()
    await page.locator(".take").click()
    await expect(page.locator(".note.bad")).to_contain_text("No more tickets today")
    await expect(page.locator(".take")).to_have_count(0)


async def test_a_kiosk_without_its_server_says_so_and_comes_back(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk(browser, hall_server, "en")
    away = asyncio.Event()
    away.set()

    async def cut(route: Route) -> None:
        await (route.abort() if away.is_set() else route.continue_())

    await page.route("**/api/**", cut)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator(".cover h1")).to_have_text("No tickets for the moment", timeout=15_000)
    await assert_accessible(page)
    away.clear()
    await expect(page.locator(".start")).to_be_visible(timeout=15_000)


async def test_every_target_is_large_enough_in_every_mode(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk(browser, hall_server, "en")
    for steps in ((), (".start .big.next",), (".deck .big:nth-child(2)", "[data-item=HRS-07]")):
        for step in steps:
            await page.locator(step).first.click()
        for mode in ("Large type", "Normal type", "Lower reach", "Full height"):
            await page.locator(".mode", has_text=mode).click()
            await page.wait_for_timeout(100)
            assert await page.locator("button:visible").evaluate_all(TOO_SMALL, LEAST_PX) == [], (steps, mode)


async def test_in_low_mode_nothing_to_touch_is_high_up(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk(browser, hall_server)
    await page.locator(".mode", has_text="低位操作").click()
    highest = "nodes => Math.min(...nodes.map(node => node.getBoundingClientRect().top))"
    assert await page.locator("button:visible").evaluate_all(highest) > TOUCH[1] / 3


@pytest.mark.parametrize("mode", ["light", "care"])
async def test_the_pages_are_accessible(browser: Browser, hall_server: HallServer, mode: str) -> None:
    page = await kiosk(browser, hall_server, "en")
    if mode == "care":
        await page.locator(".mode", has_text="Large type").click()
    await assert_accessible(page)
    await page.locator(".mode", has_text="Help").click()
    await assert_accessible(page)
    await page.locator(".dialog .big.next").click()
    await page.locator(".start .deck .big").first.click()
    await assert_accessible(page)
    await page.locator(".deck .big").last.click()
    await page.locator("[data-item=HRS-01]").click()
    await assert_accessible(page)
    await page.locator(".deck .big").last.click()
    await find(page, "security")
    await assert_accessible(page)
    await page.locator(".found [data-item]").first.click()
    await assert_accessible(page)
    await page.locator(".take").click()
    await expect(page.locator(".slip")).to_be_visible()
    await assert_accessible(page)


# ---- a hall that is closed ----


def opening_day() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=3)


@pytest.fixture(scope="module")
def closed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    """The demo hall, open on one other morning only; its doors open at 08:15."""
    folder = tmp_path_factory.mktemp("closed")
    day = opening_day().strftime("%a").lower()
    hours = re.compile(r"    mon_fri: .*\n    tue_night: .*\n")
    text, found = hours.subn(f'    {day}: [["08:30", "10:00"]]\n', DEMO.read_text("utf-8"))
    assert found == 1
    file = Path(folder / "hall.yaml")
    file.write_text(text, "utf-8")
    server = HallServer(folder / "data", "--hall", str(file))
    yield server
    server.stop()


async def test_a_closed_hall_says_when_it_opens_and_still_shows_the_papers(
    browser: Browser, closed_server: HallServer
) -> None:
    page = await kiosk_page(browser, closed_server, "en")
    await page.goto(f"{closed_server.url}/kiosk/demo-hall")
    await expect(page.locator(".cover h1")).to_have_text("The hall is closed now")
    await expect(page.locator(".cover p").first).to_contain_text(f"{opening_day():%A, %B} {opening_day().day} at 08:15")
    await assert_accessible(page)
    await page.locator(".cover .big").click()
    await page.locator(".rows [data-item]").first.click()
    await expect(page.locator(".shut")).to_contain_text("No tickets now")
    await expect(page.locator(".take")).to_have_count(0)
    await assert_accessible(page)
