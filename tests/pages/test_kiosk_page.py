"""A visitor at the kiosk: few touches to a ticket, papers and faster ways first, and a clean page for the next one."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from queue_server.languages import in_use
from tests.pages.browser import assert_accessible
from tests.pages.kiosk_pages import assert_touchable, booked, find, issued, kiosk, kiosk_page, speak, start
from tests.support.client import HallClient
from tests.support.servers import HallServer


async def test_an_item_is_three_touches_from_its_ticket(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await start(browser, hall_server)
    before = await issued(hall)
    await page.locator(".hero").click()
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


@pytest.mark.parametrize(
    ("lang", "letters", "item"),
    [
        ("zh", "jmsfz", "PSB-01"),
        ("en", "passport", "PSB-08"),
        ("ru", "загран", "PSB-08"),
        ("ko", "ㅇㅕㄱㅜㅓㄴ", "PSB-08"),
    ],
)
async def test_an_item_is_found_by_the_letters_of_the_pages_language(
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
    await page.locator(".choose .deck .big", has_text="按部门找").click()
    seen = set(await page.locator(".rows .name").all_inner_texts())
    while await page.locator(".pager .big").last.is_enabled():
        await page.locator(".pager .big").last.click()
        seen |= set(await page.locator(".rows .name").all_inner_texts())
    assert seen == {row["names"]["zh"] for row in departments}
    await page.locator(".rows .tile").last.click()
    await expect(page.locator(".rows [data-item]").first).to_be_visible()


async def test_papers_and_faster_ways_come_before_the_ticket(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk(browser, hall_server, "en")
    await find(page, "shbz")
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


async def test_latin_letters_are_one_key_away_and_keep_what_was_typed(
    browser: Browser, hall_server: HallServer
) -> None:
    page = await kiosk(browser, hall_server, "ko")
    await find(page, "ㅇㅕㄱㅜ")
    await page.locator(".key.other").click()
    await page.locator(".key.letter", has_text="B").click()
    await expect(page.locator("#q")).to_have_value("여구b")
    for left in ("여구", "역", "여"):
        await page.locator(".keyboard .key.wide").nth(1).click()
        await expect(page.locator("#q")).to_have_value(left)


async def test_each_language_key_switches_the_page_and_keeps_the_place(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    names = next(row["names"] for row in (await hall.get("/services?limit=500"))["services"] if row["id"] == "GSO-02")
    page = await kiosk(browser, hall_server)
    await page.locator("[data-item=GSO-02]").click()
    await page.locator(".mode.language").click()
    offered = await page.locator(".tongue").evaluate_all("nodes => nodes.map(node => node.lang)")
    assert sorted(offered) == sorted(in_use())
    await assert_touchable(page)
    await page.keyboard.press("Escape")
    for lang in (*offered[1:], offered[0]):
        await speak(page, lang)
        await expect(page.locator(".item h1")).to_have_text(names[lang])
        assert await page.evaluate("document.documentElement.lang") == lang
        await expect(page.locator(".mode.language")).to_be_focused()


async def test_who_goes_away_leaves_nothing_behind(browser: Browser, hall_server: HallServer) -> None:
    page = await kiosk_page(browser, hall_server)
    await page.clock.install()
    await page.goto(f"{hall_server.url}/kiosk/demo-hall")
    await speak(page, "en")
    await page.locator(".mode", has_text="Large type").click()
    await page.locator(".hero").click()
    await find(page, "passport")
    await page.clock.fast_forward("01:02")
    left = page.locator(".dialog .left")
    await expect(left).to_be_visible()
    assert int(await left.inner_text()) >= 20
    await assert_accessible(page)
    await page.locator(".dialog .big.next").click()
    await expect(page.locator("#q")).to_have_value("passport")
    await page.locator(".mode.language").click()
    await page.clock.fast_forward("01:02")
    await expect(left).to_be_visible()
    await page.clock.fast_forward("00:31")
    await expect(page.locator(".dialog")).to_have_count(0)
    await expect(page.locator(".hero strong")).to_have_text("我要取号")
    await expect(page.locator("body")).to_have_attribute("data-theme", "light")
    await page.locator(".hero").click()
    await page.locator(".choose .big.next").click()
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
    await expect(page.locator(".choose")).to_be_visible(timeout=15_000)


async def test_help_calls_somebody_who_comes(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await start(browser, hall_server, "en")
    await page.locator(".ask").click()
    await expect(page.locator(".told h2")).to_have_text("The staff has been called")
    called = (await hall.get("/help"))["help"][0]
    assert (await hall.post(f"/help/{called['id']}/answer", {})).status == 200
    await expect(page.locator(".told h2")).to_have_text("Somebody is on the way", timeout=10_000)


async def test_in_care_mode_a_visitor_may_ask_to_be_called_aloud(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await kiosk(browser, hall_server, "en")
    await page.locator("[data-item=GSO-02]").click()
    await expect(page.locator("[data-voice=true]")).to_have_count(0)
    await page.locator(".mode", has_text="Large type").click()
    await page.locator("[data-voice=true]").click()
    async with page.expect_response("**/tickets?*") as told:
        await page.locator(".take").click()
    ticket = await (await told.value).json()
    assert (await hall.get(f"/tickets/{ticket['id']}"))["voice"] is True


# ---- who booked ----


async def type_code(page: Page, code: str) -> None:
    for letter in code.replace("-", ""):
        await page.locator(".key.letter", has_text=letter).click()


async def assert_touchable_in_every_mode(page: Page) -> None:
    """Every key is large enough and free; in care mode and low mode too."""
    care, low = page.locator(".mode[aria-pressed]").nth(0), page.locator(".mode[aria-pressed]").nth(1)
    for mode in (None, care, low, care, low):
        if mode is not None:
            await mode.click()
        await assert_touchable(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_typed_code_becomes_a_ticket_once_and_each_no_says_where_to_go(
    browser: Browser, hall_server: HallServer, hall: HallClient, lang: str
) -> None:
    made = await booked(hall, {"zh": "13800000001", "en": "13800000002"}[lang])
    page = await start(browser, hall_server, lang)
    await page.locator(".start .booked").click()
    await assert_touchable_in_every_mode(page)
    await assert_accessible(page)
    wrong = made["code"][:-1] + ("3" if made["code"][-1] == "2" else "2")
    await type_code(page, wrong)
    await page.locator(".arrive").click()
    await expect(page.locator(".refused h1")).to_have_text(
        {"zh": "没有找到这个预约", "en": "No such booking found"}[lang]
    )
    await assert_touchable_in_every_mode(page)
    await page.locator(".deck .next").click()
    await expect(page.locator("#code")).to_have_value(wrong)
    await page.locator(".key.erase").click()
    await expect(page.locator(".arrive")).to_be_disabled()
    await type_code(page, made["code"][-1])
    await page.locator(".arrive").click()
    number = await page.locator(".slip > .number").inner_text()
    await expect(page.locator(".slip")).to_contain_text({"zh": "预约时间", "en": "Booked for"}[lang])
    await page.locator(".done").click()
    await page.locator(".start .booked").click()
    await type_code(page, made["code"])
    await page.locator(".arrive").click()
    await expect(page.locator(".refused .number")).to_have_text(number)
    await page.locator(".mode[aria-pressed]").first.click()
    await assert_accessible(page)


async def test_a_scanner_that_types_enters_a_booking_and_who_leaves_leaves_no_code_behind(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    later = await booked(hall, "13800000003", place=3)
    page = await kiosk_page(browser, hall_server, "en")
    await page.clock.install()
    await page.goto(f"{hall_server.url}/kiosk/demo-hall")
    await page.locator(".start .booked").click()
    await page.keyboard.type(f"{hall_server.url}/b/{later['token']}")
    await page.keyboard.press("Enter")
    await expect(page.locator(".refused h1")).to_have_text("A little early")
    await page.locator(".refused .next").click()
    await page.locator(".start .booked").click()
    await type_code(page, "K7Q4")
    await page.clock.fast_forward("01:02")
    await page.clock.fast_forward("00:31")
    await expect(page.locator(".start")).to_be_visible()
    await page.locator(".start .booked").click()
    await expect(page.locator("#code")).to_have_value("")
