"""Chances drawn by counting, and the tables and curves that they are put to."""

import numpy as np

from queue_server.forecast.kernel.compiling import bare
from queue_server.forecast.kernel.inputs import Array, Chance

# what a chance is drawn for
RESIDUAL, WALK, GAP, MISS, MISS_TIME, PATIENCE, STOP, STOP_TO, PICK, COMES, SERVICE, PRIORITY = range(12)
DAY, SHOCK, SHOW, LATER, LEAVE, LEAVE_AT, PAUSE_LEFT, BREAK, BREAK_TIME, DOUBT, ODD, REACT = range(12, 24)


@bare
def mixed(x: int) -> int:
    """The finalizer of splitmix64 (Steele, Lea and Flood 2014)."""
    y = np.uint64(x)
    y ^= y >> np.uint64(30)
    y *= np.uint64(0xBF58476D1CE4E5B9)
    y ^= y >> np.uint64(27)
    y *= np.uint64(0x94D049BB133111EB)
    return y ^ (y >> np.uint64(31))


@bare
def draw(seed: int, runs: int, run: int, name: int, purpose: int) -> float:
    """A number between 0 and 1 for one purpose.

    Over all runs (a prime number of them) each of `runs` equal parts of that span is drawn from once, in an order of
    its own for each name and purpose: Latin hypercube sampling (McKay, Beckman and Conover 1979), so few runs do.
    """
    x = mixed(
        np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)
        + np.uint64(name) * np.uint64(0x8CB92BA72F3D8DD7)
        + np.uint64(purpose) * np.uint64(0xABC98388FB8FAC03)
    )
    many = np.uint64(runs)
    step = np.uint64(1) + (x & np.uint64(0xFFFFFF)) % np.uint64(max(runs - 1, 1))
    part = (step * np.uint64(run) + ((x >> np.uint64(24)) & np.uint64(0xFFFFFF))) % many
    within = mixed(x + np.uint64(run) * np.uint64(0xD1B54A32D192ED03))
    return (float(part) + (float(within >> np.uint64(11)) + 0.5) / 9007199254740992.0) / runs


@bare
def lot(chance: Chance, run: int, name: int, purpose: int) -> float:
    """A number between 0 and 1 for one purpose in one run: see `draw`."""
    return draw(chance.seed, chance.runs, run, name, purpose)


@bare
def normal(u: float) -> float:
    """The standard normal quantile of a share (Odeh and Evans 1974)."""
    p = max(min(u, 1 - u), 1e-20)
    y = np.sqrt(-2 * np.log(p))
    top = (((y * -0.0000453642210148 - 0.0204231210245) * y - 0.342242088547) * y - 1.0) * y - 0.322232431088
    low = (((y * 0.0038560700634 + 0.103537752850) * y + 0.531103462366) * y + 0.588581570495) * y + 0.0993484626060
    x = y + top / low
    return float(-x if u < 0.5 else x)


@bare
def at_quantile(table: Array, u: float) -> float:
    """The value of a quantile table at a share."""
    place = u * (len(table) - 1)
    low = min(int(place), len(table) - 2)
    part = place - low
    return float(table[low] * (1 - part) + table[low + 1] * part)


@bare
def share_below(table: Array, value: float) -> float:
    """The share of a quantile table below a value."""
    last = len(table) - 1
    if value <= table[0]:
        return 0.0
    if value >= table[last]:
        return 1.0
    low = np.searchsorted(table, value, side="right") - 1
    step = table[low + 1] - table[low]
    return float((low + ((value - table[low]) / step if step > 0 else 0.0)) / last)


@bare
def left_of(table: Array, gone: float, u: float) -> float:
    """What is left of a time of which `gone` seconds went by; beyond the table, the longer the longer still."""
    below = share_below(table, gone)
    if below > 0.98:
        return float(max(gone, 0.1) * 0.35 * -np.log(1 - u * 0.999))
    return max(at_quantile(table, below + u * (1 - below)) - gone, 0.0)


@bare
def on_curve(curve: Array, seconds: float) -> float:
    """A curve of one point a minute, between its points; flat behind its end."""
    place = min(max(seconds, 0.0) / 60.0, len(curve) - 1.000001)
    low = int(place)
    part = place - low
    return float(curve[low] * (1 - part) + curve[low + 1] * part)


@bare
def patience_s(stay: Array, waited: float, u: float) -> float:
    """After how many seconds of waiting somebody leaves who has stayed for `waited` (inverts the curve `stay`)."""
    level = on_curve(stay, waited) * (1 - u)
    low, high = 0, len(stay) - 1
    if level <= stay[high]:
        return 1e12
    while high - low > 1:
        middle = (low + high) // 2
        if stay[middle] > level:
            low = middle
        else:
            high = middle
    step = stay[low] - stay[high]
    return max((low + ((stay[low] - level) / step if step > 0 else 0.0)) * 60.0, waited)
