"""Visitors of simulated days, some of whom have several things to do."""

from random import Random
from typing import Any

from msgspec import Struct, field

from queue_server.domain.hall import SELF_SERVICE, Hall, Service
from queue_server.domain.journey import Errand as Plan
from queue_server.domain.journey import Stop, errands_of, merged

MINUTE_MS = 60_000
STOPS = 3
SPREAD = 4.0
"""The shape of service times (gamma): half of their mean is their standard deviation."""


class Errand(Struct, frozen=True, kw_only=True):
    """What a visitor does in one go; by the planner what one window does at once."""

    services: tuple[str, ...]
    queue: str
    zone: str
    takes: int
    usual: int
    """What is known beforehand of `takes`: its mean."""
    after: tuple[tuple[str, int], ...] = ()
    """Items that must be done before, and how long (ms) before."""


class Person(Struct, kw_only=True):
    came: int
    errands: tuple[Errand, ...]
    together: tuple[Errand, ...] = ()
    """The same where errands that go together are one."""
    ended: dict[str, int] = field(default_factory=dict)
    left: list[Errand] = field(default_factory=list)
    zone: str = ""
    turn: int = 0
    since: int = 0
    waits: list[int] = field(default_factory=list)
    gone: int = 0


def people(hall: Hall, seed: str, volume: float, share: float, journeys: bool) -> list[Person]:
    """A day's visitors. `share` of the visits have several items: those of a journey of the hall, or any three."""
    rng = Random(f"journeys {seed}")
    items = [row for row in hall.services if row.queue != SELF_SERVICE and row.visits]
    weights = [row.visits for row in items]
    kinds = [plan for row in hall.journeys if len(plan := errands_of(hall, row.steps).errands) >= STOPS]
    most = sum(map(len, kinds)) / len(kinds) if journeys else STOPS
    count = round(sum(weights) * volume / (1 + share * (most - 1)))
    found: list[Person] = []
    for _ in range(count):
        if rng.random() >= share:
            wanted: tuple[Plan, ...] = (_plan(rng.choices(items, weights)[0]),)
        else:
            wanted = rng.choice(kinds) if journeys else _any_three(items, weights, rng)
        found.append(_person(hall, wanted, rng))
    return sorted(found, key=lambda person: person.came)


def _plan(item: Service) -> Plan:
    return Plan(service=item.id, queue=item.queue, minutes=item.mean_min)


def _any_three(items: list[Service], weights: list[int], rng: Random) -> tuple[Plan, ...]:
    chosen: list[Service] = []
    while len(chosen) < STOPS:
        item = rng.choices(items, weights)[0]
        if item.queue not in {row.queue for row in chosen}:
            chosen.append(item)
    return tuple(map(_plan, chosen))


def _person(hall: Hall, wanted: tuple[Plan, ...], rng: Random) -> Person:
    spans = [row for row in hall.crowd.arrivals if row[1] > 0]
    start = rng.choices(spans, [row[1] for row in spans])[0][0]
    came = round((start + rng.uniform(0, 30)) * MINUTE_MS)
    takes = {row.service: round(rng.gammavariate(SPREAD, row.minutes / SPREAD) * MINUTE_MS) for row in wanted}
    errands = tuple(_errand(hall, Stop(services=(row.service,), **_of(row)), takes) for row in wanted)
    together = tuple(_errand(hall, stop, takes) for stop in merged(hall, wanted))
    return Person(came=came, errands=errands, together=together, zone=errands[0].zone)


def _of(row: Plan) -> dict[str, Any]:
    return {"queue": row.queue, "minutes": row.minutes, "after": row.after}


def _errand(hall: Hall, stop: Stop, takes: dict[str, int]) -> Errand:
    return Errand(
        services=stop.services, queue=stop.queue, zone=hall.zone_of(stop.queue),
        takes=sum(takes[one] for one in stop.services), usual=round(stop.minutes * MINUTE_MS),
        after=tuple((need.service, need.gap_min * MINUTE_MS) for need in stop.after),
    )  # fmt: skip
