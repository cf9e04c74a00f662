"""A seeded crowd that also rates, complains and follows cases up, and what the store keeps of it, against the model."""

from typing import Any

from redis.asyncio import Redis

from queue_server.domain.orders import Order
from queue_server.domain.rating import BLAME, CASE_STATUSES, CHANNELS, moves_of
from queue_server.domain.rating_orders import ChangeCase, OpenCase, OpenProject, Rate, VisitProject
from queue_server.store.halls import HallStore, prefix
from queue_server.store.ratings import StoredRatings
from tests.support.crowd import QUEUES, WINDOWS, Crowd
from tests.support.crowd import WEIGHTS as OTHER_WEIGHTS
from tests.support.driven import DrivenHall
from tests.support.model_ratings import RatedHall

WEIGHTS = OTHER_WEIGHTS | {"rate": 9, "open_case": 1, "change_case": 4, "open_project": 1, "visit_project": 3}
OWNERS = ("", "Ann", "Ben")
DAY_MS = 86_400_000


class RatingCrowd(Crowd):
    """The crowd of a hall that asks how it was."""

    weights = WEIGHTS
    model_of = RatedHall
    model: RatedHall

    def _rate(self, _: str) -> Order:
        """Mostly what was finished lately; now and then twice, from a wrong window, or what was not served."""
        known = list(self.model.finished)[-12:]
        known += known[-1:] * 12
        key, stop = self.rng.choice(known) if known and self.rng.random() < 0.9 else (self._some_ticket("rate"), 1)
        of = self.model.finished.get((key, stop))
        return Rate(
            **self._common(), ticket=key, stop=self.rng.choice((0, stop, stop, 3)), score=self.rng.randrange(1, 6),
            tags=tuple(self.rng.sample(BLAME, self.rng.randrange(3))), comment=self.rng.choice(("", "words")),
            channel=self.rng.choice(CHANNELS), owner=self.rng.choice(OWNERS), due_at=self.now + DAY_MS,
            window=self.rng.choice((0, 0, of.window if of else 0, *WINDOWS)),
        )  # fmt: skip

    def _open_case(self, name: str) -> Order:
        finished = [key for key, _ in list(self.model.finished)[-12:]]
        ticket = self.rng.choice(("", self._some_ticket(name), *finished))
        return OpenCase(
            **self._common(), ticket=ticket, text="words", channel="desk", owner="Ann", due_at=self.now + DAY_MS
        )

    def _change_case(self, _: str) -> Order:
        case = self.rng.choice([*list(self.model.cases)[-8:], "C-261122-999999", "#"])
        record = self.model.cases.get(case)
        suits = ("", *moves_of(record.kind)[record.status]) if record and self.rng.random() < 0.8 else CASE_STATUSES
        return ChangeCase(
            **self._common(), case=case, status=self.rng.choice(suits), owner=self.rng.choice(OWNERS), note="note",
            due_at=self.now + DAY_MS,
        )  # fmt: skip

    def _open_project(self, _: str) -> Order:
        queue = self.rng.choice(QUEUES)
        return OpenProject(
            **self._common(), title="words", queue=queue, service=f"{queue}-1", window=self.rng.choice(WINDOWS),
            channel="desk", owner="Ann", due_at=self.now + DAY_MS, code=f"code {self.rng.randrange(200)}",
        )  # fmt: skip

    def _visit_project(self, _: str) -> Order:
        """Mostly of a project that has not ended; now and then of another case, or of none."""
        known = [case for case, record in self.model.cases.items() if record.code and not record.ended_at][-4:]
        case = self.rng.choice([*known * 3, *list(self.model.cases)[-2:], ""])
        record = self.model.cases.get(case)
        queue = (record.queue if record else "") or "A"
        return VisitProject(
            **self._common(), stops=[(f"{queue}-1", queue)], priority="normal", credit_ms=0, channel="phone",
            language="zh", person="", case=case, contact=self._contact(),
        )  # fmt: skip


class RatedDriven(DrivenHall):
    """A driven hall whose cases and rated stops are compared too."""

    crowd: RatingCrowd

    def __init__(self, client: "Redis", store: HallStore, name: str, crowd: RatingCrowd) -> None:
        super().__init__(client, store, name, crowd)
        self.kept = StoredRatings(client, _no_library)

    async def check(self) -> None:
        await super().check()
        model, p = self.crowd.model, prefix(self.name)
        found = dict([*await self.kept.open_cases(self.name), *await self.kept.ended_cases(self.name)])
        assert found == model.cases, "cases differ"
        dues = {case: record.due_at for case, record in model.cases.items() if not record.ended_at}
        assert {
            key.decode(): int(due) for key, due in await self.client.zrange(f"{p}:gd", 0, -1, withscores=True)
        } == dues
        for ticket in {ticket for ticket, _ in self.last_finished()}:
            mine = [(stop, of) for (key, stop), of in sorted(model.finished.items()) if key == ticket]
            assert await self.kept.stops(self.name, ticket) == mine, f"the finished stops of {ticket} differ"

    def last_finished(self) -> list[tuple[str, int]]:
        return list(self.crowd.model.finished)[-30:]


async def _no_library() -> Any:
    raise AssertionError("the library is there already")
