"""Charts as SVG: numbers and words in, a picture out. Pure; colours and type come from classes (`charts.css`).

Whoever cannot see the picture is read its title and what it tells; whoever sees it without its style sheet sees
lines in the ink of the page.
"""

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

Point = tuple[float, float]

TOP, BOTTOM, START, END = 20, 26, 42, 14
"""Room around the plot, in units of the picture."""
STEPS = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 100.0, 120.0)
MOST_TICKS = 5
LABEL_HEIGHT = 14
"""Of one line of text, in the chart's units."""


class Tick(Struct, frozen=True, kw_only=True):
    at: float
    label: str


class Frame(Struct, frozen=True, kw_only=True):
    """What every chart has. `about` tells in a sentence what it shows; `name` makes its ids its own on a page."""

    name: str
    title: str
    about: str
    width: int = 640
    height: int = 240
    x: tuple[Tick, ...]
    """Ticks in order; the plot reaches from the first to the last."""
    unit: str = ""
    """Of the upright axis."""


class Band(Struct, frozen=True, kw_only=True):
    """What is expected at one place: p10, p50 and p90."""

    at: float
    low: float
    middle: float
    high: float


class Level(Struct, frozen=True, kw_only=True):
    """A line across the plot that matters, such as half an hour. `kind` is the class of its colour."""

    at: float
    kind: str
    label: str


class Bar(Struct, frozen=True, kw_only=True):
    """From `start` to `end`; `usual` marks what the value would usually be, None where nobody knows."""

    start: float
    end: float
    value: float
    usual: float | None = None


def top_of(highest: float) -> tuple[float, float]:
    """The top of an upright axis that shows `highest`, and the step between its ticks; never an axis without height."""
    scale = 1.0
    while True:
        for step in STEPS:
            ticks = -int(-max(highest, 1.0) // (step * scale))
            if ticks <= MOST_TICKS:
                return ticks * step * scale, step * scale
        scale *= 100


class _Plot:
    """Where things are on the picture."""

    def __init__(self, frame: Frame, highest: float) -> None:
        self.frame = frame
        self.top, self.step = top_of(highest)
        self.first, self.last = frame.x[0].at, frame.x[-1].at

    def across(self, at: float) -> float:
        share = (at - self.first) / ((self.last - self.first) or 1)
        return round(START + share * (self.frame.width - START - END), 1)

    def up(self, value: float) -> float:
        height = self.frame.height - TOP - BOTTOM
        return round(TOP + height * (1 - min(max(value, 0.0), self.top) / self.top), 1)

    def shown(self, points: Sequence[Point]) -> list[Point]:
        """Those that the plot reaches."""
        return [point for point in points if self.first <= point[0] <= self.last]

    def path(self, points: Iterable[Point]) -> str:
        return " ".join(
            f"{'L' if at else 'M'}{self.across(x)} {self.up(y)}" for at, (x, y) in enumerate(points)
        )  # fmt: skip


def band_chart(frame: Frame, points: Sequence[Band], levels: Sequence[Level] = ()) -> str:
    """A middle line in its band. `points` come in order; without any it is an empty plot."""
    plot = _Plot(frame, max([point.high for point in points], default=1.0))
    return _picture(frame, [*_axes(plot), *_levels(plot, levels), *_band(plot, points)])


def _band(plot: _Plot, points: Sequence[Band]) -> Iterator[str]:
    if not points:
        return
    upper = [(point.at, point.high) for point in points]
    lower = [(point.at, point.low) for point in reversed(points)]
    middle = [(point.at, point.middle) for point in points]
    yield f'<path class="band" fill="currentColor" fill-opacity="0.15" d="{plot.path([*upper, *lower])} Z"/>'
    yield _line("median", plot.path(middle))
    for x, y in middle:
        yield f'<circle class="dot" cx="{plot.across(x)}" cy="{plot.up(y)}" r="2.5"/>'


def lines_chart(frame: Frame, today: Sequence[Point], usual: Sequence[Point], now: float | None = None) -> str:
    """Today's line against the usual one (dashed: no colour is needed to tell them apart), and where now is."""
    plot = _Plot(frame, max([y for _, y in (*today, *usual)], default=1.0))
    today, usual = plot.shown(today), plot.shown(usual)
    parts = list(_axes(plot))
    if now is not None and plot.first <= now <= plot.last:
        x = plot.across(now)
        parts.append(f'<path class="now" stroke="currentColor" d="M{x} {TOP} V{frame.height - BOTTOM}"/>')
    if usual:
        parts.append(_line("usual", plot.path(usual), ' stroke-dasharray="6 4"'))
    if today:
        parts.append(_line("median", plot.path(today)))
    return _picture(frame, parts)


def bars_chart(frame: Frame, bars: Sequence[Bar]) -> str:
    """A bar for each span, with a mark across it where the value usually is."""
    plot = _Plot(frame, max([max(bar.value, bar.usual or 0.0) for bar in bars], default=1.0))
    return _picture(frame, [*_axes(plot), *(part for bar in bars for part in _bar(plot, bar))])


def _bar(plot: _Plot, bar: Bar) -> Iterator[str]:
    left, right = plot.across(bar.start) + 1, plot.across(bar.end) - 1
    top, foot = plot.up(bar.value), plot.up(0)
    if bar.value > 0:
        size = f'x="{left}" y="{top}" width="{round(max(right - left, 1), 1)}" height="{round(foot - top, 1)}"'
        yield f'<rect class="bar" {size}/>'
    if bar.usual is not None:
        yield f'<path class="mark" stroke="currentColor" d="M{left} {plot.up(bar.usual)} H{right}"/>'


# ---- the frame ----


def _picture(frame: Frame, parts: Iterable[str]) -> str:
    title, about = f"{frame.name}-title", f"{frame.name}-about"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {frame.width} {frame.height}" role="img" '
        f"aria-labelledby={quoteattr(title)} aria-describedby={quoteattr(about)}>"
        f"<title id={quoteattr(title)}>{escape(frame.title)}</title>"
        f"<desc id={quoteattr(about)}>{escape(frame.about)}</desc>"
    )
    return head + "".join(parts) + "</svg>"


def _axes(plot: _Plot) -> Iterator[str]:
    frame = plot.frame
    for tick in range(round(plot.top / plot.step) + 1):
        value = tick * plot.step
        y = plot.up(value)
        yield f'<path class="grid" stroke="currentColor" stroke-opacity="0.2" d="M{START} {y} H{frame.width - END}"/>'
        yield _text("tick number", START - 6, y + 4, f"{value:g}", "end")
    yield _text("tick", 2, 10, frame.unit, "start")
    yield from _across(plot)


def _across(plot: _Plot) -> Iterator[str]:
    """The labels along the foot; those that would run into the one before are left out."""
    free = 0.0
    for tick in plot.frame.x:
        x, half = plot.across(tick.at), len(tick.label) * 4.2
        middle = min(max(x, half), plot.frame.width - half)
        if tick.label and middle - half >= free:
            free = middle + half + 6
            yield _text("tick number", middle, plot.frame.height - 7, tick.label, "middle")


def _levels(plot: _Plot, levels: Sequence[Level]) -> Iterator[str]:
    """Lines of what is too much, highest first; a label that would run into the one above is left out."""
    free = float("-inf")
    for level in sorted(levels, key=lambda one: -one.at):
        if level.at < plot.top:
            y, end = plot.up(level.at), plot.frame.width - END
            yield f'<path class="level {level.kind}" stroke="currentColor" d="M{START} {y} H{end}"/>'
            if y >= free:
                free = y + LABEL_HEIGHT
                yield _text(f"level {level.kind}", end - 2, y - 4, level.label, "end")


def _line(kind: str, path: str, more: str = "") -> str:
    return f'<path class="{kind}" fill="none" stroke="currentColor"{more} d="{path}"/>'


def _text(kind: str, x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>' if text else ""
