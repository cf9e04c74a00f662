"""What a hall is really like: the hidden parameters that a forecast must learn."""

import math
from random import Random

from msgspec import Struct

from ops.backtest.hall import HallFile

MIN_MS = 60_000
FAMILIES = ("lognormal", "gamma", "weibull")


class ItemNature(Struct, frozen=True, kw_only=True):
    mean_ms: float
    spread: float
    """Standard deviation over mean."""
    family: str


class WindowNature(Struct, frozen=True, kw_only=True):
    pace: float
    """Handling time against the mean of all windows."""
    by_item: dict[str, float]
    gap_ms: float
    """Mean time between a finish and the next call."""
    learns: float
    """How much slower its clerk began, 0 for an old hand."""
    shift: tuple[int, int] | None
    """Minutes of the day between which it serves; None for all day."""


class HallNature(Struct, frozen=True, kw_only=True):
    """Stays the same over all days of a hall."""

    items: dict[str, ItemNature]
    windows: dict[int, WindowNature]
    walk_ms: float
    forgets: float
    """Share who do not come when called, however short the wait."""
    patience_ms: float
    patience_shape: float
    tells: float
    """Share of those who leave that cancel first."""
    returns: float
    """Share of the missed who come back."""
    volume: float
    """Visitors of a usual day over those that the hall file says."""
    elders: float
    journeys: float
    bookings: float
    """Share of visits of bookable items that are booked."""
    busy_weekdays: tuple[float, ...]
    says_until: bool
    """Whether a pause says until when."""


def hall_nature(file: HallFile, seed: int) -> HallNature:
    rng = Random(f"nature {seed}")
    hall = file.hall
    families = FAMILIES if seed % 3 == 2 else ("lognormal",)
    items = {
        item.id: ItemNature(
            mean_ms=item.mean_min * MIN_MS * math.exp(rng.gauss(0, 0.08)),
            spread=rng.uniform(0.45, 0.7),
            family=rng.choice(families),
        )
        for item in hall.services
    }
    windows = {plan.window: _window(list(items), rng) for plan in hall.windows}
    return HallNature(
        items=items,
        windows=windows,
        volume=_volume(file, items, windows) * math.exp(rng.gauss(0, 0.02)),
        walk_ms=rng.uniform(20, 45) * 1000,
        forgets=rng.uniform(0.02, 0.05),
        patience_ms=rng.uniform(75, 110) * MIN_MS,
        patience_shape=rng.uniform(1.2, 1.8),
        tells=rng.uniform(0.2, 0.5),
        returns=rng.uniform(0.1, 0.4),
        elders=rng.uniform(0.05, 0.15),
        journeys=rng.uniform(0.03, 0.12),
        bookings=rng.uniform(0.1, 0.3),
        busy_weekdays=(1.08, 1.02, 0.98, 0.95, 0.98),
        says_until=rng.random() < 0.5,
    )


def _volume(file: HallFile, items: dict[str, ItemNature], windows: dict[int, WindowNature]) -> float:
    """How many visitors a hall that is slower or faster than its file can bear, so that no hall drowns every day."""
    services = file.hall.services
    said = sum(service.visits * service.mean_min * MIN_MS for service in services)
    true = sum(service.visits * items[service.id].mean_ms for service in services)
    minutes = [(desk.shift[1] - desk.shift[0]) / 510 if desk.shift else 1.0 for desk in windows.values()]
    hands = sum(share / desk.pace for share, desk in zip(minutes, windows.values(), strict=True))
    return said / true * hands / len(windows)


def _window(items: list[str], rng: Random) -> WindowNature:
    learns = rng.uniform(0.2, 0.5) if rng.random() < 0.06 else 0.0
    part_time = rng.random() < 0.05
    return WindowNature(
        pace=math.exp(rng.gauss(0, 0.14)),
        by_item={item: math.exp(rng.gauss(0, 0.08)) for item in items},
        gap_ms=rng.uniform(15, 50) * 1000,
        learns=learns,
        shift=rng.choice(((510, 750), (570, 960), (780, 1020))) if part_time else None,
    )


def effort(item: ItemNature, rng: Random) -> float:
    """How long one visit takes against the mean of its item."""
    spread = item.spread
    if item.family == "gamma":
        return rng.gammavariate(1 / spread**2, spread**2)
    if item.family == "weibull":
        shape = spread**-1.086  # the usual approximation of a Weibull's shape by its spread
        return rng.weibullvariate(1 / math.gamma(1 + 1 / shape), shape)
    sigma = math.sqrt(math.log(1 + spread**2))
    return math.exp(rng.gauss(-sigma * sigma / 2, sigma))


class Drift:
    """A factor that wanders about 1 during a day and forgets within about `memory_min` minutes."""

    STEP_MIN = 5

    def __init__(self, rng: Random, sd: float, memory_min: float, day_sd: float = 0.0) -> None:
        keep = math.exp(-self.STEP_MIN / memory_min)
        level = rng.gauss(0, day_sd)
        value = rng.gauss(0, sd)
        self._factors = []
        for _ in range(24 * 60 // self.STEP_MIN):
            self._factors.append(math.exp(level + value))
            value = keep * value + rng.gauss(0, sd * math.sqrt(1 - keep * keep))

    def at(self, minute: float) -> float:
        index = int(minute) // self.STEP_MIN
        return self._factors[min(max(index, 0), len(self._factors) - 1)]
