"""One Chromium for all page tests of a process, on one event loop; each test has contexts of its own in it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.pages.browser import SharedBrowser, a_whole_browser
from tests.support.client import HallClient
from tests.support.servers import HallServer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What belongs to an event loop works on no other: whoever uses the shared browser runs on its loop."""
    for item in items:
        if {"shared_browser", "whole_browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_browser() -> AsyncIterator[SharedBrowser]:
    shared = SharedBrowser()
    yield shared
    await shared.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(shared_browser: SharedBrowser) -> AsyncIterator[Browser]:
    """A browser in which nothing is open; what the test opens is closed when it ends."""
    yield await shared_browser.empty()
    await shared_browser.empty()


@pytest_asyncio.fixture(loop_scope="session")
async def whole_browser() -> AsyncIterator[Browser]:
    """A browser with all that people have of it, for the few who need that."""
    async with a_whole_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def hall(hall_server: HallServer) -> AsyncIterator[HallClient]:
    """The demo hall of the module's server, called as admin."""
    async with aiohttp.ClientSession() as http:
        yield hall_server.client(http)
