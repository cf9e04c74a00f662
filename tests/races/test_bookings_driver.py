"""Bookings through long random weeks against a model; and races for places, and for a booking's one check-in.

`GREENWAVE_ACTS=1000000 pytest tests/races/test_bookings_driver.py` runs that many acts on each store;
`GREENWAVE_SEED` repeats a run.
"""

import asyncio
import os
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from queue_server.domain.booking import CheckIn, HoldPlace
from queue_server.domain.refusals import Refusal
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.support.audit import audit
from tests.support.clocks import NOON
from tests.support.crowd_bookings import WEIGHTS, BookingCrowd, capacity_of
from tests.support.driven import DrivenHall, drive
from tests.support.ledger import Ledger
from tests.support.model import Outcome

ACTS = {"valkey": 30_000, "redis": 5_000}
HALLS = 10
ENOUGH = 25_000
ROUNDS = 20
UNSEEN_MAY_NOT_BE = {
    *(f"{name} " for name in WEIGHTS),
    *(f"hold_place {code}" for code in (
        "CODE_TAKEN", "SLOT_PAST", "BOOKINGS_BLOCKED", "ALREADY_BOOKED", "SLOT_FULL", "QUOTA_REACHED", "TOO_MANY",
        "HALL_CLOSED", "DAY_NOT_CLOSED", "IDEMPOTENCY_MISMATCH",
    )),
    *(f"{name} {code}" for name in ("confirm_booking", "move_booking", "cancel_booking", "check_in")
      for code in ("NO_SUCH_BOOKING", "BOOKING_STATUS")),
    "confirm_booking HOLD_EXPIRED", "move_booking SLOT_PAST", "move_booking SLOT_FULL",
    "move_booking QUOTA_REACHED", "cancelled as missed",
    "check_in ALREADY_CHECKED_IN", "check_in BOOKING_MOVED", "check_in ALREADY_WAITING", "check_in QUOTA_REACHED",
    "keep_contact BOOKING_STATUS", "keep_contact NO_SUCH_TICKET", "keep_contact NO_SUCH_BOOKING", "near NO_SUCH_TICKET",
    "BookingHeld", "BookingMade", "BookingMoved", "BookingCancelled", "BookingCheckedIn", "BookingLate",
    "BookingMissed", "BookingExpired", "BookingListed", "BookingOffered", "PlaceReopened", "ReminderDue",
    "BookingsPardoned", "TicketNear", "TicketIssued",
    *(f"due {what}" for what in (
        "hold", "lapse", "late", "miss", "day", "hours", "forget", "purge", "open", "strike", "unblock",
    )),
    *(f"checked in at window {number}" for number in (0, 1)),
}  # fmt: skip
"""Acts with their refusals, events, and what time does: a run of `ENOUGH` acts or more must have met them all."""


@pytest.fixture
async def client(clean_store: EmbeddedStore) -> AsyncIterator["Redis"]:
    client = connect(clean_store.url, answer_timeout_s=60)
    yield client
    await client.aclose()


class BookedHall(DrivenHall):
    """A driven hall whose bookings, places and due times are compared too."""

    crowd: BookingCrowd

    def note(self, name: str, found: Outcome) -> None:
        super().note(name, found)
        if name == "mature":
            self.seen.update(f"due {what}" for what, _ in found.rows)
        if name == "cancel_booking" and found.rows and "missed" in found.rows[0]:
            self.seen["cancelled as missed"] += 1
        if name == "check_in" and found.ticket:
            self.seen[f"checked in at window {found.ticket.only_window}"] += 1

    async def check(self) -> None:
        await super().check()
        model, raw = self.crowd.model, self.raw
        assert raw.bookings == model.bookings
        assert raw.places == self.ledger.live.places == model.places()
        assert all(used <= capacity_of(slot) for slot, used in raw.places.items()), "more places than there are"
        assert raw.due == {f"{what}:{thing}": at for (what, thing), at in model.due.items()}


async def test_bookings_are_as_their_model_through_long_random_weeks(
    client: "Redis", request: pytest.FixtureRequest
) -> None:
    kind = request.node.callspec.params["store"]
    acts = int(os.environ.get("GREENWAVE_ACTS", ACTS[kind]))
    seed = os.environ.get("GREENWAVE_SEED") or secrets.token_hex(4)
    print(f"\n{acts} acts on {kind}, seed {seed}")
    store = HallStore(client, lambda: load_library(client))
    names = [f"hall-{number}" for number in range(HALLS)]
    seen = await drive([BookedHall(client, store, name, BookingCrowd(f"{seed}/{name}")) for name in names], acts, seed)
    assert acts < ENOUGH or not UNSEEN_MAY_NOT_BE - seen.keys(), UNSEEN_MAY_NOT_BE - seen.keys()


# races


def common() -> dict[str, Any]:
    return {"at": NOON, "day": "261122", "actor": "visitor"}


def hold(code: str, person: str, start: int, capacity: int) -> HoldPlace:
    return HoldPlace(
        **common(), booking=code, service="A-1", queue="A", pool="A", start=start, end=start + 1_800_000, places=1,
        capacity=capacity, person=person, language="zh", confirmed=1, hold_until=0, late_at=start + 900_000,
        miss_at=start + 9_000_000,
    )  # fmt: skip


@pytest.fixture
async def workers(clean_store: EmbeddedStore) -> AsyncIterator[list[HallStore]]:
    """Four ways into one store, as of four workers."""
    clients = [connect(clean_store.url) for _ in range(4)]
    yield [HallStore(one, lambda one=one: load_library(one)) for one in clients]  # type: ignore[misc]
    for one in clients:
        await one.aclose()


async def outcome(store: HallStore, name: Any, order: Any) -> str:
    try:
        await store.act("small", name, order)
    except Refusal as refusal:
        return refusal.code
    return "won"


async def test_two_hundred_people_race_for_ten_places(workers: list[HallStore], client: "Redis") -> None:
    for number in range(ROUNDS):
        start = NOON + number * 1_800_000
        race = [hold(f"{number}-{n}", f"person {number} {n}", start, 10) for n in range(200)]
        found = await asyncio.gather(*(outcome(workers[n % 4], "hold_place", order) for n, order in enumerate(race)))
        assert Counter(found) == {"won": 10, "SLOT_FULL": 190}
    raw = await audit(client, workers[0], "small", Ledger())
    assert set(raw.places.values()) == {10}


async def test_one_person_in_ten_tabs_books_once(workers: list[HallStore]) -> None:
    race = [hold(f"tab-{n}", "one and the same", NOON, 10) for n in range(10)]
    found = await asyncio.gather(*(outcome(workers[n % 4], "hold_place", order) for n, order in enumerate(race)))
    assert Counter(found) == {"won": 1, "ALREADY_BOOKED": 9}


async def test_a_thousand_check_ins_of_one_booking_redeem_it_once(workers: list[HallStore], client: "Redis") -> None:
    assert await outcome(workers[0], "hold_place", hold("CODE", "person", NOON, 1)) == "won"
    order = CheckIn(
        **common(), booking="CODE", start=NOON, turn=NOON, stops=[("A-1", "A")], priority="normal", credit_ms=0,
        channel="phone", language="zh", person="",
    )  # fmt: skip
    found = await asyncio.gather(*(outcome(workers[n % 4], "check_in", order) for n in range(1000)))
    assert Counter(found) == {"won": 1, "ALREADY_CHECKED_IN": 999}
    assert len((await audit(client, workers[0], "small", Ledger())).tickets) == 1
