"""When clerks are at their windows on a simulated day. Pure: a hall and a seed in, shifts out."""

import math
from random import Random

from msgspec import Struct

from ops.crowd.plan import opening
from queue_server.domain.hall import Hall, WindowPlan

EMPTY_DESKS = 0.02
LUNCH_DUTY = 0.1
LUNCH_MIN = (720, 810)
LONG_DAY_MIN = 360
BREAK_MIN = 10


class Span(Struct, frozen=True, kw_only=True):
    """A clerk at the window; `then` is the reason of the pause after it, empty when the window closes."""

    from_min: float
    until_min: float
    then: str = ""


class Shift(Struct, frozen=True, kw_only=True):
    """One window's day."""

    window: int
    queues: tuple[str, ...]
    spans: tuple[Span, ...]


def left_to_people(hall: Hall) -> frozenset[int]:
    """The windows that the crowd never touches: the first, and the last where its queues have other windows."""
    first, last = hall.windows[0], hall.windows[-1]
    spare = all(len(hall.windows_of_queue[share.queue]) > 1 for share in last.queues)
    return frozenset({first.window, last.window} if spare else {first.window})


def plan_shifts(hall: Hall, seed: int, share: float = 1.0) -> list[Shift]:
    """The shifts of the windows that are staffed today, in the order in which clerks sit down."""
    rng = Random(seed)
    kept = left_to_people(hall)
    free: dict[str, list[WindowPlan]] = {}
    for plan in hall.windows:
        if plan.window not in kept:
            free.setdefault(plan.queues[0].queue, []).append(plan)
    staffed = [plan for plans in free.values() for plan in _staffed(plans, share, rng)]
    rng.shuffle(staffed)
    return [
        Shift(window=plan.window, queues=tuple(row.queue for row in plan.queues), spans=_spans(hall, rng))
        for plan in staffed
    ]


def _staffed(plans: list[WindowPlan], share: float, rng: Random) -> list[WindowPlan]:
    """The share of a queue's windows, rounded up; where there are many, a desk may stay empty."""
    empty = rng.random() < EMPTY_DESKS * len(plans)
    count = math.ceil(min(share, 1.0) * len(plans)) - empty
    return rng.sample(plans, max(count, 1))


def _spans(hall: Hall, rng: Random) -> tuple[Span, ...]:
    """Work between the hall's hours, with a break, lunch (earlier or later on duty at noon) and another break."""
    opens, closes = opening(hall)
    marks: list[tuple[float, float, str]] = []
    if closes - opens >= LONG_DAY_MIN:
        marks = [_break(rng, opens + 60, LUNCH_MIN[0] - 70), _lunch(rng), _break(rng, LUNCH_MIN[1] + 30, closes - 60)]
    spans, begin = [], float(opens)
    for leaves, comes, reason in marks:
        spans.append(Span(from_min=begin, until_min=leaves, then=reason))
        begin = comes
    return (*spans, Span(from_min=begin, until_min=float(closes)))


def _break(rng: Random, earliest: float, latest: float) -> tuple[float, float, str]:
    leaves = rng.uniform(earliest, latest)
    return leaves, leaves + BREAK_MIN, "break"


def _lunch(rng: Random) -> tuple[float, float, str]:
    leaves = LUNCH_MIN[0] + rng.uniform(-10, 10)
    if rng.random() < LUNCH_DUTY:
        leaves += rng.choice((-45, 45))
        return leaves, leaves + 45, "lunch"
    return leaves, LUNCH_MIN[1] + rng.uniform(-5, 0), "lunch"
