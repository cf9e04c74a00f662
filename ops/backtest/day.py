"""One day of a hall as fate has it: who comes when, who serves when, how fast it goes. All before the first event."""

import math
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct

from ops.backtest.hall import HallFile
from ops.backtest.nature import MIN_MS, Drift, HallNature, effort
from ops.backtest.scenarios import Scenario
from queue_server.domain.hall import Period, Service

FIRST_DAY = date(2026, 3, 2)
"""A Monday."""
LAST_TICKETS_MIN = 15
EARLIEST_MIN = 15
SLOT_MIN = 15


class Visitor(Struct, frozen=True, kw_only=True):
    """Somebody who will come, with all that chance decides about them, so that policies meet the same people."""

    at: int
    service: str
    priority: str
    channel: str
    effort: float
    patience_ms: float
    fate: float
    """Uniform: whether they come when called, and tell when they leave."""
    heed: float
    """Uniform: whether they accept an offer."""
    then: tuple[tuple[str, float], ...] = ()
    """Further stops: service and effort."""
    slot: int = 0
    """The booked time; 0 for a walk-in."""


class Pause(Struct, frozen=True, kw_only=True):
    at: int
    lasts_ms: int
    reason: str


class Shift(Struct, frozen=True, kw_only=True):
    """A window's day: when it opens and closes, and its pauses."""

    spans: tuple[tuple[int, int], ...]
    pauses: tuple[Pause, ...]
    staff: str
    pace: float


class Day(Struct, frozen=True, kw_only=True):
    number: int
    midnight: int
    opens: int
    closes: int
    visitors: list[Visitor]
    shifts: dict[int, Shift]
    """Windows that nobody opens are left out."""
    hall_drift: Drift
    item_drifts: dict[str, Drift]
    slow: tuple[int, int, float]
    """From, to, how much longer."""


def workday(number: int) -> date:
    """The working day of that number, Monday to Friday."""
    weeks, weekday = divmod(number, 5)
    return FIRST_DAY + timedelta(weeks=weeks, days=weekday)


def plan_day(file: HallFile, nature: HallNature, number: int, seed: str, scenario: Scenario) -> Day:
    """The day of that number; the same seed gives the same day."""
    on = workday(number)
    midnight = int(datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(file.hall.timezone)).timestamp()) * 1000
    periods = [period for period in file.hall.hours if period.weekday == on.weekday()]
    opens, closes = periods[0].opens_min, periods[-1].closes_min
    rng = Random(f"day {seed} {number}")
    slow_from = midnight + rng.randrange(opens + 45, closes - 210) * MIN_MS
    return Day(
        number=number,
        midnight=midnight,
        opens=midnight + opens * MIN_MS,
        closes=midnight + closes * MIN_MS,
        visitors=_visitors(file, nature, midnight, on.weekday(), scenario, Random(f"visitors {seed} {number}")),
        shifts=_shifts(file, nature, midnight, periods, scenario, Random(f"shifts {seed} {number}")),
        hall_drift=Drift(rng, 0.05, 60, day_sd=0.05),
        item_drifts={item: Drift(rng, 0.07, 90, day_sd=0.06) for item in nature.items},
        slow=(slow_from, slow_from + 120 * MIN_MS, scenario.slow),
    )


# visitors


def _visitors(
    file: HallFile, nature: HallNature, midnight: int, weekday: int, scenario: Scenario, rng: Random
) -> list[Visitor]:
    volume = scenario.volume * nature.volume * nature.busy_weekdays[weekday] * math.exp(rng.gauss(0, 0.05))
    tide = Drift(rng, 0.12, 45)
    found: list[Visitor] = []
    for service in file.hall.services:
        share = rng.gammavariate(60, 1 / 60)
        mean = service.visits * volume * share / (1 + nature.journeys)
        for minute in _arrivals(file, mean, tide, rng):
            found.append(_visitor(file, nature, service, midnight, minute, rng))
    if scenario.surge:
        found += _surge(file, nature, midnight, scenario.surge, rng)
    return sorted(found, key=lambda visitor: visitor.at)


def _arrivals(file: HallFile, mean: float, tide: Drift, rng: Random) -> list[float]:
    """Minutes of the day at which visitors of one item come."""
    minutes: list[float] = []
    periods = file.hall.hours[:]
    last = max(period.closes_min for period in periods) - LAST_TICKETS_MIN
    rows = file.hall.crowd.arrivals
    for start, share in rows:
        wanted = mean * share / 100 * tide.at(start)
        count = _poisson(wanted, rng)
        early = EARLIEST_MIN if start == rows[0][0] else 0
        minutes += [rng.uniform(start - early, start + 30) for _ in range(count)]
    return [minute for minute in minutes if minute < last]


def _poisson(mean: float, rng: Random) -> int:
    count, total = 0, rng.expovariate(1.0)
    while total < mean:
        count, total = count + 1, total + rng.expovariate(1.0)
    return count


def _surge(file: HallFile, nature: HallNature, midnight: int, share: float, rng: Random) -> list[Visitor]:
    service = rng.choice(file.hall.services)
    start = rng.uniform(9.5 * 60, 14 * 60)
    count = _poisson(service.visits * share, rng)
    minutes = [start + rng.triangular(0, 60, 15) for _ in range(count)]
    return [_visitor(file, nature, service, midnight, minute, rng) for minute in minutes]


def _visitor(
    file: HallFile, nature: HallNature, service: Service, midnight: int, minute: float, rng: Random
) -> Visitor:
    elder = rng.random() < nature.elders
    priority = "elder" if elder else rng.choice(("disabled", "hard_case")) if rng.random() < 0.02 else "normal"
    slower = 1.15 if elder else 1.0
    booked = service.appointment != "none" and rng.random() < nature.bookings
    slot, at = 0, midnight + int(minute * MIN_MS)
    if booked:
        slot = midnight + int(minute // SLOT_MIN) * SLOT_MIN * MIN_MS
        at = slot + int(min(max(rng.gauss(-6, 6), -25), 14) * MIN_MS)
    return Visitor(
        at=at, service=service.id, priority=priority,
        channel="phone" if booked else rng.choice(("kiosk", "kiosk", "kiosk", "phone", "desk")),
        effort=slower * effort(nature.items[service.id], rng),
        patience_ms=rng.weibullvariate(nature.patience_ms, nature.patience_shape),
        fate=rng.random(), heed=rng.random(), then=_then(file, nature, service, slower, rng), slot=slot,
    )  # fmt: skip


def _then(
    file: HallFile, nature: HallNature, service: Service, slower: float, rng: Random
) -> tuple[tuple[str, float], ...]:
    """What the visitor has done next, mostly the item that usually follows."""
    if rng.random() >= nature.journeys:
        return ()
    services = [other.id for other in file.hall.services]
    usual = services[(services.index(service.id) + 3) % len(services)]
    following = usual if rng.random() < 0.7 else rng.choice(services)
    return ((following, slower * effort(nature.items[following], rng)),)


# staff


def _shifts(
    file: HallFile, nature: HallNature, midnight: int, periods: list[Period], scenario: Scenario, rng: Random
) -> dict[int, Shift]:
    windows = [plan.window for plan in file.hall.windows]
    absent = {window for window in windows if rng.random() < 0.02}
    if scenario.absent is not None:
        absent = set(rng.sample(windows, round(scenario.absent * len(windows))))
    wave = {window: index % 3 for index, window in enumerate(rng.sample(windows, len(windows)))}
    shifts = {}
    for window in windows:
        shift = _shift(nature, window, midnight, periods, scenario, wave[window], rng)
        if window not in absent:
            shifts[window] = shift
    return shifts


def _shift(
    nature: HallNature, window: int, midnight: int, periods: list[Period], scenario: Scenario, wave: int, rng: Random
) -> Shift:
    own = nature.windows[window].shift
    spans = []
    for period in periods:
        start, end = period.opens_min, period.closes_min
        if own:
            start, end = max(start, own[0]), min(end, own[1])
        late = rng.uniform(8, 25) if rng.random() < 0.04 else rng.expovariate(1 / 1.5)
        if end - start > 30:
            spans.append((midnight + int((start + late) * MIN_MS), midnight + end * MIN_MS))
    substitute = rng.random() < 0.07
    return Shift(
        spans=tuple(spans),
        pauses=_pauses(midnight, spans, len(periods) == 1, scenario.pauses, wave, rng),
        staff=f"S{window + (200 if substitute else 0)}",
        pace=math.exp(rng.gauss(0, 0.15 if substitute else 0.04)),
    )


def _pauses(
    midnight: int, spans: list[tuple[int, int]], lunch: bool, many: float, wave: int, rng: Random
) -> tuple[Pause, ...]:
    """Lunch in three shifts where the hall stays open, a break in the morning and one in the afternoon, odd minutes."""
    longer = (1 + many) / 2
    planned: list[tuple[float, float, str]] = []
    if lunch:
        planned.append((11.25 * 60 + 40 * wave + rng.gauss(0, 4), rng.gauss(40, 3), "lunch"))
    for start, end in ((9.5, 11.0), (14.0, 16.0)):
        for _ in range(_poisson(many, rng) if many > 1 else int(rng.random() < 0.9)):
            planned.append((rng.uniform(60 * start, 60 * end), longer * rng.uniform(7, 14), "break"))
    for _ in range(_poisson(0.6 * many, rng)):
        planned.append(
            (rng.uniform(9 * 60, 16 * 60), longer * rng.expovariate(1 / 5), rng.choice(("backoffice", "help")))
        )
    return tuple(
        Pause(at=midnight + int(minute * MIN_MS), lasts_ms=int(max(minutes, 1) * MIN_MS), reason=reason)
        for minute, minutes, reason in sorted(planned)
        if any(start < midnight + minute * MIN_MS < end - 20 * MIN_MS for start, end in spans)
    )
