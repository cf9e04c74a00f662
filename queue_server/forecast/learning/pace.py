"""What windows do between visits: the walk after a call, the gap before the next, calls in vain, calls out of turn."""

from queue_server.forecast.learning.quantiles import Quantiles, Spells, log_normal

LONGEST_SPELL_S = 3600.0
ODD_WEIGHT = 150.0
ODD_MEMORY = 600.0
ODD_FIRST = 0.01


class Pace:
    """All tables in seconds but where they say otherwise."""

    def __init__(self) -> None:
        self.walks = Quantiles(log_normal(25, 0.7), weight=20)
        self.gaps, self.reacts = Spells(), Spells()
        """Both in units of the window's mean: see `idling`."""
        self.misses = Quantiles(log_normal(75, 0.4), weight=10, keep=600)
        self.odd = (ODD_FIRST * ODD_WEIGHT, ODD_WEIGHT)
        """(calls out of turn, calls) of late."""

    def walked(self, seconds: float) -> None:
        if 0 <= seconds <= 900:
            self.walks.add(seconds)

    def missed(self, seconds: float) -> None:
        if 0 <= seconds <= 1800:
            self.misses.add(seconds)

    def spell(self, idle: bool, seconds: float, mean_s: float, called: bool) -> None:
        """A free window let people wait: until it called, or until nobody waited any more; `mean_s` is its usual time.

        `idle`: it was free already when they came.
        """
        if 0 <= seconds <= LONGEST_SPELL_S:
            (self.reacts if idle else self.gaps).add(seconds / max(mean_s, 1.0), called)

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
