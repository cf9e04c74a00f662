"""Moments on the wire: RFC 3339 in UTC with milliseconds."""

from datetime import UTC, datetime
from functools import lru_cache


def rfc3339(at: int) -> str:
    """`at` (ms since the epoch) as `2026-01-31T08:30:00.000Z`."""
    return f"{_second(at // 1000)}.{at % 1000:03d}Z"


@lru_cache(maxsize=4096)
def _second(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def rfc3339_or_none(at: int) -> str | None:
    """The same, and None for a moment that has not come (0)."""
    return rfc3339(at) if at else None
