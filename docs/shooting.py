"""How the pictures of the README are taken: a hall to look at, a browser at a page's real size, few colours."""

import asyncio
import io
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.client import ADMIN
from tests.support.servers import HallServer

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_S = 300
COLOURS = 200
WALL, TABLET, PHONE, CONSOLE = (1920, 1080), (1280, 800), (390, 844), (1366, 768)


async def shoot(page: Page, folder: Path, name: str) -> None:
    """A picture of few colours: what pages are made of needs no more, and it stays small."""
    await page.wait_for_timeout(1500)
    picture = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(folder / f"{name}.png", optimize=True)


async def page_at(browser: Browser, width: int, height: int, lang: str) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": height}, locale=lang)
    return await context.new_page()


async def staff_page(browser: Browser, server: HallServer, path: str, size: tuple[int, int], lang: str) -> Page:
    """A page that needs a role, signed in with the admin token."""
    page = await page_at(browser, *size, lang)
    await page.context.add_cookies([{"name": "gw-admin", "value": ADMIN, "url": server.url}])
    await page.goto(f"{server.url}{path}?lang={lang}")
    return page


async def until(there: Callable[[], Awaitable[Any]]) -> None:
    """Waits for what the hall does by itself."""
    for _ in range(PATIENCE_S):
        if await there():
            return
        await asyncio.sleep(1)
    raise TimeoutError("the hall does not get there")


@contextmanager
def hall(*options: str) -> Iterator[HallServer]:
    """The demo hall, gone afterwards."""
    with tempfile.TemporaryDirectory() as data:
        server = HallServer(Path(data) / "hall", *options)
        try:
            yield server
        finally:
            server.stop()
