"""The charts of a report, drawn in a language. Pure."""

from collections.abc import Callable

from queue_server.contract.reports import Report
from queue_server.domain.report import OVER_MIN
from queue_server.flows.pictures import Sitting
from queue_server.look.charts import Bar, Frame, Tick, bars_chart

QUARTER_MIN = 15
HOUR_MIN = 60

Point = tuple[str, float, float, float | None]
"""A label, where the bar begins, how high it is, and the mark across it."""


def visits(report: Report, sitting: Sitting) -> str:
    """How many came: by quarters of an hour of a day, else by days (months of a year)."""
    points = _visits(report)
    most = max(points, key=lambda point: point[2], default=None)
    told = (
        sitting.words.say("reports.chart.told", n=report.total.visits, at=most[0], most=f"{most[2]:g}")
        if most and report.total.visits
        else sitting.words.say("reports.chart.nothing")
    )
    return _bars("visits", "people", told, report, points, sitting)


def waits(report: Report, sitting: Sitting) -> str:
    """The mean wait in minutes at the same times; a mark where nine in ten waited no longer."""
    points = _waits(report)
    most = max(points, key=lambda point: point[2], default=None)
    mean = report.total.wait_s.mean
    told = (
        sitting.words.say("reports.chart.told_waits", mean=f"{mean / 60:.1f}", at=most[0], most=f"{most[2]:.1f}")
        if most and mean is not None
        else sitting.words.say("reports.chart.nothing")
    )
    return _bars("waits", "minutes", told, report, points, sitting)


def spread(report: Report, sitting: Sitting) -> str:
    """Which share of those who were called waited how long."""
    wait = report.total.wait_s
    over = [wait.over_15_min or 0.0, wait.over_30_min or 0.0, wait.over_60_min or 0.0]
    shares = [1 - over[0], over[0] - over[1], over[1] - over[2], over[2]] if report.total.waited else []
    labels = ("≤ 15", "15–30", "30–60", "> 60")
    bars = [Bar(start=at + 0.15, end=at + 0.85, value=100 * share) for at, share in enumerate(shares)]
    say = sitting.words.say
    told = (
        say(
            "reports.chart.told_spread",
            **{f"over_{than}": f"{100 * part:.0f}" for than, part in zip(OVER_MIN, over, strict=True)},
        )
        if shares
        else say("reports.chart.nothing")
    )
    ticks = [Tick(at=0, label=""), *(Tick(at=at + 0.5, label=label) for at, label in enumerate(labels))]
    x = (*ticks, Tick(at=len(labels), label=""))
    return bars_chart(_frame("spread", "share", told, x, sitting), bars)


CHARTS: dict[str, Callable[[Report, Sitting], str]] = {"visits": visits, "waits": waits, "spread": spread}


def _visits(report: Report) -> list[Point]:
    if report.first == report.last:
        return [(_clock(row.minute), row.minute, row.visits, None) for row in report.hours]
    return [(row.day, at, row.visits, None) for at, row in enumerate(report.days)]


def _waits(report: Report) -> list[Point]:
    if report.first == report.last:
        told = [(row.minute, row.wait_mean_s) for row in report.hours]
        return [(_clock(minute), minute, mean_s / 60, None) for minute, mean_s in told if mean_s is not None]
    return [
        (row.day, at, row.wait_mean_s / 60, None if row.wait_p90_s is None else row.wait_p90_s / 60)
        for at, row in enumerate(report.days)
        if row.wait_mean_s is not None
    ]


def _bars(name: str, unit: str, told: str, report: Report, points: list[Point], sitting: Sitting) -> str:
    width = QUARTER_MIN if report.first == report.last else 1
    gap = 0.0 if width == QUARTER_MIN else 0.1
    bars = [Bar(start=at + gap, end=at + width - gap, value=value, usual=mark) for _, at, value, mark in points]
    return bars_chart(_frame(name, unit, told, _ticks(report), sitting), bars)


def _ticks(report: Report) -> tuple[Tick, ...]:
    if report.first == report.last:
        minutes = [row.minute for row in report.hours] or [8 * HOUR_MIN, 17 * HOUR_MIN]
        first, last = min(minutes) // HOUR_MIN, max(minutes) // HOUR_MIN + 1
        return tuple(Tick(at=hour * HOUR_MIN, label=f"{hour:02d}:00") for hour in range(first, last + 1))
    days = [row.day for row in report.days]
    labelled = (Tick(at=at + 0.5, label=day[5:]) for at, day in enumerate(days))
    return (Tick(at=0, label=""), *labelled, Tick(at=max(len(days), 1), label=""))


def _clock(minute: int) -> str:
    return f"{minute // HOUR_MIN:02d}:{minute % HOUR_MIN:02d}"


def _frame(name: str, unit: str, told: str, x: tuple[Tick, ...], sitting: Sitting) -> Frame:
    say = sitting.words.say
    return Frame(
        name=f"report-{name}", title=say(f"reports.chart.{name}"), about=told, width=sitting.width,
        height=sitting.height, x=x, unit=say(f"reports.chart.{unit}"),
    )  # fmt: skip
