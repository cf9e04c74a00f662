"""The path of a visit as it is expected to go: stops, waits, walks and gaps from one moment on. It changes nothing."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from queue_server.domain import planner
from queue_server.domain.calendar import day_of
from queue_server.domain.journey import ANOTHER_DAY, CLOSED, Stop
from queue_server.domain.outlook import Range
from queue_server.domain.planner import NEVER_MS, Walk
from queue_server.flows import estimates
from queue_server.flows.admission import Doors
from queue_server.flows.running import RunningHall

MINUTE_MS = 60_000
Aside = list[tuple[str, str]]


class Start(Struct, frozen=True, kw_only=True):
    """Where and when a path begins, with which turn, and when (ms) items were done that its stops wait for."""

    at: int
    turn: int
    zone: str = ""
    ended: Mapping[str, int] = {}
    now: int = 0
    """When this is asked, for a path that begins later."""

    @property
    def base(self) -> int:
        """The moment from which waits are told."""
        return self.now or self.at


class Leg(Struct, frozen=True, kw_only=True):
    """One stop of an expected path. Moments in ms; `gap_until` is when what it waits for allows it, or 0."""

    stop: Stop
    reached_at: int
    begins_at: int
    ends_at: int
    gap_until: int = 0

    @property
    def is_expected(self) -> bool:
        """Whether anybody is expected to serve there."""
        return self.begins_at - self.reached_at < NEVER_MS // 2


def walking(running: RunningHall) -> Walk:
    """How long visitors walk between zones, in a rehearsal as much faster as its clock."""
    hall, speed = running.hall, running.rehearsal_speed
    return lambda start, to: round(hall.walk_min(start, to) * MINUTE_MS / speed)


def wait_at(running: RunningHall, queue: str, start: Start, reached_at: int) -> Range | None:
    """The wait of someone with this turn who reaches a queue later: it goes on towards them until then."""
    told = estimates.of_turn(running, queue, start.turn, start.base)
    if told is None:
        return None
    low, middle, high = (max(one - max(reached_at - start.base, 0) // 1000, 0) for one in told)
    return low, middle, high


class Paths:
    """Finds the best path through a hall as it is now."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    def best(self, running: RunningHall, stops: Sequence[Stop], start: Start) -> list[Leg]:
        """The stops in the order that is expected to end first."""
        errands = [self._errand(running, stop, stops, start) for stop in stops]
        return self._legs(running, stops, start, planner.best(errands, start.zone, start.at, walking(running)))

    def in_order(self, running: RunningHall, stops: Sequence[Stop], start: Start) -> list[Leg]:
        """The stops as they are listed."""
        errands = [self._errand(running, stop, stops, start) for stop in stops]
        return self._legs(running, stops, start, planner.as_listed(errands, start.zone, start.at, walking(running)))

    @staticmethod
    def _legs(running: RunningHall, stops: Sequence[Stop], start: Start, found: planner.Path) -> list[Leg]:
        ended = {**start.ended, **{one: visit.ends_at for visit in found for one in stops[visit.index].services}}
        return [
            Leg(
                stop=stops[visit.index], reached_at=visit.reached_at, begins_at=visit.begins_at, ends_at=visit.ends_at,
                gap_until=_gap_until(running, stops[visit.index], ended),
            )
            for visit in found
        ]  # fmt: skip

    def _errand(self, running: RunningHall, stop: Stop, stops: Sequence[Stop], start: Start) -> planner.Errand:
        index = {service: at for at, row in enumerate(stops) for service in row.services}
        gaps = [(need, _gap_ms(running, need.gap_min)) for need in stop.after]
        told = estimates.of_turn(running, stop.queue, start.turn, start.base)
        wait_ms = NEVER_MS if told is None else told[1] * 1000
        door = self._doors.opening(running.hall, start.base, stop.queue)
        opens = door.opens_at if not door.open and door.opens_at else 0
        return planner.Errand(
            zone=running.hall.zone_of(stop.queue),
            ready_at=max(start.base + wait_ms, opens),
            takes=round(stop.minutes * MINUTE_MS / running.rehearsal_speed),
            not_before=max(
                (start.ended[need.service] + gap for need, gap in gaps if need.service in start.ended), default=0
            ),
            after=tuple((index[need.service], gap) for need, gap in gaps if need.service in index),
        )

    def for_today(self, running: RunningHall, stops: Sequence[Stop], start: Start) -> tuple[list[Leg], Aside]:
        """The path through what can be done today, and (item, why) of what cannot, with all that waits for it.

        Where nothing can be done today, everything is on the path: the hall's doors say why there is no ticket.
        """
        aside: Aside = []
        left = list(stops)
        while legs := self.best(running, left, start):
            late = next(((leg.stop, why) for leg in legs if (why := self._too_late(running, leg, start.at))), None)
            if late is None:
                return legs, aside
            gone = _waiting_for(late[0], left)
            aside += [(service, late[1]) for stop in left if stop in gone for service in stop.services]
            left = [stop for stop in left if stop not in gone]
        return self.best(running, stops, start), []

    def _too_late(self, running: RunningHall, leg: Leg, now: int) -> str:
        """Why a stop cannot be made today; empty where it can."""
        if self._is_shut_for_today(running, leg.stop.queue, now):
            return CLOSED
        over = leg.gap_until > now and self._is_shut_for_today(running, leg.stop.queue, leg.gap_until)
        return ANOTHER_DAY if over or _other_day(running, now, leg.gap_until) else ""

    def _is_shut_for_today(self, running: RunningHall, queue: str, at: int) -> bool:
        door = self._doors.opening(running.hall, at, queue)
        return not door.open and (door.opens_at is None or _other_day(running, at, door.opens_at))

    def opens_at(self, running: RunningHall, queue: str, now: int) -> int:
        """When a queue opens that is shut, in ms; 0 for one that is open or never opens."""
        door = self._doors.opening(running.hall, now, queue)
        return 0 if door.open else door.opens_at or 0


def _other_day(running: RunningHall, now: int, then: int) -> bool:
    return then > now and day_of(running.hall, then) != day_of(running.hall, now)


def _gap_ms(running: RunningHall, gap_min: int) -> int:
    return round(gap_min * MINUTE_MS / running.rehearsal_speed)


def _gap_until(running: RunningHall, stop: Stop, ended: Mapping[str, int]) -> int:
    """When the gaps before a stop are over, in ms; 0 where it has none."""
    gaps = ((need.service, _gap_ms(running, need.gap_min)) for need in stop.after if need.gap_min)
    return max((ended[service] + gap for service, gap in gaps if service in ended), default=0)


def _waiting_for(stop: Stop, stops: Sequence[Stop]) -> list[Stop]:
    """A stop and all that wait for it, by themselves or through others."""
    gone = [stop]
    for one in gone:
        done_there = set(one.services)
        gone += [row for row in stops if row not in gone and done_there & {need.service for need in row.after}]
    return gone
