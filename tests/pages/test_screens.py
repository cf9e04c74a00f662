"""The hall screen: every call huge for its time, louder when it is not heard, and told once it was really shown."""

import re
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.pages.browser import page_of
from tests.pages.made_up_hall import START, MadeUpHall, waiting
from tests.support.client import HallClient
from tests.support.noon import noon_zone
from tests.support.servers import HallServer

FULL_HD, UHD = (1920, 1080), (3840, 2160)
SIX_QUEUES = [waiting(queue, {"zh": "社会保险", "en": "Social insurance"}, "Z2", 12) for queue in "BCDEFG"]


async def screen(
    browser: Browser, server: HallServer, query: str = "lang=en", *, token: str = "", size: tuple[int, int] = FULL_HD,
    before: dict[str, object] | None = None,
) -> MadeUpHall:  # fmt: skip
    page = await page_of(browser, server.url, size, {"gw-display-demo-hall": token} if token else {})
    hall = MadeUpHall(page)
    hall.board |= before or {}
    await hall.open(f"{server.url}/screen/demo-hall?{query}")
    return hall


@pytest_asyncio.fixture(loop_scope="session")
async def token(hall_server: HallServer) -> str:
    """The token of a display device of this hall."""
    async with aiohttp.ClientSession() as http:
        made = await hall_server.client(http).post("/devices", {"role": "display", "name": "hall screen"})
        return str(made["token"])


def on_stage(hall: MadeUpHall) -> Locator:
    return hall.page.locator(".call .number")


async def font_px(where: Locator) -> float:
    return float(await where.evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)"))


# the stage


@pytest.mark.parametrize("size", [FULL_HD, UHD])
async def test_a_call_is_a_tenth_of_the_screen_high_even_beside_three_others(
    browser: Browser, hall_server: HallServer, size: tuple[int, int]
) -> None:
    hall = await screen(browser, hall_server, size=size)
    for number in ("B001", "B002", "B003", "B1004"):
        await hall.calls(number, {"B001": 7, "B002": 8, "B003": 64, "B1004": 7}[number])
    await expect(on_stage(hall)).to_have_text(["B1004", "B003", "B002", "B001"])
    digit = 0.73  # of the font's size is the height of a digit
    assert await font_px(on_stage(hall).first) * digit >= size[1] / 10 - 1
    assert await hall.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


SPILLED = """
() => [...document.querySelectorAll(".call")].filter((card) => {
  const room = card.getBoundingClientRect(), stage = document.getElementById("stage").getBoundingClientRect();
  const outside = [...card.querySelectorAll("*")].some((node) => {
    const box = node.getBoundingClientRect();
    return box.width && (box.top < room.top - 1 || box.bottom > room.bottom + 1 || box.right > room.right + 1);
  });
  return outside || room.bottom > stage.bottom + 1 || room.top < stage.top - 1;
}).map((card) => card.textContent)
"""


@pytest.mark.parametrize("size", [FULL_HD, UHD])
async def test_nothing_is_cut_off_however_many_calls_flash(
    browser: Browser, hall_server: HallServer, size: tuple[int, int]
) -> None:
    hall = await screen(browser, hall_server, "lang=zh,en", size=size, before={"waiting": SIX_QUEUES})
    for count, (number, window) in enumerate((("B1001", 7), ("B002", 8), ("D003", 64)), 1):
        await hall.calls(number, window, times=2, step="flash")
        await expect(on_stage(hall)).to_have_count(count)
        await expect(hall.page.locator(".mark.flash")).to_have_count(count)
        assert await hall.page.evaluate(SPILLED) == []
    await hall.calls("B004", 7, times=3, step="voice")
    await expect(on_stage(hall)).to_have_count(4)
    assert await hall.page.evaluate(SPILLED) == []


async def test_a_call_stays_eight_seconds_when_the_next_comes_and_then_goes_to_the_list(
    browser: Browser, hall_server: HallServer
) -> None:
    hall = await screen(browser, hall_server)
    await hall.calls("B001", 7)
    await hall.passes(4000)
    await hall.calls("B002", 8)
    await hall.passes(3700)
    await expect(on_stage(hall)).to_have_text(["B002", "B001"])
    await hall.passes(500)
    await expect(on_stage(hall)).to_have_text(["B002"])
    await expect(hall.page.locator("#recent .number")).to_have_text(["B001"])
    await hall.passes(60_000)
    await expect(on_stage(hall)).to_have_text(["B002"])


# the ladder


async def test_a_call_that_nobody_answers_comes_back_pulsing_with_an_icon_and_a_word(
    browser: Browser, hall_server: HallServer
) -> None:
    hall = await screen(browser, hall_server)
    await hall.calls("B001", 7)
    await hall.calls("B002", 8)
    await hall.passes(15_000)
    await expect(on_stage(hall)).to_have_text(["B002"])
    await hall.climbs("B001", 7, "flash")
    await expect(on_stage(hall)).to_have_text(["B001"])
    card = hall.page.locator('.call[data-step="flash"]')
    await expect(card.locator(".mark")).to_have_text("Please come now")
    pulse_s = await card.evaluate("(node) => parseFloat(getComputedStyle(node, '::before').animationDuration)")
    assert pulse_s >= 1 / 3 * 2, "three flashes a second may harm"
    await hall.climbs("B001", 7, "voice")
    await expect(hall.page.locator(".call .mark.voice")).to_have_text("Being announced")
    await expect(hall.page.locator(".mark.flash")).to_have_count(0)


@pytest.mark.parametrize("answer", ["TicketAcknowledged", "ServiceStarted"])
async def test_what_urges_a_call_on_goes_when_it_is_answered(
    browser: Browser, hall_server: HallServer, answer: str
) -> None:
    hall = await screen(browser, hall_server)
    await hall.calls("B001", 7)
    await hall.climbs("B001", 7, "flash")
    await expect(hall.page.locator(".mark.flash")).to_be_visible()
    await hall.happens(answer, 7, "B001", status="serving", was="called")
    await expect(hall.page.locator(".mark")).to_have_count(0)
    await expect(hall.page.locator('[data-step="flash"]')).to_have_count(0)
    await expect(on_stage(hall)).to_have_text(["B001"])


async def test_without_motion_the_pulse_is_a_thick_frame(browser: Browser, hall_server: HallServer) -> None:
    hall = await screen(browser, hall_server)
    await hall.page.emulate_media(reduced_motion="reduce")
    await hall.calls("B001", 7)
    await hall.climbs("B001", 7, "flash")
    frame = await hall.page.locator('.call[data-step="flash"]').evaluate(
        "(node) => { const { animationName, borderTopWidth } = getComputedStyle(node, '::before');"
        " return [animationName, parseFloat(borderTopWidth)]; }"
    )
    assert frame[0] == "none"
    assert frame[1] >= 8
    await expect(hall.page.locator(".mark.flash .icon")).to_be_visible()


@pytest.mark.parametrize(("query", "tones"), [("lang=en", 0), ("lang=en&chime=1", 2)])
async def test_a_flash_chimes_where_the_page_may_sound(
    browser: Browser, hall_server: HallServer, query: str, tones: int
) -> None:
    hall = await screen(browser, hall_server, query)
    await hall.calls("B001", 7)
    assert await hall.page.evaluate("window.tones") == 0
    await hall.climbs("B001", 7, "flash")
    assert await hall.page.evaluate("window.tones") == tones


# what it tells


async def test_each_call_is_told_once_and_once_more_for_its_flash(
    browser: Browser, hall_server: HallServer, token: str
) -> None:
    hall = await screen(browser, hall_server, token=token)
    await hall.calls("B001", 7)
    await hall.passes(3000)
    await hall.climbs("B001", 7, "flash")
    await hall.passes(3000)
    await hall.climbs("B001", 7, "voice")
    await hall.passes(60_000)
    call = {"window": 7, "number": "B001", "times": 1}
    assert hall.shown == [{"how": "screen", "calls": [call]}, {"how": "flash", "calls": [call]}]


async def test_a_recall_is_told_as_a_showing_of_its_own(browser: Browser, hall_server: HallServer, token: str) -> None:
    hall = await screen(browser, hall_server, token=token)
    await hall.calls("B001", 7)
    await hall.passes(20_000)
    await hall.calls("B001", 7, times=2)
    await hall.passes(3000)
    assert [body["calls"][0]["times"] for body in hall.shown] == [1, 2]


async def test_it_tells_at_most_once_a_second_and_everything_that_it_showed(
    browser: Browser, hall_server: HallServer, token: str
) -> None:
    hall = await screen(browser, hall_server, token=token)
    for number, window in (("B001", 7), ("B002", 8), ("D003", 64)):
        await hall.calls(number, window)
    assert len(hall.shown) == 1
    await hall.passes(1000)
    await hall.passes(1000)
    assert [[call["number"] for call in body["calls"]] for body in hall.shown] == [["B001"], ["B002", "D003"]]


async def test_nothing_is_told_while_nobody_can_see_the_page(
    browser: Browser, hall_server: HallServer, token: str
) -> None:
    hall = await screen(browser, hall_server, token=token)
    await hall.page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    await hall.calls("B001", 7)
    await hall.passes(5000)
    assert hall.shown == []
    await hall.page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    await hall.passes(1000)
    assert [body["calls"][0]["number"] for body in hall.shown] == ["B001"]


async def test_what_the_server_could_not_take_is_told_again_as_the_same(
    browser: Browser, hall_server: HallServer, token: str
) -> None:
    hall = await screen(browser, hall_server, token=token)
    hall.answer = 503
    await hall.calls("B001", 7)
    await hall.passes(2000)
    hall.answer = 204
    for _ in range(6):
        await hall.passes(5000)
    assert len(hall.shown) >= 2
    assert len(set(hall.keys)) == 1
    told = len(hall.shown)
    await hall.passes(60_000)
    assert len(hall.shown) == told


async def test_a_page_that_is_no_display_tells_nothing(browser: Browser, hall_server: HallServer) -> None:
    hall = await screen(browser, hall_server)
    await hall.calls("B001", 7)
    await hall.passes(3000)
    await expect(on_stage(hall)).to_have_text(["B001"])
    assert hall.shown == []


async def test_a_revoked_display_goes_on_showing_and_falls_silent(
    browser: Browser, hall_server: HallServer, token: str
) -> None:
    hall = await screen(browser, hall_server, token=token)
    hall.answer = 401
    await hall.calls("B001", 7)
    await hall.passes(3000)
    await hall.calls("B002", 8)
    await hall.passes(3000)
    assert len(hall.shown) == 1
    await expect(on_stage(hall)).to_have_text(["B002", "B001"])


# the line


async def test_after_a_reset_nothing_comes_again_and_nothing_was_missed(
    browser: Browser, hall_server: HallServer, token: str
) -> None:
    hall = await screen(browser, hall_server, token=token)
    await hall.calls("B001", 7)
    await hall.calls("B002", 8)
    await hall.passes(10_000)
    missed, flashed = hall.row("D003", 64, 2000), hall.row("B002", 8, 10_100, step="flash")
    hall.board["calls"] = [missed, flashed, hall.row("B001", 7, 10_300)]
    await hall.page.evaluate("window.streams.at(-1).listeners.reset({ data: '{}' })")
    await hall.follows(2)
    await expect(on_stage(hall)).to_have_text(["D003", "B002"])
    await expect(hall.page.locator(".mark.flash")).to_have_count(1)


async def test_what_was_called_long_ago_is_listed_and_neither_shown_big_nor_told(
    browser: Browser, hall_server: HallServer, token: str
) -> None:
    hall = await screen(browser, hall_server, token=token)
    await hall.calls("B001", 7)
    await hall.passes(10_000)
    old = hall.event("TicketCalled", 8, "B002", times=1, step="voice", status="called") | {"at": hall.moment(-1)}
    await hall.passes(120_000)
    await hall.page.evaluate("(event) => window.tell(event)", old)
    await hall.passes(3000)
    await expect(on_stage(hall)).to_have_text(["B001"])
    await expect(hall.page.locator("#recent .number")).to_have_text(["B002"])
    assert [body["calls"][0]["number"] for body in hall.shown] == ["B001"]


async def test_a_cut_line_is_said_and_what_stands_is_no_longer_coloured_as_a_call(
    browser: Browser, hall_server: HallServer
) -> None:
    hall = await screen(browser, hall_server, "lang=zh,en")
    await hall.calls("B001", 7)
    await hall.page.evaluate("window.cutLine()")
    await hall.passes(100)
    await expect(hall.page.locator("#offline")).to_be_visible()
    await expect(hall.page.locator("#offline")).to_contain_text("Connection lost")
    await expect(on_stage(hall)).not_to_have_css("color", "rgb(255, 210, 74)")
    await hall.is_accessible()


# how it looks


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_two_languages_at_once_in_either_theme(browser: Browser, hall_server: HallServer, theme: str) -> None:
    hall = await screen(browser, hall_server, f"lang=zh,en&theme={theme}")
    await hall.happens("WindowPaused", 64, status="paused")
    await hall.calls("B001", 7)
    await hall.climbs("B001", 7, "flash")
    go = hall.page.locator(".call .go")
    await expect(go.locator('[lang="zh"]')).to_have_text("请到 7 号窗口")
    await expect(go.locator('[lang="en"]')).to_have_text("Please go to window 7")
    await expect(hall.page.locator(".mark")).to_contain_text("请尽快到窗口")
    await expect(hall.page.locator(".foot")).to_contain_text("64 号窗口暂停服务")
    await expect(hall.page.locator("body")).to_have_attribute("data-theme", theme)
    shown = START.astimezone(ZoneInfo(noon_zone()))  # the hall's own time, wherever the screen hangs
    await expect(hall.page.locator("#clock")).to_have_text(re.compile(f"{shown:%H}:0"))
    await hall.is_accessible()


async def test_a_screen_of_two_zones_shows_and_follows_those_alone(browser: Browser, hall_server: HallServer) -> None:
    hall = await screen(browser, hall_server, "lang=en&zone=Z1,Z3")
    await expect(hall.page.locator("#waits .letter")).to_have_text(["D"])
    await expect(hall.page.locator("#where")).to_contain_text("General service area")
    topics = await hall.page.evaluate("new URL(window.streams[0].url, location).searchParams.get('topics')")
    assert topics == "board:Z1,waits:Z1,board:Z3,waits:Z3"
    gone = await hall.page.goto(f"{hall_server.url}/screen/demo-hall?zone=Z1,ZZ")
    assert gone is not None
    assert gone.status == 404


async def test_a_closed_hall_says_so_to_everyone(browser: Browser, hall_server: HallServer) -> None:
    page = await page_of(browser, hall_server.url, FULL_HD, {})
    hall = MadeUpHall(page)
    hall.is_open = False
    hall.board |= {"waiting": [], "windows": []}
    await hall.open(f"{hall_server.url}/screen/demo-hall?lang=zh,en")
    await expect(page.locator(".calm")).to_contain_text("大厅未开放")
    await expect(page.locator(".calm")).to_contain_text("The hall is closed")
    await hall.is_accessible()


# with nothing made up


async def test_a_real_call_is_shown_and_the_hall_knows_that_it_was(
    browser: Browser, hall_server: HallServer, token: str
) -> None:
    page = await page_of(browser, hall_server.url, FULL_HD, {"gw-display-demo-hall": token})
    await page.goto(f"{hall_server.url}/screen/demo-hall?lang=zh,en&zone=Z1")
    await expect(page.locator(".calm")).to_be_visible()
    async with aiohttp.ClientSession() as http:
        hall = hall_server.client(http)
        await hall.open(222)
        ticket = await hall.ticket("GSO-02")
        async with page.expect_response("**/shown") as told:
            assert (await hall.at(222, "call", {"ticket": ticket["id"]})).status == 200
        await expect(page.locator(".call .number")).to_have_text(ticket["number"])
        await expect(page.locator(".call .mark.voice")).to_be_visible()  # paper alone: spoken at once
        assert (await told.value).status == 204
        while not await knows_it_was_shown(hall, 222):
            continue
        await hall.at(222, "start")
        await expect(page.locator(".mark")).to_have_count(0)
        await hall.at(222, "finish")


async def knows_it_was_shown(hall: HallClient, window: int) -> bool:
    state = await hall.get("/state")
    return bool(next(row["shown"] for row in state["windows"] if row["window"] == window))


async def test_a_managers_browser_is_no_display_until_it_signs_in_as_one(
    browser: Browser, hall_server: HallServer
) -> None:
    async with aiohttp.ClientSession() as http:
        made = await hall_server.client(http).post("/devices", {"role": "manager", "name": "cockpit"})
        shown = await hall_server.client(http).post("/devices", {"role": "display", "name": "screen", "window": 7})
    page = await page_of(browser, hall_server.url, FULL_HD, {"gw-manager-demo-hall": made["token"]})
    await page.goto(f"{hall_server.url}/screen/demo-hall/window/7")
    await expect(page.locator("body")).to_have_attribute("data-as", "")
    await page.goto(f"{hall_server.url}/sign-in?to=/screen/demo-hall/window/7")
    await page.locator("input[name=token]").fill(shown["token"])
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/screen/demo-hall/window/7")
    await expect(page.locator("body")).to_have_attribute("data-as", "display-demo-hall-7")
