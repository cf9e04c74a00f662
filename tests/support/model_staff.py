"""The model's shifts, and what a hall is told of accounts."""

from typing import Any

from queue_server.domain.staff_orders import ShiftRecord
from tests.support.model import Outcome, refuse
from tests.support.model_acts import ActingHall


class StaffedHall(ActingHall):
    """The model with those who work in it."""

    def __init__(self) -> None:
        super().__init__()
        self.staff_at = 0
        self.shifts: dict[str, dict[str, ShiftRecord]] = {}
        """By day, then by their ids."""

    def tell_staff(self, order: Any) -> Outcome:
        if order.position > self.staff_at:
            self.staff_at = order.position
            told = {"change": order.change, "name": order.name, "what": order.what, "person": order.person}
            told["whence"] = order.whence
            self._tell_of("StaffChanged", {**told, "since": order.since})
        return Outcome()

    def plan_shift(self, order: Any) -> Outcome:
        day = self.shifts.setdefault(order.shift_day, {})
        for shift, row in sorted(day.items()):
            if shift != order.shift and self._meets(row, order):
                return refuse("SHIFT_OVERLAPS", shift=shift)
        day[order.shift] = ShiftRecord(
            person=order.person, number=order.number, name=order.name, window=order.window,
            start_at=order.start_at, end_at=order.end_at, breaks=list(order.breaks),
        )  # fmt: skip
        self._tell_shift("planned", order.shift, day[order.shift])
        return Outcome(ticket_id=order.shift)

    def drop_shift(self, order: Any) -> Outcome:
        row = self.shifts.get(order.shift_day, {}).pop(order.shift, None)
        if row is None:
            return refuse("NO_SUCH_SHIFT", shift=order.shift)
        self._tell_shift("dropped", order.shift, row)
        return Outcome(ticket_id=order.shift)

    @staticmethod
    def _meets(row: ShiftRecord, order: Any) -> bool:
        same = row.person == order.person or (order.window > 0 and row.window == order.window)
        return same and row.start_at < order.end_at and order.start_at < row.end_at

    def _tell_shift(self, change: str, shift: str, row: ShiftRecord) -> None:
        moments = {"start": row.start_at, "until_at": row.end_at}
        self._tell_of("ShiftChanged", {"change": change, "shift": shift, "what": str(row.window), **moments})

    def _tell_of(self, name: str, facts: dict[str, Any]) -> None:
        self.facts[len(self.told)] = facts
        self.told.append((name, "", 0, "", ""))
