"""What makes the forecast cheap changes nothing that it tells."""

import random

from ops.backtest import odd
from queue_server.forecast.learning.handling import Handling

HALL = odd.hall().hall


def test_all_means_at_once_are_those_one_by_one_to_the_last_bit() -> None:
    handling, rng = Handling(HALL), random.Random(7)
    services, windows = [service.id for service in HALL.services], list(range(1, 9))
    for number in range(400):
        took_s = rng.uniform(60, 1200)
        handling.learn(rng.choice(services[:-1]), rng.choice(windows[:-1]), took_s, number * 50.0)
    asked = [*services, "unknown", "queue:A"]
    one_by_one = [[handling.mean(service, window, 21_000.0) for window in windows] for service in asked]
    assert handling.means(asked, windows, 21_000.0).tolist() == one_by_one
    assert handling.means(asked, [], 21_000.0).shape == (len(asked), 0)
    assert handling.means([], windows, 21_000.0).shape == (0, len(windows))
