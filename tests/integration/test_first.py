"""A visit from the ticket to the end."""

from tests.support.client import HallClient


async def test_a_visitor_is_called_and_served(hall: HallClient) -> None:
    ticket = await hall.ticket("A-1")
    await hall.open(1)
    called = await hall.at(1, "call-next")
    assert (called["number"], called["status"], called["window"]) == (ticket["number"], "called", 1)
    assert (await hall.at(1, "start"))["status"] == "serving"
    assert (await hall.at(1, "finish"))["status"] == "done"
