"""Visits that can be rated, and what the hall's stream tells of it."""

from queue_server.domain.events import Event
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.feed import History
from tests.support.client import Answer, HallClient


async def served(hall: HallClient, window: int = 1, service: str = "A-1") -> Answer:
    """A ticket that was just finished at a window."""
    ticket = await hall.ticket(service)
    await hall.open(window)
    for act in ("call-next", "start", "finish"):
        assert (await hall.at(window, act)).status == 200
    return ticket


async def device(hall: HallClient, role: str, **more: object) -> HallClient:
    """The hall, called by such a device."""
    made = await hall.post("/devices", {"role": role, "name": role, **more})
    assert made.status == 201, made
    return hall.as_(made["token"])


async def events_of(store: EmbeddedStore, *names: str, hall: str = "small") -> list[Event]:
    """All events of these names, in order."""
    client = connect(store.url)
    try:
        rows = await History(client).events_after(hall, 0, 10_000)
    finally:
        await client.aclose()
    return [row.event for row in rows if row.event.name in names]
