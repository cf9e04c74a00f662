"""Long random days against a small model. 200,000 acts on Valkey and 20,000 on Redis.

`GREENWAVE_ACTS=2000000 pytest tests/races/test_random_driver.py` runs that many on each store;
`GREENWAVE_SEED` repeats a run: each hall's acts depend on the seed and its name alone.
"""

import asyncio
import os
import secrets
from collections import Counter, deque

import pytest
from redis.asyncio import Redis

from queue_server.domain.orders import Acted, Order
from queue_server.domain.refusals import Refusal
from queue_server.store import halls as store_halls
from queue_server.store.connect import connect
from queue_server.store.embedded import EmbeddedStore
from queue_server.store.feed import History
from queue_server.store.halls import HallStore
from queue_server.store.library import load_library
from tests.support.audit import audit
from tests.support.crowd import WEIGHTS, Crowd
from tests.support.ledger import Ledger
from tests.support.model import TOLD, Outcome

ACTS = {"valkey": 200_000, "redis": 20_000}
HALLS = 40
CHECK_EVERY = 700
ENOUGH = 150_000
UNSEEN_MAY_NOT_BE = {
    *(f"{name} " for name in WEIGHTS), "call_next NOBODY_WAITING", "call_next WINDOW_BUSY", "call_next WINDOW_NOT_OPEN",
    "recall TOO_SOON", "finish NO_NEXT_STOP", "transfer WINDOW_NOT_OPEN", "undo TOO_LATE", "undo NOTHING_TO_UNDO",
    "issue ALREADY_WAITING", "issue IDEMPOTENCY_MISMATCH", "issue HALL_CLOSED", "reinstate ALREADY_REINSTATED",
    "close_window WINDOW_BUSY", "start WRONG_STATUS", "cancel NO_SUCH_TICKET", "call_next DAY_NOT_CLOSED",
}  # fmt: skip
"""Acts with their refusals that a run of `ENOUGH` acts or more must have met."""
STEP = 7
"""Tickets that one step of closing a day works off, so that several steps are needed."""


class DrivenHall:
    """One hall under its own seeded crowd: every answer is compared with the model's."""

    def __init__(self, client: "Redis", store: HallStore, name: str, seed: str) -> None:
        self.client, self.store, self.name = client, store, name
        self.crowd = Crowd(f"{seed}/{name}")
        self.ledger = Ledger()
        self.compared = 0
        self.latest: deque[str] = deque(maxlen=30)
        self.seen: Counter[str] = Counter()

    async def run(self, acts: int) -> None:
        try:
            for number in range(1, acts + 1):
                await self.step(*self.crowd.next_act())
                if number % CHECK_EVERY == 0:
                    await self.check()
            await self.check()
        except AssertionError as error:
            raise AssertionError(f"{self.name}: {error}\nits last acts:\n" + "\n".join(self.latest)) from error

    async def step(self, name: str, order: Order) -> None:
        expected = self.crowd.model.act(name, order)
        self.latest.append(f"{name} {order}")
        found = await self.ask(name, order)
        self.latest[-1] += f"\n    → {found}"
        self.seen[f"{name} {found.refusal}"] += 1
        assert found == expected, f"{name}: the store answers\n {found}\nthe model\n {expected}"
        if found.refusal == "DAY_NOT_CLOSED":
            self.crowd.model.close_day(order.at, order.day)
            await self.store.close_day(self.name, order.at, order.day)
            await self.step(name, order)

    async def ask(self, name: str, order: Order) -> Outcome:
        try:
            acted: Acted = await self.store.act(self.name, name, order)  # type: ignore[arg-type]
        except Refusal as refusal:
            return Outcome(refusal.code, refusal.facts)
        return Outcome("", {}, acted.ticket_id, acted.ticket, acted.window, acted.ahead, acted.rows)

    async def check(self) -> None:
        raw = await audit(self.client, self.store, self.name, self.ledger)
        model = self.crowd.model
        acknowledged = {key: ticket for key, ticket in model.tickets.items() if key.startswith(model.day)}
        assert raw.tickets == acknowledged, "tickets differ from those that were acknowledged"
        told = await History(self.client).events_after(self.name, self.compared, 100_000)
        found = [(row.event.name, row.event.ticket, row.event.window, row.event.status, row.event.was) for row in told]
        expected = model.told[self.compared :]
        assert self.in_any_order(found) == self.in_any_order(expected), "events differ from what was done"
        self.compared += len(found)

    def in_any_order(self, told: list[TOLD]) -> list[TOLD]:
        """The events with those of a closing day sorted."""
        told = list(told)
        for begun, ended in self.crowd.model.unordered:
            begun, ended = begun - self.compared, ended - self.compared
            if begun >= 0:
                told[begun:ended] = sorted(told[begun:ended])
        return told


async def test_a_hall_answers_as_its_model_through_long_random_days(
    clean_store: EmbeddedStore, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_halls, "CLOSE_AT_ONCE", STEP)
    kind = request.node.callspec.params["store"]
    acts = int(os.environ.get("GREENWAVE_ACTS", ACTS[kind]))
    seed = os.environ.get("GREENWAVE_SEED") or secrets.token_hex(4)
    print(f"\n{acts} acts on {kind}, seed {seed}")
    client = connect(clean_store.url, answer_timeout_s=60)
    store = HallStore(client, lambda: load_library(client))
    driven = [DrivenHall(client, store, f"hall-{number}", seed) for number in range(HALLS)]
    try:
        await asyncio.gather(*(hall.run(acts // HALLS) for hall in driven))
    except AssertionError as error:
        pytest.fail(f"seed {seed}\n{error}", pytrace=False)
    finally:
        await client.aclose()
    seen = sum((hall.seen for hall in driven), Counter[str]())
    assert acts < ENOUGH or not UNSEEN_MAY_NOT_BE - seen.keys(), "the crowd did not get everywhere"
