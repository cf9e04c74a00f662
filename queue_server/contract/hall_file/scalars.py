"""Words to values, as YAML 1.2 means them: `N` is a text, `08:30` is a time, `yes` is no truth value."""

import math
import re

from queue_server.contract.hall_file.nodes import Scalar

_WHOLE = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = ("", "~", "null", "Null", "NULL")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


def is_nothing(scalar: Scalar) -> bool:
    """A value left out: `key:` alone, `~` or `null`."""
    return scalar.plain and scalar.text in _NOTHING


def is_typed(scalar: Scalar) -> bool:
    """A word that YAML 1.2 reads as a number or truth value, so not as a text."""
    return scalar.plain and (scalar.text in _TRUTH or _NUMBER.fullmatch(scalar.text) is not None)


def truth_of(scalar: Scalar) -> bool | None:
    return _TRUTH.get(scalar.text) if scalar.plain else None


def number_of(scalar: Scalar) -> float | None:
    """The number as written, which may be infinite or not a number; None for any other word."""
    if not scalar.plain or not _NUMBER.fullmatch(scalar.text):
        return None
    return float(re.sub(r"\.(?=[inIN])", "", scalar.text))


def is_whole(scalar: Scalar) -> bool:
    return _WHOLE.fullmatch(scalar.text) is not None


def minute_of(text: str) -> int | None:
    """Minutes after midnight of `HH:MM`, 24:00 included; None for anything else."""
    if not _CLOCK.fullmatch(text):
        return None
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def is_finite(number: float) -> bool:
    return math.isfinite(number)
