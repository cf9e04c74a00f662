"""Waits counted in buckets, so that a p90 costs the same for ten visitors and for a million."""

from collections.abc import Mapping

FINE_S, MIDDLE_S, COARSE_S = 2, 10, 60
FINE_UNTIL_S, MIDDLE_UNTIL_S = 60, 600
FIRST_MIDDLE = FINE_UNTIL_S // FINE_S
FIRST_COARSE = FIRST_MIDDLE + (MIDDLE_UNTIL_S - FINE_UNTIL_S) // MIDDLE_S
LAST_BUCKET = FIRST_COARSE + 480


def bucket_of(wait_s: int) -> int:
    """Which bucket a wait (whole seconds) falls into: 2 s wide below a minute, 10 s below ten, then a minute."""
    if wait_s < FINE_UNTIL_S:
        return wait_s // FINE_S
    if wait_s < MIDDLE_UNTIL_S:
        return FIRST_MIDDLE + (wait_s - FINE_UNTIL_S) // MIDDLE_S
    return min(FIRST_COARSE + (wait_s - MIDDLE_UNTIL_S) // COARSE_S, LAST_BUCKET)


def middle_of(bucket: int) -> float:
    """The wait in seconds for which a bucket stands."""
    if bucket < FIRST_MIDDLE:
        return bucket * FINE_S + FINE_S / 2
    if bucket < FIRST_COARSE:
        return FINE_UNTIL_S + (bucket - FIRST_MIDDLE) * MIDDLE_S + MIDDLE_S / 2
    return MIDDLE_UNTIL_S + (bucket - FIRST_COARSE) * COARSE_S + COARSE_S / 2


def quantile_s(buckets: Mapping[int, int], share: float) -> float | None:
    """The wait in seconds that `share` (0 to 1) of the visitors did not pass, or None without any visitor."""
    total = sum(buckets.values())
    if total <= 0:
        return None
    seen = 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if seen >= share * total:
            return middle_of(bucket)
    raise AssertionError("a share of at most 1 is reached by the last bucket")


PACE_MEMORY = 30
"""How many finished visits the learnt pace of a queue remembers, about."""


def learn_pace(pace_ms: int, seen: int, handled_ms: int) -> int:
    """The mean handling time of a queue in whole ms after one more visit; `seen` were counted before it."""
    weight = min(seen + 1, PACE_MEMORY)
    return pace_ms + (handled_ms - pace_ms) // weight
