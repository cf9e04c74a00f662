"""How the futures are compiled.

What is compiled as `bare` counts no references to its arrays. Counting them, atomically and at each use, took three
quarters of the time of all futures. It may make no array: `simulate` makes them all, and keeps them while it runs.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

BARE: dict[str, Any] = {"cache": True, "_nrt": False}


def bare(function: F) -> F:
    """Compiled, without counting references."""
    return cast(F, njit(**BARE)(function))


def part(function: F) -> F:
    """Becomes part of whatever calls it."""
    return cast(F, njit(cache=True, inline="always")(function))
