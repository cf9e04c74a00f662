"""Moments on the wire: RFC 3339 in UTC with milliseconds."""

from datetime import UTC, datetime


def rfc3339(at: int) -> str:
    """`at` (ms since the epoch) as `2026-01-31T08:30:00.000Z`."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def rfc3339_or_none(at: int) -> str | None:
    """The same, and None for a moment that has not come (0)."""
    return rfc3339(at) if at else None
