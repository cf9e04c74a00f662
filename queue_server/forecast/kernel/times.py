"""How long windows take in a future."""

import numpy as np

from queue_server.forecast.kernel.chances import (
    BREAK,
    BREAK_TIME,
    GAP,
    PAUSE_LEFT,
    RESIDUAL,
    WALK,
    at_quantile,
    left_of,
    lot,
    share_below,
)
from queue_server.forecast.kernel.compiling import bare, part
from queue_server.forecast.kernel.hall import Room
from queue_server.forecast.kernel.inputs import (
    FAR,
    FREE,
    PAUSED,
    SERVING,
    Array,
    Chance,
    Counters,
    Services,
    Tables,
)

QUARTER_S = 900.0


@part
def handling_s(
    services: Services, tables: Tables, s: int, w: int, q: int, shift: float, gone: float, u: float
) -> float:
    """What is left of a visit of service `s` at window `w` that has taken `gone` seconds; `u` is its chance."""
    mean = services.mean[s, w] + services.quick[q] + shift
    below = 0.0
    if gone > 1.0:
        below = share_below(tables.residual, (np.log(gone) - mean) / services.sigma[s])
    if below > 0.985:  # it takes longer than any before: the longer it took, the longer it takes
        return float(max(gone, 60.0) * 0.25 * -np.log(1 - u * 0.999))
    z = at_quantile(tables.residual, below + u * (1 - below))
    return max(np.exp(mean + services.sigma[s] * z) - gone, 1.0)


@part
def gap_s(counters: Counters, tables: Tables, chance: Chance, run: int, w: int, name: int) -> float:
    """From the end of one visit to the next call."""
    return at_quantile(tables.gap, lot(chance, run, name, GAP)) * counters.gap[w]


@part
def ends_now(
    room: Room, counters: Counters, services: Services, tables: Tables, chance: Chance, run: int, w: int
) -> float:
    """When the visit at a window ends that is under way now."""
    s, name = counters.service[w], counters.name[w]
    u = lot(chance, run, name, RESIDUAL)
    q, shift = services.queue[s], room.shift[s]
    if counters.state[w] == SERVING:
        return float(handling_s(services, tables, s, w, q, shift, counters.since[w], u))
    walk = left_of(tables.walk, counters.since[w], lot(chance, run, name, WALK))
    return float(walk + handling_s(services, tables, s, w, q, shift, 0.0, u))


@bare
def free_at(counters: Counters, tables: Tables, chance: Chance, run: int, w: int) -> float:
    """When a free window calls: the longer it lets people wait, the later."""
    ignoring, u = counters.since[w], lot(chance, run, counters.name[w], GAP)
    if ignoring > 0:
        return left_of(tables.gap, ignoring / counters.gap[w], u) * counters.gap[w]
    if ignoring < 0:
        return left_of(tables.react, -ignoring / counters.react[w], u) * counters.react[w]
    return 0.0


@part
def ready_at(counters: Counters, tables: Tables, chance: Chance, run: int, w: int, day: Array) -> float:
    """When a window that serves nobody can call next."""
    state, since, name = counters.state[w], counters.since[w], counters.name[w]
    if state == FREE:
        return free_at(counters, tables, chance, run, w)
    if state == PAUSED:
        if counters.until[w] < FAR:
            return float(max(counters.until[w], 5.0))
        return float(left_of(tables.pause[counters.pause[w]], since, lot(chance, run, name, PAUSE_LEFT)))
    if counters.opens[w] < FAR:
        return float(max(min(counters.opens[w], day[0]), 0.0))
    return float(max(day[0], 0.0))


@part
def pause_due_s(
    room: Room, tables: Tables, chance: Chance, run: int, w: int, name: int, now: float, day: Array
) -> float:
    """How long a window pauses that is ready now: by its plan, or beyond it; 0 where it goes on."""
    at = room.step[w]
    if at + 1 < len(day) and day[at] <= now:
        room.step[w] = at + 2
        return float(day[at + 1])
    worked = now - room.freed[w]
    room.freed[w] = now
    rate = tables.breaks[min(int(now / QUARTER_S), len(tables.breaks) - 1)]
    if rate > 0 and lot(chance, run, name, BREAK) < 1 - np.exp(-rate * worked):
        return at_quantile(tables.pause[0], lot(chance, run, name, BREAK_TIME))
    return 0.0


@part
def pause_ahead_s(counters: Counters, tables: Tables, chance: Chance, run: int, w: int, free: float) -> float:
    """How long a window pauses once its visit ends at `free`, where that was announced."""
    if not counters.pausing[w]:
        return 0.0
    if counters.until[w] < FAR:
        return max(float(counters.until[w]) - free, 0.0)
    return at_quantile(tables.pause[counters.pause[w]], lot(chance, run, counters.name[w], PAUSE_LEFT))
