"""Takes the pictures of the README from the running product: `python docs/screenshots.py [FOLDER]`.

Starts the demo hall with a crowd, lets it fill and opens the hall's pages at their real size; then the visitors' pages
in a hall of an ordinary hour, whose waits are those of the clock.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.servers import HallServer

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
FILL_S = 60
WINDOW = 1
PHONE = (390, 844)
LANGUAGES = ("zh", "en")
OPEN = range(1, 237, 4)
"""Every fourth window."""
ASKED_FOR = {"GSO-01": 7, "GSO-02": 4, "PSB-01": 12, "HRS-07": 14, "HSB-02": 11, "NRP-01": 15, "TAX-04": 12}
BOOKED = "PSB-01"
PHONES = {"zh": "138 0000 0001", "en": "138 0000 0002"}
"""Whose bookings are shown: nobody's numbers."""


async def shoot(page: Page, folder: Path, name: str) -> None:
    await page.wait_for_timeout(1500)
    await page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=75)


async def page_at(browser: Browser, width: int, height: int, lang: str) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": height}, locale=lang)
    return await context.new_page()


async def staff_page(browser: Browser, server: HallServer, path: str, size: tuple[int, int], lang: str) -> Page:
    """A page that needs a role, signed in with the admin token."""
    page = await page_at(browser, *size, lang)
    await page.goto(f"{server.url}/sign-in?to={path}&lang={lang}")
    await page.fill("input[name=token]", "admin-token-for-tests")
    await page.press("input[name=token]", "Enter")
    await page.wait_for_url(f"**{path}*")
    await page.goto(f"{server.url}{path}?lang={lang}")
    return page


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
        return str((await server.client(http).ticket("PSB-01"))["token"])


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


async def main(folder: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with hall("--crowd", "60") as rehearsal:
            await asyncio.sleep(FILL_S)
            await serve_somebody(rehearsal)
            for lang in LANGUAGES:
                await the_halls_pages(browser, rehearsal, folder, lang)
        with hall() as server:
            await an_ordinary_hour(server)
            for lang in LANGUAGES:
                await a_visitors_pages(browser, server, folder, lang)
        await browser.close()


@contextmanager
def hall(*options: str) -> Iterator[HallServer]:
    """The demo hall, gone afterwards."""
    with tempfile.TemporaryDirectory() as data:
        server = HallServer(Path(data) / "hall", *options)
        try:
            yield server
        finally:
            server.stop()


async def the_halls_pages(browser: Browser, server: HallServer, folder: Path, lang: str) -> None:
    hall = server.hall
    kiosk = await staff_page(browser, server, f"/kiosk/{hall}", (1080, 1920), lang)
    await shoot(kiosk, folder, f"kiosk-{lang}")
    console = await staff_page(browser, server, f"/window/{hall}/{WINDOW}", (1366, 768), lang)
    await shoot(console, folder, f"console-{lang}")
    cockpit = await staff_page(browser, server, f"/cockpit/{hall}", (1920, 1080), lang)
    await shoot(cockpit, folder, f"cockpit-{lang}")
    screen = await page_at(browser, 1920, 1080, lang)
    await screen.goto(f"{server.url}/screen/{hall}?lang={lang}")
    await screen.wait_for_timeout(6000)
    await shoot(screen, folder, f"screen-{lang}")
    for page in (kiosk, console, cockpit, screen):
        await page.context.close()


async def a_visitors_pages(browser: Browser, server: HallServer, folder: Path, lang: str) -> None:
    """On a phone: the hall, the days that can be booked, a booking, a ticket; and the desk that looks it up."""
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
    desk = await staff_page(browser, server, f"/desk/{server.hall}", (1024, 560), lang)
    await desk.fill("#what", code)
    await desk.press("#what", "Enter")
    await shoot(desk, folder, f"desk-{lang}")
    await desk.context.close()


if __name__ == "__main__":
    images = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(images))
