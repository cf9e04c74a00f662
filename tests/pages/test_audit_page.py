"""A manager looks up who did what: the ledger is searched and read on; without its archive it waits."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import HallClient
from tests.support.servers import HallServer

DESK = (1440, 900)
ADDRESS = re.compile(r"/api/v1/halls/demo-hall/audit")


@pytest_asyncio.fixture(loop_scope="session")
async def busy(hall: HallClient) -> AsyncIterator[HallClient]:
    """A clerk has served a visitor, a token was tried that is none."""
    found = await hall.get("/services")
    item = next(row["id"] for row in found["services"] if row["queue"] == "R")
    [window, *_] = next(queue["windows"] for queue in (await hall.get())["queues"] if queue["id"] == "R")
    await hall.post(f"/windows/{window}/open", {"staff": "2048"})
    await hall.ticket(item)
    for act in ("call-next", "start"):
        assert (await hall.at(window, act)).status in {200, 409}
    await hall.at(window, "hold", {"reason": "papers at home"})
    await hall.as_("d.demo-hall.x.forged").at(window, "call-next")
    yield hall
    await hall.at(window, "close")


async def ledger(browser: Browser, hall: HallClient, server: HallServer, lang: str, query: str = "") -> Page:
    made = await hall.post("/devices", {"role": "manager", "name": "a manager"})
    page = await page_of(browser, server.url, DESK, {"gw-manager-demo-hall": made["token"], "lang": lang})
    await page.goto(f"{server.url}/audit/demo-hall{query}")
    return page


async def until_shown(page: Page, text: str) -> None:
    """Looks again until the archive has it: what just happened comes a second later."""
    entries = page.locator("#entries")
    for _ in range(40):
        await expect(page.locator("#content:not([aria-busy])")).to_be_visible()
        if text in await entries.inner_text():
            return
        await page.wait_for_timeout(250)
        await page.locator("form button.next").click()
    raise AssertionError(f"{text} does not come: {await entries.inner_text()}")


@pytest.mark.parametrize(
    ("lang", "held", "refused"), [("zh", "挂起", "被拒绝"), ("de", "Zurückgestellt", "Abgewiesen")]
)
async def test_a_manager_finds_who_did_what_and_why(
    browser: Browser, hall_server: HallServer, busy: HallClient, lang: str, held: str, refused: str
) -> None:
    page = await ledger(browser, busy, hall_server, lang)
    await until_shown(page, refused)
    row = page.locator("#entries tr.TicketHeld").first
    await expect(row.locator(".who")).to_contain_text("2048")
    await expect(row.locator(".what")).to_have_text(held)
    await expect(row.locator(".why")).to_contain_text("papers at home")
    await expect(row.locator(".whence")).to_have_text("127.0.0.1")
    await row.locator("summary").click()
    await expect(row.locator("dl")).to_contain_text(re.compile("[0-9a-f]{64}"))
    await assert_accessible(page)
    await page.locator('[name="actor"]').fill({"zh": "系统管理员", "de": "administration"}[lang])
    await page.locator("#act").select_option("TicketHeld")
    await page.locator("form button.next").click()
    await expect(page.locator("#entries tr:not(.TicketHeld)")).to_have_count(0)
    await expect(page.locator("#entries tr.TicketHeld").first).to_be_visible()
    assert "actor=admin&act=TicketHeld" in page.url


async def test_nothing_found_is_said_and_undone(browser: Browser, hall_server: HallServer, busy: HallClient) -> None:
    page = await ledger(browser, busy, hall_server, "en", "?from=2020-01-01&to=2020-01-02")
    await expect(page.locator("#empty")).to_be_visible()
    await expect(page.locator("#found")).to_be_hidden()
    await assert_accessible(page)
    await page.get_by_role("button", name="Clear").click()
    await until_shown(page, "2048")
    await expect(page.locator("#empty")).to_be_hidden()
    await expect(page).to_have_url(re.compile("/audit/demo-hall$"))


async def test_without_archive_or_server_it_says_so_and_comes_back(
    browser: Browser, hall_server: HallServer, busy: HallClient
) -> None:
    page = await ledger(browser, busy, hall_server, "en")
    await until_shown(page, "2048")

    async def away(route: Route) -> None:
        await route.fulfill(status=503, json={"status": 503, "code": "ARCHIVE_AWAY", "title": "", "detail": ""})

    await page.route(ADDRESS, away)
    await page.locator("form button.next").click()
    await expect(page.locator("#problem")).to_contain_text("The archive cannot be read just now", timeout=15_000)
    await expect(page.locator("#entries tr").first).to_be_visible()
    await assert_accessible(page)
    await page.unroute(ADDRESS)
    await page.route(ADDRESS, lambda route: route.abort())
    await expect(page.locator("#problem")).to_contain_text("The server cannot be reached", timeout=20_000)
    await page.unroute(ADDRESS)
    await expect(page.locator("#problem")).to_be_hidden(timeout=20_000)


async def test_earlier_entries_come_on_demand(browser: Browser, hall_server: HallServer, busy: HallClient) -> None:
    page = await ledger(browser, busy, hall_server, "en")
    await until_shown(page, "2048")
    rows = page.locator("#entries tr")
    whole = [int(n) for n in await rows.evaluate_all("rows => rows.map((row) => row.dataset.n)")]
    assert len(whole) > 4 and whole == sorted(whole, reverse=True)

    async def short(route: Route) -> None:
        await route.continue_(url=f"{route.request.url}&limit=3")

    await page.route(ADDRESS, short)
    await page.locator('[name="to"]').fill("2099-01-01")
    await page.locator("form button.next").click()
    await expect(rows).to_have_count(3)
    await page.get_by_role("button", name="Earlier entries").click()
    await expect(rows).to_have_count(6)
    shown = [int(n) for n in await rows.evaluate_all("rows => rows.map((row) => row.dataset.n)")]
    assert shown == list(range(shown[0], shown[0] - 6, -1))


async def test_who_has_not_signed_in_is_led_to_the_entrance(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    page = await page_of(browser, hall_server.url, DESK, {"lang": "en"})
    await page.goto(f"{hall_server.url}/audit/demo-hall")
    await expect(page).to_have_url(re.compile(r"/sign-in\?to=/audit/demo-hall"))
    made = await hall.post("/devices", {"role": "manager", "name": "a manager"})
    await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    await page.locator('input[name="token"]').fill(made["token"])
    await page.locator('input[name="token"]').press("Enter")
    await expect(page).to_have_url(re.compile(r"/audit/demo-hall"))
    await until_shown(page, "Signed in")
    row = page.locator("#entries tr.signed_in").first
    await expect(row.locator(".about")).to_contain_text("/audit/demo-hall")
