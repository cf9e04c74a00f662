"""The visitors of one simulated day: who comes when, for what, and how it goes. Pure: hall and seed in, plan out."""

import math
from random import Random

from msgspec import Struct

from queue_server.domain.hall import SELF_SERVICE, Hall, Service
from queue_server.domain.rules import Crowd

BIN_MIN = 30
LEAD_IN_MIN = 45.0
"""The first day is entered this long after opening, with the queues that have formed by then."""
EARLY_MIN = 10.0
"""Every other begins so long before opening."""
DEFAULT_ARRIVALS: tuple[tuple[int, float], ...] = ((540, 20), (570, 20), (600, 20), (840, 20), (870, 20))
DEFAULT_OPENS_MIN, DEFAULT_CLOSES_MIN = 510, 1020
ORDINARY_WEEKDAY = 2
"""Wednesday: no evening opening, the profile of a normal day."""
CHANNELS = {"kiosk": "kiosk", "phone": "phone", "appointment": "kiosk", "guide_desk": "desk"}
"""How the hall file's channels take a ticket; whoever goes straight to a device takes none."""
PRIORITIES = {"pregnant_infant": "infant"}
Z90 = 1.2816

GIVES_UP = 0.02
POSTPONES = 0.01
HELD = 0.015
ACKNOWLEDGES = 0.7
COMES_BACK = 0.3
PAPERS_DUE = 0.07


class Visit(Struct, frozen=True, kw_only=True):
    """One visitor. Times are simulated minutes: `at_min` after midnight, the others long."""

    at_min: float
    services: tuple[str, ...]
    queue: str
    channel: str
    priority: str = "normal"
    language: str = "zh"
    handling_min: tuple[float, ...]
    walk_min: float
    comes: bool = True
    acknowledges: bool = False
    gives_up_min: float = 0.0
    postpones_min: float = 0.0
    comes_back_min: float = 0.0
    transfer_to: str = ""
    held_min: float = 0.0
    outcome: str = ""


def opening(hall: Hall) -> tuple[int, int]:
    """When an ordinary day opens and closes, in minutes after midnight."""
    periods = [period for period in hall.hours if period.weekday == ORDINARY_WEEKDAY]
    if not periods:
        return DEFAULT_OPENS_MIN, DEFAULT_CLOSES_MIN
    return min(period.opens_min for period in periods), max(period.closes_min for period in periods)


def log_normal_min(rng: Random, mean_min: float, p90_min: float) -> float:
    """A handling time of an item whose mean and 90th percentile are known."""
    spread = math.log(max(p90_min / mean_min, 1.02))
    sigma = Z90 - math.sqrt(max(Z90**2 - 2 * spread, 0.0))
    return rng.lognormvariate(math.log(mean_min) - sigma**2 / 2, sigma)


def tickets_per_day(hall: Hall) -> float:
    """How many tickets an ordinary day brings: visits to windows, each with its one or two items."""
    to_windows = sum(_weight(service) for service in window_services(hall))
    whole = sum(_weight(service) for service in hall.services)
    return hall.crowd.visits_per_day * to_windows / whole / (1 + hall.crowd.multi_item_pct / 100)


def busiest_per_s(hall: Hall) -> float:
    """Tickets per simulated second in the busiest half hour."""
    busiest_pct = max(share for _, share in hall.crowd.arrivals or DEFAULT_ARRIVALS)
    return tickets_per_day(hall) * busiest_pct / 100 / (BIN_MIN * 60)


def window_services(hall: Hall) -> list[Service]:
    """Items that are done at windows."""
    return [service for service in hall.services if service.queue != SELF_SERVICE]


def _weight(service: Service) -> float:
    return max(service.visits, 1)


def plan_visits(hall: Hall, seed: int, share: float = 1.0, from_min: float = 0.0) -> list[Visit]:
    """A day's visits by time of arrival, of which `share` come.

    Of those who came before `from_min`, only those are left who would still be waiting then; they come at that minute.
    """
    rng = Random(seed)
    moments = sorted(_moments(hall, rng, share))
    visits = [_visit(hall, rng, at_min) for at_min in moments]
    early = [visit for visit in visits if visit.at_min < from_min]
    return _still_there(hall, early, share, from_min) + [visit for visit in visits if visit.at_min >= from_min]


def _moments(hall: Hall, rng: Random, share: float) -> list[float]:
    total = tickets_per_day(hall) * share
    bins = hall.crowd.arrivals or DEFAULT_ARRIVALS
    return [begin + rng.random() * BIN_MIN for begin, pct in bins for _ in range(round(total * pct / 100))]


def _still_there(hall: Hall, early: list[Visit], share: float, from_min: float) -> list[Visit]:
    """Windows have been working since the hall opened, so the first of each queue have gone."""
    worked_min = max(from_min - opening(hall)[0], 0)
    left: dict[str, int] = {}
    for queue, windows in hall.windows_of_queue.items():
        mean_min = hall.mean_handling_ms.get(queue, 600_000) / 60_000
        left[queue] = max(round(len(windows) * share * (worked_min / mean_min - 1)), 0)
    staying = []
    for visit in early:
        left[visit.queue] -= 1
        if left[visit.queue] < 0:
            staying.append(visit)
    return staying


def _visit(hall: Hall, rng: Random, at_min: float) -> Visit:
    services = _services(hall, rng)
    channel = _pick(rng, {name: pct for name, pct in hall.crowd.channels.items() if name in CHANNELS} or {"kiosk": 1})
    group = _group(rng, hall.crowd)
    priority = PRIORITIES.get(group, group)
    foreign = [language for language in hall.languages if language != "zh"]
    return Visit(
        at_min=at_min,
        services=tuple(service.id for service in services),
        queue=services[0].queue,
        channel=CHANNELS[channel],
        priority=priority if priority in hall.credits_min else "normal",
        language=rng.choice(foreign) if group == "foreigner" and foreign else "zh",
        handling_min=tuple(log_normal_min(rng, service.mean_min, service.p90_min) for service in services),
        walk_min=rng.uniform(0.15, 0.7),
        comes=rng.random() >= hall.crowd.no_show_pct.get(channel, 0) / 100,
        acknowledges=CHANNELS[channel] == "phone" and rng.random() < ACKNOWLEDGES,
        gives_up_min=rng.uniform(10, 60) if rng.random() < GIVES_UP else 0.0,
        postpones_min=rng.uniform(3, 15) if CHANNELS[channel] == "phone" and rng.random() < POSTPONES * 5 else 0.0,
        comes_back_min=rng.uniform(3, 20) if rng.random() < COMES_BACK else 0.0,
        transfer_to=_other_queue(hall, rng, services) if rng.random() < hall.crowd.transfer_pct / 100 else "",
        held_min=rng.uniform(5, 20) if rng.random() < HELD else 0.0,
        outcome="papers_due" if len(services) == 1 and rng.random() < PAPERS_DUE else "",
    )


def _services(hall: Hall, rng: Random) -> list[Service]:
    """One item, or two different ones, as often as the hall file says."""
    choices = window_services(hall)
    weights = [_weight(service) for service in choices]
    first, second = rng.choices(choices, weights, k=2)
    several = rng.random() < hall.crowd.multi_item_pct / 100 and second.id != first.id
    return [first, second] if several else [first]


def _other_queue(hall: Hall, rng: Random, services: list[Service]) -> str:
    if len(services) > 1:
        return ""
    others = {queue: len(windows) for queue, windows in hall.windows_of_queue.items() if windows}
    others.pop(services[0].queue, None)
    return _pick(rng, others) if others else ""


def _group(rng: Random, crowd: Crowd) -> str:
    """The first group that a throw hits; most visitors are in none."""
    throw = rng.random() * 100
    for group, pct in crowd.groups.items():
        throw -= pct
        if throw < 0:
            return group
    return ""


def _pick(rng: Random, weights: dict[str, float] | dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
