"""A hall whose busy day is over and archived, and whose next day has begun."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from queue_server.domain.hall import Hall
from queue_server.store.embedded import EmbeddedStore, store_binary
from tests.pages.cockpit_hall import CockpitHall, cockpit_hall
from tests.support.clocks import HandClock
from tests.support.reported import busy


@asynccontextmanager
async def reported_hall(hall: Hall, folder: Path, seed: int, acts: int) -> AsyncIterator[CockpitHall]:
    """So many acts on the first day, one ticket on the second; the day is a Sunday, so its week is over too."""
    store = EmbeddedStore(folder, store_binary())
    store.start()
    clock = HandClock()
    try:
        async with cockpit_hall(hall, folder, store, clock) as running:
            await busy(running.client, clock, Random(seed), acts)
            clock.forward(hours=18)
            await running.client.ticket()
            await running.archive()
            yield running
    finally:
        store.stop()
