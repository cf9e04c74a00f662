"""The hall in a visitor's pocket: found, prepared for, queued for or booked, also where there is no connection."""

import asyncio
import re
from collections.abc import Iterator
from io import BytesIO

import aiohttp
import pytest
from PIL import Image
from playwright.async_api import Browser, Page, Route, expect
from pyzbar.pyzbar import decode

from queue_server.languages import Words
from tests.pages.browser import assert_accessible
from tests.pages.pocket import STRICT, accessible_in_large_type, codes_sent, next_code, phone, two_halls
from tests.support.servers import HallServer

ITEM = "PSB-01"
"""An ID card: done by queueing or booking, with one paper."""
FIRST_VIEW_BYTES = 150_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallServer]:
    with two_halls(tmp_path_factory.mktemp("pocket")) as server:
        yield server


async def first_view(page: Page, url: str) -> None:
    """Opens a page on a phone with a quarter of the power; it must be there soon, and light."""
    line = await page.context.new_cdp_session(page)
    await line.send("Network.enable")
    await line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    await page.goto(url)
    await expect(page.locator("main h1")).to_be_visible()
    assert sum(sizes) < FIRST_VIEW_BYTES
    await line.send("Emulation.setCPUThrottlingRate", {"rate": 1})


@pytest.mark.parametrize(
    ("lang", "item", "asked", "window"), [("zh", ITEM, "sfz", 61), ("ru", "PSB-08", "загран", 80)], ids=["zh", "ru"]
)
async def test_a_visitor_finds_an_item_books_confirms_checks_in_and_is_called(
    browser: Browser, server: HallServer, lang: str, item: str, asked: str, window: int
) -> None:
    say, before, page = Words(lang).say, codes_sent(server), await phone(browser, server, lang)
    await first_view(page, f"{server.url}/m/{STRICT}")
    await expect(page.locator(".now h1")).to_have_text(say("phone_home.open"))
    await expect(page.locator(".usual")).to_contain_text("09:30")
    await is_in_order(page, lang)
    await page.fill("#q", asked)
    await page.locator(f"#found [data-item={item}]").click()
    await page.locator("[data-paper]").first.check()
    await page.locator("#book").click()
    await expect(page.locator(".slot").first).to_be_visible()
    await is_in_order(page, lang)
    await page.locator(".slot:not([disabled])").first.click()
    await page.locator("#do").click()
    await expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
    await is_in_order(page, lang)
    await page.fill("#phone", f"+86 138 0013 80{window}")
    await page.locator("#do").click()
    await confirmed(page, server, before, lang)
    await page.goto(f"{server.url}/m/{STRICT}#item/{item}")
    await expect(page.locator("[data-paper]").first).to_be_checked()
    await page.locator(".own-row").click()
    await kept_without_a_connection(page, server, lang)
    await page.locator("#check-in").click()
    await page.locator("#check-in").click()
    await page.locator("#allow").click()  # the strict hall wants to know where
    await page.wait_for_url("**/t/*")
    await page.locator(".own .number").click()  # a page may shake the phone once it was touched
    number = await page.locator(".own .number").inner_text()
    async with aiohttp.ClientSession() as http:
        hall = server.client(http)
        await hall.open(window)
        assert (await hall.at(window, "call-next"))["number"] == number
    await expect(page.locator(".called h1")).to_contain_text(str(window))
    await page.wait_for_function("window.shaken")
    await is_in_order(page, lang)
    assert page.wrong == []  # type: ignore[attr-defined]


async def is_in_order(page: Page, lang: str) -> None:
    """What axe sees is the same in each language, so one is enough; what fits is not."""
    if lang == "zh":
        await assert_accessible(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


async def confirmed(page: Page, server: HallServer, before: list[str], lang: str) -> None:
    """A booking that waits for its one-time code gets a wrong one, then the right one."""
    await page.wait_for_url("**/b/*")
    await expect(page.locator(".left")).to_contain_text(re.compile("(10:00|9:5)"))
    await is_in_order(page, lang)
    wrong, right = "000000", await next_code(server, before)
    await page.fill("#code", wrong)
    await expect(page.locator(".note.bad")).to_contain_text(Words(lang).say("refusals.WRONG_CODE.title"))
    await page.fill("#code", f" {right[:3]} {right[3:]}")  # as it is pasted
    await expect(page.locator(".status h1")).to_have_text(Words(lang).say("booking.state.open"))


async def kept_without_a_connection(page: Page, server: HallServer, lang: str) -> None:
    """The booking's page shows a code that a kiosk reads, and opens where there is no line."""
    say, code = Words(lang).say, await page.locator(".code .number").inner_text()
    await expect(page.locator(".turns [aria-current]")).to_contain_text(say("booking.turn.on_time"))
    await expect(page.locator(".qr img")).to_be_visible()
    scanned = decode(Image.open(BytesIO(await page.screenshot(full_page=True))))  # the page may draw itself anew
    assert scanned and scanned[0].data.decode().startswith(f"k.{server.hall}.{code.replace('-', '')}")
    await is_in_order(page, lang)
    await page.wait_for_function("caches.match(location.href, { ignoreVary: true })")
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.locator("#away")).to_contain_text(say("phone.offline", at="|").partition("|")[0])
    await expect(page.locator(".code .number")).to_have_text(code)
    await page.context.set_offline(False)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#away")).to_be_hidden(timeout=15_000)


async def test_three_tabs_that_queue_at_once_get_one_number(browser: Browser, server: HallServer) -> None:
    first = await phone(browser, server, "en", f"/m/demo-hall#queue/{ITEM}")
    tabs = [first, await first.context.new_page(), await first.context.new_page()]
    for tab in tabs[1:]:
        await tab.goto(first.url)
    for tab in tabs:
        await expect(tab.locator("#take")).to_be_visible()
    twice = "() => { const key = document.getElementById('take'); key.click(); key.click(); }"
    await asyncio.gather(*(tab.evaluate(twice) for tab in tabs))
    for tab in tabs:
        await tab.wait_for_url("**/t/*")
    assert len({tab.url for tab in tabs}) == 1
    await first.goto(f"{server.url}/m/demo-hall#queue/{ITEM}")
    await expect(first.locator(".note h2")).to_contain_text("already")


async def test_what_was_refused_once_may_be_granted_later(browser: Browser, server: HallServer) -> None:
    """The store repeats what it answered under a key; a new try has a new one."""
    page, keys = await phone(browser, server, "en", f"/m/demo-hall#queue/{ITEM}"), []

    async def first_refused(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            return await route.continue_()
        problem = '{"status": 409, "code": "QUOTA_REACHED", "title": "No places left", "detail": "Please try later."}'
        return await route.fulfill(status=409, content_type="application/problem+json", body=problem)

    await page.route("**/tickets", first_refused)
    await page.locator("#take").click()
    await expect(page.locator(".note.bad")).to_contain_text("No places left")
    await page.locator("#take").click()
    await page.wait_for_url("**/t/*")
    assert len(set(keys)) == 2


async def test_a_strict_hall_asks_who_and_where_one_is_and_says_why(browser: Browser, server: HallServer) -> None:
    before, page = codes_sent(server), await phone(browser, server, "en", f"/m/{STRICT}#queue/{ITEM}")
    await page.locator("#take").click()
    await page.fill("#phone", "13800138002")
    await page.locator("#send").click()
    await expect(page.locator("#again")).to_be_disabled()
    right = await next_code(server, before)
    await page.fill("#code", right)
    await expect(page.locator("#allow")).to_be_visible()
    await page.context.set_geolocation({"latitude": 31.2, "longitude": 121.5})
    await page.locator("#allow").click()
    await expect(page.locator(".note.bad")).to_contain_text("Too far")
    await assert_accessible(page)
    await page.context.set_geolocation({"latitude": 30.2701, "longitude": 120.1501})
    await page.get_by_text("Measure again").click()
    await page.locator("#allow").click()
    await page.wait_for_url("**/t/*")
    assert page.wrong == []  # type: ignore[attr-defined]


async def test_large_type_has_four_sizes_fewer_choices_and_fits(browser: Browser, server: HallServer) -> None:
    page = await phone(browser, server, "en", "/m/demo-hall")
    await expect(page.locator(".rows li")).to_have_count(8)
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.locator("#care").click()
    await expect(page.locator(".rows li")).to_have_count(4)
    size = "parseFloat(getComputedStyle(document.querySelector('.help')).fontSize)"
    sizes = [await page.evaluate(size)]
    for _ in range(3):
        await page.locator("#larger").click()
        sizes.append(await page.evaluate(size))
    assert sizes == [18, 22, 26, 30]
    for view in ("", f"item/{ITEM}", f"queue/{ITEM}", f"book/{ITEM}"):
        await page.evaluate(f"location.hash = '{view}'")
        await expect(page.locator(".doors, #q, #take, .slot").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await accessible_in_large_type(page)


async def test_without_a_connection_the_hall_and_its_papers_open_all_the_same(
    browser: Browser, server: HallServer
) -> None:
    page = await phone(browser, server, "en", f"/m/demo-hall#item/{ITEM}")
    await page.locator("[data-paper]").check()
    await page.wait_for_function("caches.keys().then((names) => names.length > 0)")
    await page.reload()
    await expect(page.locator("[data-paper]")).to_be_checked()
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.locator("#away")).to_contain_text("Connection lost")
    await expect(page.locator("[data-paper]")).to_be_checked()
    kept = "caches.open('greenwave-phone').then((shelf) => shelf.keys()).then((rows) => rows.map((row) => row.url))"
    assert not [url for url in await page.evaluate(kept) if "/api/" in url]
