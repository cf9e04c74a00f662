"""How soon free windows call when somebody waits: learnt from calls, and from all the time in which they did not.

A window that lets people wait may have a clerk who writes, who is away, or who leaves that queue to others. Times that
end without a call count too (censored exposure), so the rate is calls over time at risk: the estimate of a constant
hazard (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2002).
"""

from collections.abc import Iterable

from msgspec import Struct

MEMORY = 60.0
"""Calls of a window that are remembered, about."""
WEIGHT = 6.0
"""Calls for which the hall's pace counts against a window's own."""
HALL_MEMORY = 2000.0
AFTER, IDLE = 0, 1
"""Kinds of spells: people waited already when the window became free, or it was idle when somebody came."""
USUAL_S = (20.0, 10.0)
LEAVES_OUT_S, LEAVES_OUT = 900.0, 0.08
"""A queue that a free window let wait for so long, calling from it so much more rarely than usual, is not its own."""


class Risk(Struct):
    """Seconds at risk, and the calls that ended them."""

    seconds: float = 0.0
    calls: float = 0.0

    def forget(self, memory: float) -> None:
        """Lets old calls fade once there are more than `memory`."""
        if self.calls > memory:
            self.seconds *= memory / self.calls
            self.calls = memory


class Idling:
    """By window, by kind of spell; and by window and queue."""

    def __init__(self) -> None:
        self.windows: dict[int, tuple[Risk, Risk]] = {}
        self.queues: dict[tuple[int, str], Risk] = {}
        self.hall = (Risk(), Risk())

    def waits(self, window: int, kind: int, queues: Iterable[str], seconds: float) -> None:
        """A free window let people of these queues wait for so long."""
        self._of(window)[kind].seconds += seconds
        self.hall[kind].seconds += seconds
        for queue in queues:
            self.queues.setdefault((window, queue), Risk()).seconds += seconds

    def calls(self, window: int, kind: int, queue: str) -> None:
        """It called."""
        for risk, memory in (
            (self._of(window)[kind], MEMORY), (self.hall[kind], HALL_MEMORY),
            (self.queues.setdefault((window, queue), Risk()), MEMORY),
        ):  # fmt: skip
            risk.calls += 1
            risk.forget(memory)

    def mean_s(self, window: int, kind: int) -> float:
        """Expected seconds until it calls."""
        hall = self.hall[kind]
        usual = (hall.seconds + USUAL_S[kind] * 20) / (hall.calls + 20)
        own = self.windows.get(window)
        if own is None:
            return usual
        return (own[kind].seconds + usual * WEIGHT) / (own[kind].calls + WEIGHT)

    def leaves_out(self, window: int, queue: str) -> bool:
        """Whether a window does not serve a queue, whatever its list says."""
        risk = self.queues.get((window, queue))
        if risk is None or risk.seconds < LEAVES_OUT_S:
            return False
        own = self._of(window)
        rate = (own[0].calls + own[1].calls + 1) / (own[0].seconds + own[1].seconds + 60)
        return (risk.calls + 0.5) / risk.seconds < LEAVES_OUT * rate

    def _of(self, window: int) -> tuple[Risk, Risk]:
        return self.windows.setdefault(window, (Risk(), Risk()))
