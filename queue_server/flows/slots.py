"""Which slots are free: the hall's book as this worker knows it, encoded once for each time that it changes."""

import msgspec
from msgspec import Struct

from queue_server.contract import plans
from queue_server.contract.times import rfc3339
from queue_server.domain.hall import Hall
from queue_server.domain.live import LiveHall
from queue_server.domain.refusals import Refusal
from queue_server.domain.slots import MINUTE_MS, between, horizon, pool_of
from queue_server.flows.running import RunningHall

MOST_KEPT = 1000
"""Answers of a hall that are kept; a search may name any two moments, so there is no end of them."""

Asked = tuple[str, int, int]
"""Pool, since, until."""

_encode = msgspec.json.Encoder().encode


class SlotWish(Struct, frozen=True, kw_only=True):
    """What is looked for: slots of an item that begin in a span (ms), at one window where it is not 0."""

    service: str
    since: int
    until: int
    window: int = 0


class _Kept(Struct, kw_only=True):
    """Answers of a hall, each with the version of its pool, for as long as its fold and its file are the same."""

    live: LiveHall
    hall: Hall
    answers: dict[Asked, tuple[int, msgspec.Raw]] = {}


class SlotFlows:
    """The search for free slots. `open_now` counts every hall as open around the clock."""

    def __init__(self, open_now: bool) -> None:
        self._always = open_now
        self._kept: dict[str, _Kept] = {}

    async def search(self, running: RunningHall, wish: SlotWish, at: int) -> msgspec.Raw:
        """The slots (`plans.Slots`, encoded) that begin neither before now nor after the last day that can be booked.

        Refuses `NO_SUCH_SERVICE`, `NO_SUCH_WINDOW`. What cannot be booked has none.
        """
        hall = running.hall
        if wish.service not in hall.service_by_id:
            raise Refusal("NO_SUCH_SERVICE", {"service": wish.service})
        if wish.window and wish.window not in hall.window_by_number:
            raise Refusal("NO_SUCH_WINDOW", {"window": wish.window})
        live = await running.caught_up()
        since, until = _minute(max(wish.since, at)), _minute(min(wish.until, horizon(hall, at)))
        return self._answer(live, hall, (pool_of(hall, wish.service, wish.window), since, max(since, until)))

    def _answer(self, live: LiveHall, hall: Hall, asked: Asked) -> msgspec.Raw:
        kept = self._kept.get(hall.id)
        if kept is None or kept.live is not live or kept.hall is not hall or len(kept.answers) >= MOST_KEPT:
            kept = self._kept[hall.id] = _Kept(live=live, hall=hall)
        version = live.place_version.get(asked[0], 0)
        known = kept.answers.get(asked)
        if known is None or known[0] != version:
            known = kept.answers[asked] = version, msgspec.Raw(_encode(self._look(live, hall, *asked)))
        return known[1]

    def _look(self, live: LiveHall, hall: Hall, pool: str, since: int, until: int) -> plans.Slots:
        slots = between(hall, pool, since, until, self._always) if pool else ()
        return plans.Slots(
            slots=[
                plans.Slot(
                    start=rfc3339(slot.start),
                    end=rfc3339(slot.end),
                    free=max(slot.capacity - live.places.get((pool, slot.start), 0), 0),
                    capacity=slot.capacity,
                )
                for slot in slots
            ]
        )


def _minute(at: int) -> int:
    """The next whole minute: slots begin on one, so all searches of a minute have one answer."""
    return -(-at // MINUTE_MS) * MINUTE_MS
