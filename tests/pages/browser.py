"""A browser for page tests: real pages of a real server, signed in as someone."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Chromium without a screen: the system's, or where it has none the one that `make setup-dev` fetched."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        try:
            yield browser
        finally:
            await browser.close()


async def page_of(browser: Browser, url: str, size: tuple[int, int], cookies: dict[str, str]) -> Page:
    """A page in a browser of its own, with these cookies, in English."""
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    await context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    return await context.new_page()


async def assert_accessible(page: Page) -> None:
    """axe finds nothing to complain about in what is on the page now."""
    await page.wait_for_timeout(400)  # what slides in is faint until it is there
    found: Any = await Axe().run(page)
    told = [f"{each['id']}: {each['nodes'][0]['html']}" for each in found.response["violations"]]
    assert not told, "\n".join(told)
