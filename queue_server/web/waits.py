"""Waits and places that move without an event: told when it matters, not each time that a second has passed."""

from collections.abc import Iterable, Iterator
from typing import Any

from queue_server.contract.times import rfc3339
from queue_server.domain.outlook import Outlook, Range
from queue_server.flows import estimates, views, wire
from queue_server.flows.running import RunningHall

NOTABLE_S = 10
"""A wait that differs so much from what was told is told at once."""
REFRESH_MS = 5_000
"""Any other difference is told with the next outlook after this time."""

Frame = tuple[str, str, dict[str, Any]]
"""Topic, the event's name, its document."""


class Waits:
    """What one worker told of one hall's waits, and what is to be told next."""

    def __init__(self, running: RunningHall) -> None:
        self._running = running
        self._dirty: set[str] = set()
        self._seen: Outlook | None = None
        self._offers = False
        self._told: dict[str, tuple[int, Range | None, int]] = {}
        """By queue or ticket: how many were ahead, which wait was told, and when."""

    def touch(self, queues: Iterable[str]) -> None:
        """Something happened in these queues."""
        self._dirty.update(queues)

    def offer_anew(self) -> None:
        """A diversion began or ended: what visitors are offered may be something else now."""
        self._offers = True

    def forget(self, ticket: str) -> None:
        """Nobody follows this ticket's place any more."""
        self._told.pop(ticket, None)

    def news(self, topics: Iterable[str], at: int) -> list[Frame]:
        """What is to be told under these topics now; call it once a second."""
        dirty, self._dirty = self._dirty, set()
        outlook = estimates.believed(self._running, at)
        moved, self._seen = outlook is not self._seen, outlook
        offers, self._offers = self._offers, False
        if not dirty and not moved and not offers:
            return []
        wanted = sorted(topics)
        places = [topic for topic in wanted if topic.startswith("place:")]
        zones = [topic for topic in wanted if topic.startswith("waits:")]
        return [*self._queues(zones, dirty, moved, at), *self._places(places, dirty, moved, offers, at)]

    def _queues(self, topics: list[str], dirty: set[str], moved: bool, at: int) -> Iterator[Frame]:
        hall = self._running.hall
        queues = [queue for queue in views.numbered_queues(hall) if queue in dirty or moved] if topics else []
        told = {queue for queue in queues if self._is_news(queue, 0, self._newcomer(queue, at), queue in dirty, at)}
        told |= dirty
        for topic in topics:
            zone = topic.removeprefix("waits:").replace("*", "")
            of_zone = [queue for queue in views.numbered_queues(hall, {zone} if zone else ()) if queue in told]
            if of_zone:
                yield topic, "WaitEstimated", self._document(of_zone, at)

    def _document(self, queues: list[str], at: int) -> dict[str, Any]:
        rows = [views.queue_state(self._running, queue, at) for queue in queues]
        totals = views.totals(self._running, at)
        return {"hall": self._running.hall.id, "at": rfc3339(at), "queues": rows, "totals": totals}

    def _newcomer(self, queue: str, at: int) -> Range | None:
        return estimates.of_newcomer(self._running, queue, at)

    def _places(self, topics: list[str], dirty: set[str], moved: bool, offers: bool, at: int) -> Iterator[Frame]:
        live = self._running.live
        for topic in topics:
            ticket_id = topic.removeprefix("place:")
            ticket = live.tickets.get(ticket_id)
            if ticket is None or ticket.status != "waiting" or not (moved or offers or ticket.queue in dirty):
                continue
            ahead = live.ahead(ticket_id)
            wait_s = estimates.of_ticket(self._running, ticket_id, ticket.queue, ahead, at)
            if self._is_news(ticket_id, ahead, wait_s, ticket.queue in dirty, at) or offers:
                told = {"ticket": ticket_id, "ahead": ahead, "wait_s": wire.wait_range(wait_s)}
                yield topic, "PlaceChanged", told | ({"offers": True} if offers else {})

    def _is_news(self, key: str, ahead: int, wait_s: Range | None, is_dirty: bool, at: int) -> bool:
        """Whether this is to be told; what is, is noted."""
        told = self._told.get(key)
        if told is not None and not _matters(told, ahead, wait_s, is_dirty, at):
            return False
        self._told[key] = (ahead, wait_s, at)
        return True


def _matters(told: tuple[int, Range | None, int], ahead: int, wait_s: Range | None, is_dirty: bool, at: int) -> bool:
    was_ahead, was_s, when = told
    if (ahead, wait_s) == (was_ahead, was_s):
        return False
    if is_dirty or ahead != was_ahead or wait_s is None or was_s is None:
        return True
    return at - when >= REFRESH_MS or any(abs(a - b) >= NOTABLE_S for a, b in zip(wait_s, was_s, strict=True))
