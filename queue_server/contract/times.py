"""Moments on the wire: RFC 3339 in UTC with milliseconds."""

from datetime import UTC, datetime, timedelta
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


def milliseconds(moment: str) -> int:
    """Ms since the epoch of a moment that fits `asks.Moment`. A day that its month has not is one of the next."""
    date, _, rest = moment.rstrip("Z").partition("T")
    clock, _, fraction = rest.partition(".")
    year, month, day = map(int, date.split("-"))
    hour, minute, second = map(int, clock.split(":"))
    begin = datetime(year, month, 1, hour, minute, second, tzinfo=UTC) + timedelta(days=day - 1)
    return int(begin.timestamp()) * 1000 + int((fraction + "000")[:3])
