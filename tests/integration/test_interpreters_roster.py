"""The roster out of the hall file, interpreters with accounts, and what is told while nobody is on duty."""

from typing import Any

from msgspec import structs

from queue_server.domain.interpreting import PlannedInterpreter
from tests.integration.test_interpreters import care, interpreter, wish
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.colleagues import colleague, welcomed
from tests.support.diversions import running_of

LIN = PlannedInterpreter(id="lin", name="Lin", languages=("en",))


async def takes(hall: HallClient, *people: PlannedInterpreter) -> None:
    running = running_of(hall)
    running.take_file(structs.replace(running.hall, interpreters=people))
    await care(hall)


async def roster(hall: HallClient) -> list[tuple[str, str, list[str]]]:
    rows = (await hall.get("/interpreters"))["interpreters"]
    return [(row["id"], row["name"], row["languages"]) for row in rows]


async def alarms(hall: HallClient) -> list[dict[str, Any]]:
    await care(hall)
    found = (await hall.get("/state"))["alarms"]
    return [row for row in found if row["code"] == "NO_INTERPRETER_ON_DUTY"]


async def test_who_stands_in_the_file_is_put_on_the_roster_once_and_is_the_pages_from_then_on(hall: HallClient) -> None:
    await takes(hall, LIN, structs.replace(LIN, id="wu", name="Wu"))
    assert await roster(hall) == [("I1", "Lin", ["en"]), ("I2", "Wu", ["en"])]
    await hall.post("/interpreters/I1", {"name": "Lin", "languages": ["en", "fr"]})
    await hall.delete("/interpreters/I2")
    await takes(hall, LIN, structs.replace(LIN, id="wu", name="Wu"), structs.replace(LIN, id="he", name="He"))
    assert await roster(hall) == [("I1", "Lin", ["en", "fr"]), ("I3", "He", ["en"])]


async def test_a_line_that_was_changed_is_taken_over_again(hall: HallClient) -> None:
    await takes(hall, LIN)
    await hall.post("/interpreters/I1", {"name": "Lin", "languages": ["fr"]})
    await takes(hall, structs.replace(LIN, languages=("ru",)))
    assert await roster(hall) == [("I1", "Lin", ["ru"])]
    await takes(hall)
    assert await roster(hall) == [("I1", "Lin", ["ru"])]


async def test_who_signs_in_as_an_interpreter_is_told_which_one_they_are(hall: HallClient) -> None:
    mine = await interpreter(hall, account="1024")
    await interpreter(hall, "Wu", account="1025")
    token = await welcomed(hall, await colleague(hall, "1024", role="desk"))
    assert (await hall.as_(token).get("/interpreters"))["me"] == mine
    assert "me" not in (await hall.get("/interpreters")).body


async def test_with_nobody_on_duty_the_visitor_and_after_a_while_the_managers_are_told(
    hall: HallClient, clock: HandClock
) -> None:
    late = [{"day": day, "begins": "14:00", "ends": "17:00"} for day in range(1, 8)]
    person = await interpreter(hall, on=False, shifts=late)
    ticket = await hall.ticket("A-1")
    await care(hall)
    told = (await wish(hall, ticket))["interpreter"]
    assert (told["nobody"], told["from_at"][11:16]) == (True, "06:00")  # 14:00 in the hall
    clock.forward(seconds=50)
    await care(hall)
    clock.forward(seconds=20)  # the next minute, and nobody has looked since
    assert (await hall.get(f"/tickets/{ticket['id']}"))["interpreter"]["from_at"] == told["from_at"]
    assert await alarms(hall) == []
    clock.forward(minutes=6)
    [alarm] = await alarms(hall)
    assert (alarm["language"], alarm["n"], alarm["min"]) == ("en", 1, 7)
    clock.forward(hours=2)
    await hall.post(f"/interpreters/{person}/duty", {"on": True})
    assert await alarms(hall) == []
    assert "nobody" not in (await hall.get(f"/tickets/{ticket['id']}"))["interpreter"]


async def test_whoever_spoke_it_may_have_left_the_roster(hall: HallClient) -> None:
    person = await interpreter(hall, on=False)
    ticket = await hall.ticket("A-1")
    await wish(hall, ticket)
    await hall.delete(f"/interpreters/{person}")
    await care(hall)
    told = (await hall.get(f"/tickets/{ticket['id']}"))["interpreter"]
    assert told["nobody"] and "from_at" not in told
