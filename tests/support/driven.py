"""A hall under a seeded crowd: whatever the store answers, tells and keeps is held against the model, act by act."""

import asyncio
from collections import Counter, deque

import pytest
from redis.asyncio import Redis

from queue_server.domain.orders import Acted, Order
from queue_server.domain.refusals import Refusal
from queue_server.store.feed import History
from queue_server.store.halls import HallStore
from tests.support.audit import audit
from tests.support.crowd import Crowd
from tests.support.ledger import Ledger
from tests.support.model import TOLD, Outcome


class DrivenHall:
    """One hall under its own seeded crowd: every answer is compared with the model's."""

    check_every = 700

    def __init__(self, client: "Redis", store: HallStore, name: str, crowd: Crowd) -> None:
        self.client, self.store, self.name = client, store, name
        self.crowd = crowd
        self.ledger = Ledger()
        self.compared = self.acts = 0
        self.latest: deque[str] = deque(maxlen=30)
        self.seen: Counter[str] = Counter()
        """Acts with their refusals, and what was told."""

    async def run(self, acts: int) -> None:
        try:
            for number in range(1, acts + 1):
                self.acts = number
                await self.step(*self.crowd.next_act())
                if number % self.check_every == 0:
                    await self.check()
            await self.check()
        except AssertionError as error:
            raise AssertionError(
                f"{self.name}, act {self.acts}: {error}\nits last acts:\n" + "\n".join(self.latest)
            ) from error

    async def step(self, name: str, order: Order) -> None:
        expected = self.crowd.model.act(name, order)
        self.latest.append(f"{name} {order}")
        found = await self.ask(name, order)
        self.latest[-1] += f"\n    → {found}"
        self.note(name, found)
        assert found == expected, f"{name}: the store answers\n {found}\nthe model\n {expected}"
        if found.refusal == "DAY_NOT_CLOSED":
            self.crowd.model.close_day(order.at, order.day)
            await self.store.close_day(self.name, order.at, order.day)
            await self.step(name, order)

    def note(self, name: str, found: Outcome) -> None:
        self.seen[f"{name} {found.refusal}"] += 1

    async def ask(self, name: str, order: Order) -> Outcome:
        try:
            acted: Acted = await self.store.act(self.name, name, order)  # type: ignore[arg-type]
        except Refusal as refusal:
            return Outcome(refusal.code, refusal.facts)
        return Outcome("", {}, acted.ticket_id, acted.ticket, acted.window, acted.ahead, acted.rows)

    async def check(self) -> None:
        self.raw = raw = await audit(self.client, self.store, self.name, self.ledger)
        model = self.crowd.model
        acknowledged = {key: ticket for key, ticket in model.tickets.items() if key.startswith(model.day)}
        assert raw.tickets == acknowledged, "tickets differ from those that were acknowledged"
        assert raw.contacts == model.contacts, "contacts differ"
        told = await History(self.client).events_after(self.name, self.compared, 100_000)
        found = [(row.event.name, row.event.ticket, row.event.window, row.event.status, row.event.was) for row in told]
        expected = model.told[self.compared :]
        assert self.in_any_order(found) == self.in_any_order(expected), "events differ from what was done"
        for index, row in enumerate(told, self.compared):
            if index in model.facts:
                assert row.event.facts == model.facts[index], f"{row.event.name} tells what was not"
        self.seen.update(row.event.name for row in told)
        self.compared += len(found)

    def in_any_order(self, told: list[TOLD]) -> list[TOLD]:
        """The events with those of a closing day sorted."""
        told = list(told)
        for begun, ended in self.crowd.model.unordered:
            begun, ended = begun - self.compared, ended - self.compared
            if begun >= 0:
                told[begun:ended] = sorted(told[begun:ended])
        return told


async def drive(driven: list[DrivenHall], acts: int, seed: str) -> Counter[str]:
    """So many acts in all, the halls side by side; answers what was seen.

    Fails with the last acts of the hall that differs from its model.
    """
    try:
        await asyncio.gather(*(hall.run(acts // len(driven)) for hall in driven))
    except AssertionError as error:
        pytest.fail(f"seed {seed}\n{error}", pytrace=False)
    return sum((hall.seen for hall in driven), Counter[str]())
