"""The acts of the model around bookings. How many places of a slot are in use is counted afresh from who has them."""

from collections import Counter
from typing import Any

from msgspec import structs

from queue_server.domain.booking import BookingRecord
from tests.support.model import Outcome, refuse
from tests.support.model_acts import ActingHall

DAY_MS = 86_400_000
OPEN = ("listed", "held", "booked", "late")
Slot = tuple[str, int]


class BookingHall(ActingHall):
    """A hall that can be booked."""

    def __init__(self) -> None:
        super().__init__()
        self.bookings: dict[str, BookingRecord] = {}
        self.gave_back: set[str] = set()
        """Codes of those who were late: their places went back to the hall."""
        self.due: dict[tuple[str, str], int] = {}
        """When what happens to whom."""
        self.strikes: dict[str, list[int]] = {}
        self.blocked: dict[str, int] = {}
        self.forgotten = 0
        """Slots that began before this moment are forgotten."""

    # what one can see

    def used(self, slot: Slot) -> int:
        """Places of a slot that are in use: by those who have one, and by those who gave one up a moment ago."""
        if slot[1] < self.forgotten:
            return 0
        having = sum(
            booking.places
            for code, booking in self.bookings.items()
            if booking.start == slot[1] and booking.pool == slot[0] and self._has_place(code)
        )
        return having + sum(row[3] for row in self._given_up() if row[:2] == slot)

    def places(self) -> dict[Slot, int]:
        """All slots with places in use."""
        used: Counter[Slot] = Counter()
        for code, booking in self.bookings.items():
            used[booking.pool, booking.start] += booking.places * self._has_place(code)
        for pool, start, _, places in self._given_up():
            used[pool, start] += places
        return {slot: places for slot, places in used.items() if places and slot[1] >= self.forgotten}

    def _has_place(self, code: str) -> bool:
        return self.bookings[code].status in ("held", "booked", "checked_in") and code not in self.gave_back

    def _given_up(self) -> list[tuple[str, int, int, int]]:
        return [_opening(item) for what, item in self.due if what == "open"]

    def listed(self, pool: str) -> list[str]:
        """The waiting list, first to last."""
        waiting = [(b.made_at, code) for code, b in self.bookings.items() if b.status == "listed" and b.pool == pool]
        return [code for _, code in sorted(waiting)]

    def _over(self, booking: BookingRecord) -> bool:
        return booking.status == "held" and booking.hold_until <= self.now

    # its visitor's acts

    def hold_place(self, order: Any) -> Outcome:
        if order.booking in self.bookings:
            return refuse("CODE_TAKEN")
        if order.end <= self.now:
            return refuse("SLOT_PAST")
        if self.blocked.get(order.person, 0) > self.now:
            return refuse("BOOKINGS_BLOCKED", until_at=self.blocked[order.person])
        mine = [b for b in self.bookings.values() if b.person == order.person and b.service == order.service]
        if order.person and any(b.status in OPEN and not self._over(b) for b in mine):
            return refuse("ALREADY_BOOKED")
        refusal = (None if order.listed else self._full(order, order.places)) or self.over_limit(order)
        if refusal:
            return refusal
        status = "listed" if order.listed else "booked" if order.confirmed else "held"
        self.bookings[order.booking] = BookingRecord(
            service=order.service, queue=order.queue, pool=order.pool, start=order.start, end=order.end,
            places=order.places, companion=order.companion, status=status, person=order.person,
            language=order.language, window=order.window, made_at=self.now, ticket="", messages=1,
            hold_until=order.hold_until if status == "held" else 0, miss_at=order.miss_at, revision=0, moves=0,
        )  # fmt: skip
        self.counted.update(counter for counter, _, _ in order.limits)
        self.keep(order.booking, order.contact)
        self._begin(order, status)
        return self._answer(order.booking)

    def _begin(self, order: Any, status: str) -> None:
        code = order.booking
        if status == "listed":
            self.due["lapse", code], self.due["purge", code] = order.end, order.end + 40 * DAY_MS
            self._told("BookingListed", code)
            return
        self._dates(code, order.late_at, order.remind_at)
        if status == "held":
            self.due["hold", code] = order.hold_until
            self._told("BookingHeld", code, until_at=order.hold_until)
        else:
            self._told("BookingMade", code)

    def _full(self, order: Any, places: int) -> Outcome | None:
        if self.used((order.pool, order.start)) + places > order.capacity:
            return refuse("SLOT_FULL")
        return None

    def _dates(self, code: str, late_at: int, remind_at: Any) -> None:
        self._not_due(code, "day", "hours")
        booking = self.bookings[code]
        self.due["late", code], self.due["miss", code] = late_at, booking.miss_at
        self.due["purge", code] = booking.end + 40 * DAY_MS
        self.due |= {(what, code): at for what, at in remind_at if at > self.now}

    def _not_due(self, thing: str, *whats: str) -> None:
        for what in whats:
            self.due.pop((what, thing), None)

    def _may_not(self, order: Any, *statuses: str) -> Outcome | None:
        booking = self.bookings.get(order.booking)
        if booking is None:
            return refuse("NO_SUCH_BOOKING", booking=order.booking)
        return None if booking.status in statuses else refuse("BOOKING_STATUS", status=booking.status)

    def confirm_booking(self, order: Any) -> Outcome:
        refusal = self._may_not(order, "held")
        if refusal:
            return refusal
        if self._over(self.bookings[order.booking]):
            return refuse("HOLD_EXPIRED")
        self._set(order.booking, "booked", hold_until=0)
        self._not_due(order.booking, "hold")
        self._told("BookingMade", order.booking)
        return self._answer(order.booking)

    def move_booking(self, order: Any) -> Outcome:
        refusal = self._may_not(order, "booked")
        if refusal:
            return refusal
        booking = self.bookings[order.booking]
        if (order.pool, order.start) == (booking.pool, booking.start):
            return self._answer(order.booking)
        if 0 < order.most_moves <= booking.moves:
            return refuse("QUOTA_REACHED", most=order.most_moves)
        refusal = refuse("SLOT_PAST") if order.end <= self.now else self._full(order, booking.places)
        if refusal:
            return refusal
        self._give_up(order.booking, order.reopen_at)
        slot = {name: getattr(order, name) for name in ("pool", "start", "end", "window", "miss_at")}
        self._set(order.booking, "booked", moves=booking.moves + 1, **slot)
        self._dates(order.booking, order.late_at, order.remind_at)
        self._told("BookingMoved", order.booking)
        return self._answer(order.booking)

    def cancel_booking(self, order: Any) -> Outcome:
        refusal = self._may_not(order, *OPEN)
        if refusal:
            return refusal
        booking = self.bookings[order.booking]
        if booking.status in ("booked", "late") and booking.start <= self.now:
            self._miss(order, order.booking)
            return self._answer(order.booking)
        if booking.status in ("held", "booked"):
            self._give_up(order.booking, order.reopen_at)
        self._conclude(order.booking, "cancelled")
        self._told("BookingCancelled", order.booking)
        return self._answer(order.booking)

    def check_in(self, order: Any) -> Outcome:
        booking = self.bookings.get(order.booking)
        if booking and booking.status == "checked_in":
            ticket = self.tickets.get(booking.ticket)
            return refuse("ALREADY_CHECKED_IN", number=ticket.number if ticket else "")
        refusal = self._may_not(order, "booked", "late")
        if refusal or not booking:
            return refusal or Outcome()
        if booking.start != order.start:
            return refuse("BOOKING_MOVED")
        person, queue = booking.person or order.person, order.stops[0][1]
        mine = self.open.get(self.people.get((queue, person), "")) if person else None
        if mine and mine.queue == queue:
            return refuse("ALREADY_WAITING", number=mine.number, queue=queue)
        refusal = self.over_limit(order)
        if refusal:
            return refusal
        ticket_id, number = self.next_ticket(order)
        for contact in self.contacts.get(order.booking, []) if booking.messages else []:
            self.keep(ticket_id, contact)
        only = order.window if self.window(order.window).status != "closed" else 0
        turn = {"turn": order.turn, "booked": booking.start, "only_window": only, "person": person}
        outcome = self.let_wait(order, ticket_id, number, self.now, **turn)
        booking.ticket = ticket_id
        self._conclude(order.booking, "checked_in")
        number = self.tickets[outcome.ticket_id].number
        self._told("BookingCheckedIn", order.booking, ticket=outcome.ticket_id, number=number)
        return outcome

    def mute_booking(self, order: Any) -> Outcome:
        if order.booking not in self.bookings:
            return refuse("NO_SUCH_BOOKING", booking=order.booking)
        self.bookings[order.booking].messages = order.messages
        return self._answer(order.booking)

    def keep_contact(self, order: Any) -> Outcome:
        booking = self.bookings.get(order.thing)
        if booking and booking.status not in OPEN:
            return refuse("BOOKING_STATUS", status=booking.status)
        return self._no_such(order.thing) or self.keep(order.thing, order.contact) or Outcome()

    def drop_contact(self, order: Any) -> Outcome:
        refusal = self._no_such(order.thing)
        if refusal:
            return refusal
        left = [known for known in self.contacts.pop(order.thing, []) if known != order.contact]
        if left:
            self.contacts[order.thing] = left
        return Outcome()

    def _no_such(self, thing: str) -> Outcome | None:
        if thing[:6].isdigit() and "-" in thing:
            return None if thing in self.tickets else refuse("NO_SUCH_TICKET", ticket=thing)
        return None if thing in self.bookings else refuse("NO_SUCH_BOOKING", booking=thing)

    # what time does

    def mature(self, order: Any) -> Outcome:
        rows = sorted((at, f"{what}:{thing}") for (what, thing), at in self.due.items() if at <= self.now)
        for _, item in rows[: order.limit]:
            what, thing = item.split(":", 1)
            if self.due.get((what, thing), self.now + 1) <= self.now:
                if what == "open":  # its places are in use until it is off the list
                    self._reopen(order, thing)
                else:
                    del self.due[what, thing]
                    self._happen(order, what, thing)
        return Outcome(rows=[item.split(":", 1) for _, item in rows[: order.limit]])

    def _happen(self, order: Any, what: str, thing: str) -> None:
        booking = self.bookings.get(thing)
        if what == "strike":
            self.strikes.pop(thing, None)
        elif what == "unblock":
            self.blocked.pop(thing, None)
        elif what == "forget":
            self.contacts.pop(thing, None)
        elif what == "purge":
            self.bookings.pop(thing)
            self.contacts.pop(thing, None)
        elif booking and booking.status == {"hold": "held", "lapse": "listed"}.get(what):
            if what == "hold":
                self._give_up(thing, self.now + order.reopen_ms)
            self._conclude(thing, "expired")
            self._told("BookingExpired", thing)
        elif booking and booking.status == "booked" and what == "late":
            self.gave_back.add(thing)
            self._set(thing, "late")
            self._told("BookingLate", thing)
        elif booking and booking.status == "booked" and what in ("day", "hours"):
            self._told("ReminderDue", thing, what=what)
        elif booking and booking.status in ("booked", "late") and what == "miss":
            self._miss(order, thing)

    def _miss(self, order: Any, code: str) -> None:
        self._conclude(code, "missed")
        until_at = self._strike(order, self.bookings[code].person)
        self._told("BookingMissed", code, **({"until_at": until_at} if until_at else {}))

    def _strike(self, order: Any, person: str) -> int:
        if not person:
            return 0
        recent = [at for at in self.strikes.get(person, []) if at > self.now - order.strike_ms]
        self.strikes[person] = [self.now, *recent]
        self.due["strike", person] = self.now + order.strike_ms
        if not order.no_shows or len(self.strikes[person]) < order.no_shows:
            return 0
        del self.strikes[person], self.due["strike", person]
        self.blocked[person] = self.due["unblock", person] = self.now + order.block_ms
        return self.blocked[person]

    def _reopen(self, order: Any, item: str) -> None:
        pool, start, end, places = _opening(item)
        del self.due["open", item]
        self._tell_facts(
            "PlaceReopened", {"pool": pool, "start": start, "places": places, "used": self.used((pool, start))}
        )
        for other in self.listed(pool) if start > self.now else ():
            listed = self.bookings[other]
            if listed.places <= places and listed.start <= start < listed.end:
                places -= listed.places
                self._offer(order, other, start, end)

    def _offer(self, order: Any, code: str, start: int, end: int) -> None:
        hold_until = min(self.now + order.hold_ms, start + order.late_ms)
        self._not_due(code, "lapse")
        self._set(code, "held", start=start, end=end, hold_until=hold_until)
        self.due["hold", code] = hold_until
        self._dates(code, start + order.late_ms, [(what, start - before) for what, before in order.remind])
        self._told("BookingOffered", code, until_at=hold_until)

    def pardon(self, order: Any) -> Outcome:
        self.strikes.pop(order.person, None)
        self.blocked.pop(order.person, None)
        self._not_due(order.person, "strike", "unblock")
        self._tell_facts("BookingsPardoned", {"reason": order.reason})
        return Outcome()

    def close_day(self, at: int, day: str) -> None:
        was = self.day
        super().close_day(at, day)
        if was and was < day:
            self.forgotten = max(self.forgotten, self.at - DAY_MS)

    # what every act does

    def _set(self, code: str, status: str, **changes: Any) -> None:
        booking = self.bookings[code]
        for name, value in changes.items():
            setattr(booking, name, value)
        booking.status = status
        booking.revision += 1

    def _give_up(self, code: str, at: int) -> None:
        """The places stay in use until `at`, though the booking has them no more."""
        b = self.bookings[code]
        self.due["open", f"{b.pool}|{b.start}|{b.end}|{b.places}|{code}|{b.revision}"] = at

    def _conclude(self, code: str, status: str) -> None:
        self._set(code, status)
        self._not_due(code, "hold", "lapse", "late", "miss", "day", "hours")
        self.due["forget", code] = self.now + DAY_MS

    def _told(self, event: str, code: str, **more: Any) -> None:
        b = self.bookings[code]
        facts = {"booking": code, "pool": b.pool, "start": b.start, "places": b.places}
        self._tell_facts(event, facts | {"used": self.used((b.pool, b.start))} | more)

    def _tell_facts(self, event: str, facts: dict[str, Any]) -> None:
        self.facts[len(self.told)] = facts
        self.told.append((event, "", 0, "", ""))

    def _answer(self, code: str) -> Outcome:
        return Outcome(rows=[[code, *structs.astuple(self.bookings[code])]])


def _opening(item: str) -> tuple[str, int, int, int]:
    """Pool, start, end and number of places that come back."""
    pool, start, end, places, *_ = item.split("|")
    return pool, int(start), int(end), int(places)
