"""A booking as its visitor and the staff see it: who it is stays out."""

from msgspec import UNSET

from queue_server.contract import bookings
from queue_server.contract.times import rfc3339
from queue_server.domain.booking import BookingRecord
from queue_server.domain.hall import Hall
from queue_server.flows.booking_codes import shown
from queue_server.flows.places import MINUTE_MS, opens_at

HAS_SLOT = frozenset({"held", "booked", "late", "checked_in"})
"""Statuses whose start is that of a slot of their own."""


def booking(
    hall: Hall,
    code: str,
    record: BookingRecord,
    *,
    token: str = "",
    ticket: bookings.BookingTicket | None = None,
    retry_after_s: int = 0,
    muted: bool = False,
) -> bookings.Booking:
    rules, held = hall.bookings, record.status == "held"
    in_slot = record.status in HAS_SLOT
    return bookings.Booking(
        code=shown(code),
        hall=hall.id,
        status=record.status,
        start=rfc3339(record.start),
        end=rfc3339(record.end),
        opens_at=rfc3339(opens_at(hall, record.start)) if in_slot else UNSET,
        late_at=rfc3339(record.start + rules.after_min * MINUTE_MS) if in_slot else UNSET,
        service=record.service,
        queue=record.queue,
        zone=hall.zone_of(record.queue, record.window),
        window=record.window or UNSET,
        places=record.places,
        companion=bool(record.companion),
        language=record.language,
        messages=bool(record.messages) and not muted,
        made_at=rfc3339(record.made_at),
        hold_until=rfc3339(record.hold_until) if held else UNSET,
        confirm=rules.confirm if held else UNSET,
        retry_after_s=retry_after_s or UNSET,
        ticket=ticket or UNSET,
        token=token or UNSET,
    )
