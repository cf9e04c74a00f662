"""What would be if a window opened for a queue that is not its own: it serves its own too, as it would in the hall."""

from queue_server.diversion.whatif import Change, what_if
from tests.support.forecasts import Telling


def test_a_window_that_opens_for_another_queue_still_serves_its_own() -> None:
    told = Telling()
    told.open(1)
    told.open(3, shares={"B": 0})
    told.crowd(30, "A1")
    answer = what_if(told.forecaster, (Change(action="open_window", window=4, queue="B"),))
    assert answer.gain.mean_s > 60, "window 4 is for A, where thirty wait"
