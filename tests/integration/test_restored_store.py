"""A store that was put back to an older copy, at the worst of moments."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import redis

from queue_server.store.embedded import EmbeddedStore
from tests.conftest import StartHall
from tests.integration.test_leases import device, hand_in, lease, report, taken
from tests.support.bookings import booked, booked_hall, free
from tests.support.client import HallClient
from tests.support.clocks import HandClock


class Copy:
    """A copy of a hall's keys, to be put back."""

    def __init__(self, store: EmbeddedStore, hall: str) -> None:
        self._client = redis.Redis(unix_socket_path=str(store.socket))
        self._pattern = f"gw:{{{hall}}}*"
        self._keys = {key: self._client.dump(key) for key in self._client.keys(self._pattern)}

    def put_back(self) -> None:
        for key in self._client.keys(self._pattern):
            self._client.delete(key)
        for key, value in self._keys.items():
            self._client.restore(key, 0, value)  # type: ignore[arg-type]


async def test_not_even_the_first_act_after_the_copy_came_back_gives_a_number_again(
    hall: HallClient, clean_store: EmbeddedStore
) -> None:
    """The worker runs on: its own knowledge of the hall goes with every order."""
    await hall.ticket()
    copy = Copy(clean_store, hall.hall)
    given = {(await hall.ticket())["number"] for _ in range(50)}
    copy.put_back()
    again = [(await hall.ticket())["number"] for _ in range(30)]
    assert given.isdisjoint(again)
    assert len(set(again)) == 30


async def test_the_kiosks_word_is_enough_when_the_file_was_put_back_too(
    start_hall: StartHall, clock: HandClock, clean_store: EmbeddedStore, tmp_path: Path
) -> None:
    hall = await start_hall()
    kiosk = await device(hall)
    copy = Copy(clean_store, hall.hall)
    fresh = [await lease(kiosk, count=1) for _ in range(3)]
    on_paper = [taken(block, 0, clock) for block in fresh]
    await hand_in(kiosk, *on_paper)
    await hall.http.close()
    (tmp_path / "promises.json").unlink()
    copy.put_back()

    hall = await start_hall()
    kiosk = hall.as_(kiosk.token)
    before = await report(kiosk)
    held = [{name: block[name] for name in ("id", "queue", "first", "last", "first_ordinal", "day")} for block in fresh]
    told = await kiosk.post("/leases", {"installation": "i1", "wanted": [], "held": held, "seen": []})
    assert told["epoch"] != before["epoch"], "so the kiosk hands its day in again"
    assert (await hall.ticket())["number"] == "A004"
    assert [row["outcome"] for row in (await hand_in(kiosk, *on_paper))["tickets"]] == ["waiting"] * 3
    assert (await hall.get("/state"))["totals"]["waiting"] == 4


async def test_what_a_kiosk_printed_is_skipped_though_its_lease_is_older_than_the_copy(hall: HallClient) -> None:
    kiosk = await device(hall)
    epoch = (await kiosk.post("/leases", {"installation": "i1"}))["epoch"]
    seen = [{"queue": "A", "number": 5}]
    told = await kiosk.post("/leases", {"installation": "i1", "seen": seen})
    assert told["epoch"] != epoch
    assert (await hall.ticket())["number"] == "A006"


async def test_a_ticket_of_somebody_else_is_not_taken_for_the_kiosks(
    hall: HallClient, clock: HandClock, clean_store: EmbeddedStore
) -> None:
    """After a restore without any skip the desk got the same number and id; the paper still comes into the queue."""
    kiosk = await device(hall)
    copy = Copy(clean_store, hall.hall)
    block = await lease(kiosk, count=1)
    copy.put_back()
    with redis.Redis(unix_socket_path=str(clean_store.socket)) as client:
        client.hset(f"gw:{{{hall.hall}}}", "position", 999)  # the worker does not notice
    desk = await hall.ticket()
    assert desk["number"] == f"A{block['first']:03d}"
    held: list[dict[str, Any]] = [
        {name: block[name] for name in ("id", "queue", "first", "last", "first_ordinal", "day")}
    ]
    await kiosk.post("/leases", {"installation": "i1", "held": held})
    row = (await hand_in(kiosk, taken(block, 0, clock)))["tickets"][0]
    assert (row["outcome"], row["ticket"]["id"] == desk["id"]) == ("waiting", False)


async def test_what_a_worker_knew_of_places_goes_with_the_copy(
    start_hall: StartHall, clean_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody had a ticket, so no number is skipped; the worker begins afresh all the same."""
    monkeypatch.setattr("queue_server.store.feed.BLOCK_MS", 50)
    hall = await start_hall(booked_hall())
    await booked(hall)
    copy = Copy(clean_store, hall.hall)
    await booked(hall, "13900000000", places=2)
    assert await free(hall) == 4
    copy.put_back()
    await booked(hall, "13700000000")
    for _ in range(60):
        if await free(hall) == 5:
            break
        await asyncio.sleep(0.05)
    assert await free(hall) == 5
