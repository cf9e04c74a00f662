"""What a forecast tells of later and of changes, where a careless one would mislead."""

from queue_server.diversion.whatif import Change, what_if
from queue_server.domain.hall import Period
from tests.support.forecasts import NOON, Telling, hall

NOW_MIN = NOON // 60_000 % (24 * 60)
SOON = tuple(Period(weekday=day, opens_min=NOW_MIN + 2, closes_min=NOW_MIN + 300) for day in range(7))
HOUR_MS = 3_600_000


def test_opening_a_window_that_is_about_to_open_anyway_makes_nobody_wait_longer() -> None:
    told = Telling(hall(hours=SOON))
    told.crowd(20)
    answer = what_if(told.forecaster, (Change(action="open_window", window=2),))
    assert answer.gain.mean_s >= 0


def test_the_wait_at_a_later_time_is_that_of_a_visitor_without_credit() -> None:
    told = Telling()
    told.open(1, 2)
    for number in range(16):
        told.crowd(2)
        elder = told.comes(after_s=58, priority="elder", turn=told.at - HOUR_MS)
        told.serves(1 + number % 2, elder, 1)
    row = next(row for row in told.forecaster.outlook().queues if row.queue == "A")
    assert row.wait_s is not None
    low, middle, _ = row.later[0].wait_s
    assert low > middle / 2, "elders are called at once, and say nothing of how long others wait"
