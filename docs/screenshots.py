"""Takes the pictures of the README from the running product: `python docs/screenshots.py [FOLDER]`.

Starts the demo hall with a crowd, lets it fill, opens each page at its real size, and stops everything again.
"""

import asyncio
import shutil
import sys
import tempfile
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


async def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        server = HallServer(Path(data) / "hall", "--crowd", "60")
        try:
            await asyncio.sleep(FILL_S)
            await serve_somebody(server)
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
                for lang in ("zh", "en"):
                    await all_pages(browser, server, folder, lang)
                await browser.close()
        finally:
            server.stop()


async def all_pages(browser: Browser, server: HallServer, folder: Path, lang: str) -> None:
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
    phone = await page_at(browser, 390, 844, lang)
    await phone.goto(f"{server.url}/t/{await somebody_waits(server)}?lang={lang}")
    await shoot(phone, folder, f"phone-{lang}")
    for page in (kiosk, console, cockpit, screen, phone):
        await page.context.close()


if __name__ == "__main__":
    images = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(images))
