"""Waits and offers where visitors look: before a ticket and after it, on kiosk, phone and screen."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Page, Route, expect

from queue_server.contract.times import rfc3339
from tests.pages.browser import assert_accessible, page_of
from tests.pages.made_up_hall import STREAM, MadeUpHall
from tests.support.client import ADMIN, HallClient
from tests.support.noon import noon_zone
from tests.support.servers import HallServer


def on_wire(hour: int, minute: int) -> str:
    """A moment of a day by the hall's clock."""
    moment = datetime(2026, 3, 2, hour, minute, tzinfo=ZoneInfo(noon_zone()))
    return rfc3339(round(moment.timestamp() * 1000))


PHONE, TOUCH, SCREEN = (390, 844), (1080, 1920), (1920, 1080)
ITEM, QUEUE = "GSO-02", "R"
"""An item that a machine can do as well, and its queue."""
LONG = {"p10": 1260, "p50": 1600, "p90": 2040}
SHORT = {"p10": 300, "p50": 420, "p90": 600}
IN_HALL = {on_wire(14, 15): "14:15", on_wire(14, 30): "14:30"}
"""Moments of the wire on the hall's clock."""
EARLY, LATE = IN_HALL


async def expects(page: Page, wait_s: dict[str, int] | None, later: dict[str, dict[str, int] | None]) -> None:
    """Such waits are expected in all queues, now and then."""
    rows = [{"at": at, "wait_s": wait} for at, wait in later.items()]

    async def outlook(route: Route) -> None:
        told = await (await route.fetch()).json()
        queues = [row | {"wait_s": wait_s, "later": rows} for row in told["queues"]]
        await route.fulfill(json=told | {"queues": queues})

    async def services(route: Route) -> None:
        told = await (await route.fetch()).json()
        found = [row | ({} if row["queue"] == "SELF" else {"wait_s": wait_s, "waiting": 9}) for row in told["services"]]
        await route.fulfill(json={"services": found})

    await page.route("**/outlook", outlook)
    await page.route("**/services?*", services)


async def item_at_kiosk(browser: Browser, server: HallServer, wait_s: Any = LONG, later: Any = None) -> Page:
    page = await page_of(browser, server.url, TOUCH, {"gw-admin": ADMIN, "lang": "en"})
    if later is not None:
        await expects(page, wait_s, later)
    await page.goto(f"{server.url}/kiosk/demo-hall")
    await page.locator(f"[data-item={ITEM}]").click()
    return page


SETTLED = """(ticket) => performance.getEntriesByType("resource")
    .filter(({ name }) => name.endsWith(`/tickets/${ticket}`)).length > 2"""
"""A ticket's page follows: it has read the ticket at its start, once its stream was open, and when that was told."""


# ---- before a ticket ----


async def test_before_a_ticket_by_phone_the_wait_is_told_and_a_time_that_is_clearly_better(
    browser: Browser, hall_server: HallServer
) -> None:
    page = await page_of(browser, hall_server.url, PHONE, {"lang": "en"})
    await expects(page, LONG, {EARLY: LONG, LATE: SHORT})
    for view in ("item", "queue"):
        await page.goto(f"{hall_server.url}/m/demo-hall#{view}/{ITEM}")
        await expect(page.locator("main")).to_contain_text("about 20–35 min · 9 waiting")
        await expect(page.locator(".before")).to_have_text(f"If you come at {IN_HALL[LATE]}: about 5–10 min")
    await assert_accessible(page)


async def test_where_no_window_is_open_the_kiosk_says_so_and_since_when_one_is_expected(
    browser: Browser, hall_server: HallServer
) -> None:
    page = await item_at_kiosk(browser, hall_server, None, {EARLY: None, LATE: SHORT})
    await expect(page.locator(".figures")).to_contain_text("no window open")
    told = f"No window is open for this at the moment. The first is expected at {IN_HALL[LATE]}."
    await expect(page.locator(".before")).to_have_text(told)
    await expect(page.locator(".take")).to_be_enabled()
    await assert_accessible(page)
    page = await item_at_kiosk(browser, hall_server, None, {EARLY: None})
    await expect(page.locator(".before")).to_contain_text("Please ask at the guide desk.")


async def test_what_the_hall_offers_is_one_touch_at_the_kiosk(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    begun = (await hall.post("/diversions", {"action": "guide_to_device", "service": ITEM})).body
    page = await item_at_kiosk(browser, hall_server)
    await page.locator(".faster button.offer").click()
    await expect(page.locator(".instead .self-place")).to_contain_text("Floor 1")
    await assert_accessible(page)
    await page.locator(".instead .big.next").click()
    await expect(page.locator(".hero")).to_be_visible()
    await hall.post(f"/diversions/{begun['id']}/end", {})


# ---- a ticket ----


async def test_a_wait_that_grows_much_is_told_calmly(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    ticket = await hall.ticket(ITEM)
    page = await page_of(browser, hall_server.url, PHONE, {"lang": "en"})
    await page.add_init_script(STREAM)
    await page.goto(f"{hall_server.url}/t/{ticket['token']}")
    await expect(page.locator("html")).to_have_attribute("data-streams", "1")
    await page.wait_for_load_state("networkidle")  # what it reads at its start is not to come after what it is told
    tell = "(wait_s) => window.tell({event: 'PlaceChanged', ahead: 9, wait_s})"
    await page.evaluate(tell, SHORT)
    await expect(page.locator(".wait .figure")).to_have_text("about 5–10 min")
    await page.evaluate(tell, LONG)
    await expect(page.locator(".wait .figure")).to_have_text("about 20–35 min")
    await expect(page.locator(".wait-bar .range")).to_have_attribute("width", "25")
    await expect(page.locator(".moved")).to_contain_text("A little longer than we thought")
    await assert_accessible(page)
    await page.evaluate(tell, None)
    await expect(page.locator(".wait .figure")).to_have_text("no window open")
    await expect(page.locator(".moved")).to_contain_text("No window is open for this at the moment.")
    await hall.post(f"/tickets/{ticket['id']}/cancel")


async def test_at_an_offered_machine_the_place_is_kept_until_the_visitor_is_done(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    ticket = await hall.ticket(ITEM)
    page = await page_of(browser, hall_server.url, PHONE, {"lang": "en"})
    await page.goto(f"{hall_server.url}/t/{ticket['token']}")
    await page.wait_for_function(SETTLED, arg=ticket["id"])
    begun = (await hall.post("/diversions", {"action": "guide_to_device", "service": ITEM})).body
    await expect(page.locator(".offer")).to_contain_text("Your place in line is kept until you are done.")
    await assert_accessible(page)
    await page.locator("#offer-accept").click()
    await page.locator("#offer-done").click()
    await expect(page.locator("#offer-done")).to_have_text("Touch again: give back my number")
    assert (await hall.get(f"/tickets/{ticket['id']}"))["status"] == "waiting"
    await assert_accessible(page)
    await page.locator("#offer-done").click()
    await expect(page.locator(".diverted")).to_contain_text(f"Your number {ticket['number']} has been given back.")
    assert (await hall.get(f"/tickets/{ticket['id']}"))["status"] == "cancelled"
    await page.reload()
    await expect(page.locator(".diverted")).to_be_visible()
    await assert_accessible(page)
    await hall.post(f"/diversions/{begun['id']}/end", {})


async def test_who_takes_another_time_is_led_to_what_they_have_instead(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    ticket = await hall.ticket(ITEM)
    offer = {"diversion": "D-1", "action": "offer_later", "service": ITEM, "later_at": LATE, "wait_s": SHORT}
    page = await page_of(browser, hall_server.url, PHONE, {"lang": "zh"})
    asked: list[Any] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.post_data_json)
        given = await hall.post(f"/tickets/{ticket['id']}/cancel")
        await route.fulfill(json=given.body | {"page": "/b/its-token"})

    async def read(route: Route) -> None:
        await route.fulfill(json=await (await route.fetch()).json() | {"offer": offer | {"accepted": False}})

    await page.route(f"**/tickets/{ticket['id']}", read)
    await page.route(f"**/tickets/{ticket['id']}/offer", answer)
    await page.goto(f"{hall_server.url}/t/{ticket['token']}")
    await expect(page.locator(".offer")).to_contain_text("届时等候：约 5–10 分钟")
    await page.locator("#offer-accept").click()
    await expect(page.locator(".diverted")).to_contain_text(f"{IN_HALL[LATE]} 见")
    await expect(page.locator("#instead")).to_have_attribute("href", "/b/its-token")
    assert asked == [{"diversion": "D-1", "answer": "accept", "start": LATE}]


# ---- the hall's screen ----


async def test_the_screen_tells_waits_in_the_same_words(browser: Browser, hall_server: HallServer) -> None:
    made_up = MadeUpHall(await page_of(browser, hall_server.url, SCREEN, {"lang": "en"}))
    first, second = made_up.board["waiting"]
    made_up.board["waiting"] = [first | {"wait_s": LONG}, second | {"waiting": 2, "wait_s": None}]
    await made_up.open(f"{hall_server.url}/screen/demo-hall?lang=en")
    cells = made_up.page.locator(".cell .range")
    await expect(cells).to_have_text(["about 20–35 min", "no window open"])
    await made_up.is_accessible()
