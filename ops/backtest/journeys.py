"""Visits of several stops in simulated days: planned, against the listed order and a new place in each queue.

Both policies meet the same people, with the same errands, at the same pace of the same windows.
"""

from collections import defaultdict
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from msgspec import Struct
from rich.table import Table

from ops.backtest.several import MINUTE_MS, Errand, Person, people
from queue_server.domain import planner
from queue_server.domain.hall import Hall

SHORT_MS = 2 * MINUTE_MS
"""Who waits no longer than this at a stop hardly stops there."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What a day was like: minutes through the hall of those with several stops, and minutes that others waited."""

    through_min: float
    others_min: float
    short_share: float
    """Of the stops after the first: at how many the visitor waited less than two minutes."""
    visits: int
    several: int


class _Asking(Struct, frozen=True, kw_only=True):
    """Somebody in a queue, with what they want there."""

    person: Person
    errand: Errand


class Floor:
    """Queues with their windows; whoever comes first by turn is called first."""

    def __init__(self, hall: Hall, opens: int, planned: bool) -> None:
        self.hall, self.planned, self.at = hall, planned, 0
        self.free = {queue: len(windows) for queue, windows in hall.windows_of_queue.items()}
        self.waiting: dict[str, list[tuple[int, int, _Asking]]] = {queue: [] for queue in self.free}
        self._opens = opens
        self._agenda: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0

    def play(self, visitors: list[Person]) -> None:
        for person in visitors:
            self._later(person.came, self._come, person)
        self._later(self._opens, self._open)
        while self._agenda:
            self.at, _, act, args = heappop(self._agenda)
            act(*args)

    def _later(self, at: int, act: Callable[..., None], *args: Any) -> None:
        self._count += 1
        heappush(self._agenda, (at, self._count, act, args))

    def _open(self) -> None:
        for queue in self.free:
            self._call(queue)

    def _come(self, person: Person) -> None:
        person.left, person.turn = list(person.together if self.planned else person.errands), person.came
        self._go_on(person)

    def _go_on(self, person: Person) -> None:
        """To the next stop: the listed one, or the one with which the visit is expected to end first."""
        if not person.left:
            person.gone = self.at
            return
        chosen = person.left[self._best(person) if self.planned and len(person.left) > 1 else 0]
        person.left.remove(chosen)
        there = self.at + self.walk(person.zone, chosen.zone)
        allowed = max((person.ended[one] + gap for one, gap in chosen.after if one in person.ended), default=0)
        person.zone = chosen.zone
        self._later(max(there, allowed), self._join, person, chosen)

    def _best(self, person: Person) -> int:
        index = {one: at for at, row in enumerate(person.left) for one in row.services}
        errands = [
            planner.Errand(
                zone=row.zone, ready_at=self.at + self._wait(row, person.turn), takes=row.usual,
                not_before=max((person.ended[one] + gap for one, gap in row.after if one in person.ended), default=0),
                after=tuple((index[one], gap) for one, gap in row.after if one in index),
            )
            for row in person.left
        ]  # fmt: skip
        return planner.best(errands, person.zone, self.at, self.walk)[0].index

    def _wait(self, errand: Errand, turn: int) -> int:
        """What would be told: those who go first, at the usual pace of all windows together."""
        windows = max(len(self.hall.windows_of_queue[errand.queue]), 1)
        before_opening = max(self._opens - self.at, 0)
        if self.at >= self._opens and self.free[errand.queue]:
            return 0
        ahead = sum(1 for row in self.waiting[errand.queue] if row[0] < turn)
        return before_opening + round((ahead + 1) * self.hall.mean_handling_ms[errand.queue] / windows)

    def walk(self, start: str, to: str) -> int:
        return round(self.hall.walk_min(start, to) * MINUTE_MS)

    def _join(self, person: Person, errand: Errand) -> None:
        self._count += 1
        person.since = self.at
        turn = person.turn if self.planned else self.at
        heappush(self.waiting[errand.queue], (turn, self._count, _Asking(person=person, errand=errand)))
        self._call(errand.queue)

    def _call(self, queue: str) -> None:
        while self.at >= self._opens and self.free[queue] and self.waiting[queue]:
            asking = heappop(self.waiting[queue])[2]
            self.free[queue] -= 1
            asking.person.waits.append(self.at - asking.person.since)
            self._later(self.at + asking.errand.takes, self._done, asking.person, asking.errand)

    def _done(self, person: Person, errand: Errand) -> None:
        person.ended.update(dict.fromkeys(errand.services, self.at))
        self.free[errand.queue] += 1
        self._call(errand.queue)
        self._go_on(person)


def play(hall: Hall, seed: str, planned: bool, volume: float, share: float, journeys: bool) -> Outcome:
    """One day by one policy."""
    visitors = people(hall, seed, volume, share, journeys)
    Floor(hall, min(row.opens_min for row in hall.hours) * MINUTE_MS, planned).play(visitors)
    several = [person for person in visitors if len(person.errands) > 1]
    others = [wait for person in visitors if len(person.errands) == 1 for wait in person.waits]
    further = [wait for person in several for wait in person.waits[1:]]
    return Outcome(
        through_min=_mean([person.gone - person.came for person in several]),
        others_min=_mean(others),
        short_share=sum(wait < SHORT_MS for wait in further) / max(len(further), 1),
        visits=len(visitors),
        several=len(several),
    )


def _mean(values: list[int]) -> float:
    return sum(values) / max(len(values), 1) / MINUTE_MS


def compare(hall: Hall, days: int, seed: int, volume: float, share: float, journeys: bool) -> dict[str, Any]:
    """So many days by both policies, and what the planner makes of them."""
    total: defaultdict[str, float] = defaultdict(float)
    for number in range(days):
        for name, planned in (("listed", False), ("planned", True)):
            day = play(hall, f"{seed}/{number}", planned, volume, share, journeys)
            total[f"{name} through_min"] += day.through_min / days
            total[f"{name} others_min"] += day.others_min / days
            total[f"{name} short_share"] += day.short_share / days
        total["visits"] += day.visits
        total["several"] += day.several
    return {
        "days": days, "volume": volume, "share": share, "kind": "journeys" if journeys else "any three",
        **{name: round(value, 3) for name, value in total.items()},
        "through_change": round(total["planned through_min"] / total["listed through_min"] - 1, 4),
        "others_change": round(total["planned others_min"] / max(total["listed others_min"], 1e-9) - 1, 4),
    }  # fmt: skip


def table(rows: list[dict[str, Any]]) -> Table:
    """The figures as a table."""
    found = Table(title="Visits of several stops: planned, against the listed order and a new place in each queue")
    for head in ("visits", "share", "crowd", "through, listed", "planned", "", "others wait", "planned", "", "no stop"):
        found.add_column(head, justify="right")
    for row in rows:
        found.add_row(
            row["kind"], f"{row['share']:.1%}", f"{row['volume']:.0%}",
            f"{row['listed through_min']:.1f} min", f"{row['planned through_min']:.1f}",
            f"{row['through_change']:+.0%}",
            f"{row['listed others_min']:.1f} min", f"{row['planned others_min']:.1f}", f"{row['others_change']:+.1%}",
            f"{row['listed short_share']:.0%} → {row['planned short_share']:.0%}",
        )  # fmt: skip
    return found
