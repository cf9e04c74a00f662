"""What is noted for the ledger stands in the stream of events, and is told to nobody who follows it."""

from tests.support.client import HallClient
from tests.support.contract import device
from tests.support.sse import EventReader


async def test_notes_for_the_ledger_are_on_no_stream(hall: HallClient) -> None:
    async with EventReader(hall, "hall") as events:
        manager = await device(hall, "manager")
        await manager.open(1)
        await hall.as_("d.small.nobody").get("/state")
        ticket = await hall.ticket()
        names = []
        while "TicketIssued" not in names:
            told = await events.next()
            assert told is not None
            names.append(told.name)
    assert ticket["id"] and names == ["DayClosed", "DeviceChanged", "WindowOpened", "TicketIssued"]
