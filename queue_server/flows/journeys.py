"""Visits of several stops: in what order they begin, how they go on, and when their path becomes another one."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct

from queue_server.contract import answers, asks
from queue_server.contract.journeys import ChooseStop, VisitPath
from queue_server.domain.hall import Hall
from queue_server.domain.journey import Stop, errands_of, journey_of, merged, steps_of, stops_of
from queue_server.domain.live_ticket import LiveTicket
from queue_server.domain.orders import Replan
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import TicketRecord, credit_ms
from queue_server.flows import path_views, wire
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import known_priority, queue_for, services_of
from queue_server.flows.codes import part_of
from queue_server.flows.paths import Aside, Leg, Paths, Start, wait_at
from queue_server.flows.running import RunningHall

TRIES = 3
CARE_EVERY_MS = 10_000
CHOSEN, WAITS, SHUT = "chosen", "waits", "window_closed"
"""Why a path changes: its visitor chose, it is shorter so, the windows of its next stop have closed."""


class Visit(Struct, frozen=True, kw_only=True):
    """What a visit begins with."""

    stops: list[tuple[str, ...]]
    journey: str = ""
    aside: Aside = []
    legs: list[Leg] = []


class JourneyFlows:
    """The use cases of a visit with several stops. All raise `Refusal`."""

    def __init__(self, acting: Acting, paths: Paths) -> None:
        self._acting = acting
        self._paths = paths
        self._looked_at: dict[str, int] = {}
        self._stuck: dict[str, tuple[frozenset[str], set[tuple[str, str]]]] = {}
        """By hall: the queues that were served, and who found none of theirs among them, with where they wait."""

    # before the ticket

    async def visit(self, running: RunningHall, wanted: asks.IssueTicket, at: int) -> Visit:
        """The stops of a ticket, in the order to make them: as they are listed, unless they are to be planned."""
        hall = running.hall
        if wanted.journey is UNSET:
            services = services_of(hall, wanted)
            if len(services) == 1 or not wanted.plan:
                return Visit(stops=[(service, queue_for(hall, service, wanted.insist)) for service in services])
            await running.caught_up()
            return self.planned(running, "", services, wanted.priority, at, wanted.insist)
        if wanted.service is not UNSET or wanted.services is not UNSET:
            raise Refusal("INVALID", {"field": "journey", "problem": "expected either `services` or `journey`"})
        await running.caught_up()
        return self.planned(running, known_journey(hall, wanted.journey), [], wanted.priority, at, wanted.insist)

    def planned(
        self, running: RunningHall, journey: str, services: Sequence[str], priority: str, at: int, insist: bool = False
    ) -> Visit:
        """A visit planned from now on. Refuses `SELF_SERVICE` where nothing of it needs a window."""
        hall = running.hall
        steps = steps_of(hall, journey, services)
        found = errands_of(hall, steps, insist)
        stops = merged(hall, found.errands)
        if not stops:
            queue_for(hall, steps[0].service, False)  # says where the device is
        turn = at - credit_ms(hall.credits_min, known_priority(hall, priority))
        legs, later = self._paths.for_today(running, stops, Start(at=at, turn=turn))
        aside = [*found.aside, *later]
        return Visit(stops=[leg.stop.packed for leg in legs], journey=journey, aside=aside, legs=legs)

    async def preview(self, ask: Ask, journey: str, services: list[str], priority: str, insist: bool) -> VisitPath:
        """How a visit would go that began now."""
        running = ask.running
        await running.caught_up()
        at = self._acting.clock()
        visit = self.planned(running, journey, services, priority, at, insist)
        turn = at - credit_ms(running.hall.credits_min, known_priority(running.hall, priority))
        return path_views.preview(running, self._paths, visit.legs, visit.aside, journey, Start(at=at, turn=turn))

    # on the way

    async def going_on(self, ask: Ask, window: int) -> dict[str, Any]:
        """How the visit at a window goes on after this stop, for the order that finishes it; nothing for its last."""
        running = ask.running
        live = await running.caught_up()
        at_window = live.windows.get(window)
        ticket = live.tickets.get(at_window.ticket) if at_window else None
        if at_window is None or ticket is None or ticket.stop >= ticket.stops:
            return {}
        found = await self._acting.halls.read_ticket(running.hall.id, at_window.ticket)
        if found is None or found.ticket is None:
            return {}
        return self._next(running, found.ticket, window, self._acting.clock())

    def _next(self, running: RunningHall, record: TicketRecord, window: int, at: int) -> dict[str, Any]:
        hall = running.hall
        left = record.stops[record.stop :]
        if not left or any(row[0] not in hall.service_by_id for row in left):
            return {}
        start = Start(at=at, turn=record.turn, zone=hall.zone_of(record.queue, window), ended=ended_of(record, at))
        legs = self._paths.best(running, stops_of(hall, record.journey, left), start)
        if len(legs) != len(left):  # a hall file that came since: the path stays as it is
            return {}
        rest = [leg.stop.packed for leg in legs]
        changed = rest[0] != tuple(left[0])
        return self._order(running, record, rest, legs[0], start) | {"why": WAITS if changed else ""}

    def _order(
        self, running: RunningHall, record: TicketRecord, rest: list[tuple[str, ...]], leg: Leg, start: Start
    ) -> dict[str, Any]:
        """How a path goes on, as an order carries it."""
        wait = wait_at(running, leg.stop.queue, start, leg.reached_at)
        return {
            "revision": record.revision, "rest": rest, "not_before": leg.reached_at, "promise": wait or (),
            "held_for": _held_for(running.hall, record, leg, start, wait),
        }  # fmt: skip

    async def choose(self, ask: Ask, ticket_id: str, wanted: ChooseStop) -> answers.Ticket:
        """Another stop first, by the wish of its visitor."""
        for attempt in range(TRIES):
            part = part_of(ask, f"path-{attempt}") if attempt else ask
            record = await self._read(ask, ticket_id)
            left = stops_of(ask.running.hall, record.journey, record.stops[record.stop - 1 :])
            first = _wanted(left, wanted.service)
            try:
                return await self._replan(part, ticket_id, record, first, left, CHOSEN)
            except Refusal as refusal:
                if refusal.code != "PATH_CHANGED":
                    raise
        raise Refusal("PATH_CHANGED", {"ticket": ticket_id})

    async def _read(self, ask: Ask, ticket_id: str) -> TicketRecord:
        found = await self._acting.halls.read_ticket(ask.running.hall.id, ticket_id)
        if found is None or found.ticket is None:
            raise Refusal("NO_SUCH_TICKET", {"ticket": ticket_id})
        return found.ticket

    async def _replan(
        self, ask: Ask, ticket_id: str, record: TicketRecord, first: Stop, left: Sequence[Stop], why: str
    ) -> answers.Ticket:
        """The present stop becomes `first`; the others follow as is best."""
        running, at = ask.running, self._acting.clock()
        start = Start(at=at, turn=record.turn, zone=_zone_before(running.hall, record), ended=ended_of(record, at))
        leg = self._paths.best(running, [first], start)[0]
        there = Start(
            at=leg.ends_at, turn=record.turn, zone=running.hall.zone_of(first.queue),
            ended={**start.ended, **dict.fromkeys(first.services, leg.ends_at)},
        )  # fmt: skip
        others = self._paths.best(running, [stop for stop in left if stop != first], there)
        rest = [first.packed, *(other.stop.packed for other in others)]
        plan = self._order(running, record, rest, leg, start) | {"why": why}
        common = self._acting.common(ask)
        acted = await self._acting.act(ask, "replan", Replan(**common | plan, ticket=ticket_id))
        return wire.acted_ticket(running.hall, acted)

    # looked after

    async def look_after(self, ask: Ask) -> None:
        """Sends those on to another stop whose queue nobody serves any more. A step of care."""
        running, now = ask.running, self._acting.clock()
        if now - self._looked_at.get(running.hall.id, 0) < CARE_EVERY_MS:
            return
        self._looked_at[running.hall.id] = now
        stuck = self._known_stuck(running)
        for ticket_id, ticket in list(running.live.tickets.items()):
            here = ticket_id, ticket.queue
            is_looked_at = ticket.stop < ticket.stops and here not in stuck and _is_stranded(running, ticket)
            if is_looked_at and not await self._send_on(ask, ticket_id):
                stuck.add(here)

    def _known_stuck(self, running: RunningHall) -> set[tuple[str, str]]:
        """Those who are not read again: the same queues are served as when they found nowhere to go."""
        windows = running.live.windows.values()
        served = frozenset(share[0] for window in windows if window.status == "open" for share in window.queues)
        before, stuck = self._stuck.get(running.hall.id, (served, set[tuple[str, str]]()))
        found = stuck if before == served else set[tuple[str, str]]()
        self._stuck[running.hall.id] = (served, found)
        return found

    async def _send_on(self, ask: Ask, ticket_id: str) -> bool:
        """Whether there was another stop to go to."""
        running = ask.running
        record = await self._read(ask, ticket_id)
        left = stops_of(running.hall, record.journey, record.stops[record.stop - 1 :])
        open_ones = [stop for stop in left[1:] if not _needs(stop, left) and running.open_windows(stop.queue)]
        if not open_ones:
            return False
        start = Start(at=self._acting.clock(), turn=record.turn, zone=_zone_before(running.hall, record))
        first = self._paths.best(running, open_ones, start)[0].stop
        try:
            await self._replan(ask, ticket_id, record, first, left, SHUT)
        except Refusal as refusal:
            if refusal.code not in {"PATH_CHANGED", "WRONG_STATUS"}:  # it was called, or another worker was first
                raise
        return True


def known_journey(hall: Hall, journey: str) -> str:
    """A journey of the hall. Refuses `NO_SUCH_JOURNEY`."""
    if journey_of(hall, journey) is None:
        raise Refusal("NO_SUCH_JOURNEY", {"journey": journey})
    return journey


def ended_of(record: TicketRecord, at: int) -> dict[str, int]:
    """When the items of the stops made so far were done, in ms; those of the present stop now."""
    ended = [*record.ended, *[at] * len(record.stops)]
    made = record.stop if record.status in {"serving", "done"} else record.stop - 1
    return {one: ended[index] for index, row in enumerate(record.stops[:made]) for one in (row[0], *row[2:])}


def _zone_before(hall: Hall, record: TicketRecord) -> str:
    """Where the visitor of a ticket is likely to be: at the stop before, or where this one is."""
    made = record.stops[record.stop - 2] if record.stop > 1 and record.held_for else []
    return hall.zone_of(made[1]) if made else hall.zone_of(record.queue)


def _held_for(hall: Hall, record: TicketRecord, leg: Leg, start: Start, wait: Any) -> str:
    """Why the next stop cannot begin at once; empty where it can, or where its visitor is there before it could."""
    if leg.reached_at <= start.at:
        return ""
    if leg.gap_until >= leg.reached_at:
        return "gap"
    is_bound = hall.walking.hold == "all" or (hall.walking.hold == "journeys" and bool(record.journey))
    return "walking" if is_bound and (wait is None or wait[0] == 0) else ""


def _needs(stop: Stop, left: Sequence[Stop]) -> list[str]:
    """What of the stops that are left must be made before this one."""
    undone = {service for row in left for service in row.services}
    return [need.service for need in stop.after if need.service in undone]


def _wanted(left: Sequence[Stop], service: str) -> Stop:
    stop = next((row for row in left if service in row.services), None)
    if stop is None:
        raise Refusal("NO_SUCH_STOP", {"service": service})
    needs = _needs(stop, left)
    if needs:
        raise Refusal("STOP_NOT_YET", {"service": service, "after": needs[0]})
    return stop


def _is_stranded(running: RunningHall, ticket: LiveTicket) -> bool:
    """Whether a ticket waits in a queue that no window serves any more, not even one that pauses."""
    if ticket.status != "waiting" or ticket.only_window or running.open_windows(ticket.queue):
        return False
    return not any(
        window.status == "paused" and any(share[0] == ticket.queue for share in window.queues)
        for window in running.live.windows.values()
    )
