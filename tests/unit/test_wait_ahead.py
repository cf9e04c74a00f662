"""A kiosk that loses its server can say for ten minutes what was expected, and then no more."""

from typing import Any

import pytest

from kiosk.agent.ahead import MOST_AGE_MS, Ahead
from kiosk.agent.wire import moment

AT = "2026-03-02T06:15:00.000Z"
ROW = {"queue": "A", "wait_s": {"p10": 60, "p50": 120, "p90": 300}, "later": []}
OUTLOOK = {"at": AT, "trusted": True, "queues": [ROW | {"names": {"zh": "综合"}, "waiting": 3}]}


def test_an_outlook_is_told_with_its_moment_until_it_is_ten_minutes_old() -> None:
    ahead = Ahead(OUTLOOK)
    assert ahead.outlook(moment(AT) + MOST_AGE_MS) == {"at": AT, "queues": [ROW]}
    assert ahead.outlook(moment(AT) + MOST_AGE_MS + 1) == {"at": AT, "queues": []}


@pytest.mark.parametrize("other", [{}, {"at": "soon", "queues": []}, {"at": AT, "queues": [{"queue": "A"}]}])
def test_what_is_no_outlook_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        Ahead(other)
