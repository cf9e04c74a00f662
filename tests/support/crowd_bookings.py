"""A seeded crowd that books, moves, cancels, comes early, late or not at all, and asks for what it must not have."""

from random import Random
from typing import Any

from queue_server.domain import booking, orders
from queue_server.domain.orders import Order
from tests.support.crowd import HOUR_MS, Crowd
from tests.support.model_bookings import DAY_MS, BookingHall

SLOT_MS = 30 * 60_000
POOLS = ("A", "B", "@1")
WEIGHTS = {
    "hold_place": 26, "confirm_booking": 9, "move_booking": 8, "cancel_booking": 6, "check_in": 14, "mature": 18,
    "mute_booking": 1, "pardon": 1, "keep_contact": 4, "drop_contact": 1,
    "issue": 3, "near": 2, "call_next": 4, "start": 4, "finish": 4, "undo": 1, "cancel": 3,
    "open_window": 2, "close_window": 2,
}  # fmt: skip
SUITS = {
    "confirm_booking": ("held",), "move_booking": ("booked",), "check_in": ("booked", "booked", "late"),
    "cancel_booking": ("listed", "held", "booked", "late"),
}  # fmt: skip


def capacity_of(slot: tuple[str, int]) -> int:
    """The same for each slot whenever it is asked, so that nothing but the store keeps it from being passed."""
    return 1 + Random(f"{slot}").randrange(3)


class BookingCrowd(Crowd):
    """Mostly bookings, and as much of tickets as check-in needs."""

    weights = WEIGHTS
    model_of = BookingHall
    model: BookingHall

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self.codes = 0

    def _pass_time(self) -> None:
        """Minutes mostly, hours now and then; weeks too, so that what is kept for long is dropped."""
        chance = self.rng.random()
        if chance < 0.6:
            self.now += self.rng.randrange(60_000)
        elif chance < 0.97:
            self.now += self.rng.randrange(6 * 60_000)
        elif chance < 0.99:
            self.now += self.rng.randrange(3 * HOUR_MS)
        elif chance < 0.994:
            self.now -= self.rng.randrange(30 * 60_000)
        elif chance < 0.998:
            self.now += self.rng.randrange(DAY_MS)
        else:
            self.now += self.rng.randrange(30 * DAY_MS)

    # what is asked

    def _slot(self) -> dict[str, Any]:
        """One of a few slots near by, so that many want the same; seldom one that is past."""
        nearest = self.now // SLOT_MS * SLOT_MS
        pool = self.rng.choice(POOLS)
        start = nearest + self.rng.choice((-2, 0, 1, 1, 2, 2, 3, 5, 8, 60)) * SLOT_MS
        return {
            "pool": pool, "start": start, "end": start + SLOT_MS, "capacity": capacity_of((pool, start)),
            "window": int(pool == "@1"), "late_at": start + 15 * 60_000, "miss_at": start + 3 * HOUR_MS,
            "remind_at": (("day", start - DAY_MS), ("hours", start - 2 * HOUR_MS // 3)),
        }  # fmt: skip

    def _hold_place(self, _: str) -> Order:
        self.codes += 1
        pool_queue = {"A": "A", "B": "B", "@1": "C"}
        listed = int(self.rng.random() < 0.15)
        slot = self._slot()
        if listed:
            slot |= {"start": self.now - HOUR_MS, "end": self.now + self.rng.randrange(-HOUR_MS, 12 * HOUR_MS)}
            slot["miss_at"] = slot["end"]
        person = f"person {self.rng.randrange(14)}" if self.rng.random() < 0.9 else ""
        again = bool(self.model.bookings) and self.rng.random() < 0.02
        return booking.HoldPlace(
            **self._common(), **slot, contact=self._contact(), limits=self._limits(person), person=person,
            booking=self.rng.choice(list(self.model.bookings)) if again else f"CODE{self.codes:04d}",
            queue=pool_queue[slot["pool"]], service=f"{slot['pool']}-{self.rng.randrange(1, 3)}",
            places=self.rng.choice((1, 1, 1, 2)), language="zh", confirmed=int(self.rng.random() < 0.6),
            hold_until=self.now + 20 * 60_000, listed=listed,
        )  # fmt: skip

    def _code(self, name: str) -> str:
        """Mostly a booking with which the act may succeed, else any, or none at all."""
        chance = self.rng.random()
        rows = self.model.bookings.items()
        suits = [code for code, row in rows if row.status in SUITS.get(name, ("booked",))] if chance < 0.9 else []
        known = suits[-12:] or list(self.model.bookings)[-12:]
        return self.rng.choice(known) if known and chance < 0.97 else "NOSUCH00"

    def _on_booking(self, name: str) -> Order:
        return booking.OnBooking(**self._common(), booking=self._code(name), reopen_at=self._soon())

    _confirm_booking = _on_booking

    def _cancel_booking(self, name: str) -> Order:
        return booking.CancelBooking(
            **self._common(), booking=self._code(name), reopen_at=self._soon(), **self._strikes()
        )

    def _strikes(self) -> dict[str, int]:
        return {"strike_ms": 3 * DAY_MS, "block_ms": 5 * HOUR_MS, "no_shows": self.rng.choice((0, 2, 2, 2))}

    def _soon(self) -> int:
        return self.rng.choice((0, self.now + self.rng.randrange(40 * 60_000)))

    def _move_booking(self, name: str) -> Order:
        return booking.MoveBooking(
            **self._common(), booking=self._code(name), reopen_at=self._soon(), most_moves=self.rng.choice((0, 2)),
            **self._slot(),
        )  # fmt: skip

    def _check_in(self, name: str) -> Order:
        code = self._code(name)
        row = self.model.bookings.get(code)
        start = row.start if row and self.rng.random() < 0.95 else self.now
        queue = row.queue if row else "A"
        return booking.CheckIn(
            **self._common(), booking=code, start=start, stops=[(f"{queue}-1", queue)], priority="normal",
            credit_ms=0, channel=self.rng.choice(("kiosk", "phone")), language="zh", contact=self._contact(),
            person=f"person {self.rng.randrange(14)}" if self.rng.random() < 0.3 else "",
            turn=max(start, self.now - 15 * 60_000), window=row.window if row else 0,
            limits=(("door", 2, "QUOTA_REACHED"),) if self.rng.random() < 0.2 else (),
        )  # fmt: skip

    def _mute_booking(self, name: str) -> Order:
        return booking.MuteBooking(**self._common(), booking=self._code(name), messages=self.rng.randrange(2))

    def _contact_order(self, name: str) -> Order:
        thing = self._code(name) if self.rng.random() < 0.5 else self._some_ticket(name)
        kind = booking.KeepContact if name == "keep_contact" else booking.DropContact
        if self.rng.random() < 0.1:
            thing = self.rng.choice(("261122-9999999", "NOSUCH00"))
        return kind(**self._common(), thing=thing, contact=f"sealed {self.rng.randrange(6)}")

    _keep_contact = _drop_contact = _contact_order

    def _mature(self, _: str) -> Order:
        return booking.Mature(
            **self._common(), limit=self.rng.choice((1, 3, 100)), hold_ms=30 * 60_000, late_ms=15 * 60_000,
            remind=(("day", DAY_MS), ("hours", 2 * HOUR_MS // 3)), reopen_ms=self.rng.choice((0, 600_000)),
            **self._strikes(),
        )  # fmt: skip

    def _pardon(self, _: str) -> Order:
        known = [*self.model.blocked, *self.model.strikes, "person 1"]
        return booking.Pardon(**self._common(), person=self.rng.choice(known), reason="was ill")

    def _undo(self, name: str) -> Order:
        return self._window_order(orders.Undo, name, within_ms=HOUR_MS)

    def _near(self, name: str) -> Order:
        return booking.NearTurn(**self._common(), ticket=self._some_ticket(name))
