"""A booked visit of several stops: the booked item first, the others in the order that is expected to end first."""

from collections.abc import Sequence

from msgspec import structs

from queue_server.domain.booking import BookingRecord
from queue_server.domain.journey import Errand, errands_of, merged, steps_of
from queue_server.domain.refusals import Refusal
from queue_server.flows.journeys import Visit, known_journey
from queue_server.flows.paths import MINUTE_MS, Paths, Start
from queue_server.flows.running import RunningHall


def booked_visit(
    paths: Paths, running: RunningHall, record: BookingRecord, journey: str, services: Sequence[str], turn: int, at: int
) -> Visit:
    """What a check-in begins with. The other stops have the turn of the booked one, and come after it.

    Refuses `NO_SUCH_JOURNEY`, `INVALID` where the booked item is none of the visit's, and `STOP_NOT_YET` where another
    stop must be made before it: who comes for that begins without the booking.
    """
    hall = running.hall
    steps = steps_of(hall, known_journey(hall, journey) if journey else "", services)
    if record.service not in {step.service for step in steps}:
        raise Refusal("INVALID", {"field": "service", "problem": f"expected one of {record.service}"})
    found = errands_of(hall, steps, insist=not journey)
    stops = merged(hall, _booked_first(found.errands, record))
    first, others = stops[0], stops[1:]
    if before := {need.service for need in first.after}:
        raise Refusal("STOP_NOT_YET", {"service": record.service, "after": min(before)})
    begins = max(at, record.start)
    ends = begins + round(first.minutes * MINUTE_MS / running.rehearsal_speed)
    there = Start(at=ends, turn=turn, zone=hall.zone_of(first.queue), ended=dict.fromkeys(first.services, ends), now=at)
    legs, later = paths.for_today(running, others, there) if others else ([], [])
    aside = [*((service, why) for service, why in found.aside if service != record.service), *later]
    return Visit(stops=[first.packed, *(leg.stop.packed for leg in legs)], journey=journey, aside=aside, legs=legs)


def _booked_first(errands: Sequence[Errand], record: BookingRecord) -> list[Errand]:
    """The booked item leads what one window does with it, in the queue that was booked."""
    own = next((row for row in errands if row.service == record.service), None)
    if own is None:  # a device does it, but a window was booked
        own = Errand(service=record.service, queue=record.queue, minutes=0.0)
    rest = [row for row in errands if row.service != record.service]
    return [structs.replace(own, queue=record.queue), *rest]
