"""The caretaker foresees what its halls live through, or says so."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from ops.caretaker import foresight as timing
from queue_server.contract.outlook import WhatIfAnswer
from queue_server.domain.hall import Hall
from queue_server.domain.outlook import Outlook
from queue_server.flows.past import Learnt
from queue_server.forecast import forecaster
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.feed import History
from queue_server.store.outlooks import Outlooks
from tests.conftest import StartHall
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall
from tests.support.watched import TheForecaster, ThePast, Watched

REAL = forecaster.Forecaster


@pytest.fixture
async def history(clean_store: EmbeddedStore) -> AsyncIterator[History]:
    client = connect(clean_store.url)
    yield History(client)
    await client.aclose()


Watch = Callable[..., Watched]


@pytest.fixture
async def watch(clean_store: EmbeddedStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watch]:
    monkeypatch.setattr(forecaster, "Forecaster", TheForecaster)
    monkeypatch.setattr(timing, "SOON_S", 0.0)
    monkeypatch.setattr(timing, "SHARE", 0)
    monkeypatch.setattr(timing, "LISTEN_S", 0.05)
    made: list[Watched] = []

    def start(hall: Hall | None = None, past: ThePast | None = None, **settings: Any) -> Watched:
        made.append(Watched(hall or small_hall(), clean_store.url, clock, past or ThePast([]), **settings))
        return made[-1]

    yield start
    for watched in made:
        await watched.client.aclose()


async def test_a_hall_in_which_nobody_waits_costs_nothing(hall: HallClient, watch: Watch) -> None:
    await hall.open(1)
    watched = watch()
    assert await watched.step(3) is None
    assert not watched.foresight.is_awake


async def test_the_first_ticket_wakes_a_forecast_that_knows_what_happened_before(
    hall: HallClient, watch: Watch, clock: HandClock
) -> None:
    await hall.open(1)
    await hall.open(2)
    watched = watch()
    await watched.step(2)
    mine = await hall.ticket()
    clock.forward(seconds=3)
    told = await watched.step()
    assert told is not None
    assert (told.at, told.tickets, told.queues[0].wait_s) == (clock.at, {mine["id"]: (0, 0, 0)}, (2, 9, 9))
    assert told.position == int((await hall.get("/board"))["last_event_id"])


async def test_a_question_is_answered_as_of_what_was_heard_however_long_it_had_to_wait(
    hall: HallClient, watch: Watch, clock: HandClock
) -> None:
    await hall.ticket()
    watched = watch()
    await watched.step()
    heard_at = clock.at
    clock.forward(seconds=10)
    assert await watched.foresight.ask(lambda forecaster: forecaster.now) == heard_at


async def test_a_call_is_in_the_next_outlook(hall: HallClient, watch: Watch) -> None:
    await hall.open(1)
    await hall.ticket()
    second = await hall.ticket()
    watched = watch()
    told = await watched.step()
    assert told is not None and told.tickets[second["id"]] == (0, 100, 200)
    await hall.at(1, "call-next")
    told = await watched.step()
    assert told is not None and told.tickets == {second["id"]: (0, 0, 0)}


async def test_it_learns_from_tickets_of_now_and_not_from_those_before_its_start(
    hall: HallClient, watch: Watch
) -> None:
    await hall.ticket()
    watched = watch()
    await watched.step()
    now = await hall.ticket()
    await watched.step()
    assert await watched.foresight.ask(lambda forecaster: forecaster.rehearsed) == [now["id"]]  # type: ignore[attr-defined]


async def test_what_was_compiled_for_a_long_time_is_told_as_of_after(
    hall: HallClient, watch: Watch, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class TheSlow(TheForecaster):
        compiled = False

        def outlook(self, position: int = 0) -> Outlook:
            if not self.compiled:
                clock.forward(seconds=281)
            self.compiled = True
            return super().outlook(position)

    monkeypatch.setattr(forecaster, "Forecaster", TheSlow)
    await hall.ticket()
    watched = watch()
    assert await watched.step() is None, "nobody would believe it any more"
    second = await hall.ticket()
    told = await watched.step()
    assert told is not None and told.at == clock.at and second["id"] in told.tickets


async def test_time_alone_brings_a_new_outlook(
    hall: HallClient, watch: Watch, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.ticket()
    watched = watch()
    before = await watched.step()
    clock.forward(seconds=10)
    assert await watched.step() == before, "nothing happened, and it is not old"
    monkeypatch.setattr(timing, "AFTER_S", 0.0)
    told = await watched.step()
    assert told is not None and before is not None and told.at == before.at + 10_000


async def test_a_forecast_that_fails_grows_old_and_nothing_else(start_hall: StartHall, watch: Watch) -> None:
    strange = await start_hall(small_hall("outlandish"))
    usual = await start_hall(small_hall())
    for hall in (strange, usual):
        await hall.ticket()
    assert await watch(small_hall("outlandish")).step(3) is None
    assert await watch().step() is not None


async def test_while_it_catches_up_it_says_that_it_is_behind(
    hall: HallClient, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await hall.ticket()
    monkeypatch.setattr(timing, "AT_ONCE", 2)
    monkeypatch.setattr(timing, "BEHIND_S", -1.0)
    watched = watch()
    told = await watched.step()
    assert told is not None
    assert (told.tickets, [doubt.code for doubt in told.doubts]) == ({}, ["BEHIND"])
    told = await watched.step(2)
    assert told is not None
    assert (len(told.tickets), told.doubts) == (3, ())


async def test_what_a_day_taught_is_kept_and_known_the_next_morning(
    hall: HallClient, watch: Watch, clock: HandClock
) -> None:
    past = ThePast([])
    watched = watch(past=past)
    await hall.ticket()
    await watched.step()
    clock.forward(hours=24)
    await hall.open(1)
    told = await watched.step()
    assert told is not None and told.tickets == {}
    assert past.kept == [Learnt(day="261122", blob=b"1 days")]
    await watched.client.delete("gw:{small}:o")
    told = await watch(past=past).step()
    assert told is not None and told.queues[0].pace_s == 1, "it foresees before anybody has come"


async def test_a_day_ends_once(hall: HallClient, watch: Watch, clock: HandClock) -> None:
    watched = watch(crowd=True, rehearsal_speed=60.0, open_now=True)
    for _ in range(4):  # only the third was watched from its opening to its end
        await hall.open(1)
        await hall.ticket()
        await watched.step()
        clock.forward(hours=24)
    assert await watched.foresight.ask(lambda forecaster: forecaster.days) == 1  # type: ignore[attr-defined]


async def test_a_rehearsal_teaches_nothing(hall: HallClient, watch: Watch, clock: HandClock) -> None:
    past = ThePast([])
    watched = watch(past=past, crowd=True, rehearsal_speed=60.0, open_now=True)
    await hall.open(1)
    await hall.ticket()
    await watched.step()
    clock.forward(hours=24)
    await hall.open(1)
    await watched.step()
    assert past.kept == []


async def test_what_the_stream_no_longer_has_comes_from_the_archive(
    hall: HallClient, watch: Watch, history: History, clock: HandClock
) -> None:
    first = await hall.ticket()
    clock.forward(seconds=1)
    second = await hall.ticket()
    archived = await history.events_after("small", 0, 100)
    watched, remembering = watch(), watch(past=ThePast(archived))
    await watched.client.xtrim("gw:{small}:e", maxlen=1, approximate=False)
    told = await watched.step()
    assert told is not None
    assert (list(told.tickets), [doubt.code for doubt in told.doubts]) == ([second["id"]], ["MISSING_EVENTS"])
    told = await remembering.step()
    assert told is not None
    assert (list(told.tickets), told.doubts) == ([first["id"], second["id"]], ())


async def test_a_store_that_was_put_back_is_foreseen_afresh(
    hall: HallClient, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.ticket()
    watched = watch()
    await watched.step()
    monkeypatch.setattr(timing, "AFTER_S", 0.0)
    await watched.client.hset("gw:{small}", "position", 1)
    await watched.step()
    assert not watched.foresight.is_awake


async def test_a_question_about_a_hall_that_nobody_knows_is_answered_too(watch: Watch) -> None:
    watched = watch()
    asked = asyncio.create_task(Outlooks(watched.client).ask("elsewhere", [], 3))
    await watched.questions.step()
    reply = await asked
    assert reply is not None and reply.refusal == "FORECAST_AWAY"


async def test_a_what_if_is_worked_out_by_the_real_forecast(
    hall: HallClient, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecaster, "Forecaster", REAL)
    for window in (1, 2):
        await hall.open(window)
    for _ in range(12):
        await hall.ticket()
    watched = watch()
    await watched.foresight.step()
    closing, nonsense = (
        asyncio.create_task(Outlooks(watched.client).ask("small", [change], 30))
        for change in ({"action": "close_window", "window": 2}, {"action": "close_window", "windows": [2]})
    )
    for _ in range(2):
        await watched.questions.step()
    answered, refused = await closing, await nonsense
    assert answered is not None and refused is not None
    answer = msgspec.convert(answered.answer, WhatIfAnswer)
    assert answer.gain.mean_s < 0 and answer.with_.mean_s > answer.without.mean_s
    assert (refused.refusal, refused.facts) == ("BAD_CHANGE", {"field": "changes[0]"})
