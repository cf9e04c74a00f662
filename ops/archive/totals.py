"""What a day comes to, from the legs of its visits: totals, a usual day's part, the error of what was told. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from msgspec import Struct

from ops.archive.legs import Leg
from queue_server.flows.past import TellingError

SLOT_MIN = 15
SLOTS = 24 * 60 // SLOT_MIN


class Slot(Struct, kw_only=True, array_like=True):
    """A quarter of an hour of one day."""

    issued: int = 0
    waiting: int = 0
    """How many waited when it began."""
    called: int = 0
    """How many of those who began to wait in it were called, whenever that was."""
    waited_s: int = 0
    """How long those waited, together."""


class Told(Struct, kw_only=True, array_like=True):
    """Of those who were told how long it would take, and were called: sums of the differences to how long it took."""

    queue: str
    tickets: int = 0
    error_s: float = 0.0
    bias_s: float = 0.0
    covered: int = 0


class DayTotals(Struct, frozen=True, kw_only=True):
    visits: int
    called: int
    """Legs that came to a call; `waited_s` is how long they waited, together."""
    waited_s: int
    served: int
    handled_s: int
    missed: int
    cancelled: int
    expired: int
    slots: list[Slot]
    told: list[Told]


def totals(legs: Sequence[Leg], timezone: str, day: str) -> DayTotals:
    """Of all legs of a day in a hall of this time zone."""
    called = [leg for leg in legs if leg.called_at and leg.waits_since]
    served = [leg for leg in legs if leg.started_at and leg.finished_at]
    ends = [leg.status for leg in legs]
    return DayTotals(
        visits=sum(leg.leg == 1 and leg.issued_at > 0 for leg in legs),
        called=len(called),
        waited_s=sum(_waited_ms(leg) for leg in called) // 1000,
        served=len(served),
        handled_s=sum(max(leg.finished_at - leg.started_at, 0) for leg in served) // 1000,
        missed=ends.count("missed"),
        cancelled=ends.count("cancelled"),
        expired=ends.count("expired"),
        slots=slots(legs, slot_moments(timezone, day)),
        told=told(legs),
    )


def _waited_ms(leg: Leg) -> int:
    return max(leg.called_at - leg.waits_since, 0)


def slot_moments(timezone: str, day: str) -> list[int]:
    """When each quarter of an hour of a local day begins by the clock on the wall, in ms; in order on any day."""
    midnight = datetime.strptime(day, "%y%m%d")
    zone = ZoneInfo(timezone)
    begins = (midnight + timedelta(minutes=SLOT_MIN * index) for index in range(SLOTS))
    return list(accumulate((int(at.replace(tzinfo=zone).timestamp()) * 1000 for at in begins), max))


def slots(legs: Iterable[Leg], begins: list[int]) -> list[Slot]:
    """The day by quarters of an hour. Who waited before the day or after it counts in its first or last."""
    found = [Slot() for _ in begins]
    for leg in legs:
        if not leg.waits_since:
            continue
        since = max(bisect_right(begins, leg.waits_since) - 1, 0)
        found[since].issued += leg.leg == 1
        if leg.called_at:
            found[since].called += 1
            found[since].waited_s += _waited_ms(leg) // 1000
        until = leg.called_at or leg.finished_at or begins[-1]
        for slot in found[bisect_left(begins, leg.waits_since) : bisect_left(begins, until)]:
            slot.waiting += 1
    return found


def told(legs: Iterable[Leg]) -> list[Told]:
    """By queue, in order of their ids; queues where nobody was told and then called are left out."""
    found: dict[str, Told] = {}
    for leg in legs:
        if not (leg.called_at and leg.told_at) or leg.p10_s is None or leg.p50_s is None or leg.p90_s is None:
            continue
        took_s = max(leg.called_at - leg.told_at, 0) / 1000
        row = found.setdefault(leg.queue, Told(queue=leg.queue))
        row.tickets += 1
        row.error_s += abs(leg.p50_s - took_s)
        row.bias_s += leg.p50_s - took_s
        row.covered += leg.p10_s <= took_s <= leg.p90_s
    return [found[queue] for queue in sorted(found)]


def added(rows: Iterable[Told]) -> Told:
    """All of them as one row."""
    whole = Told(queue="")
    for row in rows:
        whole.tickets += row.tickets
        whole.error_s += row.error_s
        whole.bias_s += row.bias_s
        whole.covered += row.covered
    return whole


def telling_error(row: Told) -> TellingError | None:
    """Means and shares of such sums; None of nobody."""
    if not row.tickets:
        return None
    return TellingError(
        tickets=row.tickets,
        mean_error_s=round(row.error_s / row.tickets),
        bias_s=round(row.bias_s / row.tickets),
        covered_pct=round(100 * row.covered / row.tickets),
    )
