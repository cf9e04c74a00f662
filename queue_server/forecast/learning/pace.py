"""What windows do between visits: the walk after a call, the gap before the next, calls in vain, calls out of turn."""

from queue_server.forecast.learning.quantiles import Quantiles, exponential, log_normal

LONGEST_GAP_S = 1200.0
GAP_WEIGHT = 8.0
"""Gaps for which the hall's mean counts against a window's own."""
GAP_MEMORY = 60.0
ODD_WEIGHT = 150.0
ODD_MEMORY = 600.0
ODD_FIRST = 0.01
GAP_FLOOR_S = 5.0


class Pace:
    """All tables in seconds."""

    def __init__(self) -> None:
        self.walks = Quantiles(log_normal(25, 0.7), weight=20)
        self.gaps = Quantiles(exponential(20), weight=20)
        self.reacts = Quantiles(exponential(10), weight=20)
        self.misses = Quantiles(log_normal(75, 0.4), weight=10, keep=600)
        self.window_gaps: dict[int, tuple[float, float]] = {}
        """(mean, weight) of each window's gaps."""
        self.gap_mean = 20.0
        self.odd = (ODD_FIRST * ODD_WEIGHT, ODD_WEIGHT)
        """(calls out of turn, calls) of late."""

    def walked(self, seconds: float) -> None:
        if 0 <= seconds <= 900:
            self.walks.add(seconds)

    def missed(self, seconds: float) -> None:
        if 0 <= seconds <= 1800:
            self.misses.add(seconds)

    def reacted(self, seconds: float) -> None:
        if 0 <= seconds <= LONGEST_GAP_S:
            self.reacts.add(seconds)

    def gap(self, window: int, seconds: float) -> None:
        """From the end of a visit to the next call, with somebody waiting."""
        if not 0 <= seconds <= LONGEST_GAP_S:
            return
        mean, weight = self.window_gaps.get(window, (0.0, 0.0))
        weight = min(weight + 1, GAP_MEMORY)
        self.window_gaps[window] = (mean + (seconds - mean) / weight, weight)
        self.gap_mean += (seconds - self.gap_mean) / 300
        self.gaps.add(seconds / max(self.factor(window), 0.2))

    def factor(self, window: int) -> float:
        """How many times longer a window's gaps are than the hall's."""
        mean, weight = self.window_gaps.get(window, (0.0, 0.0))
        hall = self.gap_mean + GAP_FLOOR_S
        return ((mean + GAP_FLOOR_S) * weight + hall * GAP_WEIGHT) / ((weight + GAP_WEIGHT) * hall)

    def turn(self, odd: bool) -> None:
        """A call was in turn, or not."""
        kept = 1 - 1 / ODD_MEMORY
        self.odd = (self.odd[0] * kept + odd, self.odd[1] * kept + 1)

    @property
    def out_of_turn(self) -> float:
        """Share of calls out of turn; none where there are as few as mistakes make."""
        share = self.odd[0] / self.odd[1]
        return share if share > 0.015 else 0.0


class Stops:
    """Where visitors go on to."""

    def __init__(self) -> None:
        self.finished: dict[str, float] = {}
        self.went: dict[str, dict[str, float]] = {}

    def finish(self, service: str) -> None:
        self.finished[service] = self.finished.get(service, 0.0) + 1

    def go_on(self, service: str, to: str) -> None:
        went = self.went.setdefault(service, {})
        went[to] = went.get(to, 0.0) + 1

    def chance(self, service: str) -> float:
        """The share of visits after which a next stop follows."""
        return min(sum(self.went.get(service, {}).values()) / (self.finished.get(service, 0.0) + 5.0), 1.0)

    def end_day(self) -> None:
        for service in self.finished:
            self.finished[service] *= 0.9
        for went in self.went.values():
            for to in went:
                went[to] *= 0.9
