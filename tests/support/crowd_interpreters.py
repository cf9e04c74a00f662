"""A seeded crowd that also asks for interpreters, and what the store keeps of them, against the model."""

from redis.asyncio import Redis

from queue_server.domain import interpreter_orders as orders
from queue_server.domain.interpreting import HOLDS
from queue_server.domain.orders import Order
from queue_server.store.halls import HallStore, prefix
from queue_server.store.interpreters import StoredInterpreters
from tests.support.crowd_ratings import WEIGHTS as OTHER_WEIGHTS
from tests.support.crowd_ratings import RatedDriven, RatingCrowd, _no_library
from tests.support.model_interpreters import InterpretedHall

WEIGHTS = OTHER_WEIGHTS | {
    "ask_interpreter": 5, "drop_request": 1, "assign_interpreter": 2, "note_interpreting": 1, "match_interpreters": 6,
    "keep_interpreter": 1, "drop_interpreter": 1, "set_duty": 6, "check_papers": 2,
}  # fmt: skip
LANGUAGES = ("en", "en", "ru", "ja")
MOST = 5


class InterpretedCrowd(RatingCrowd):
    """The crowd of a hall whose visitors speak many languages."""

    weights = WEIGHTS
    model_of = InterpretedHall
    model: InterpretedHall

    def _person(self) -> str:
        return self.rng.choice([*self.model.roster, *self.model.roster, "I999", "#"])

    def _keep_interpreter(self, _: str) -> Order:
        new = len(self.model.roster) < MOST and self.rng.random() < 0.8
        spoken = tuple(dict.fromkeys(self.rng.choices(LANGUAGES[:3], k=2)))
        return orders.KeepInterpreter(
            **self._common(), interpreter="" if new else self._person(), name="Lin", languages=spoken, phone="",
            shifts=(),
        )  # fmt: skip

    def _drop_interpreter(self, _: str) -> Order:
        kept = self.rng.random() < 0.7
        return orders.OnInterpreter(**self._common(), interpreter="I999" if kept else self._person())

    def _set_duty(self, _: str) -> Order:
        duty, gently = int(self.rng.random() < 0.7), int(self.rng.random() < 0.2)
        return orders.SetDuty(**self._common(), interpreter=self._person(), duty=duty, gently=gently)

    def _ask_interpreter(self, name: str) -> Order:
        language = self.rng.choice(LANGUAGES)
        return orders.AskInterpreter(
            **self._common(), ticket=self._some_ticket(name), language=language, channel="phone"
        )

    def _asked(self) -> str:
        """Mostly a ticket that asked, latest first."""
        known = list(self.model.requests)[-10:]
        return self.rng.choice(known) if known and self.rng.random() < 0.9 else self._some_ticket("drop_request")

    def _drop_request(self, _: str) -> Order:
        return orders.ForTicket(**self._common(), ticket=self._asked())

    def _assign_interpreter(self, _: str) -> Order:
        return orders.AssignInterpreter(**self._common(), ticket=self._asked(), interpreter=self._person())

    def _note_interpreting(self, _: str) -> Order:
        return orders.NoteInterpreting(**self._common(), ticket=self._asked(), note="well")

    def _match_interpreters(self, _: str) -> Order:
        return orders.MatchInterpreters(**self._common(), near=3)

    def _check_papers(self, name: str) -> Order:
        missing = tuple(self.rng.sample(("id_card", "photo", "form"), self.rng.randrange(3)))
        return orders.CheckPapers(**self._common(), ticket=self._some_ticket(name), missing=missing)


class InterpretedDriven(RatedDriven):
    """A driven hall whose interpreters and requests are compared too."""

    crowd: InterpretedCrowd

    def __init__(self, client: "Redis", store: HallStore, name: str, crowd: InterpretedCrowd) -> None:
        super().__init__(client, store, name, crowd)
        self.interpreters = StoredInterpreters(client, _no_library)

    async def check(self) -> None:
        await super().check()
        model, p = self.crowd.model, prefix(self.name)
        people, requests = await self.interpreters.read(self.name)
        assert dict(people) == model.roster, "interpreters differ"
        today = {key: row for key, row in model.requests.items() if key.startswith(model.day)}
        assert dict(requests) == today, "requests differ"
        listed = {key.decode() for key in await self.client.zrange(f"{p}:yo", 0, -1)}
        assert listed == {key for key, row in model.requests.items() if row.status == "asked"}
        self.check_pairs()

    def check_pairs(self) -> None:
        """Each interpreter goes with one ticket, which knows it; none with one that is parked or over."""
        model = self.crowd.model
        pairs = {key: one.ticket for key, one in model.roster.items() if one.ticket}
        told = {row.interpreter: key for key, row in model.open.items() if row.interpreter}
        assert pairs == told
        for ticket in model.open.values():
            assert not (ticket.interpreter and ticket.status in ("held", "missed"))
            assert ticket.held_for != HOLDS or (ticket.status == "held" and ticket.speaks and not ticket.interpreter)
