"""The forecast on real call-centre days: its error against the last customer's wait."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from rich.table import Table

from ops.backtest.calls import CallDay, Centre, centre, events_of, read_days
from ops.backtest.history import DAYS, written
from ops.backtest.pipe import Asking
from ops.backtest.run import Ask, follow
from ops.backtest.scores import Estimate, Score, Watch, mean, quantile, score

Document = dict[str, Any]
KINDS = {"queues told": True, "queues unknown": False}
"""Whether a window says the queues that its agent took calls of, or none."""
LEASTS_S = {"all": 0.0, "wait > 0": 1.0, "wait > 5 s": 6.0}


class RealDay(Struct, frozen=True, kw_only=True):
    on: str
    kind: str
    estimates: list[Estimate]
    cpu_s: float
    took_s: list[float]


class RealRow(Struct, frozen=True, kw_only=True):
    kind: str
    calls: str
    days: int
    score: Score | None
    cpu_s: float
    took_p95_ms: float


def play_calls(file: Path, days: int, seed: int, ask: Ask, work: Path) -> list[RealDay]:
    """Some days of the file, each after its ten earlier ones; which ones, the seed says."""
    known = read_days(file)
    last = len(known) - DAYS
    chosen = sorted({DAYS + (seed - 1 + number * last // min(days, last)) % last for number in range(min(days, last))})
    return [_play(known, index, kind, ask, work) for index in chosen for kind in KINDS]


def _play(days: Sequence[CallDay], index: int, kind: str, ask: Ask, work: Path) -> RealDay:
    day, earlier = days[index], list(days[index - DAYS : index])
    known = centre(earlier, KINDS[kind])
    name = f"calls-{day.on}-{kind.replace(' ', '-')}"
    work.mkdir(parents=True, exist_ok=True)
    file = work / f"{name}.yaml"
    file.write_bytes(known.file.text)
    history = written(work / f"{name}.jsonl", (event for past in earlier for event in events_of(past, known)))
    watch = Watch(known.file.hall)
    with Asking(ask(file, history)) as forecast:
        follow(_source(day, known), forecast, watch)
    return RealDay(on=day.on, kind=kind, estimates=watch.found, cpu_s=forecast.cpu_s, took_s=forecast.took_s)


def _source(day: CallDay, known: Centre) -> Generator[Document, list[Document] | None, None]:
    yield from events_of(day, known)


def real_rows(played: Sequence[RealDay]) -> list[RealRow]:
    return [
        _row([day for day in played if day.kind == kind], kind, calls, least_s)
        for kind in KINDS
        for calls, least_s in LEASTS_S.items()
    ]


def _row(played: Sequence[RealDay], kind: str, calls: str, least_s: float) -> RealRow:
    return RealRow(
        kind=kind, calls=calls, days=len(played),
        score=score([one for day in played for one in day.estimates if one.wait_s >= least_s]),
        cpu_s=mean(day.cpu_s for day in played),
        took_p95_ms=1000 * quantile([took for day in played for took in day.took_s], 0.95),
    )  # fmt: skip


def real_table(rows: Sequence[RealRow]) -> Table:
    heads = (
        "days",
        "calls",
        "mean wait s",
        "error s",
        "LES error s",
        "error/LES",
        "error/HOL",
        "bias s",
        "in range",
        "CPU s/day",
    )
    table = Table("windows", "which calls", *heads, title="Real call-centre days")
    for row in rows:
        if found := row.score:
            les = found.simple_share["les"] * found.wait_min
            table.add_row(
                row.kind, row.calls, str(row.days), str(found.tickets), f"{60 * found.wait_min:.1f}",
                f"{60 * found.error_min:.1f}", f"{60 * les:.1f}", f"{found.over_simple['les']:.3f}",
                f"{found.over_simple['hol']:.3f}", f"{60 * found.bias_min:+.1f}", f"{found.covered_pct:.0f}%",
                f"{row.cpu_s:.0f}",
            )  # fmt: skip
    return table
