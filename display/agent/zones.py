"""How loud voices may be in each zone, and when they may not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

USUAL_VOLUME = 80


class Zones:
    """Volumes and quiet hours as the hall's own document gives them; before it came, the usual ones."""

    def __init__(self) -> None:
        self._zones: dict[str, Mapping[str, Any]] = {}
        self._timezone = ZoneInfo("UTC")

    def learn(self, hall: Mapping[str, Any]) -> None:
        """Takes the hall's document."""
        self._zones = {zone["id"]: zone for zone in hall["zones"]}
        self._timezone = ZoneInfo(hall["timezone"])

    def volume(self, zone: str, now: float) -> int:
        """0 to 100 at this moment (seconds since the epoch); 0 in quiet hours."""
        plan = self._zones.get(zone)
        if plan is None:
            return USUAL_VOLUME
        minute = datetime.fromtimestamp(now, self._timezone).strftime("%H:%M")
        return 0 if any(_within(minute, *span) for span in plan.get("quiet", ())) else int(plan["volume"])


def _within(minute: str, start: str, end: str) -> bool:
    """Whether a minute is in a span of the day, which may pass midnight."""
    return start <= minute < end if start <= end else minute >= start or minute < end
