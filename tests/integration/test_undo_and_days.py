"""What can be taken back, and what a new day or a clock set back does to a hall."""

import asyncio

from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.feed import History
from tests.support.client import HallClient
from tests.support.clocks import HandClock


async def called(hall: HallClient, *acts: str) -> None:
    """A ticket is called at window 1, and goes through these acts."""
    await hall.ticket()
    await hall.open(1)
    for act in ("call-next", *acts):
        assert (await hall.at(1, act)).status == 200


# undo


async def test_a_call_is_taken_back_within_five_seconds(hall: HallClient, clock: HandClock) -> None:
    await called(hall)
    clock.forward(seconds=5)
    assert (await hall.at(1, "undo"))["status"] == "waiting"
    assert (await hall.at(1, "call-next"))["times_called"] == 1


async def test_after_five_seconds_it_is_too_late(hall: HallClient, clock: HandClock) -> None:
    await called(hall)
    clock.forward(seconds=5.001)
    answer = await hall.at(1, "undo")
    assert (answer.status, answer["code"]) == (409, "TOO_LATE")


async def test_a_finish_is_taken_back(hall: HallClient) -> None:
    await called(hall, "start", "finish")
    assert (await hall.at(1, "undo"))["status"] == "serving"
    assert (await hall.at(1, "finish"))["status"] == "done"


async def test_an_act_is_taken_back_once(hall: HallClient) -> None:
    await called(hall, "undo")
    answer = await hall.at(1, "undo")
    assert (answer.status, answer["code"]) == (409, "NOTHING_TO_UNDO")


async def test_a_transfer_is_not_taken_back_once_another_window_called(hall: HallClient) -> None:
    await called(hall, "start")
    await hall.open(3)
    await hall.at(1, "transfer", {"queue": "B"})
    await hall.at(3, "call-next")
    assert (await hall.at(1, "undo"))["code"] == "TOO_LATE"


async def test_nothing_is_taken_back_at_a_window_that_closed(hall: HallClient) -> None:
    await called(hall, "start", "finish")
    await hall.at(1, "close")
    assert (await hall.at(1, "undo"))["code"] == "TOO_LATE"


async def test_a_finish_stays_once_the_person_has_another_ticket(hall: HallClient) -> None:
    person = {"visitor": {"phone": "13800000000"}}
    await hall.ticket(**person)
    await hall.open(1)
    for act in ("call-next", "start", "finish"):
        await hall.at(1, act)
    await hall.ticket(**person)
    assert (await hall.at(1, "undo"))["code"] == "TOO_LATE"


async def test_a_call_taken_back_does_not_wait_for_a_window_that_closed(hall: HallClient) -> None:
    ticket = await hall.ticket()
    for window in (1, 2):
        await hall.open(window)
    for act, body in (
        ("call-next", None),
        ("start", None),
        ("transfer", {"window": 2}),
        ("call", {"ticket": ticket["id"]}),
    ):
        assert (await hall.at(1, act, body)).status == 200
    await hall.at(2, "close")
    await hall.at(1, "undo")
    assert (await hall.at(1, "call-next"))["id"] == ticket["id"]


# one ticket, one spelling


async def test_a_ticket_has_one_spelling(hall: HallClient) -> None:
    ticket = await hall.ticket()
    day, _, ordinal = ticket["id"].partition("-")
    for other in (f"{day}-{int(ordinal)}", f"{day}-0{ordinal}"):
        answer = await hall.post(f"/tickets/{other}/cancel")
        assert (answer.status, answer["code"]) == (404, "NO_SUCH_TICKET")


# the turn of the day


async def test_at_midnight_numbers_begin_again_and_leftovers_expire(hall: HallClient, clock: HandClock) -> None:
    await called(hall)
    waiting, body = await hall.ticket(), {"service": "A-1", "channel": "kiosk"}
    first = await hall.post("/tickets", body, key="every-day")
    clock.forward(hours=12)
    tomorrow = await hall.post("/tickets", body, key="every-day")
    assert (tomorrow.status, tomorrow["number"]) == (201, "A001")
    assert tomorrow["id"] != first["id"]
    assert (await hall.get(f"/tickets/{waiting['id']}"))["status"] == "expired"
    window = await hall.get("/windows/1")
    assert (window["status"], window.body.get("ticket")) == ("closed", None)


async def test_a_quiet_hall_turns_the_day_by_itself(hall: HallClient, clock: HandClock) -> None:
    waiting = await hall.ticket()
    clock.forward(hours=12)
    for _ in range(40):
        await asyncio.sleep(0.1)
        if (await hall.get(f"/tickets/{waiting['id']}"))["status"] == "expired":
            return
    raise AssertionError("the day did not end")


async def test_a_minute_before_midnight_it_is_still_today(hall: HallClient, clock: HandClock) -> None:
    await hall.ticket()
    clock.forward(hours=11, minutes=59)
    assert (await hall.ticket())["number"] == "A002"


# a clock set back


async def test_a_clock_set_back_makes_no_negative_durations(
    hall: HallClient, clock: HandClock, clean_store: EmbeddedStore
) -> None:
    await hall.ticket()
    await hall.open(1)
    for act in ("call-next", "start", "finish"):
        clock.forward(minutes=-7)
        assert (await hall.at(1, act)).status == 200
    client = connect(clean_store.url)
    told = [row.event for row in await History(client).events_after("small", 0, 100)]
    await client.aclose()
    assert [event.at for event in told] == sorted(event.at for event in told)
    durations = [event.whole("waited_ms") for event in told] + [event.whole("handled_ms") for event in told]
    assert min(durations) >= 0


async def test_a_clock_set_back_over_midnight_repeats_no_number_and_no_day(hall: HallClient, clock: HandClock) -> None:
    clock.forward(hours=13)
    tickets = [await hall.ticket()]
    clock.forward(hours=-13)
    tickets += [await hall.ticket(), await hall.ticket()]
    assert [ticket["number"] for ticket in tickets] == ["A001", "A002", "A003"]
    assert len({ticket["id"][:6] for ticket in tickets}) == 1


async def test_waits_are_never_negative_after_a_clock_was_set_back(hall: HallClient, clock: HandClock) -> None:
    await hall.ticket()
    clock.forward(hours=-2)
    ticket = await hall.ticket()
    assert ticket["ahead"] == 1
    assert ticket["wait_s"]["p10"] >= 0
    row = (await hall.get("/state"))["queues"][0]
    assert all(value >= 0 for name, value in row.items() if name.endswith("_s") and isinstance(value, int | float))


async def test_a_pause_is_the_last_act_and_what_was_before_it_stays(hall: HallClient) -> None:
    await hall.ticket("A-1")
    await hall.open(1)
    for act in ("call-next", "start", "finish"):
        assert (await hall.at(1, act)).status == 200
    assert (await hall.at(1, "pause", {"reason": "break"})).status == 200
    undone = await hall.at(1, "undo")
    assert (undone.status, undone["code"]) == (409, "TOO_LATE")
