"""How far estimates were from the waits that came to be."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from ops.backtest.simple import NAMES, Simple
from queue_server.domain.hall import Hall

Document = dict[str, Any]


class Estimate(Struct, frozen=True, kw_only=True):
    """One ticket that was called: its wait, what was told of it, and what the formulas say. All in seconds."""

    wait_s: float
    p10_s: float
    p50_s: float
    p90_s: float
    simple: dict[str, float]


class Score(Struct, frozen=True, kw_only=True):
    tickets: int
    wait_min: float
    error_min: float
    error_share: float
    """Mean absolute error over mean wait."""
    bias_min: float
    """How much the median was too long; negative when people waited longer than told."""
    covered_pct: float
    simple_share: dict[str, float]
    """The formulas' mean absolute error over mean wait."""
    over_simple: dict[str, float]
    """Mean absolute error over that of each formula."""


class NotAnEstimate(Exception):
    """The forecast's answer to a ticket is none."""


class Watch:
    """Follows a day's events and answers, and pairs what was told with what came."""

    def __init__(self, hall: Hall) -> None:
        self._simple = Simple(hall)
        self._told: dict[str, tuple[float, Document, dict[str, float]]] = {}
        self.found: list[Estimate] = []

    def see(self, event: Document, replies: Sequence[Document]) -> None:
        """Takes in one event with the forecast's answers to it."""
        name = event["event"]
        if name == "Tick":
            return
        at = seconds(event["at"])
        if name == "TicketIssued":
            self._told[event["ticket"]] = (at, checked(event, replies), self._simple.issued(event, at))
        elif name == "TicketCalled" and event["ticket"] in self._told:
            self._pair(at, *self._told.pop(event["ticket"]))
        self._simple.hear(event, at)

    def _pair(self, at: float, issued: float, told: Document, simple: dict[str, float]) -> None:
        self.found.append(
            Estimate(wait_s=at - issued, p10_s=told["p10_s"], p50_s=told["p50_s"], p90_s=told["p90_s"], simple=simple)
        )


def seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def checked(event: Document, replies: Sequence[Document]) -> Document:
    """The one answer to a ticket: three finite numbers in order."""
    if len(replies) != 1 or replies[0].get("event") != "WaitEstimated" or replies[0].get("ticket") != event["ticket"]:
        raise NotAnEstimate(f"{event['ticket']} was answered with {list(replies)}")
    told = replies[0]
    if not 0 <= told["p10_s"] <= told["p50_s"] <= told["p90_s"] < float("inf"):
        raise NotAnEstimate(f"not three waits in order: {told}")
    return told


def score(found: Sequence[Estimate]) -> Score | None:
    """The figures over these tickets; None without any."""
    if not found:
        return None
    wait = mean(one.wait_s for one in found)
    error = mean(abs(one.p50_s - one.wait_s) for one in found)
    simple = {name: mean(abs(one.simple[name] - one.wait_s) for one in found) for name in NAMES}
    return Score(
        tickets=len(found),
        wait_min=wait / 60,
        error_min=error / 60,
        error_share=_over(error, wait),
        bias_min=mean(one.p50_s - one.wait_s for one in found) / 60,
        covered_pct=100 * mean(one.p10_s <= one.wait_s <= one.p90_s for one in found),
        simple_share={name: _over(value, wait) for name, value in simple.items()},
        over_simple={name: _over(error, value) for name, value in simple.items()},
    )


def _over(value: float, base: float) -> float:
    return value / base if base else 0.0


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies; 0 without values."""
    ranked = sorted(values)
    return ranked[min(int(share * len(ranked)), len(ranked) - 1)] if ranked else 0.0
