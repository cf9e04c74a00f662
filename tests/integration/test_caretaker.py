"""The caretaker: one for each store, whatever is killed; it foresees what its halls live through, or says so."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis
import structlog

from ops.caretaker import caretaker, election
from ops.caretaker import foresight as timing
from ops.caretaker.beginning import Beginning
from ops.caretaker.election import HELD_MS, STAND_BY_S, Election
from ops.caretaker.foresight import Foresight
from ops.caretaker.questions import Questions
from ops.charge import Charge, encode
from queue_server.contract.outlook import WhatIfAnswer
from queue_server.domain.hall import Hall
from queue_server.domain.orders import StoredEvent
from queue_server.domain.outlook import Outlook, QueueOutlook, Range
from queue_server.flows.past import Learnt, NoPast
from queue_server.forecast import forecaster
from queue_server.forecast.heard import Heard
from queue_server.settings import Settings
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.feed import History
from queue_server.store.outlooks import Outlooks, unpack_outlook
from tests.conftest import StartHall
from tests.support.client import HallClient
from tests.support.clocks import HandClock
from tests.support.halls import small_hall

TAKEOVER_S = 5.0
SLOWLY_S = 30.0
"""How long a machine with much to do may take to start or stop a process."""
REAL = forecaster.Forecaster

Candidates = Callable[[str], "subprocess.Popen[bytes]"]
Office = Callable[[str, float], None]


# who is elected


@pytest.fixture
def candidates(clean_store: EmbeddedStore, tmp_path: Path) -> Iterator[Candidates]:
    """Starts caretaker processes as `up` and `serve` do."""
    with ExitStack() as stack:

        def start(name: str) -> "subprocess.Popen[bytes]":
            settings = Settings(data=tmp_path, store=clean_store.url, archive="none:")
            charge = Charge(settings=settings, secret=b"", several_workers=False, instance=name)
            command = [sys.executable, "-m", "ops.caretaker"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
            stack.callback(process.wait, 10)
            stack.callback(process.kill)
            assert process.stdin is not None
            process.stdin.write(encode(charge))
            process.stdin.close()
            return process

        yield start


@pytest.fixture
def is_elected(clean_store: EmbeddedStore) -> Iterator[Office]:
    """Waits until someone, or nobody (empty), holds the office; fails when that takes too long."""
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:

        def within(name: str, seconds: float) -> None:
            end = time.monotonic() + seconds
            while (client.get("gw:caretaker") or b"").decode() != name:
                assert time.monotonic() < end, f"{name or 'nobody'} was to be elected"
                time.sleep(0.02)

        yield within


@pytest.mark.parametrize("store", ["valkey"], indirect=True)
def test_when_the_elected_caretaker_is_killed_another_takes_over_within_five_seconds(
    candidates: Candidates, is_elected: Office
) -> None:
    first = candidates("first")
    is_elected("first", SLOWLY_S)
    second = candidates("second")
    assert second.stderr is not None
    assert b"stands by" in second.stderr.readline()
    first.send_signal(signal.SIGSTOP)
    is_elected("second", SLOWLY_S)
    first.send_signal(signal.SIGCONT)
    assert first.stderr is not None
    said = iter(first.stderr.readline, b"")
    assert next(line for line in said if b"another" in line or b"lapsed" in line), "it works no more once it wakes"
    first.send_signal(signal.SIGKILL)
    assert HELD_MS / 1000 + STAND_BY_S < TAKEOVER_S, "that is when the office lapses, and when it is next looked at"
    second.send_signal(signal.SIGTERM)
    assert second.wait(SLOWLY_S) == 0
    is_elected("", 1.0)


@pytest.fixture
async def history(clean_store: EmbeddedStore) -> AsyncIterator[History]:
    client = connect(clean_store.url)
    yield History(client)
    await client.aclose()


async def test_who_comes_back_under_its_name_need_not_wait_and_terms_are_counted(
    clean_store: EmbeddedStore,
) -> None:
    client = connect(clean_store.url)
    mine, again, other = (Election(client, name) for name in ("mine", "mine", "other"))
    assert [await one.claim() for one in (mine, again, other)] == [True, True, False]
    await other.release()
    assert await mine.claim(), "only who holds the office gives it up"
    await mine.begin()
    await again.begin()
    await mine.release()
    assert await other.claim()
    await other.begin()
    counted = await client.hgetall("gw:caretakers")
    await client.aclose()
    assert counted == {b"last": b"other", b"starts": b"3", b"takeovers": b"1"}


async def test_only_who_is_elected_publishes(clean_store: EmbeddedStore) -> None:
    client = connect(clean_store.url)
    mine, others = Outlooks(client, "mine"), Outlooks(client, "other")
    outlook = Outlook(at=1, position=1, tickets={}, queues=())
    assert not await mine.publish("small", outlook), "the office has lapsed"
    await Election(client, "mine").claim()
    assert [await one.publish("small", outlook) for one in (mine, others)] == [True, False]
    assert await client.xlen("gw:{small}:o") == 1
    await client.aclose()


async def test_a_term_that_cannot_be_renewed_ends_and_another_begins_when_the_store_answers(
    clean_store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(election, "HELD_MS", 400)
    monkeypatch.setattr(caretaker, "RENEW_S", 0.05)
    client, stop = connect(clean_store.url), asyncio.Event()
    settings = Settings(data=tmp_path, store=clean_store.url, archive="none:")
    charge = Charge(settings=settings, secret=b"", several_workers=False, instance="mine")
    with structlog.testing.capture_logs() as said:
        running = asyncio.create_task(caretaker.Caretaker(charge, lambda: 0).run(stop))
        async with asyncio.timeout(SLOWLY_S):
            while await client.hget("gw:caretakers", "starts") != b"1":  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            await client.client_pause(1200)
            while await client.hget("gw:caretakers", "starts") != b"2":  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        stop.set()
        await running
    await client.aclose()
    assert [row["event"] for row in said if "lapsed" in row["event"]]


# what it foresees


class TheForecaster:
    """Expects every ticket of a queue to take 100 s; fails when told to by an outlandish hall."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.now = self.days = 0
        self.waiting: dict[str, str] = {}
        self.windows: set[int] = set()
        self.rehearsed: list[str] = []

    def rehearse(self, ticket_id: str) -> None:
        self.rehearsed.append(ticket_id)

    def hear(self, heard: Heard) -> None:
        self.now = max(self.now, heard.at)
        if heard.name == "TicketIssued":
            self.waiting[heard.ticket] = heard.queue
        elif heard.name == "WindowOpened":
            self.windows.add(heard.window)
        elif heard.ticket:
            self.waiting.pop(heard.ticket, None)

    def pass_time(self, at: int) -> None:
        self.now = max(self.now, at)

    def outlook(self, position: int = 0) -> Outlook:
        if self.hall.id == "outlandish":
            raise ZeroDivisionError("what a hall")
        tickets: dict[str, Range] = {ticket: (0, 100 * n, 200 * n) for n, ticket in enumerate(self.waiting)}
        row = QueueOutlook(queue="A", waiting=len(tickets), wait_s=(len(self.windows), 9, 9), pace_s=self.days)
        return Outlook(at=self.now, position=position, tickets=tickets, queues=(row,))

    def end_day(self) -> None:
        self.days += 1
        self.waiting.clear()

    def save(self) -> bytes:
        return b"%d days" % self.days

    def load(self, saved: bytes) -> bool:
        self.days = int(saved.split()[0])
        return True


class ThePast(NoPast):
    """An archive that keeps what was learnt, and may have today's events."""

    def __init__(self, events: list[StoredEvent]) -> None:
        self.kept: list[Learnt] = []
        self.events = events

    async def learnt(self, _: str) -> Learnt | None:
        return self.kept[-1] if self.kept else None

    async def keep_learnt(self, _: str, day: str, blob: bytes) -> None:
        self.kept.append(Learnt(day=day, blob=blob))

    async def day_events(self, _hall: str, _day: str, after: int, limit: int) -> list[StoredEvent]:
        return [row for row in self.events if row.position > after][:limit]


class Watched:
    """A hall that a caretaker looks after in this process, step by step."""

    def __init__(self, hall: Hall, url: str, clock: HandClock, past: ThePast, **settings: Any) -> None:
        self.client = connect(url)
        history, outlooks = History(self.client), Outlooks(self.client)
        beginning = Beginning(history, past, Settings(data=Path(), store=url, **settings))
        self.foresight = Foresight(hall, history, outlooks, beginning, past, clock, asyncio.Semaphore(1))
        self.questions = Questions(outlooks, {hall.id: self.foresight}, settings.get("rehearsal_speed", 1.0))
        self.hall = hall

    async def step(self, times: int = 1) -> Outlook | None:
        """What is told after so many steps."""
        for _ in range(times):
            await self.foresight.step()
        rows = await self.client.xrevrange(f"gw:{{{self.hall.id}}}:o", count=1)
        return unpack_outlook(rows[0][1][b"o"]) if rows else None


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
