"""People in the zones of a hall (一米办, 分批办): counted at gates, held outside where it is full, let in by waves."""

from bisect import bisect_left

from msgspec import UNSET, UnsetType, structs

from queue_server.contract import answers, places
from queue_server.contract.entries import Entry
from queue_server.contract.times import rfc3339
from queue_server.domain import occupancy
from queue_server.domain.callers import Caller
from queue_server.domain.hall import Zone
from queue_server.domain.occupancy import Place, ZoneRecord
from queue_server.domain.place_orders import CallWave, CountPeople
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import TicketRecord
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import Doors
from queue_server.flows.running import RunningHall

MINUTE_MS = 60_000
ANY_NUMBER = 1_000_000
"""The room of a zone whose gate is silent: nobody is kept outside for what nobody counts."""
MISSED_IT = frozenset({"ZONE_FULL", "NOBODY_OUTSIDE"})
"""Refusals of a wave that another worker called a moment before."""


def place_of(running: RunningHall, zone: Zone, at: int) -> Place | None:
    """How full a zone is believed to be; None while nobody counts it."""
    return occupancy.place(running.live.occupancy.zones.get(zone.id), zone.most_people, at)


def outside(running: RunningHall, zone: str) -> list[str]:
    """Who waits outside a zone, in the order of their turns."""
    return [ticket for _, ticket in running.live.outside(zone)]


def kept_outside(running: RunningHall, caller: Caller, queue: str, at: int) -> str:
    """The zone before which a new ticket of a queue waits; empty for one who may come in, or stands inside already."""
    zone = running.hall.zone_by_id.get(running.hall.zone_of(queue))
    if zone is None or not zone.most_people or (caller.role == "kiosk" and caller.zone == zone.id):
        return ""
    place = place_of(running, zone, at)
    if place is None:
        return ""
    return zone.id if place.is_full or running.live.outside(zone.id) else ""


def entry(running: RunningHall, ticket_id: str, record: TicketRecord, at: int) -> Entry | None:
    """What a ticket's visitor is told of the door; None where there is nothing to tell."""
    if record.status != "waiting":
        return None
    if record.outside:
        ahead = bisect_left(running.live.outside(record.outside), (record.turn, ticket_id))
        return Entry(zone=record.outside, state="outside", ahead=ahead)
    if record.let_in > at:
        zone = running.hall.zone_of(record.queue)
        return Entry(zone=zone, state="come_in", until_at=rfc3339(record.let_in))
    return None


def with_entry(running: RunningHall, told: answers.Ticket, record: TicketRecord, at: int) -> answers.Ticket:
    """A ticket with what its visitor is told of the door."""
    found = entry(running, told.id, record, at)
    return structs.replace(told, entry=found) if found else told


class CrowdFlows:
    """The use cases around how full it is. All raise `Refusal`."""

    def __init__(self, acting: Acting, doors: Doors) -> None:
        self._acting = acting
        self._doors = doors

    async def listed(self, running: RunningHall) -> places.ZonePlaces:
        """Every zone, as it is now."""
        await running.caught_up()
        at = self._acting.clock()
        return places.ZonePlaces(zones=[self._told(running, zone, at) for zone in running.hall.zones])

    async def count(self, ask: Ask, zone_id: str, wanted: places.CountPeople) -> places.ZonePlace:
        """Takes what a gate counted; under one key it counts once."""
        zone = _zone(ask.running, zone_id)
        if wanted.people is not None and (wanted.entered or wanted.left):
            raise Refusal("INVALID", {"field": "people", "problem": "expected either `people` or `in` and `out`"})
        order = CountPeople(
            **self._acting.common(ask), zone=zone.id, entered=wanted.entered, left=wanted.left,
            people=-1 if wanted.people is None else wanted.people,
        )  # fmt: skip
        await self._acting.act(ask, "count_people", order)
        await ask.running.caught_up()
        return self._told(ask.running, zone, order.at)

    async def wave(self, ask: Ask, zone_id: str, wanted: places.CallWave) -> places.Wave:
        """Lets people in at once, by hand. Refuses `ZONE_FULL` and `NOBODY_OUTSIDE`."""
        zone = _zone(ask.running, zone_id)
        await ask.running.caught_up()
        waiting = outside(ask.running, zone.id)[: wanted.n or occupancy.MOST_AT_ONCE]
        return await self._call(ask, zone, waiting)

    async def look(self, ask: Ask) -> None:
        """Lets in whom there is room for. A step of care: a wave is called once, whichever worker sees it first."""
        rules = ask.running.hall.entrance
        for zone in ask.running.hall.zones:
            waiting = outside(ask.running, zone.id) if rules.auto or not zone.most_people else []
            if not waiting:
                continue
            place = place_of(ask.running, zone, self._acting.clock())
            room = ANY_NUMBER if place is None or place.room is None else place.room
            size = occupancy.wave_size(room, len(waiting), rules.wave)
            if size > 0:
                await self._called(ask, zone, waiting[: min(size, occupancy.MOST_AT_ONCE)])

    async def _called(self, ask: Ask, zone: Zone, waiting: list[str]) -> None:
        try:
            await self._call(ask, zone, waiting)
        except Refusal as refusal:
            if refusal.code not in MISSED_IT:
                raise

    async def _call(self, ask: Ask, zone: Zone, waiting: list[str]) -> places.Wave:
        common = self._acting.common(ask)
        counted = zone.most_people and place_of(ask.running, zone, common["at"]) is not None
        until_at = common["at"] + ask.running.hall.entrance.come_min * MINUTE_MS
        most = zone.most_people if counted else ANY_NUMBER
        order = CallWave(**common, zone=zone.id, most=most, tickets=waiting, until_at=until_at)
        acted = await self._acting.act(ask, "call_wave", order)
        wave, n = acted.rows[0]
        return places.Wave(zone=zone.id, wave=int(wave), n=int(n), until_at=rfc3339(until_at))

    def _told(self, running: RunningHall, zone: Zone, at: int) -> places.ZonePlace:
        record = running.live.occupancy.zones.get(zone.id) or ZoneRecord()
        place, opening = place_of(running, zone, at), self._doors.zone(running.hall, zone, at)
        return places.ZonePlace(
            zone=zone.id, names=zone.names, floor=zone.floor, counted=place is not None,
            people=place.people if place else UNSET, coming=place.coming if place else UNSET,
            most=zone.most_people, room=_room(place), full=bool(place and place.is_full),
            outside=len(running.live.outside(zone.id)), entered=record.entered, left=record.left, wave=record.wave,
            counted_at=rfc3339(record.counted_at) if record.counted_at else UNSET,
            open=opening.open,
            opens_at=rfc3339(opening.opens_at) if opening.opens_at else UNSET,
            closes_at=rfc3339(opening.closes_at) if opening.closes_at else UNSET,
            always=zone.always,
        )  # fmt: skip


def _room(place: Place | None) -> int | UnsetType:
    return UNSET if place is None or place.room is None else max(place.room, 0)


def _zone(running: RunningHall, zone: str) -> Zone:
    found = running.hall.zone_by_id.get(zone)
    if found is None:
        raise Refusal("NO_SUCH_ZONE", {"zone": zone})
    return found
