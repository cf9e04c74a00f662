"""In which order the stops of a visit are best made: the one that brings its visitor out of the hall soonest.

A visitor keeps the turn of their coming in every queue, so each queue goes on towards them while they are elsewhere: to
a planner it is simply busy until a moment (`ready_at`), whatever else they do before. Pure and deterministic.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter

from msgspec import Struct

Walk = Callable[[str, str], int]
"""How long (ms) it takes from one zone to another."""

WORTH_MS = 60_000
"""A path is left as it is unless another one is shorter by this: nobody is sent about for seconds."""
NEVER_MS = 12 * 3_600_000
"""A queue that nobody is expected to serve counts as busy for so long: it comes last."""
MOST_EXACT = 7
"""Of so many stops every order is weighed; of more, the one that can begin soonest is taken each time."""


class Errand(Struct, frozen=True, kw_only=True):
    """A stop that is still to be made. Moments and durations in ms; `after` are indexes with the gap after each."""

    zone: str
    ready_at: int
    takes: int
    not_before: int = 0
    after: tuple[tuple[int, int], ...] = ()


class Visit(Struct, frozen=True, kw_only=True):
    """One stop of a path: when it can be reached, when it begins, when it ends."""

    index: int
    reached_at: int
    begins_at: int
    ends_at: int


Path = tuple[Visit, ...]


class _Part(Struct, frozen=True, kw_only=True):
    ends_at: int
    walked: int
    order: tuple[int, ...]
    path: Path

    @property
    def cost(self) -> tuple[int, int, tuple[int, ...]]:
        return self.ends_at, self.walked, self.order


def best(errands: Sequence[Errand], zone: str, at: int, walk: Walk) -> Path:
    """The path that ends first; the one that is listed, where no other is worth the change.

    What waits for itself, by mistake, is left out at the end of the path as it is listed.
    """
    listed = as_listed(errands, zone, at, walk)
    few = len(errands) <= MOST_EXACT
    found = _search(errands, zone, at, walk) if few else _one_by_one(errands, zone, at, walk, _soonest)
    if listed and len(found) == len(listed) and listed[-1].ends_at - found[-1].ends_at < WORTH_MS:
        return listed
    return found if len(found) >= len(listed) else listed


def as_listed(errands: Sequence[Errand], zone: str, at: int, walk: Walk) -> Path:
    """The path as it is listed, as far as what comes before allows it."""
    return _one_by_one(errands, zone, at, walk, lambda part: part.order)


def _search(errands: Sequence[Errand], zone: str, at: int, walk: Walk) -> Path:
    """The soonest end for each set of stops made and each last one of them, grown by one stop at a time."""
    start = _Part(ends_at=at, walked=0, order=(), path=())
    parts: dict[tuple[frozenset[int], int], _Part] = {(frozenset(), -1): start}
    longest = start
    for _ in errands:
        grown: dict[tuple[frozenset[int], int], _Part] = {}
        for (made, last), part in parts.items():
            here = errands[last].zone if last >= 0 else zone
            for index in _possible(errands, made):
                more = _further(part, errands, index, here, walk)
                key = (made | {index}, index)
                if key not in grown or more.cost < grown[key].cost:
                    grown[key] = more
        if not grown:
            break
        parts, longest = grown, min(grown.values(), key=attrgetter("cost"))
    return longest.path


def _one_by_one(
    errands: Sequence[Errand], zone: str, at: int, walk: Walk, by: Callable[[_Part], tuple[int, ...]]
) -> Path:
    """Of what can be made next the first by this measure, again and again."""
    part, here = _Part(ends_at=at, walked=0, order=(), path=()), zone
    while possible := _possible(errands, frozenset(part.order)):
        part = min((_further(part, errands, index, here, walk) for index in possible), key=by)
        here = errands[part.order[-1]].zone
    return part.path


def _soonest(part: _Part) -> tuple[int, ...]:
    return part.path[-1].begins_at, part.walked, *part.order


def _possible(errands: Sequence[Errand], made: frozenset[int]) -> list[int]:
    return [
        index
        for index, errand in enumerate(errands)
        if index not in made and all(before in made for before, _ in errand.after)
    ]


def _further(part: _Part, errands: Sequence[Errand], index: int, here: str, walk: Walk) -> _Part:
    errand = errands[index]
    walks = walk(here, errand.zone)
    ended = {visit.index: visit.ends_at for visit in part.path}
    allowed = max([errand.not_before, *(ended[before] + gap for before, gap in errand.after)])
    reached = max(part.ends_at + walks, allowed)
    begins = max(reached, errand.ready_at)
    visit = Visit(index=index, reached_at=reached, begins_at=begins, ends_at=begins + errand.takes)
    return _Part(
        ends_at=visit.ends_at, walked=part.walked + walks, order=(*part.order, index), path=(*part.path, visit)
    )
