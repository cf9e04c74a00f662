"""The cockpit's charts: what is expected, and how the day went, drawn in a language. Pure."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from queue_server.contract.usual import DaySlot, Usual
from queue_server.domain.calendar import local
from queue_server.domain.day_slots import SLOT_MIN
from queue_server.domain.outlook import Later, Range
from queue_server.flows.estimates import believed
from queue_server.flows.running import RunningHall
from queue_server.flows.views import numbered_queues
from queue_server.languages import Words
from queue_server.look.charts import Band, Bar, Frame, Level, Tick, band_chart, bars_chart, lines_chart

GREEN_MIN, AMBER_MIN = 15, 30
"""Waits below are green; below, amber; beyond, red."""
FAST = 10
"""From this speed of a rehearsal on waits are told in seconds."""


class Sitting(Struct, frozen=True, kw_only=True):
    """What a picture is drawn for: whose language, and how large."""

    words: Words
    width: int
    height: int


def wait(running: RunningHall, queue: str, sitting: Sitting, at: int) -> str | None:
    """The wait of those who come in the next two hours, of a queue or (empty) of the hall; None without a forecast."""
    speed = running.rehearsal_speed
    scale_s, unit = (60, "minutes") if speed < FAST else (1, "seconds")
    levels = [
        Level(at=minutes * 60 / scale_s / speed, kind=kind, label=sitting.words.say(f"cockpit_outlook.level.{kind}"))
        for minutes, kind in ((GREEN_MIN, "long"), (AMBER_MIN, "bad"))
    ]
    return _outlook(running, queue, sitting, at, "wait", lambda row: row.wait_s, scale_s, unit, levels)


def waiting(running: RunningHall, queue: str, sitting: Sitting, at: int) -> str | None:
    """How many wait in the next two hours."""
    return _outlook(running, queue, sitting, at, "waiting", lambda row: row.waiting, 1, "people", [])


def _outlook(
    running: RunningHall, queue: str, sitting: Sitting, at: int, name: str, of: Callable[[Later], Range | None],
    scale: int, unit: str, levels: Sequence[Level],
) -> str | None:  # fmt: skip
    outlook = believed(running, at)
    if outlook is None:
        return None
    row = running.queue_outlooks.get(queue)
    later = outlook.hall if not queue else row.later if row else ()
    ranges = [(point.at, of(point)) for point in later]
    points = [
        Band(at=moment, low=span[0] / scale, middle=span[1] / scale, high=span[2] / scale)
        for moment, span in ranges
        if span is not None
    ]
    if not later:
        return None
    x = tuple(Tick(at=point.at, label=_clock(running, point.at)) for point in later)
    say, about = sitting.words.say, _told(running, sitting, points)
    frame = Frame(
        name=f"{name}-{queue or 'hall'}", title=say(f"cockpit_outlook.chart.{name}"), about=about,
        width=sitting.width, height=sitting.height, x=x, unit=say(f"cockpit_outlook.unit.{unit}"),
    )  # fmt: skip
    return band_chart(frame, points, levels)


def _told(running: RunningHall, sitting: Sitting, points: Sequence[Band]) -> str:
    """The picture in a sentence: what is expected at its beginning, at its highest, at its end."""
    if not points:
        return sitting.words.say("cockpit_outlook.chart.nobody")
    chosen = sorted({points[0], max(points, key=_middle), points[-1]}, key=_moment)
    return "; ".join(
        sitting.words.say(
            "cockpit_outlook.chart.at", at=_clock(running, int(point.at)), low=_figure(point.low),
            middle=_figure(point.middle), high=_figure(point.high),
        )
        for point in chosen
    )  # fmt: skip


def _middle(point: Band) -> float:
    return point.middle


def _moment(point: Band) -> float:
    return point.at


def _figure(value: float) -> str:
    return f"{value:.0f}"


def _clock(running: RunningHall, at: int) -> str:
    return f"{local(running.hall, at):%H:%M}"


# ---- today against a usual day ----


def day_waiting(running: RunningHall, usual: Usual, sitting: Sitting, at: int) -> str:
    """How many wait, today until now and usually."""
    wall = local(running.hall, at)
    now = wall.hour * 60 + wall.minute
    today = [(slot.minute, slot.waiting) for slot in usual.today]
    waiting_now = sum(map(running.live.waiting, numbered_queues(running.hall)))
    return lines_chart(
        _day_frame(usual, sitting, "day_waiting", "people"),
        [*today, (now, waiting_now)],
        [(slot.minute, slot.waiting) for slot in usual.slots],
        now,
    )


def day_issued(_: RunningHall, usual: Usual, sitting: Sitting, __: int) -> str:
    """Tickets of each quarter of an hour, today so far, with what is usual."""
    known = {slot.minute: slot.issued for slot in usual.slots}
    issued = {slot.minute: slot.issued for slot in usual.today}
    bars = [
        Bar(start=minute, end=minute + SLOT_MIN, value=issued.get(minute, 0), usual=known.get(minute))
        for minute in sorted(issued.keys() | known.keys())
    ]
    return bars_chart(_day_frame(usual, sitting, "day_issued", "tickets"), bars)


def _day_frame(usual: Usual, sitting: Sitting, name: str, unit: str) -> Frame:
    """The hours between the first and the last that anything happened in, today or usually."""
    say, busy = sitting.words.say, [slot.minute for slot in (*usual.slots, *usual.today) if slot.issued or slot.waiting]
    first = min(busy, default=8 * 60) // 60
    last = min(max(busy, default=17 * 60) // 60 + 1, 24)
    about = say(
        "cockpit_day.chart.told" if usual.days else "cockpit_day.chart.told_alone",
        today=_figure(_sum(usual.today)), usual=_figure(_sum(usual.slots)), days=usual.days,
    )  # fmt: skip
    return Frame(
        name=name, title=say(f"cockpit_day.chart.{name}"), about=about, width=sitting.width, height=sitting.height,
        x=tuple(Tick(at=hour * 60, label=f"{hour:02d}:00") for hour in range(first, last + 1)),
        unit=say(f"cockpit_outlook.unit.{unit}"),
    )  # fmt: skip


def _sum(slots: Sequence[DaySlot]) -> float:
    return sum(slot.issued for slot in slots)
