"""Takes the pictures of the README from the running product: `python docs/screenshots.py [FOLDER]`.

Starts the demo hall with a crowd, lets it fill until there is advice, and opens the hall's pages at their real size;
ends its day and plays it again; then the visitors' pages in a hall of an ordinary hour, whose waits are the clock's; a
whole visit, in a hall for each language; and a made-up month's report.
"""

import asyncio
import shutil
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, async_playwright
from shooting import CONSOLE, FLAGS, PHONE, WALL, hall, page_at, shoot, staff_page, until
from visit_pictures import a_whole_visit, rate_the_day, reports

from queue_server.domain.calendar import local
from queue_server.store.catalogue import Catalogue
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.support.client import HallClient
from tests.support.servers import HallServer

SPEED = "20"
"""Of the rehearsal: its hall fills in minutes, and its waits are still worth looking at."""
FILL_S = 60
WINDOW = 1
LANGUAGES = ("zh", "en")
OPEN = (*range(1, 237, 4), 222, 223)
"""Every fourth window, and two for those who collect certificates."""
ASKED_FOR = {"GSO-01": 7, "GSO-02": 48, "PSB-01": 12, "HRS-07": 14, "HSB-02": 11, "NRP-01": 15, "TAX-04": 12}
BOOKED, OFFERED = "PSB-01", "GSO-02"
"""An item that can be booked; one with a long wait, which a device does as well."""
PHONES = {"zh": "138 0000 0001", "en": "138 0000 0002"}
"""Whose bookings are shown: nobody's numbers."""


async def serve_somebody(server: HallServer) -> None:
    """Gives window 1 somebody to serve."""
    async with aiohttp.ClientSession() as http:
        hall = server.client(http)
        await hall.ticket("GSO-03", priority="elder")
        await hall.open(WINDOW)
        await hall.at(WINDOW, "call-next")
        await hall.at(WINDOW, "start")


async def somebody_waits(server: HallServer) -> str:
    """The token of one who has just come."""
    async with aiohttp.ClientSession() as http:
        return str((await server.client(http).ticket(OFFERED))["token"])


async def a_booking(server: HallServer, phone: str) -> tuple[str, str]:
    """The code and the token of a booking that can check in now."""
    async with aiohttp.ClientSession() as http:
        hall = server.client(http)
        next_slot = (await hall.get(f"/slots?service={BOOKED}"))["slots"][0]
        wish = {"service": BOOKED, "start": next_slot["start"], "visitor": {"phone": phone}}
        made = await hall.as_("").post("/bookings", wish)
        return str(made["code"]), str(made["token"])


async def an_ordinary_hour(server: HallServer) -> None:
    """Some windows open and serving, and a few people in the queues that most come for, at the pace of the clock."""
    async with aiohttp.ClientSession() as http:
        hall = server.client(http)
        for service, many in ASKED_FOR.items():
            for _ in range(many):
                await hall.ticket(service)
        for window in OPEN:
            await hall.open(window)
            await hall.at(window, "call-next")
            await hall.at(window, "start")
        await until(lambda: is_foreseen(hall))
        await hall.post("/diversions", {"action": "guide_to_device", "service": OFFERED})


async def is_foreseen(hall: HallClient) -> bool:
    return bool((await hall.get("/outlook"))["trusted"])


async def has_advice(hall: HallClient) -> bool:
    proposed = (await hall.get("/diversions?status=proposed"))["diversions"]
    return len(proposed) > 1 and bool((await hall.get("/outlook"))["trusted"])


async def end_day(server: HallServer) -> None:
    """What midnight does, now; returns when the archive has the day."""
    at = time.time_ns() // 1_000_000
    client = connect(EmbeddedStore(server.data).url)
    [hall] = await Catalogue(client).halls()
    tomorrow = (local(hall, at) + timedelta(days=1)).strftime("%y%m%d")
    await HallStore(client, lambda: load_library(client)).close_day(server.hall, at, tomorrow)
    await client.aclose()
    async with aiohttp.ClientSession() as http:
        api = server.client(http)
        await until(lambda: _days(api))


async def _days(hall: HallClient) -> list[Any]:
    return list((await hall.get("/days"))["days"])


async def main(folder: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with hall("--crowd", SPEED) as rehearsal:
            await asyncio.sleep(FILL_S)
            await serve_somebody(rehearsal)
            async with aiohttp.ClientSession() as http:
                api = rehearsal.client(http)
                await until(lambda: has_advice(api))
                await rate_the_day(rehearsal)
                for lang in LANGUAGES:
                    await the_halls_pages(browser, rehearsal, folder, lang)
                    await what_if(browser, rehearsal, api, folder, lang)
            await end_day(rehearsal)
            for lang in LANGUAGES:
                await replay(browser, rehearsal, folder, lang)
        with hall() as server:
            await an_ordinary_hour(server)
            for lang in LANGUAGES:
                await a_visitors_pages(browser, server, folder, lang)
        for lang in LANGUAGES:
            await a_whole_visit(browser, folder, lang)
        await reports(browser, folder, LANGUAGES)
        await browser.close()


async def the_halls_pages(browser: Browser, server: HallServer, folder: Path, lang: str) -> None:
    hall = server.hall
    console = await staff_page(browser, server, f"/window/{hall}/{WINDOW}", CONSOLE, lang)
    await shoot(console, folder, f"console-{lang}")
    cockpit = await staff_page(browser, server, f"/cockpit/{hall}", WALL, lang)
    await cockpit.wait_for_selector("#chart-wait svg")
    await shoot(cockpit, folder, f"cockpit-{lang}")
    screen = await page_at(browser, *WALL, lang)
    await screen.goto(f"{server.url}/screen/{hall}?lang={lang}")
    await screen.wait_for_timeout(6000)
    await shoot(screen, folder, f"screen-{lang}")
    for page in (console, cockpit, screen):
        await page.context.close()


async def what_if(browser: Browser, server: HallServer, api: HallClient, folder: Path, lang: str) -> None:
    """A window that is shut is put on the longest queue, and another one beside it."""
    state = await api.get("/state")
    longest = max(state["queues"], key=lambda queue: queue["waiting"])["queue"]
    at_work = {row["window"] for row in state["windows"] if row["status"] != "closed"}
    shut = [row["window"] for row in (await api.get())["windows"] if row["window"] not in at_work][:2]
    page = await staff_page(browser, server, f"/cockpit/{server.hall}", WALL, lang)
    await page.locator("#to-what-if").click()
    await until(lambda: is_answered(page, shut, longest))
    await shoot(page, folder, f"what-if-{lang}")
    await page.context.close()


async def is_answered(page: Page, windows: list[int], queue: str) -> bool:
    """Tries the windows there; a machine that draws pictures meanwhile may be too slow for the answer."""
    await page.locator("#what-if-reset").dispatch_event("click")
    for window in windows:
        await page.locator(f'#what-if-windows [data-window="{window}"]').click()
        await page.locator(f'#what-if-queues [data-target="{queue}"] button').first.click()
    await page.wait_for_timeout(4000)
    return await page.locator("#what-if-answer .value").count() > 0


async def replay(browser: Browser, server: HallServer, folder: Path, lang: str) -> None:
    """The day that has ended, two thirds through it."""
    page = await staff_page(browser, server, f"/cockpit/{server.hall}", WALL, lang)
    await page.locator("#to-replay").click()
    await page.locator("#replay-day option").nth(1).wait_for(state="attached")
    await page.locator("#replay-day").select_option(index=1)
    await page.locator("#replay-play:not([disabled])").wait_for(timeout=60_000)
    move = "(bar) => { bar.value = +bar.min + (bar.max - bar.min) * 2 / 3; bar.dispatchEvent(new Event('input')); }"
    await page.locator("#replay-slider").evaluate(move)
    await page.locator("#replay-speed").select_option("1")
    await page.locator("#replay-play").click()
    await shoot(page, folder, f"replay-{lang}")
    await page.context.close()


async def a_visitors_pages(browser: Browser, server: HallServer, folder: Path, lang: str) -> None:
    """At the kiosk an item; on a phone the hall, days that can be booked, a booking, a ticket; the desk's view."""
    kiosk = await staff_page(browser, server, f"/kiosk/{server.hall}", (1080, 1920), lang)
    await kiosk.locator(".hero").click()
    await kiosk.locator(f"[data-item={OFFERED}]").first.click()
    await shoot(kiosk, folder, f"kiosk-{lang}")
    await kiosk.context.close()
    code, token = await a_booking(server, PHONES[lang])
    pages = {
        "home": f"/m/{server.hall}",
        "book": f"/m/{server.hall}#book/{BOOKED}",
        "booking": f"/b/{token}",
        "phone": f"/t/{await somebody_waits(server)}",
    }
    for name, path in pages.items():
        address, _, view = path.partition("#")
        phone = await page_at(browser, *PHONE, lang)
        await phone.goto(f"{server.url}{address}?lang={lang}#{view}")
        await phone.wait_for_timeout(2000)
        await shoot(phone, folder, f"{name}-{lang}")
        await phone.context.close()
    desk = await staff_page(browser, server, f"/desk/{server.hall}", (1024, 860), lang)
    await desk.fill("#what", code)
    await desk.press("#what", "Enter")
    await shoot(desk, folder, f"desk-{lang}")
    await desk.context.close()


if __name__ == "__main__":
    images = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(images))
