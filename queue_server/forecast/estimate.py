"""A first honest wait: the pace of the queue, with a range that grows with the square root of the crowd.

With `n` visits to finish before the visitor's turn, `c` windows and handling times of mean `m` and deviation `v·m`,
the wait is about normal with mean `n·m/c` and deviation `v·m·√n/c` (the sum of `n` independent times, shared by
`c` windows); one hall-wide deviation of pace is added, since all windows of a day are slow or fast together.
"""

from math import sqrt

SPREAD = 0.7
"""Deviation of one handling time as a share of its mean."""
PACE_SHOCK = 0.08
"""Deviation of the whole hall's pace as a share."""
Z90 = 1.2816
"""The 90th percentile of the standard normal distribution."""


def wait_range_s(ahead: int, windows: float, idle: int, mean_ms: float) -> tuple[int, int, int]:
    """Seconds until the first call, as p10, p50 and p90, never negative and in order.

    `ahead` go first, `windows` serve the queue (a window shared with other queues counts in part), of which
    `idle` are free now; `mean_ms` is the mean handling time. With no window the wait of one window is told.
    """
    to_finish = max(ahead + 1 - idle, 0)
    if to_finish == 0:
        return (0, 0, 0)
    servers = max(windows, 1.0)
    mean_s = to_finish * mean_ms / 1000 / servers
    noise_s = SPREAD * mean_ms / 1000 * sqrt(to_finish) / servers
    deviation_s = sqrt(noise_s**2 + (PACE_SHOCK * mean_s) ** 2)
    low, high = max(mean_s - Z90 * deviation_s, 0.0), mean_s + Z90 * deviation_s
    return (int(low), round(mean_s), round(high) + 1)
