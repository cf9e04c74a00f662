"""What diversions offer to whom: worked out from the folds of this server's halls, never stored."""

from collections.abc import Iterable, Mapping

from msgspec import UNSET, Struct, structs

from queue_server.contract import answers
from queue_server.contract.times import rfc3339
from queue_server.domain.calendar import bounds_of, day_of
from queue_server.domain.diversion import OFFERS
from queue_server.domain.hall import SELF_SERVICE
from queue_server.domain.live_ticket import Answers
from queue_server.domain.outlook import Range
from queue_server.domain.slots import pool_of
from queue_server.domain.standing import Standing
from queue_server.flows import estimates, places, wire
from queue_server.flows.admission import Doors
from queue_server.flows.ports import Clock
from queue_server.flows.running import RunningHall

MINUTE_MS = 60_000
QUARTER_MS = 15 * MINUTE_MS
SOONEST_MS = 30 * MINUTE_MS
"""Another time is at least so far away."""
USUAL_LATER_MS = 60 * MINUTE_MS
"""Where nobody foresees anything, this much later."""
WORTH_S = 600
"""Who would gain less by going elsewhere, or waits less now than that, is offered nothing."""
AT_DOORS = (*sorted(OFFERS), "slow_entry")
"""What concerns those who have no ticket yet."""
LATER = frozenset({"offer_later", "slow_entry"})


class Visit(Struct, frozen=True, kw_only=True):
    """What is offered something: a ticket, or the visitor who would take one."""

    service: str
    queue: str
    wait_s: Range | None
    """What it would wait here; None where nobody is expected to serve."""
    books: bool = True
    """Whether another time can be a slot that is booked."""


class Offering:
    """Finds offers. `always_open` counts the halls' books as open around the clock."""

    def __init__(self, halls: Mapping[str, RunningHall], clock: Clock, doors: Doors, always_open: bool) -> None:
        self._halls = halls
        self._clock = clock
        self._doors = doors
        self._always = always_open

    def of_ticket(self, running: RunningHall, ticket_id: str, books: bool) -> answers.Offer | None:
        """What a ticket's visitor is offered now, or has accepted and not done yet. `books`: as in `Visit`."""
        ticket = running.live.tickets.get(ticket_id)
        if ticket is None:
            return None
        accepted = self.accepted(running, ticket.service, ticket.answers)
        if accepted or ticket.status != "waiting" or ticket.booked:
            return accepted
        at, ahead = self._clock(), running.live.ahead(ticket_id)
        wait_s = estimates.of_ticket(running, ticket_id, ticket.queue, ahead, at)
        visit = Visit(service=ticket.service, queue=ticket.queue, wait_s=wait_s, books=books)
        said = {action for action, _, _ in ticket.answers}
        rows = [row for row in running.live.diversions.running(*OFFERS) if row.measure.action not in said]
        return self._first(running, rows, visit, at)

    def accepted(self, running: RunningHall, service: str, rows: Answers) -> answers.Offer | None:
        """The device that a visitor is at: the one offer that goes on after it was accepted."""
        for action, answer, diversion in rows:
            if (action, answer) == ("guide_to_device", "accepted"):
                return structs.replace(_at_device(running, diversion, service), accepted=True)
        return None

    def with_offers(self, running: RunningHall, told: answers.Services) -> answers.Services:
        """Items with what their visitors had better do than take a ticket now."""
        rows, at = running.live.diversions.running(*AT_DOORS), self._clock()
        if not rows:
            return told
        return answers.Services(services=[self._with_offer(running, rows, service, at) for service in told.services])

    def _with_offer(
        self, running: RunningHall, rows: list[Standing], service: answers.ServiceRow, at: int
    ) -> answers.ServiceRow:
        if service.queue == SELF_SERVICE:
            return service
        wait_s = estimates.of_newcomer(running, service.queue, at)
        visit = Visit(service=service.id, queue=service.queue, wait_s=wait_s)
        return structs.replace(service, offer=self._first(running, rows, visit, at) or UNSET)

    def _first(self, running: RunningHall, rows: Iterable[Standing], visit: Visit, at: int) -> answers.Offer | None:
        found = (self.offer(running, row, visit, at) for row in rows)
        return next((offer for offer in found if offer is not None), None)

    def offer(self, running: RunningHall, row: Standing, visit: Visit, at: int) -> answers.Offer | None:
        """What one diversion offers a visit; None where it does not concern it, or would not help."""
        measure = row.measure
        if measure.action in LATER and measure.queue == visit.queue:
            return self._another_time(running, row, visit, at)
        if measure.service != visit.service:
            return None
        if measure.action == "guide_to_device":
            return _at_device(running, row.id, visit.service)
        return self._another_hall(row, visit, at) if measure.action == "offer_hall" else None

    # another time

    def _another_time(self, running: RunningHall, row: Standing, visit: Visit, at: int) -> answers.Offer | None:
        if visit.wait_s is not None and visit.wait_s[1] < WORTH_S:
            return None
        when, wait_s = self._calmest(running, visit, at)
        is_slot = visit.books and self.is_bookable(running, visit.service)
        start = self._slot(running, visit, when, at) if is_slot else when
        if not start or not self._is_open(running, visit.queue, start, at):
            return None
        return answers.Offer(
            diversion=row.id, action="offer_later", service=visit.service, later_at=rfc3339(start),
            wait_s=wire.wait_range(wait_s) or UNSET if start == when else UNSET,
        )  # fmt: skip

    def _calmest(self, running: RunningHall, visit: Visit, at: int) -> tuple[int, Range | None]:
        """The quarter of an hour in which one would wait least, and the wait then, as far as anyone foresees it."""
        known = running.queue_outlooks.get(visit.queue) if estimates.believed(running, at) else None
        later = [(row.wait_s, row.at) for row in known.later if row.at >= at + SOONEST_MS] if known else []
        if not later:
            return _quarter(at + USUAL_LATER_MS), None
        wait_s, when = min(later, key=lambda found: (found[0][1], found[1]))
        return _quarter(when), wait_s

    def is_bookable(self, running: RunningHall, service: str) -> bool:
        """Whether a visitor of whom nobody knows who it is can have a slot of today."""
        return bool(pool_of(running.hall, service)) and not running.hall.bookings.bound

    def _slot(self, running: RunningHall, visit: Visit, since: int, at: int) -> int:
        """The first free slot of today from a moment on; 0 where there is none."""
        hall, used = running.hall, running.live.places
        pool, ends = pool_of(hall, visit.service), bounds_of(hall, day_of(hall, at))[1]
        slots = places.open_slots(hall, pool, since, ends, at, self._always)
        return next((slot.start for slot in slots if used.get((pool, slot.start), 0) < slot.capacity), 0)

    def _is_open(self, running: RunningHall, queue: str, when: int, at: int) -> bool:
        """Whether the hall still serves the queue then, today."""
        closes_at = self._doors.opening(running.hall, at, queue).closes_at
        return day_of(running.hall, when) == day_of(running.hall, at) and (closes_at is None or when < closes_at)

    # another hall

    def _another_hall(self, row: Standing, visit: Visit, at: int) -> answers.Offer | None:
        other = self._halls.get(row.measure.to)
        wait_s = self.wait_there(other, visit.service, at) if other else None
        if other is None or wait_s is None or not is_sooner(wait_s, visit.wait_s):
            return None
        return answers.Offer(
            diversion=row.id, action="offer_hall", service=visit.service, to=other.hall.id, names=other.hall.names,
            wait_s=wire.wait_range(wait_s) or UNSET,
        )  # fmt: skip

    def wait_there(self, other: RunningHall, service: str, at: int) -> Range | None:
        """By that hall's forecast alone: by its present wait halls would send their visitors to and fro."""
        item = other.hall.service_by_id.get(service)
        known = other.queue_outlooks.get(item.queue) if item and estimates.believed(other, at) else None
        if known is None or not self._doors.opening(other.hall, at, known.queue).open:
            return None
        return estimates.of_newcomer(other, known.queue, at)


def is_sooner(there: Range, here: Range | None) -> bool:
    """Whether going elsewhere is worth it."""
    return here is None or here[1] - there[1] >= WORTH_S


def _at_device(running: RunningHall, diversion: str, service: str) -> answers.Offer:
    zone = running.hall.zone_of(SELF_SERVICE) or UNSET
    return answers.Offer(diversion=diversion, action="guide_to_device", service=service, zone=zone)


def _quarter(at: int) -> int:
    """The next full quarter of an hour."""
    return -(-at // QUARTER_MS) * QUARTER_MS
