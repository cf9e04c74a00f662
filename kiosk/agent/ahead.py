"""What the server expects of the hall: kept for a while, so that a kiosk that is alone can still say what was known."""

from collections.abc import Mapping
from typing import Any

from kiosk.agent.wire import moment

Document = dict[str, Any]
MOST_AGE_MS = 600_000
"""An older outlook says nothing of now."""


class Ahead:
    """Made of the server's own document. Raises KeyError, TypeError or ValueError when it is none."""

    def __init__(self, outlook: Mapping[str, Any]) -> None:
        self._outlook = {"at": outlook["at"], "queues": [_row(row) for row in outlook["queues"]]}
        self._at = moment(outlook["at"])

    def outlook(self, now: int) -> Document:
        """The outlook as it was last heard, at `now` (ms since the epoch); without queues once it is too old."""
        return self._outlook if now - self._at <= MOST_AGE_MS else self._outlook | {"queues": []}


def _row(row: Mapping[str, Any]) -> Document:
    return {"queue": row["queue"], "wait_s": row["wait_s"], "later": row["later"]}
