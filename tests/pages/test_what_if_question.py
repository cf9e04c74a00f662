"""What the cockpit asks when a window that is shut is put on a queue: the same as is carried out."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from queue_server.store.embedded import EmbeddedStore, store_binary
from tests.pages.cockpit_hall import CockpitHall, cockpit_hall
from tests.support.clocks import HandClock
from tests.support.halls import small_hall

ASKED = """async () => {
    const { put, question, served } = await import("/static/cockpit/changes.js");
    const row = { window: 5, status: "closed", queues: [] };
    const changes = put([], row, "A", ["C"]);
    return [question(changes).changes, served(row, ["C"], changes[0])];
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CockpitHall]:
    data = tmp_path_factory.mktemp("cockpit")
    store = EmbeddedStore(data, store_binary())
    store.start()
    try:
        async with cockpit_hall(small_hall(), data, store, HandClock()) as hall:
            yield hall
    finally:
        store.stop()


async def test_a_shut_window_put_on_a_queue_opens_and_serves_it_besides_its_own(
    browser: Browser, here: CockpitHall
) -> None:
    page = await here.cockpit(browser, "#what-if")
    asked, serves = await page.evaluate(ASKED)
    opens, learns = {"action": "open_window", "window": 5}, {"action": "reskill_window", "window": 5, "queue": "A"}
    assert (asked, serves) == ([opens, learns], ["C", "A"])
