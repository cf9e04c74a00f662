"""The time of a rehearsal, as the forecast lives it."""

from ops.caretaker.hall_time import RehearsedTime
from queue_server.forecast.heard import Heard
from tests.support.clocks import NOON
from tests.support.halls import small_hall

SPEED = 60.0
DAY_MS = int(24 * 3600_000 / SPEED)


def a_day(time: RehearsedTime, at: int) -> bool:
    """A window opens, and closes in the simulated evening; whether another day began with it."""
    begins = time.begins_day(Heard(name="WindowOpened", at=at, window=1))
    time.begins_day(Heard(name="WindowClosed", at=at + DAY_MS // 2, window=1))
    return begins


def test_the_first_day_of_a_crowd_teaches_nothing_for_it_begins_in_the_middle_of_the_morning() -> None:
    time = RehearsedTime(small_hall(), SPEED)
    begun = [(a_day(time, NOON + day * DAY_MS), time.was_whole) for day in range(3)]
    assert begun == [(False, False), (True, False), (True, True)], "(another day began, the one before was whole)"
