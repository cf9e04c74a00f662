"""The same crowded day under several policies: whether advice helps, and how much more than a rule of thumb."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from rich.table import Table

from ops.backtest.day import plan_day
from ops.backtest.diverting import Measures
from ops.backtest.history import DAYS
from ops.backtest.policies import alone, best_threshold, keep_rule, take_advice
from ops.backtest.run import Ask, Hall, Played, play, world_of
from ops.backtest.scenarios import SCENARIOS, Scenario
from ops.backtest.scores import mean, quantile
from ops.backtest.world import World

POLICIES = ("none", "rule", "wide rule", "advice")
"""Nothing; a window opened past a threshold; helpers and devices too; what the forecast proposes."""
TUNING_DAYS = 3


class Outcome(Struct, frozen=True, kw_only=True):
    """What one day came to under one policy."""

    scenario: str
    policy: str
    seed: int
    waits_s: list[float]
    """Of all who took a ticket, those who left included."""
    called_s: list[float]
    """Of those who were called."""
    diverted: int
    begun: dict[str, int]


def compare(hall: Hall, name: str, ask: Ask, work: Path, accepted: float) -> tuple[list[Outcome], Played]:
    """The day under each policy, and how good the forecast was on the day on which its advice was taken."""
    scenario = SCENARIOS[name]
    outcomes = [_rule(hall, scenario, policy) for policy in POLICIES[:-1]]
    world = world_of(hall, scenario, ticks=True)
    measures = take_advice(world, accepted)
    played = play(hall, name, ask, work, world)
    return [*outcomes, _outcome(hall, scenario, "advice", world, measures)], played


def _rule(hall: Hall, scenario: Scenario, policy: str) -> Outcome:
    world = world_of(hall, scenario, ticks=True)
    wide = policy == "wide rule"
    measures = None
    if policy != "none":
        threshold = best_threshold(lambda: _tuning_days(hall), wide)
        measures = keep_rule(world, threshold, wide)
    alone(world)
    return _outcome(hall, scenario, policy, world, measures)


def _tuning_days(hall: Hall) -> list[World]:
    """Other overloaded days of the same hall."""
    overload = SCENARIOS["overload"]
    days = [
        plan_day(hall.file, hall.nature, DAYS + number, f"{hall.kind} {hall.seed} tuning", overload)
        for number in range(1, TUNING_DAYS + 1)
    ]
    return [World(hall.file, hall.nature, day, overload, ticks=True) for day in days]


def _outcome(hall: Hall, scenario: Scenario, policy: str, world: World, measures: Measures | None) -> Outcome:
    return Outcome(
        scenario=scenario.name, policy=policy, seed=hall.seed, waits_s=world.waits_s(),
        called_s=[(ticket.called - ticket.issued) / 1000 for ticket in world.tickets if ticket.called],
        diverted=sum(ticket.reason == "diverted" for ticket in world.tickets) + (measures.kept_out if measures else 0),
        begun=dict(Counter(measures.begun)) if measures else {},
    )  # fmt: skip


class Effect(Struct, frozen=True, kw_only=True):
    """A policy over all days of a scenario; changes in per cent of the same days without any."""

    scenario: str
    policy: str
    days: int
    mean_min: float
    p90_min: float
    mean_change_pct: float
    p90_change_pct: float
    called_mean_min: float
    diverted: float
    """Visitors a day."""
    begun: dict[str, float]
    """Measures a day."""


def effects(outcomes: Sequence[Outcome]) -> list[Effect]:
    scenarios = dict.fromkeys(outcome.scenario for outcome in outcomes)
    return [
        _effect([one for one in outcomes if one.scenario == scenario], policy)
        for scenario in scenarios
        for policy in POLICIES
    ]


def _effect(outcomes: Sequence[Outcome], policy: str) -> Effect:
    """Pooled over the visitors of all days."""
    own = [one for one in outcomes if one.policy == policy]
    waits = [wait / 60 for one in own for wait in one.waits_s]
    before = [wait / 60 for one in outcomes if one.policy == "none" for wait in one.waits_s]
    begun: Counter[str] = sum((Counter(one.begun) for one in own), Counter())
    return Effect(
        scenario=own[0].scenario, policy=policy, days=len(own), mean_min=mean(waits), p90_min=quantile(waits, 0.9),
        mean_change_pct=_change(mean(waits), mean(before)),
        p90_change_pct=_change(quantile(waits, 0.9), quantile(before, 0.9)),
        called_mean_min=mean(wait / 60 for one in own for wait in one.called_s),
        diverted=mean(one.diverted for one in own),
        begun={action: count / len(own) for action, count in sorted(begun.items())},
    )  # fmt: skip


def _change(value: float, base: float) -> float:
    return 100 * (value / base - 1) if base else 0.0


def effects_table(found: Sequence[Effect]) -> Table:
    heads = ("days", "mean", "p90", "mean change", "p90 change", "mean of called", "diverted a day", "measures a day")
    table = Table("scenario", "policy", *heads, title="Waits under each policy (minutes)")
    for row in found:
        begun = ", ".join(f"{count:g} {action}" for action, count in row.begun.items())
        table.add_row(
            row.scenario, row.policy, str(row.days), f"{row.mean_min:.1f}", f"{row.p90_min:.1f}",
            f"{row.mean_change_pct:+.0f}%", f"{row.p90_change_pct:+.0f}%", f"{row.called_mean_min:.1f}",
            f"{row.diverted:.0f}", begun,
        )  # fmt: skip
    return table
