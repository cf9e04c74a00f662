"""What legs and events of a day come to, broken down: by queue, item, window, channel. Pure.

Figures of visits go by their legs; bookings, cases and diversions, which have none, by their events. What an event
does not know (a booking has no window) is counted under no value of that dimension, but in the hall's whole.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from ops.archive.legs import DIVERTED, Leg
from queue_server.domain.events import Event
from queue_server.domain.report import GREEN_MS, LOW_UP_TO, SATISFIED_FROM, Helped, Tally
from queue_server.domain.waits import bucket_of

MADE = 1
"""By which rules days are counted: those counted by others are counted anew."""
EVENTS = frozenset({"BookingMade", "BookingMissed", "CaseOpened", "DiversionEnded"})
"""What is counted by events."""
MINUTE_MS = 60_000
ACTIONS = "action"


class EndedCase(Struct, frozen=True, kw_only=True):
    """A case that was closed or rejected; `late` where any of its steps came after it was due."""

    queue: str
    service: str
    window: int
    late: bool


Broken = dict[str, dict[str, Tally]]
"""By dimension and value. The hall's own value is empty."""

OF_LEGS: dict[str, Callable[[Leg], str]] = {
    "hall": lambda _: "",
    "queue": lambda leg: leg.queue,
    "service": lambda leg: leg.service,
    "window": lambda leg: str(leg.at_window or ""),
    "channel": lambda leg: leg.channel,
    "staff": lambda leg: leg.staff,
}


def tallies(
    legs: Sequence[Leg], happened: Iterable[Event], ended_cases: Iterable[EndedCase], dimensions: Iterable[str]
) -> tuple[Broken, dict[str, Helped]]:
    """Of all legs of a day, in the order of their visits, of its events that matter, of its cases; actions beside."""
    keys = {name: OF_LEGS[name] for name in ("hall", *dimensions)}
    broken: Broken = {dimension: {} for dimension in keys}
    of_hall = broken["hall"].setdefault("", Tally(waits={}))
    for leg in legs:
        for dimension, key in keys.items():
            count_leg(_at(broken[dimension], key(leg)), leg)
    for visit in visits_of(legs):
        for dimension, key in keys.items():
            count_visit(_at(broken[dimension], key(visit[0])), visit)
    ended: dict[str, Event] = {}
    for event in happened:
        if event.name == "DiversionEnded":
            ended[str(event.fact("diversion"))] = event  # told again when it is measured: the last word counts
            continue
        for tally in (of_hall, *_of_event(broken, event.queue, event.service, event.window)):
            count_event(tally, event)
    for case in ended_cases:
        for tally in (of_hall, *_of_event(broken, case.queue, case.service, case.window)):
            count_case(tally, case)
    return broken, helped(ended.values())


def _at(row: dict[str, Tally], key: str) -> Tally:
    found = row.get(key)
    if found is None:
        found = row[key] = Tally(waits={})
    return found


def _of_event(broken: Broken, queue: str, service: str, window: int) -> Iterator[Tally]:
    for dimension, key in (("queue", queue), ("service", service), ("window", str(window or ""))):
        if key and dimension in broken:
            yield _at(broken[dimension], key)


def visits_of(legs: Sequence[Leg]) -> Iterator[list[Leg]]:
    """The legs of each visit."""
    for _, visit in groupby(legs, attrgetter("visit")):
        yield list(visit)


# ---- what counts; each figure of a leg has its question to the database in `ops.archive.figures` ----


def count_leg(tally: Tally, leg: Leg) -> None:
    """One time that somebody waited, and what became of it."""
    tally.visits += leg.leg == 1 and leg.issued_at > 0
    tally.booked += leg.leg == 1 and leg.booked > 0
    if leg.called_at and leg.waits_since:
        _count_wait(tally, max(leg.called_at - leg.waits_since, 0), leg)
    if leg.started_at and leg.finished_at:
        tally.served += 1
        tally.handled_ms += max(leg.finished_at - leg.started_at, 0)
    if leg.outcome == DIVERTED:
        tally.diverted += 1
    elif leg.status in ("cancelled", "expired", "missed"):
        setattr(tally, leg.status, getattr(tally, leg.status) + 1)
    if leg.score:
        tally.ratings += 1
        tally.score += leg.score
        tally.satisfied += leg.score >= SATISFIED_FROM
        tally.low += leg.score <= LOW_UP_TO
    _count_told(tally, leg)


def _count_wait(tally: Tally, waited_ms: int, leg: Leg) -> None:
    tally.waited += 1
    tally.waited_ms += waited_ms
    tally.over_15 += waited_ms > 15 * MINUTE_MS
    tally.over_30 += waited_ms > 30 * MINUTE_MS
    tally.over_60 += waited_ms > 60 * MINUTE_MS
    bucket = bucket_of(waited_ms // 1000)
    tally.waits[bucket] = tally.waits.get(bucket, 0) + 1
    if leg.stop > 1:
        tally.next_stops += 1
        tally.green += waited_ms < GREEN_MS


def _count_told(tally: Tally, leg: Leg) -> None:
    if not (leg.called_at and leg.told_at) or leg.p10_s is None or leg.p50_s is None or leg.p90_s is None:
        return
    took_ms = max(leg.called_at - leg.told_at, 0)
    tally.told += 1
    tally.error_ms += abs(leg.p50_s * 1000 - took_ms)
    tally.bias_ms += leg.p50_s * 1000 - took_ms
    tally.covered += leg.p10_s * 1000 <= took_ms <= leg.p90_s * 1000


def count_visit(tally: Tally, visit: Sequence[Leg]) -> None:
    """What only shows in a whole visit."""
    first, last = visit[0], visit[-1]
    if first.stops < 2:
        return
    tally.several += 1
    if last.status == "done" and last.outcome != "next" and first.issued_at and last.finished_at:
        tally.through += 1
        tally.through_ms += max(last.finished_at - first.issued_at, 0)


def count_event(tally: Tally, event: Event) -> None:
    """A booking or a case."""
    if event.name == "BookingMade":
        tally.bookings += 1
    elif event.name == "BookingMissed":
        tally.no_shows += 1
    elif event.name == "CaseOpened":
        tally.cases += 1


def count_case(tally: Tally, case: EndedCase) -> None:
    """A case that has come to its end."""
    tally.cases_closed += 1
    tally.cases_on_time += not case.late


def helped(ended: Iterable[Event]) -> dict[str, Helped]:
    """What diversions brought, by their actions."""
    found: dict[str, Helped] = {}
    for event in ended:
        row = found.setdefault(str(event.fact("action")), Helped())
        row.ended += 1
        if event.fact("effect_mean_s") is not None:
            row.measured += 1
            row.gain_s += _number(event, "gain_mean_s")
            row.effect_s += _number(event, "effect_mean_s")
    return found


def _number(event: Event, name: str) -> float:
    value: object = event.fact(name)
    return float(value) if isinstance(value, int | float) else 0.0
