"""What becomes of a booking: confirmed, moved, given up, silenced; missed ones forgiven, and what is due in time."""

from typing import Any

from msgspec import UNSET

from queue_server.contract import bookings
from queue_server.contract.times import milliseconds
from queue_server.domain.booking import (
    CancelBooking,
    Mature,
    MoveBooking,
    MuteBooking,
    OnBooking,
    Pardon,
)
from queue_server.domain.hall import Hall
from queue_server.domain.messages import Contact
from queue_server.domain.orders import Acted
from queue_server.domain.refusals import Refusal
from queue_server.flows import places
from queue_server.flows.acting import Ask
from queue_server.flows.admission import Shut, hidden_visitor
from queue_server.flows.book import STAFF, Book
from queue_server.flows.booking_codes import typed
from queue_server.flows.codes import HOUR_MS, part_of
from queue_server.flows.contacts import Contacts
from queue_server.flows.places import MINUTE_MS
from queue_server.flows.proofs import Origin

DAY_MS = 24 * HOUR_MS
DUE_AT_ONCE = 100


class BookingFlows:
    """The use cases around one booking. All raise `Refusal`."""

    def __init__(self, book: Book, contacts: Contacts, always_open: bool) -> None:
        self._book = book
        self._contacts = contacts
        self._always = always_open

    async def read(self, ask: Ask, code: str) -> bookings.Booking:
        """A booking as it is now; its visitor gets the token of its ticket too."""
        return await self._book.answer(ask, code)

    async def confirm(self, ask: Ask, code: str, wanted: bookings.Confirm, origin: Origin) -> bookings.Booking:
        """Keeps a held place: by the one-time code where the hall asks for one."""
        record = await self._book.record(ask, code)
        if record.status == "held" and await self._needs_code(ask, code, origin):
            if wanted.code is None:
                raise Refusal("INVALID", {"field": "code", "problem": "Object missing required field `code`"})
            about = self._book.codes.about_booking(ask.running.hall.id, code)
            await self._book.codes.check(part_of(ask, "code"), about, wanted.code)
        # a place that is offered this very moment is not kept without its code
        shut = ("", ()) if record.status == "held" else ("BOOKING_STATUS", ("status", record.status))
        order = OnBooking(**self._book.acting.common(ask), booking=code, refusal=shut[0], refusal_facts=shut[1])
        acted = await self._book.act(ask, "confirm_booking", order)
        return await self._book.answer(ask, code, acted)

    async def _needs_code(self, ask: Ask, code: str, origin: Origin) -> bool:
        """A proof of something else than the phone says nothing about where the messages go."""
        if ask.running.hall.bookings.confirm == "none" or ask.caller.role in STAFF:
            return False
        contact = await self._phone_of(ask, code) if origin.person else None
        return contact is None or origin.person != self._book.codes.person(ask, contact.phone)

    async def confirm_again(self, ask: Ask, code: str, origin: Origin) -> bookings.CodeSent:
        """Sends another one-time code for a held place."""
        record = await self._book.record(ask, code)
        contact = await self._phone_of(ask, code)
        if record.status != "held" or ask.running.hall.bookings.confirm == "none" or contact is None:
            raise Refusal("BOOKING_STATUS", {"status": record.status})
        if record.hold_until <= self._book.acting.clock():
            raise Refusal("HOLD_EXPIRED")
        return await self._book.send_code(ask, code, contact.phone, record, origin)

    async def _phone_of(self, ask: Ask, code: str) -> Contact | None:
        """The contact that has a phone: browsers that follow a booking are contacts of it too."""
        (sealed,) = await self._book.acting.halls.read_contacts(ask.running.hall.id, [code])
        opened = (self._contacts.open(one) for one in sealed)
        return next((one for one in opened if one is not None and one.phone), None)

    async def move(self, ask: Ask, code: str, wanted: bookings.Move) -> bookings.Booking:
        """To another slot, until its own begins; the old place comes back to others after a while."""
        hall, at = ask.running.hall, self._book.acting.clock()
        record = await self._book.record(ask, code)
        start = milliseconds(wanted.start)
        window = record.window if wanted.window is None else wanted.window
        wish = places.wish(hall, record.service, start, window, at, self._always)
        has_begun = record.start <= at and ask.caller.role not in STAFF
        shut: Shut = ("BOOKING_STATUS", ("status", "late")) if has_begun else wish.shut
        order = MoveBooking(
            **self._book.acting.common(ask), refusal=shut[0], refusal_facts=shut[1],
            booking=code, reopen_at=at + places.reopening_ms(hall), pool=wish.pool, window=window,
            start=start, end=wish.slot.end, capacity=wish.slot.capacity, **places.dates(hall, start, at),
            most_moves=0 if ask.caller.role in STAFF else hall.bookings.most_moves,
        )  # fmt: skip
        acted = await self._book.act(ask, "move_booking", order)
        return await self._book.answer(ask, code, acted)

    async def cancel(self, ask: Ask, code: str) -> bookings.Booking:
        """Gives the place up; it comes back to others after a while. What has begun is missed instead."""
        hall, common = ask.running.hall, self._book.acting.common(ask)
        reopen_at = common["at"] + places.reopening_ms(hall)
        order = CancelBooking(**common, booking=code, reopen_at=reopen_at, **_strikes(hall))
        acted = await self._book.act(ask, "cancel_booking", order)
        return await self._book.answer(ask, code, acted)

    async def mute(self, ask: Ask, code: str, wanted: bookings.Messages) -> bookings.Booking:
        """Messages about it, or none."""
        order = MuteBooking(**self._book.acting.common(ask), booking=code, messages=int(wanted.on))
        acted = await self._book.act(ask, "mute_booking", order)
        return await self._book.answer(ask, code, acted)

    async def pardon(self, ask: Ask, wanted: bookings.PardonBookings) -> bookings.Pardoned:
        """Forgives a person's missed bookings, and ends a block."""
        for number, person in enumerate(await self._forgiven(ask, wanted)):
            common = self._book.acting.common(part_of(ask, str(number)))
            await self._book.act(ask, "pardon", Pardon(**common, person=person, reason=wanted.reason))
        return bookings.Pardoned(pardoned=True)

    async def _forgiven(self, ask: Ask, wanted: bookings.PardonBookings) -> list[str]:
        """Whom a pardon is for: someone may have booked by an ID number or by the phone alone."""
        visitor, booking, hall = wanted.visitor, wanted.booking, ask.running.hall
        if (visitor is UNSET) == (booking is UNSET):
            raise Refusal("INVALID", {"field": "visitor", "problem": "expected either `visitor` or `booking`"})
        if booking is not UNSET:
            return [(await self._book.record(ask, typed(booking))).person]
        assert visitor is not UNSET
        ways = ((visitor.id_number, visitor.phone), (None, visitor.phone))
        return sorted({hidden_visitor(self._book.seals, hall, *way) for way in ways})

    async def mature(self, ask: Ask) -> None:
        """What is due by now happens: see `Mature`."""
        hall, rules = ask.running.hall, ask.running.hall.bookings
        if not ask.running.day:
            return  # nothing was ever done in this hall
        acted: Acted | None = None
        while acted is None or len(acted.rows) >= DUE_AT_ONCE:
            order = Mature(
                **self._book.acting.common(ask), limit=DUE_AT_ONCE, hold_ms=rules.offer_min * MINUTE_MS,
                late_ms=rules.after_min * MINUTE_MS, remind=(("day", DAY_MS), ("hours", places.REMIND_MS)),
                reopen_ms=places.reopening_ms(hall), **_strikes(hall),
            )  # fmt: skip
            acted = await self._book.acting.act(ask, "mature", order)


def _strikes(hall: Hall) -> dict[str, Any]:
    """What a missed booking costs."""
    rules = hall.bookings
    return {
        "strike_ms": rules.no_show_days * DAY_MS, "no_shows": rules.no_shows, "block_ms": rules.block_days * DAY_MS,
    }  # fmt: skip
