"""What a forecast tells of later and of changes, where a careless one would mislead."""

from queue_server.diversion.whatif import Change, what_if
from tests.support.forecasts import Telling

MINUTE_MS = 60_000
CREDIT_MS = 60 * MINUTE_MS


def test_opening_a_window_that_is_about_to_open_anyway_makes_nobody_wait_longer() -> None:
    told = Telling()
    told.open(1)
    told.crowd(20)
    answer = what_if(told.forecaster, (Change(action="open_window", window=2),))
    assert answer.gain.mean_s >= 0


def test_the_wait_at_a_later_time_is_that_of_a_visitor_without_credit() -> None:
    told = Telling()
    told.open(1)
    for _ in range(30):
        told.comes(after_s=60)
        told.comes(after_s=60, priority="elder", turn=told.at + MINUTE_MS - CREDIT_MS)
    row = next(row for row in told.forecaster.outlook().queues if row.queue == "A")
    low, middle, _ = row.later[0].wait_s
    assert low > middle / 3, "elders are called at once, and say nothing of how long others wait"
