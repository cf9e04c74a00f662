"""The 24-hour area: what is open while the hall is shut, and what one can do there."""

from msgspec import UNSET

from queue_server.contract import lockers
from queue_server.contract.times import rfc3339
from queue_server.domain.hall import SELF_SERVICE, Queue, Zone
from queue_server.flows.acting import Acting
from queue_server.flows.admission import Doors
from queue_server.flows.lockers import Kept, rows_of
from queue_server.flows.running import RunningHall


class AreaFlows:
    """What visitors ask of the areas with hours of their own."""

    def __init__(self, acting: Acting, doors: Doors, kept: Kept) -> None:
        self._acting = acting
        self._doors = doors
        self._kept = kept

    async def read(self, running: RunningHall) -> lockers.Area:
        """Each zone that does not keep the hall's hours, with its queues, devices and lockers."""
        await running.caught_up()
        hall, at = running.hall, self._acting.clock()
        rows = rows_of(hall, await self._kept.parcels(hall.id)) if hall.lockers else []
        return lockers.Area(
            hall_open=self._doors.opening(hall, at).open,
            zones=[self._zone(running, zone, rows, at) for zone in hall.zones if zone.hours],
        )

    def _zone(self, running: RunningHall, zone: Zone, rows: list[lockers.LockerRow], at: int) -> lockers.AreaZone:
        opening = self._doors.zone(running.hall, zone, at)
        return lockers.AreaZone(
            zone=zone.id, names=zone.names, floor=zone.floor, open=opening.open,
            opens_at=rfc3339(opening.opens_at) if opening.opens_at else UNSET,
            closes_at=rfc3339(opening.closes_at) if opening.closes_at else UNSET,
            always=zone.always,
            queues=[_queue(running, queue) for queue in running.hall.queues if queue.zone == zone.id],
            lockers=[row for row in rows if row.zone == zone.id],
        )  # fmt: skip


def _queue(running: RunningHall, queue: Queue) -> lockers.AreaQueue:
    is_self = queue.id == SELF_SERVICE
    return lockers.AreaQueue(
        queue=queue.id, names=queue.names,
        services=[
            lockers.AreaItem(id=service.id, names=service.names)
            for service in running.hall.services
            if service.queue == queue.id
        ],
        devices=queue.devices,
        windows=0 if is_self else len(running.open_windows(queue.id)),
        waiting=0 if is_self else running.live.waiting(queue.id),
    )  # fmt: skip
