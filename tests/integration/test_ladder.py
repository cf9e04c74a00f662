"""Silent calls: who does not answer is shown the call more plainly, and what no device shows raises an alarm."""

from typing import Any

from tests.integration.test_leases import device
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.sse import EventReader, Told


async def called(hall: HallClient, channel: str = "phone", **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A ticket that was called to window 1: as it was taken, as it was called."""
    await hall.open(1)
    made = await hall.post("/tickets", {"service": "A-1", "channel": channel, **more})
    return made.body, (await hall.at(1, "call-next")).body


async def steps_told(events: EventReader, count: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    while len(found) < count:
        told = await events.next()
        assert told is not None
        if told.name in {"TicketCalled", "TicketRecalled", "CallEscalated"}:
            found.append((told.name, told.data["step"]))
    return found


async def test_a_phone_is_called_in_silence_and_the_call_climbs(hall: HallClient, clock: HandClock) -> None:
    async with EventReader(hall.as_(""), "board:*") as board:
        _, ticket = await called(hall)
        assert ticket["step"] == "silent"
        assert await steps_told(board, 1) == [("TicketCalled", "silent")]
        clock.forward(seconds=16)
        assert await steps_told(board, 1) == [("CallEscalated", "flash")]
        clock.forward(seconds=15)
        assert await steps_told(board, 1) == [("CallEscalated", "voice")]
    totals = (await hall.get("/state"))["totals"]
    assert (totals["silent"], totals["flashed"], totals["voiced"]) == (0, 1, 1)
    assert (await hall.get("/board"))["calls"][0]["step"] == "voice"


async def test_who_has_no_phone_or_asked_for_voice_is_spoken_to_at_once(hall: HallClient) -> None:
    _, paper = await called(hall, channel="kiosk")
    assert paper["step"] == "voice"
    await hall.at(1, "start")
    await hall.at(1, "finish")
    _, wish = await called(hall, voice=True)
    assert (wish["step"], wish["voice"]) == ("voice", True)


async def test_a_phone_that_follows_a_paper_ticket_is_called_in_silence(hall: HallClient) -> None:
    await hall.open(1)
    made = await hall.ticket()
    async with EventReader(hall.as_(made["token"]), f"ticket:{made['id']}"):
        pass
    assert (await hall.at(1, "call-next"))["step"] == "silent"


async def test_coming_or_start_ends_the_climb(hall: HallClient, clock: HandClock) -> None:
    async with EventReader(hall, "hall") as events:
        made, _ = await called(hall)
        assert (await hall.as_(made["token"]).post(f"/tickets/{made['id']}/coming")).status == 200
        clock.forward(seconds=60)
        second = (await hall.post("/tickets", {"service": "B-1", "channel": "phone"})).body
        await hall.open(3)
        await hall.at(3, "call-next")
        clock.forward(seconds=16)
        told = await events.next_of("CallEscalated")
        assert told.data["number"] == second["number"], "the one that nobody answered climbs, the other rests"


async def test_a_recall_is_a_step_further_up(hall: HallClient, clock: HandClock) -> None:
    await called(hall)
    clock.forward(seconds=20)
    first = await hall.at(1, "recall")
    clock.forward(seconds=20)
    second = await hall.at(1, "recall")
    assert second["step"] == "voice"
    assert first["step"] in {"flash", "voice"}  # the ladder may have come to `flash` before the clerk did


async def test_displays_say_what_they_showed_each_way_once(hall: HallClient) -> None:
    screen = await device(hall, "display", zone="Z1")
    async with EventReader(hall, "hall") as events:
        _, ticket = await called(hall)
        call = {"window": 1, "number": ticket["number"], "times": 1}
        for how in ("screen", "screen", "window_screen", "voice", "screen"):
            assert (await screen.post("/shown", {"how": how, "calls": [call]})).status == 204
        stale = [{**call, "times": 2}, {**call, "number": "A999"}, {**call, "window": 2}]
        assert (await screen.post("/shown", {"how": "flash", "calls": stale})).status == 204
        await hall.at(1, "start")
        told = await events.all_until("ServiceStarted")
    assert [event.data["how"] for event in told if event.name == "CallShown"] == ["screen", "window_screen", "voice"]
    assert {event.data["name"] for event in told if event.name == "CallShown"} == {"display 1"}


async def test_a_call_that_no_device_showed_raises_the_alarm_once(hall: HallClient, clock: HandClock) -> None:
    async with EventReader(hall, "hall") as events:
        _, ticket = await called(hall)
        clock.forward(seconds=6)
        told: Told = await events.next_of("CallUnseen")
        assert (told.data["number"], told.data["window"]) == (ticket["number"], 1)
    assert (await hall.get("/state"))["totals"]["unseen"] == 1


async def test_a_shown_call_raises_none_and_can_still_be_undone(hall: HallClient, clock: HandClock) -> None:
    screen = await device(hall, "display")
    _, ticket = await called(hall)
    await screen.post("/shown", {"how": "screen", "calls": [{"window": 1, "number": ticket["number"], "times": 1}]})
    assert (await hall.get("/state"))["windows"][0]["shown"] is True
    undone = await hall.at(1, "undo")
    assert (undone.status, undone["status"]) == (200, "waiting")
    clock.forward(seconds=30)
    again = await hall.at(1, "call-next")
    assert again["step"] == "silent"


async def test_only_displays_say_what_they_showed(hall: HallClient) -> None:
    body = {"how": "screen", "calls": [{"window": 1, "number": "A001", "times": 1}]}
    assert (await hall.as_("").post("/shown", body)).status == 401
    assert (await (await device(hall, "kiosk")).post("/shown", body)).status == 403
