"""Check-in (签到取号): a booking becomes a ticket that waits from its slot on."""

from typing import Any

from msgspec import UNSET, Struct

from queue_server.contract import answers, asks
from queue_server.contract.times import rfc3339
from queue_server.domain.booking import BookingRecord, CheckIn
from queue_server.domain.calendar import day_of
from queue_server.domain.hall import Hall
from queue_server.domain.refusals import Refusal
from queue_server.domain.ticket import credit_ms
from queue_server.flows import places, remote, wire
from queue_server.flows.acting import Ask
from queue_server.flows.admission import (
    Shut,
    check_channel,
    hidden_visitor,
    known_priority,
    promise_of,
    queue_for,
    services_of,
)
from queue_server.flows.book import STAFF, Book
from queue_server.flows.booked_visits import booked_visit
from queue_server.flows.booking_codes import typed
from queue_server.flows.codes import part_of
from queue_server.flows.journeys import Visit
from queue_server.flows.passes import HERE
from queue_server.flows.paths import Paths
from queue_server.flows.places import MINUTE_MS
from queue_server.flows.proofs import Origin

ATTEMPTS = 3
"""How often a booking may be moved under our eyes."""


class Arrival(Struct, frozen=True, kw_only=True):
    """Someone who is here with a booking, and by which door they came."""

    code: str
    channel: str
    priority: str = "normal"
    language: str = ""
    voice: bool = False
    position: asks.Position | None = None
    shown: frozenset[str] = frozenset()
    """Who it was seen to be (keyed hashes), where somebody looked."""
    shut: Shut = ("", ())
    """What is wrong with what they showed."""
    services: list[str] = []
    """The items of the visit, the booked one first; nothing for that one alone."""
    journey: str = ""
    """The life event that they came for, of which the booked item is part."""
    plan: bool = False
    """The order of what comes after the booked item is the hall's to find."""


def channel_of(ask: Ask) -> str:
    """The door by which a caller's visitor comes."""
    return "desk" if ask.caller.role in STAFF else "kiosk" if ask.caller.role == "kiosk" else "phone"


def turn_of(hall: Hall, start: int, at: int, credit: int) -> int:
    """From which moment (ms) a booked visitor counts as waiting: the slot's; later for who comes too late for it."""
    rules = hall.bookings
    if at <= start + rules.after_min * MINUTE_MS:
        return start - credit
    return max(start, at - rules.late_credit_min * MINUTE_MS) - credit


def not_now(hall: Hall, start: int, at: int) -> Shut:
    """The refusal of who comes much too early, or on another day."""
    opens_at, closes_at = places.opens_at(hall, start), start + hall.bookings.after_min * MINUTE_MS
    if opens_at <= at <= closes_at:
        return "", ()
    if day_of(hall, at) != day_of(hall, start):
        return "NOT_TODAY", ("start_at", rfc3339(start))
    return ("TOO_EARLY", ("opens_at", rfc3339(opens_at))) if at < opens_at else ("", ())


class CheckInFlows:
    """Lets booked visitors in, also after the last tickets of the day. All raise `Refusal`."""

    def __init__(self, book: Book, paths: Paths) -> None:
        self._book = book
        self._paths = paths

    async def check_in(self, ask: Ask, arrival: Arrival) -> answers.Ticket:
        """A ticket for a booking; once. It is in the store, synced to disk, before this returns."""
        for attempt in range(ATTEMPTS):
            part = part_of(ask, f"moved-{attempt}") if attempt else ask
            record = await self._book.record(ask, arrival.code)
            if arrival.journey or arrival.plan:
                await ask.running.caught_up()
            try:
                acted = await self._book.act(part, "check_in", CheckIn(**self._facts(part, arrival, record)))
            except Refusal as refusal:
                if refusal.code != "BOOKING_MOVED":
                    raise
                continue
            hall = ask.running.hall
            return wire.acted_ticket(hall, acted, self._book.seals.seal("t", hall.id, acted.ticket_id))
        raise Refusal("BOOKING_MOVED")

    def _facts(self, ask: Ask, arrival: Arrival, record: BookingRecord) -> dict[str, Any]:
        hall, common = ask.running.hall, self._book.acting.common(ask)
        credit = credit_ms(hall.credits_min, known_priority(hall, arrival.priority))
        turn = turn_of(hall, record.start, common["at"], credit)
        refusal, facts = self._refusal(ask, arrival, record, common["at"])
        visit = self._visit(ask, arrival, record, turn, common["at"])
        return common | {
            "journey": visit.journey, "aside": visit.aside, "refusal": refusal, "refusal_facts": facts,
            "booking": arrival.code, "start": record.start, "stops": visit.stops, "priority": arrival.priority,
            "credit_ms": credit, "channel": arrival.channel, "language": arrival.language or record.language,
            "person": record.person, "voice": int(arrival.voice), "turn": turn, "window": record.window,
            "promise": promise_of(ask.running, record.queue, turn, common["at"]),
        }  # fmt: skip

    def _visit(self, ask: Ask, arrival: Arrival, record: BookingRecord, turn: int, at: int) -> Visit:
        """What the ticket is for: as it was named, or planned where the hall is to find the order."""
        if not arrival.journey and not arrival.plan:
            return Visit(stops=_stops(ask.running.hall, arrival, record))
        services = arrival.services or ([] if arrival.journey else [record.service])
        return booked_visit(self._paths, ask.running, record, arrival.journey, services, turn, at)

    def _refusal(self, ask: Ask, arrival: Arrival, record: BookingRecord, at: int) -> Shut:
        """What is refused before the store is asked; a booking that is no longer open is refused there."""
        if arrival.shut[0]:
            return arrival.shut
        if record.status not in HERE:
            return "", ()
        hall = ask.running.hall
        shut = not_now(hall, record.start, at)
        if not shut[0] and ask.caller.role == "visitor":
            shut = remote.not_here(hall, arrival.position)
        return shut if shut[0] or not hall.bookings.bound else _not_theirs(record, arrival)

    def shown(self, ask: Ask, origin: Origin, id_number: str | None = None, phone: str | None = None) -> frozenset[str]:
        """Whom the one who stands here has shown to be: a visitor by a proof, to a kiosk by a card, to staff by either.

        Nobody where bookings are not bound to persons. Refuses `INVALID`.
        """
        hall, role = ask.running.hall, ask.caller.role
        if not hall.bookings.bound:
            return frozenset()
        if role == "visitor":
            return frozenset({origin.person} - {""})
        ways = ((id_number, None), (None, phone if role in STAFF else None))
        return frozenset(hidden_visitor(self._book.seals, hall, *way) for way in ways if way != (None, None))

    async def with_ticket(self, ask: Ask, wanted: asks.IssueTicket, origin: Origin) -> answers.Ticket:
        """The ticket of who asks for one and names a booking; a phone its own alone."""
        hall, code = ask.running.hall, typed(str(wanted.booking))
        check_channel(ask, wanted.channel)
        if ask.caller.role not in STAFF | {"kiosk"} and (ask.caller.hall, ask.caller.id) != (hall.id, code):
            raise Refusal("NO_SUCH_BOOKING" if ask.caller.role else "NO_TOKEN")
        seen = (wanted.visitor.id_number, wanted.visitor.phone) if wanted.visitor else ()
        journey = "" if wanted.journey is UNSET else wanted.journey
        named = wanted.service is not UNSET or wanted.services is not UNSET
        if journey and named:
            raise Refusal("INVALID", {"field": "journey", "problem": "expected either `services` or `journey`"})
        arrival = Arrival(
            journey=journey, plan=wanted.plan, code=code, channel=wanted.channel, priority=wanted.priority,
            voice=wanted.voice, position=wanted.position, shown=self.shown(ask, origin, *seen),
            services=services_of(hall, wanted) if named else [],
        )  # fmt: skip
        return await self.check_in(ask, arrival)


def _not_theirs(record: BookingRecord, arrival: Arrival) -> Shut:
    """The refusal of who is not, or does not show to be, the person who booked."""
    if record.person in arrival.shown:
        return "", ()
    return ("NOT_YOURS" if arrival.shown else "IDENTITY_NEEDED"), ()


def _stops(hall: Hall, arrival: Arrival, record: BookingRecord) -> list[tuple[str, ...]]:
    """The visit's items with their queues. Refuses `INVALID` when the booked one is not the first of those named."""
    first, *others = arrival.services or [record.service]
    if first != record.service:
        raise Refusal("INVALID", {"field": "service", "problem": f"expected one of {record.service}"})
    return [(first, record.queue), *((service, queue_for(hall, service, True)) for service in others)]
