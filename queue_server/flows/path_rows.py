"""The path of a ticket as rows on the wire: what its record says, without any forecast."""

from msgspec import UNSET

from queue_server.contract.journeys import AsideItem, PathStop
from queue_server.contract.times import rfc3339
from queue_server.domain.hall import SELF_SERVICE, Hall
from queue_server.domain.journey import ASSISTED, DEVICE
from queue_server.domain.ticket import FINAL, TicketRecord


def path(hall: Hall, record: TicketRecord) -> list[PathStop]:
    """The stops of a visit in their order; nothing for a visit with one item."""
    return [_stop(hall, record, index, list(row)) for index, row in enumerate(record.stops, 1)]


def _stop(hall: Hall, record: TicketRecord, index: int, row: list[str]) -> PathStop:
    services = [row[0], *row[2:]]
    status = _status(record, index)
    if status != "now":
        return PathStop(
            services=services, names=names(hall, services), queue=row[1], zone=hall.zone_of(row[1]), status=status
        )
    window = 0 if record.status == "waiting" or record.held_for else record.window
    return PathStop(
        services=services,
        names=names(hall, services),
        queue=record.queue,
        zone=hall.zone_of(record.queue, window),
        status=status,
        window=window or UNSET,
        reason=record.held_for if record.held_for and record.wake_at else UNSET,
        not_before=rfc3339(record.wake_at) if record.held_for and record.wake_at else UNSET,
    )


def names(hall: Hall, services: list[str]) -> list[dict[str, str]]:
    """Names of items; of one that the hall gave up its id."""
    return [hall.service_by_id[one].names if one in hall.service_by_id else {"zh": one, "en": one} for one in services]


def _status(record: TicketRecord, index: int) -> str:
    if index < record.stop or (index == record.stop and record.status == "done"):
        return "done"
    if record.status in FINAL:
        return "left"
    return "now" if index == record.stop else "later"


def aside(hall: Hall, service: str, why: str, opens_at: int = 0) -> AsideItem:
    """An item that is no stop, and where to go for it."""
    known = hall.service_by_id.get(service)
    queue = SELF_SERVICE if why in {DEVICE, ASSISTED} or known is None else known.queue
    return AsideItem(
        service=service,
        names=names(hall, [service])[0],
        why=why,
        zone=hall.zone_of(queue),
        opens_at=rfc3339(opens_at) if opens_at else UNSET,
    )
