"""Past days on the wire."""

import re
from datetime import datetime

from queue_server.contract.answer import Answer

DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)


class Day(Answer, frozen=True, kw_only=True):
    day: str
    """As `2026-01-31`."""
    visits: int
    mean_wait_s: int | None


class Days(Answer, frozen=True, kw_only=True):
    """Closed days, newest first."""

    days: list[Day]


def day_on_wire(day: str) -> str:
    """`260131` as `2026-01-31`."""
    return f"20{day[:2]}-{day[2:4]}-{day[4:]}"


def day_asked(text: str) -> str | None:
    """`2026-01-31` as `260131`; None for what is no day."""
    if not DAY.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").strftime("%y%m%d")
    except ValueError:
        return None
