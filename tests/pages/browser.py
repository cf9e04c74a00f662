"""A browser for page tests: real pages of a real server, signed in as someone."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Error, Page, async_playwright

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
ANSWER_S = 10
BEGINS_MS = 100
"""What follows a touch has begun to move by then."""
FINISH = """async () => {
  const moving = document.getAnimations().filter(
    ({ effect, playState }) => playState === "running" && effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(moving.map((animation) => animation.finished));
  return moving.length;
}"""
"""Waits for all that moves and ends; how many there were."""


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """A Chromium that draws pages and nothing else: the system's, or where it has none whichever there is.

    A whole one opens a window with its bars and menus for each context: eight times the work, for nobody to see.
    """
    bare = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    async with _launched(executable_path=bare) as browser:
        yield browser


@asynccontextmanager
async def a_whole_browser() -> AsyncIterator[Browser]:
    """A Chromium with all that people have of it, notifications too."""
    found = shutil.which("chromium")
    async with _launched(executable_path=found, channel=None if found else "chromium") as browser:
        yield browser


@asynccontextmanager
async def _launched(**which: Any) -> AsyncIterator[Browser]:
    """Without a screen. One that the system does not have is the one that `make setup-dev` fetched."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(args=list(QUIET), **which)
        try:
            yield browser
        finally:
            with suppress(Error):  # a crashed one is closed already
                await browser.close()


class SharedBrowser:
    """One Chromium for many tests, one after another; it lives on the event loop it was started on."""

    def __init__(self) -> None:
        self._until_stopped = AsyncExitStack()
        self._browser: Browser | None = None

    async def empty(self) -> Browser:
        """The browser with nothing open: no page, no cookie, no worker. A new one where the last has died."""
        if self._browser is None or not await _is_emptied(self._browser):
            await self.stop()
            self._browser = await self._until_stopped.enter_async_context(a_browser())
        return self._browser

    async def stop(self) -> None:
        with suppress(Error):
            await self._until_stopped.aclose()


async def _is_emptied(browser: Browser) -> bool:
    """Closes whatever is open; whether the browser is well enough to do it."""
    try:
        async with asyncio.timeout(ANSWER_S):
            for context in browser.contexts:
                await context.close()
            line = await browser.new_browser_cdp_session()
            await line.send("Browser.getVersion")
            await line.detach()
    except (Error, TimeoutError):
        return False
    return True


async def page_of(browser: Browser, url: str, size: tuple[int, int], cookies: dict[str, str]) -> Page:
    """A page in a browser of its own, with these cookies, in English."""
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    await context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    return await context.new_page()


async def comes_to_rest(page: Page) -> None:
    """Until nothing slides or fades any more, however long that takes; what moves in is faint until it is there."""
    await page.wait_for_timeout(BEGINS_MS)
    while await page.evaluate(FINISH):
        pass


async def assert_accessible(page: Page) -> None:
    """axe finds nothing to complain about in what is on the page now."""
    await page.emulate_media(reduced_motion="reduce")  # what comes live meanwhile must not be judged half faded in
    await comes_to_rest(page)
    found: Any = await Axe().run(page)
    await page.emulate_media(reduced_motion="no-preference")
    told = [f"{each['id']}: {each['nodes'][0]['html']}" for each in found.response["violations"]]
    assert not told, "\n".join(told)
