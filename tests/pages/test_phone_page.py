"""A ticket in its visitor's hand: what the hall does shows at once, and what the visitor asks for happens."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest_asyncio
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.async_api import Browser, Page, Route, expect

from tests.pages.browser import assert_accessible, page_of
from tests.support.client import HallClient
from tests.support.servers import HallServer

PHONE = (390, 844)
ITEM, WINDOW = "GSO-02", 222
"""An item of queue R, and the first of its windows."""


@pytest_asyncio.fixture(loop_scope="session")
async def hall(hall_server: HallServer) -> AsyncIterator[HallClient]:
    """The hall; afterwards the window is free and nobody waits."""
    async with aiohttp.ClientSession() as http:
        hall = hall_server.client(http)
        await hall.open(WINDOW)
        yield hall
        while (called := await hall.at(WINDOW, "call-next")).status != 204:
            assert called.status in {200, 409}, called
            await hall.at(WINDOW, "no-show")
            await hall.at(WINDOW, "finish")


async def phone(browser: Browser, server: HallServer, ticket: Any, lang: str = "en") -> Page:
    page = await page_of(browser, server.url, PHONE, {"lang": lang})
    await page.add_init_script("navigator.vibrate = (pattern) => { window.shaken = pattern; return true; };")
    await page.goto(f"{server.url}/t/{ticket['token']}")
    await expect(page.locator(".own .number")).to_have_text(ticket["number"])
    return page


async def call(hall: HallClient, ticket: Any) -> None:
    answer = await hall.at(WINDOW, "call", {"ticket": ticket["id"]})
    assert answer.status == 200, answer


async def status(hall: HallClient, ticket: Any) -> str:
    return str((await hall.get(f"/tickets/{ticket['id']}"))["status"])


async def test_a_waiting_ticket_says_how_many_are_ahead_where_and_what_to_bring(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    await hall.ticket(ITEM)
    page = await phone(browser, hall_server, await hall.ticket(ITEM))
    await expect(page.locator(".figures")).to_contain_text("1 person")
    await expect(page.locator(".figures")).to_contain_text("min")
    await expect(page.locator(".facts")).to_contain_text("Floor 1, General service area")
    await expect(page.locator(".block")).to_contain_text("Identity card (original)")
    await assert_accessible(page)


async def test_the_place_moves_up_while_it_is_looked_at(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    first = await hall.ticket(ITEM)
    page = await phone(browser, hall_server, await hall.ticket(ITEM))
    await expect(page.locator(".figures")).to_contain_text("1 person")
    await hall.post(f"/tickets/{first['id']}/cancel")
    await expect(page.locator(".figures")).to_contain_text("You are next")


async def test_a_call_fills_the_screen_and_coming_is_told(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    ticket = await hall.ticket(ITEM)
    page = await phone(browser, hall_server, ticket)
    await page.locator(".own .number").click()  # a page may shake the phone once it was touched
    await call(hall, ticket)
    await expect(page.locator(".called h1")).to_have_text(f"Go to window {WINDOW}")
    await expect(page).to_have_title(re.compile(rf"{ticket['number']}.*{WINDOW}"))
    await page.wait_for_function("window.shaken")
    await assert_accessible(page)
    await page.locator(".coming").click()
    await expect(page.locator(".told")).to_be_visible()
    assert (await hall.get(f"/tickets/{ticket['id']}"))["coming"]
    await assert_accessible(page)
    await hall.at(WINDOW, "start")
    await expect(page.locator(".status h1")).to_contain_text("being served")
    await hall.at(WINDOW, "finish", {"outcome": "done"})
    await expect(page.locator(".status h1")).to_have_text("All done")
    await assert_accessible(page)


async def test_a_call_taken_back_is_taken_back_here_too(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    ticket = await hall.ticket(ITEM)
    page = await phone(browser, hall_server, ticket)
    await call(hall, ticket)
    await expect(page.locator(".called")).to_be_visible()
    assert (await hall.at(WINDOW, "undo")).status == 200
    await expect(page.locator(".figures")).to_be_visible()


async def test_cancelling_takes_a_second_touch(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    ticket = await hall.ticket(ITEM)
    page = await phone(browser, hall_server, ticket)
    await page.locator("#cancel").click()
    await expect(page.locator("#cancel")).to_have_text("Touch again to cancel")
    assert await status(hall, ticket) == "waiting"
    await assert_accessible(page)
    await page.locator("#cancel").click()
    await expect(page.locator(".status h1")).to_have_text("Your ticket is cancelled")
    assert await status(hall, ticket) == "cancelled"


async def test_more_time_moves_the_place_back(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    ticket = await hall.ticket(ITEM)
    page = await phone(browser, hall_server, ticket)
    await expect(page.locator(".figures")).to_contain_text("You are next")
    await hall.ticket(ITEM)
    await page.locator(".acts .button").first.click()
    await assert_accessible(page)
    await page.locator("[data-minutes='10']").click()
    await expect(page.locator(".figures")).to_contain_text("1 person")


async def test_a_missed_call_can_be_mended(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    ticket = await hall.ticket(ITEM)
    page = await phone(browser, hall_server, ticket)
    await call(hall, ticket)
    missed = await hall.at(WINDOW, "no-show")
    assert missed.status == 200, missed
    await expect(page.locator(".status h1")).to_have_text("Your call was missed")
    await assert_accessible(page)
    await page.locator(".acts .button").first.click()
    await page.locator("[data-minutes='5']").click()
    await expect(page.locator(".figures")).to_be_visible()
    assert await status(hall, ticket) == "waiting"


async def test_who_is_ahead_and_why_is_a_plain_list(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    ticket = await hall.ticket(ITEM)
    elder = await hall.ticket(ITEM, priority="elder")
    page = await phone(browser, hall_server, ticket)
    await page.locator(".why .button").click()
    await expect(page.locator(".why li")).to_contain_text(f"{elder['number']} has priority (older visitors)")
    await assert_accessible(page)


async def test_without_a_connection_the_last_state_stays_and_says_so(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    ticket = await hall.ticket(ITEM)
    page = await phone(browser, hall_server, ticket)
    away = True

    async def cut(route: Route) -> None:
        await (route.abort() if away else route.continue_())

    await page.route("**/api/**", cut)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#away")).to_contain_text("Connection lost")
    await page.reload()
    await expect(page.locator("#away")).to_contain_text("Connection lost")
    await expect(page.locator(".own .number")).to_have_text(ticket["number"])
    await assert_accessible(page)
    await call(hall, ticket)
    away = False
    await expect(page.locator(".called")).to_be_visible(timeout=15_000)
    await expect(page.locator("#away")).to_be_hidden()


SUBSCRIBED = """
const target = { endpoint: "https://push.example.org/send/1", keys: { p256dh: %r, auth: "AAECAwQFBgcICQoLDA0ODw" } };
let held = null;
PushManager.prototype.getSubscription = async () => held;
PushManager.prototype.subscribe = async (options) => {
  window.askedWith = options.applicationServerKey.length;
  return (held = { toJSON: () => target });
};
"""
"""A browser that has a push service; this one has none."""


async def test_it_can_be_installed_and_pushes_a_call_to_a_phone_that_asked_for_it(
    whole_browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    ticket = await hall.ticket(ITEM)
    page = await page_of(whole_browser, hall_server.url, PHONE, {"lang": "en"})
    await page.context.grant_permissions(["notifications"], origin=hall_server.url)
    await page.add_init_script(SUBSCRIBED % base64.urlsafe_b64encode(raw).decode().rstrip("="))
    await page.goto(f"{hall_server.url}/t/{ticket['token']}")
    await page.locator("#push").click()
    await expect(page.locator("#push")).to_have_text("Notifications are on")
    assert await page.evaluate("window.askedWith") == len(raw)
    line = await page.context.new_cdp_session(page)
    errors = (await line.send("Page.getInstallabilityErrors"))["installabilityErrors"]
    assert [error["errorId"] for error in errors] == ["in-incognito"]  # as every page of a test is
    registered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    line.once("ServiceWorker.workerRegistrationUpdated", lambda told: registered.set_result(told))
    await line.send("ServiceWorker.enable")
    worker = (await registered)["registrations"][0]["registrationId"]
    told = {"tag": "1", "kind": "called", "title": "Go to window 3", "body": "", "page": f"/t/{ticket['token']}"}
    await line.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": hall_server.url, "registrationId": worker, "data": json.dumps(told)},
    )
    shown = "navigator.serviceWorker.ready.then((home) => home.getNotifications()).then((rows) => rows[0]?.title)"
    await page.wait_for_function(f"{shown}.then((title) => title === 'Go to window 3')")
    await page.locator("#push").click()
    await expect(page.locator("#push")).to_have_text("Notify me on this phone")


async def test_text_messages_are_turned_off_where_a_phone_number_was_given(
    browser: Browser, hall_server: HallServer, hall: HallClient
) -> None:
    ticket = await hall.ticket("PSB-01", channel="phone", visitor={"phone": "13812340077"})
    page = await phone(browser, hall_server, ticket)
    await expect(page.locator("#messages")).to_be_checked()
    async with page.expect_response("**/messages"):
        await page.locator("#messages").uncheck()
    await page.reload()
    await expect(page.locator("#messages")).not_to_be_checked()
    own = hall.as_(ticket["token"])
    assert (await own.get(f"/tickets/{ticket['id']}/messages")).body == {"on": False, "phone": True, "push": False}


async def test_large_type_is_kept(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await phone(browser, hall_server, await hall.ticket(ITEM), "zh")
    await page.locator("#care").click()
    size = "parseFloat(getComputedStyle(document.querySelector('.status .soft')).fontSize)"
    assert 18 <= await page.evaluate(size) <= 30
    await assert_accessible(page)
    await page.reload()
    await expect(page.locator("body")).to_have_attribute("data-theme", "care")


async def test_nothing_is_wider_than_the_phone(browser: Browser, hall_server: HallServer, hall: HallClient) -> None:
    page = await phone(browser, hall_server, await hall.ticket("HRS-07"))
    await page.locator("#care").click()
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_an_unknown_ticket_has_its_page(browser: Browser, hall_server: HallServer) -> None:
    page = await page_of(browser, hall_server.url, PHONE, {"lang": "en"})
    answer = await page.goto(f"{hall_server.url}/t/t.demo-hall.x.AAAAAAAAAAAAAAAAAAAAAA")
    assert answer is not None and answer.status == 404
    await expect(page.locator("h1")).to_have_text("No such ticket")
    await assert_accessible(page)
