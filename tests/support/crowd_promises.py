"""A seeded crowd that is also promised things, and whose matters are hard; what the store keeps, against the model."""

from typing import Any

from msgspec import structs

from queue_server.domain.orders import Finish, Order
from queue_server.domain.promise import ENDS, KINDS, Pledge
from queue_server.domain.promise_orders import EndPromise, Escalate, Reminded
from queue_server.store.halls import prefix
from queue_server.store.promised import StoredPromises
from tests.support.crowd import WINDOWS
from tests.support.crowd_ratings import DAY_MS, OWNERS, RatedDriven, RatingCrowd, _no_library
from tests.support.crowd_ratings import WEIGHTS as OTHER_WEIGHTS
from tests.support.model_promises import PromisingHall

WEIGHTS = OTHER_WEIGHTS | {"end_promise": 2, "reminded": 2, "escalate": 5}
HARD_QUEUE = "C"


class PromiseCrowd(RatingCrowd):
    """The crowd of a hall that keeps its word."""

    weights = WEIGHTS
    model_of = PromisingHall
    model: PromisingHall

    def _finish(self, name: str) -> Order:
        order = super()._finish(name)
        if not isinstance(order, Finish) or self.rng.random() < 0.5:
            return order
        due_at = self.now + self.rng.randrange(DAY_MS)
        reminders = (("before", due_at - DAY_MS // 2), ("day", due_at - 1))
        pledge = Pledge(kind=self.rng.choice(KINDS), due_at=due_at, papers=("id_card",), note="", reminders=reminders)
        return structs.replace(order, pledge=pledge)

    def _promise(self) -> str:
        return self.rng.choice([*list(self.model.promises)[-8:], "P-261122-999999", "#"])

    def _end_promise(self, _: str) -> Order:
        return EndPromise(**self._common(), promise_id=self._promise(), status=self.rng.choice(ENDS), note="note")

    def _reminded(self, _: str) -> Order:
        told = [(self._promise(), self.rng.choice(("before", "day"))) for _ in range(3)]
        return Reminded(**self._common(), told=told)

    def _escalate(self, name: str) -> Order:
        finished = [key for key, _ in list(self.model.finished)[-12:]]
        ticket = self.rng.choice((self._some_ticket(name), *finished, *list(self.model.open)[-12:]))
        record = self.model.tickets.get(ticket)
        window = self.rng.choice((0, 0, record.window if record else 0, *WINDOWS))
        return Escalate(
            **self._common(), ticket=ticket, reason="words", queue=self.rng.choice((HARD_QUEUE, HARD_QUEUE, "")),
            owner=self.rng.choice(OWNERS), due_at=self.now + DAY_MS, channel="desk", window=window, gain_ms=600_000,
            zone=self.rng.choice(("north", "")),
        )  # fmt: skip


class PromisedDriven(RatedDriven):
    """A driven hall whose promises are compared too."""

    crowd: PromiseCrowd

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.promised = StoredPromises(self.client, _no_library)

    async def check(self) -> None:
        await super().check()
        model, p = self.crowd.model, prefix(self.name)
        found = dict([*await self.promised.open(self.name), *await self.promised.ended(self.name)])
        assert found == model.promises, "promises differ"
        stand = {name: row for name, row in model.promises.items() if not row.ended_at}
        dues = [*await self._ranked(f"{p}:pd"), *await self._ranked(f"{p}:pv")]
        assert dict(dues) == {name: row.due_at for name, row in stand.items()}, "what is due differs"
        next_ones = {name: row.reminders[0][1] for name, row in stand.items() if row.reminders}
        assert dict(await self._ranked(f"{p}:pr")) == next_ones, "reminders differ"
        reached = {name for name, to in model.reached.items() if to}
        assert {key.decode() for key in await self.client.hkeys(f"{p}:pc")} == reached, "contacts of promises differ"

    async def _ranked(self, key: str) -> list[tuple[str, int]]:
        return [(name.decode(), int(at)) for name, at in await self.client.zrange(key, 0, -1, withscores=True)]
