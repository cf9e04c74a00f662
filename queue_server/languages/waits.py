"""A range of seconds as a visitor would say it: rounded, with an "about", never more exact than anyone can know.

The same in the browser: `look/static/waits.js`; tests/pages/test_waits_words.py keeps the two equal.
"""

from collections.abc import Mapping

Phrase = tuple[str, Mapping[str, int]]
"""A key of the section `waits`, and the minutes that it takes."""

MINUTE_S = 60
FINE_UNTIL_S, MIDDLE_UNTIL_S = 5 * MINUTE_S, 60 * MINUTE_S
FINE_S, MIDDLE_S, COARSE_S = MINUTE_S, 5 * MINUTE_S, 10 * MINUTE_S
LONGEST_S = 120 * MINUTE_S
"""Beyond this nobody is told figures."""


def phrase_of(low_s: int, high_s: int) -> Phrase:
    """What to say of a wait between `low_s` and `high_s` (p10 and p90, whole seconds, never negative).

    Told in minutes under five, in steps of five up to an hour, of ten beyond. Both ends are rounded outwards, so that
    what is told holds as often as what was meant; a range within one step is told as one figure.
    """
    middle_s = _nearest(low_s)
    low_s, high_s = (middle_s, middle_s) if middle_s == _nearest(high_s) else (_down(low_s), _up(high_s))
    low, high = low_s // MINUTE_S, high_s // MINUTE_S
    if low_s >= LONGEST_S:
        return "hours", {}
    if high_s > LONGEST_S:
        return ("at_least", {"low": low}) if low else ("unclear", {})
    if high == 0:
        return "at_once", {}
    if low == 0:
        return "within", {"high": high}
    return ("about", {"n": low}) if low == high else ("range", {"low": low, "high": high})


def _step(seconds: int) -> int:
    if seconds < FINE_UNTIL_S:
        return FINE_S
    return MIDDLE_S if seconds < MIDDLE_UNTIL_S else COARSE_S


def _nearest(seconds: int) -> int:
    step = _step(seconds)
    return (seconds + step // 2) // step * step


def _down(seconds: int) -> int:
    """Down to a step; a fifth of a step below one counts as there, so that 24 to 36 minutes are no 20 to 40."""
    step = _step(seconds)
    return (seconds + step // 5) // step * step


def _up(seconds: int) -> int:
    step = _step(seconds)
    return -(-(seconds - step // 5) // step) * step
