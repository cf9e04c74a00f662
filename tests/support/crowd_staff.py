"""A seeded crowd whose managers plan shifts, among the hall's own work."""

from queue_server.domain import staff_orders
from queue_server.domain.orders import Order
from tests.support.crowd import HOUR_MS, WEIGHTS, Crowd, local_day
from tests.support.model_staff import StaffedHall

STAFF_WEIGHTS = WEIGHTS | {"plan_shift": 25, "drop_shift": 12, "tell_staff": 6}


class StaffCrowd(Crowd):
    """Plans, drops, and hears of accounts now and then twice."""

    weights = STAFF_WEIGHTS
    model_of = StaffedHall
    model: StaffedHall

    def _plan_shift(self, _: str) -> Order:
        start = self.now + self.rng.randrange(-4, 20) * HOUR_MS // 2
        person = self.rng.randrange(6)
        return staff_orders.PlanShift(
            **self._common(), shift=f"s{self.rng.randrange(40)}", person=f"p{person}", number=f"{person}", name="N",
            window=self.rng.randrange(4), shift_day=local_day(start), start_at=start,
            end_at=start + self.rng.choice((HOUR_MS, 3 * HOUR_MS)), breaks=((start + 60_000, start + 120_000),),
        )  # fmt: skip

    def _drop_shift(self, _: str) -> Order:
        days = self.model.shifts or {local_day(self.now): {}}
        day = self.rng.choice(sorted(days))
        shift = self.rng.choice([*sorted(days[day]), "s1"])
        return staff_orders.DropShift(**self._common(), shift=shift, shift_day=day)

    def _tell_staff(self, _: str) -> Order:
        position = max(self.model.staff_at + self.rng.choice((-1, 0, 1, 1)), 0)
        return staff_orders.TellStaff(
            **self._common(), position=position, person="p1", number="1", name="N", change="changed", what="desk",
            whence="::1",
            since=self.now,
        )  # fmt: skip
