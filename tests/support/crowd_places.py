"""A seeded crowd that goes through gates too, before zones that hold few; the fold of its events against the model."""

from typing import Any

from msgspec import structs

from queue_server.domain.live import LiveHall
from queue_server.domain.occupancy import coming_at
from queue_server.domain.orders import Issue, Order
from queue_server.domain.place_orders import CallWave, CountPeople
from queue_server.store.feed import History
from tests.support.crowd_promises import WEIGHTS as OTHER_WEIGHTS
from tests.support.crowd_promises import PromiseCrowd, PromisedDriven
from tests.support.model_places import PlacesHall

WEIGHTS = OTHER_WEIGHTS | {"count_people": 8, "call_wave": 6}
ZONES = ("north", "south")
MOST = 6


class PlacesCrowd(PromiseCrowd):
    """The crowd of a hall whose zones hold six people each."""

    weights = WEIGHTS
    model_of = PlacesHall
    model: PlacesHall

    def _issue(self, name: str) -> Order:
        order = super()._issue(name)
        if isinstance(order, Issue) and self.rng.random() < 0.5:
            return structs.replace(order, outside=self.rng.choice(ZONES))
        return order

    def _count_people(self, _: str) -> Order:
        by_hand = self.rng.random() < 0.1
        entered, left = (0, 0) if by_hand else (self.rng.randrange(4), self.rng.randrange(4))
        people = self.rng.randrange(MOST + 2) if by_hand else -1
        return CountPeople(**self._common(), zone=self.rng.choice(ZONES), entered=entered, left=left, people=people)

    def _call_wave(self, name: str) -> Order:
        zone = self.rng.choice(ZONES)
        outside = [key for key, one in self.model.open.items() if one.outside == zone]
        tickets = [*outside[: self.rng.randrange(1, 6)], self._some_ticket(name)]
        minutes = self.rng.choice((0, 1, 10))
        until_at = self.now + minutes * 60_000
        return CallWave(**self._common(), zone=zone, most=MOST, tickets=tickets, until_at=until_at)


class PlacesDriven(PromisedDriven):
    """A driven hall whose zones are compared too: as the store keeps them, and as its events tell of them."""

    crowd: PlacesCrowd

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.fold = LiveHall()

    async def check(self) -> None:
        await super().check()
        model = self.crowd.model
        snapshot = await self.store.snapshot(self.name)
        for row in await History(self.client).events_after(self.name, self.fold.position, 100_000):
            self.fold.apply(row.position, row.event)
        for zones in (dict(snapshot.zones), self.fold.occupancy.zones):
            for zone, record in model.zones.items():
                found = zones[zone]
                told = (found.people, found.entered, found.left, found.wave, coming_at(found, model.now))
                assert told == (
                    record.people, record.entered, record.left, record.wave, len(model.still_coming(zone)),
                ), f"zone {zone} differs"  # fmt: skip
        outside = {key: one.outside for key, one in model.open.items() if one.outside}
        folded = {key: one.outside for key, one in self.fold.tickets.items() if one.outside}
        assert folded == outside, f"those outside differ: {folded} by the events, {outside} by the model"
