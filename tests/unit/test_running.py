"""A worker reads its own writes, from its first moment on; a hall's wait is that of its usual visitor."""

import asyncio

import pytest
from msgspec import structs

from queue_server.domain.calendar import Opening
from queue_server.domain.events import Event
from queue_server.domain.orders import Snapshot
from queue_server.domain.outlook import MOST_AGE_MS, Outlook
from queue_server.flows.running import RunningHall
from queue_server.flows.views import hall_row
from tests.support.halls import small_hall


def snapshot(position: int) -> Snapshot:
    return Snapshot(position=position, day="261122", at=0, stats=[], windows=[], queues=[])


def opened(at: int) -> Event:
    return Event(
        name="WindowOpened", at=at, ticket="", number="", queue="", service="", window=1, status="open", was="",
        priority="", turn=0, actor="", staff="clerk", facts={"queues": []},
    )  # fmt: skip


async def test_an_act_between_the_first_snapshot_and_its_arrival_is_waited_for() -> None:
    running = RunningHall(small_hall())
    running.acted(4)
    running.start(snapshot(3), [])
    asyncio.get_running_loop().call_later(0.02, running.take, 4, opened(1))
    assert (await running.caught_up()).position == 4


async def test_after_the_store_went_back_nobody_waits_for_acts_that_are_gone() -> None:
    running = RunningHall(small_hall())
    running.start(snapshot(0), [])
    running.acted(900)
    running.start(snapshot(3), [])
    async with asyncio.timeout(0.1):
        assert (await running.caught_up()).position == 3


def test_a_halls_wait_is_where_most_visitors_go(monkeypatch: pytest.MonkeyPatch) -> None:
    hall = small_hall()
    busy = [structs.replace(one, visits=900 if one.queue == "A" else 10) for one in hall.services]
    running = RunningHall(structs.replace(hall, services=tuple(busy)))
    waits = {"A": (500, 900, 1500), "B": (0, 10, 20), "C": (0, 10, 20)}
    monkeypatch.setattr(running, "wait_s", lambda queue, _: waits[queue])
    assert hall_row(running, Opening(open=True), at=0).wait_s.p50 == 900


def test_what_was_expected_a_moment_before_is_passed_over_and_a_clock_that_was_put_back_is_not() -> None:
    running = RunningHall(small_hall())
    late, early, long_ago = (Outlook(at=at, position=1, tickets={}, queues=()) for at in (90_000, 89_999, 29_999))
    running.take_outlook(late)
    running.take_outlook(early)
    assert running.outlook is late
    assert late.at - long_ago.at > MOST_AGE_MS
    running.take_outlook(long_ago)
    assert running.outlook is long_ago
