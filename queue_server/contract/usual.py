"""Today and a usual day of its weekday, on the wire."""

from queue_server.contract.answer import Answer


class DaySlot(Answer, frozen=True, kw_only=True):
    """A quarter of an hour; `minute` is when it begins, after midnight on the hall's clock.

    `issued` tickets in it, `waiting` when it begins, the wait of those who begin to wait in it: None where nobody
    did, or none of them was called yet.
    """

    minute: int
    issued: float
    waiting: float
    mean_wait_s: int | None


class Usual(Answer, frozen=True, kw_only=True):
    """`slots` are the mean of the last `days` days of this weekday, none where nobody knows. `today`: so far."""

    days: int
    slots: list[DaySlot]
    today: list[DaySlot]
