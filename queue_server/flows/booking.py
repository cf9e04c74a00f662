"""How a booking is made: a place held, or a place on the waiting list of a full day."""

from typing import Any

from queue_server.contract import bookings
from queue_server.contract.times import milliseconds, rfc3339
from queue_server.domain.booking import BookingRecord, HoldPlace
from queue_server.domain.messages import Contact
from queue_server.domain.refusals import Refusal
from queue_server.domain.slots import Slot, pool_of
from queue_server.domain.ticket import TicketRecord
from queue_server.flows import booking_codes, booking_views, places
from queue_server.flows.acting import Ask
from queue_server.flows.admission import Shut, hidden_visitor
from queue_server.flows.book import STAFF, Book, record_of
from queue_server.flows.codes import HOUR_MS, VISITORS, as_dialled, part_of
from queue_server.flows.contacts import Contacts
from queue_server.flows.places import MINUTE_MS, Wish
from queue_server.flows.proofs import Origin

ATTEMPTS = 5
PER_PERSON_DAY = 5
"""So many bookings a day may one person make where a code confirms them, if the hall does not say how many."""

Wanted = bookings.BookPlace | bookings.JoinWaitingList
Limits = tuple[tuple[str, int, str], ...]


class Booking:
    """Makes bookings. All raise `Refusal`."""

    def __init__(self, book: Book, contacts: Contacts, always_open: bool, per_address: int) -> None:
        self._book = book
        self._contacts = contacts
        self._always = always_open
        self._per_address = per_address

    async def hold(self, ask: Ask, wanted: bookings.BookPlace, origin: Origin) -> bookings.Booking:
        """Takes places in a slot: booked at once, or held until the one-time code that is sent now comes back."""
        hall, at, most = ask.running.hall, self._book.acting.clock(), ask.running.hall.bookings.most_places
        start = milliseconds(wanted.start)
        wish = places.wish(hall, wanted.service, start, wanted.window or 0, at, self._always)
        if wanted.places > most:
            raise Refusal("INVALID", {"field": "places", "problem": f"expected at most {most}"})
        facts = self._facts(ask, wanted, wish, origin)
        facts |= places.dates(hall, start, at)
        facts |= {"places": wanted.places, "companion": int(wanted.companion)}
        facts |= {
            "confirmed": int(self._is_confirmed(ask, wanted.visitor.phone, origin)),
            "hold_until": at + self._hold_ms(ask),
        }
        code, made = await self._make(ask, facts)
        return self._made(ask, code, made, await self._send_code(ask, code, wanted.visitor.phone, made, origin))

    def may_give(self, ask: Ask, ticket: TicketRecord, contact: str) -> bool:
        """Whether someone who waits can be given a booking: the hall asks for no code, and knows whose it is."""
        return ask.running.hall.bookings.confirm == "none" and bool(ticket.person or self._phone(contact))

    def _phone(self, contact: str) -> str:
        opened = self._contacts.open(contact) if contact else None
        return opened.phone if opened else ""

    async def in_place_of(
        self, ask: Ask, ticket: TicketRecord, start: int, contact: str, shut: Shut, origin: Origin
    ) -> bookings.Booking:
        """Books a slot of today for someone who waits here and would rather come then: see `may_give`.

        `contact` is sealed already, or empty; `shut` is what speaks against it, unless it was booked before. Under its
        key it is booked once, and what was refused may be asked again.
        """
        hall, at, phone = ask.running.hall, self._book.acting.clock(), self._phone(contact)
        person = ticket.person or self._book.codes.person(ask, phone)
        wish = places.wish(hall, ticket.service, start, 0, at, self._always)
        refusal, refusal_facts = shut if shut[0] else wish.shut
        facts = {
            "refusal": refusal, "refusal_facts": refusal_facts, "service": ticket.service, "queue": ticket.queue,
            "pool": wish.pool, "start": start, "end": wish.slot.end, "capacity": wish.slot.capacity, "places": 1,
            "person": person, "language": ticket.language, "contact": contact, "confirmed": 1, "hold_until": at,
            "limits": self._limits(ask, person, phone, origin), "again": 1,
        }  # fmt: skip
        code, made = await self._make(ask, facts | places.dates(hall, start, at))
        return self._made(ask, code, made)

    async def wait(self, ask: Ask, wanted: bookings.JoinWaitingList, origin: Origin) -> bookings.Booking:
        """Waits for any place of a day that is full."""
        hall = ask.running.hall
        begins, ends = places.day_asked(hall, wanted.day)
        places.check_known(hall, wanted.service)
        pool = pool_of(hall, wanted.service)
        shut = await self._no_list(ask, pool, begins, ends)
        wish = Wish(pool=pool, slot=Slot(start=begins, end=ends, capacity=0), shut=shut)
        facts = self._facts(ask, wanted, wish, origin)
        facts |= {"places": 1, "confirmed": 0, "hold_until": 0, "late_at": ends, "miss_at": ends, "listed": 1}
        code, made = await self._make(ask, facts)
        return self._made(ask, code, made)

    def _is_confirmed(self, ask: Ask, phone: str, origin: Origin) -> bool:
        """Whether a place is kept without a code: nobody asks for one, or the phone is known to be who books."""
        if ask.running.hall.bookings.confirm == "none" or ask.caller.role in STAFF:
            return True
        return bool(origin.person) and origin.person == self._book.codes.person(ask, phone)

    def _hold_ms(self, ask: Ask) -> int:
        return ask.running.hall.bookings.hold_min * MINUTE_MS

    async def _no_list(self, ask: Ask, pool: str, begins: int, ends: int) -> Shut:
        """What speaks against waiting for a place of that day."""
        hall, at = ask.running.hall, self._book.acting.clock()
        if not pool:
            return "NOT_BOOKABLE", ()
        if ends <= at:
            return "SLOT_PAST", ("start_at", rfc3339(begins))
        slots = places.open_slots(hall, pool, begins, ends, at, self._always)
        used = (await ask.running.caught_up()).places
        if any(slot.capacity > used.get((pool, slot.start), 0) for slot in slots):
            return "NOT_FULL", ()
        return ("", ()) if slots else ("NO_SUCH_SLOT", ("start_at", rfc3339(begins)))

    def _facts(self, ask: Ask, wanted: Wanted, wish: Wish, origin: Origin) -> dict[str, Any]:
        """What a place and a place on the waiting list have in common."""
        hall, phone = ask.running.hall, as_dialled(wanted.visitor.phone)
        person = self._person(ask, wanted.visitor, phone, origin)
        return {
            "refusal": wish.shut[0], "refusal_facts": wish.shut[1],
            "service": wanted.service, "queue": hall.service_by_id[wanted.service].queue,
            "pool": wish.pool, "window": wish.window,
            "start": wish.slot.start, "end": wish.slot.end, "capacity": wish.slot.capacity,
            "person": person, "language": wanted.language, "contact": self._contacts.seal(Contact(phone=phone)),
            "limits": self._limits(ask, person, phone, origin),
        }  # fmt: skip

    def _person(self, ask: Ask, visitor: bookings.Booker, phone: str, origin: Origin) -> str:
        """Whose the booking is. Refuses `INVALID` where it is bound to a person and only a phone was typed."""
        hall = ask.running.hall
        if origin.person and ask.caller.role not in STAFF:
            return origin.person
        if hall.bookings.bound and visitor.id_number is None:
            missing = "Object missing required field `id_number`"
            raise Refusal("INVALID", {"field": "visitor.id_number", "problem": missing})
        return hidden_visitor(self._book.seals, hall, visitor.id_number, phone)

    def _limits(self, ask: Ask, person: str, phone: str, origin: Origin) -> Limits:
        """How many bookings a person, a phone and an address may make: each place that is held costs a code."""
        rules, by_code = ask.running.hall.bookings, ask.running.hall.bookings.confirm == "code"
        if ask.caller.role not in VISITORS:
            return ()
        a_day = rules.per_person_day or (PER_PERSON_DAY if by_code else 0)
        an_hour = rules.per_address_hour or (self._per_address if by_code else 0)
        who = {person, self._book.codes.person(ask, phone) if phone else person} if a_day else ()
        limits = [(f"booked:{name}", a_day, "QUOTA_REACHED") for name in sorted(who)]
        if an_hour:
            hour = self._book.acting.clock() // HOUR_MS
            limits.append((f"booked-from:{origin.address}:{hour}", an_hour, "TOO_MANY"))
        return tuple(limits)

    async def _make(self, ask: Ask, facts: dict[str, Any]) -> tuple[str, BookingRecord]:
        """A new booking, under a code that nobody has. A repeated request gets the first answer again."""
        for attempt in range(ATTEMPTS):
            part = part_of(ask, str(attempt)) if attempt else ask
            order = HoldPlace(**self._book.acting.common(part) | facts, booking=booking_codes.fresh())
            try:
                acted = await self._book.act(part, "hold_place", order)
            except Refusal as refusal:
                if refusal.code != "CODE_TAKEN":
                    raise
                continue
            return record_of(acted)
        raise Refusal("CODE_TAKEN")

    async def _send_code(self, ask: Ask, code: str, phone: str, made: BookingRecord, origin: Origin) -> int:
        """Sends the code that keeps the place; when another may be asked for, in seconds."""
        if made.status != "held":
            return 0
        try:
            sent = await self._book.send_code(part_of(ask, "code"), code, phone, made, origin)
        except Refusal as refusal:
            if refusal.code != "TOO_MANY":
                raise
            return int(refusal.facts["retry_after_s"])  # the place stays held: the code can be sent later
        return sent.retry_after_s

    def _made(self, ask: Ask, code: str, made: BookingRecord, retry_after_s: int = 0) -> bookings.Booking:
        hall = ask.running.hall
        token = self._book.seals.seal("b", hall.id, code)
        return booking_views.booking(hall, code, made, token=token, retry_after_s=retry_after_s)
