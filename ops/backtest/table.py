"""The figures of a back-test, by scenario and pooled."""

from collections.abc import Sequence

from msgspec import Struct
from rich.table import Table

from ops.backtest.run import Played
from ops.backtest.scenarios import POOLED
from ops.backtest.scores import Score, mean, quantile, score


class Row(Struct, frozen=True, kw_only=True):
    name: str
    days: int
    score: Score | None
    mean_wait_min: float
    """Of all tickets, those who left included."""
    p90_wait_min: float
    cpu_s: float
    """Of the forecast, a day."""
    took_p95_ms: float
    """Of one answer to a ticket."""


def summary(played: Sequence[Played]) -> list[Row]:
    """A row for each scenario; the pooled one last, where there are several."""
    names = list(dict.fromkeys(day.scenario for day in played))
    rows = [_row(name, [day for day in played if day.scenario == name]) for name in names]
    pooled = [day for day in played if day.scenario in POOLED]
    return rows if len(names) < 2 else [*rows, _row("pooled", pooled)]


def _row(name: str, played: Sequence[Played]) -> Row:
    waits = [wait / 60 for day in played for wait in day.waits_s]
    return Row(
        name=name,
        days=len(played),
        score=score([one for day in played for one in day.estimates]),
        mean_wait_min=mean(waits),
        p90_wait_min=quantile(waits, 0.9),
        cpu_s=mean(day.cpu_s for day in played),
        took_p95_ms=1000 * quantile([took for day in played for took in day.took_s], 0.95),
    )


HEADS = (
    "days", "tickets", "mean wait", "error", "error/wait", "bias", "in range", "/ahead", "/LES",
    "ahead/wait", "LES/wait", "HOL/wait", "CPU s/day", "p95 ms",
)  # fmt: skip


def table(rows: Sequence[Row]) -> Table:
    found = Table("scenario", *HEADS, title="Waits: told against real (minutes)")
    for row in rows:
        found.add_row(row.name, str(row.days), *_cells(row), f"{row.cpu_s:.1f}", f"{row.took_p95_ms:.1f}")
    return found


def _cells(row: Row) -> list[str]:
    figures = row.score
    if figures is None:
        return ["0", *[""] * 10]
    return [
        str(figures.tickets), f"{figures.wait_min:.1f}", f"{figures.error_min:.2f}",
        f"{100 * figures.error_share:.1f}%",
        f"{figures.bias_min:+.2f}", f"{figures.covered_pct:.0f}%", f"{figures.over_simple['ahead']:.3f}",
        f"{figures.over_simple['les']:.3f}", *(f"{figures.simple_share[name]:.2f}" for name in ("ahead", "les", "hol")),
    ]  # fmt: skip
