"""A past day in the cockpit calls things as people do."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser, expect

from queue_server.domain.diversion import Measure
from queue_server.domain.hall import Hall
from queue_server.store.embedded import EmbeddedStore, store_binary
from tests.pages.cockpit_hall import CockpitHall, cockpit_hall
from tests.support.clocks import HandClock
from tests.support.halls import small_hall


def with_a_passport_item() -> Hall:
    """The small hall, whose first item has a name of its own."""
    hall = small_hall()
    first, *others = hall.services
    return replace(hall, services=(replace(first, names={"zh": "护照", "en": "Passport"}), *others))


@pytest_asyncio.fixture(loop_scope="session")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CockpitHall]:
    data = tmp_path_factory.mktemp("cockpit")
    store = EmbeddedStore(data, store_binary())
    store.start()
    try:
        async with cockpit_hall(with_a_passport_item(), data, store, HandClock()) as hall:
            yield hall
    finally:
        store.stop()


async def test_a_diversion_of_a_past_day_names_its_item(browser: Browser, here: CockpitHall) -> None:
    await here.client.open(1)
    await here.client.ticket("A-1")
    await here.advise(Measure(action="guide_to_device", service="A-1"))
    here.clock.forward(minutes=5)
    await here.client.ticket("A-1")
    here.clock.forward(hours=24)
    await here.client.open(1)
    await here.archive()
    page = await here.cockpit(browser)
    await page.locator("#to-replay").click()
    await page.locator("#replay-day").select_option(index=1)
    await expect(page.locator("#replay-at")).to_have_text("12:00:00")
    await expect(page.locator("#advice-proposed h3")).to_contain_text("Passport")
