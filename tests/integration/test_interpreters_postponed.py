"""Who is held until an interpreter is free, and would rather come later, is not put behind everybody."""

from tests.integration.test_interpreters import interpreter, status, wish
from tests.support.client import HallClient
from tests.support.clocks import HandClock


async def test_a_ticket_held_for_an_interpreter_that_is_postponed_keeps_the_turn_it_had(
    hall: HallClient, clock: HandClock
) -> None:
    person = await interpreter(hall, on=False)
    mine = await hall.ticket("A-1")
    await wish(hall, mine)
    await hall.open(1)
    assert (await hall.at(1, "call-next")).status == 204
    clock.forward(minutes=30)
    other = await hall.ticket("A-1")
    assert await status(hall, mine) == "held"
    await hall.post(f"/tickets/{mine['id']}/postpone", {"minutes": 10})
    await hall.post(f"/interpreters/{person}/duty", {"on": True})
    assert (await hall.at(1, "call-next"))["number"] == mine["number"]
    assert await status(hall, other) == "waiting"
