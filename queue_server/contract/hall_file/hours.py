"""Opening hours: `mon_fri`, `tue_night`, `sat` ... each with one or more spans of times, for all queues or for some."""

from collections.abc import Collection
from itertools import islice

from msgspec import Struct, structs

from queue_server.contract.hall_file.fields import Fields, fields
from queue_server.contract.hall_file.nodes import Mapping, Scalar, Sequence
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.words import WEEKDAYS
from queue_server.domain.hall import Period

OTHER_KEYS = ("lunch_duty_windows_pct", "self_service")
USUAL_KEYS = (*WEEKDAYS, *(f"{day}_night" for day in WEEKDAYS), "mon_fri", "mon_thu", "mon_sat", "sat_sun")
ROUND_THE_CLOCK = "24h"


Span = tuple[Period, Place]


class Hours(Struct, frozen=True, kw_only=True):
    periods: tuple[Period, ...] = ()
    lunch_duty: bool = False


def weekdays_of(key: str) -> range | None:
    """The weekdays that a key names (Monday is 0), or None where it names none."""
    first, _, last = key.partition("_")
    if first not in WEEKDAYS:
        return None
    start = WEEKDAYS.index(first)
    if last in WEEKDAYS and WEEKDAYS.index(last) > start:
        return range(start, WEEKDAYS.index(last) + 1)
    return range(start, start + 1) if last == "night" or key == first else None


def read_hours(at: Place, queues: Collection[str]) -> Hours:
    """The hours; each opening may name some of these queues, and is one of all where it names none."""
    by_key = at.pairs()
    at.check_keys([*USUAL_KEYS, *OTHER_KEYS, *(key for key in by_key if weekdays_of(key))])
    found = Fields(at=at, by_key=by_key)
    duty = found.percentage("lunch_duty_windows_pct")
    found.read("self_service", None, _self_service)
    spans = [
        (structs.replace(period, weekday=weekday), place)
        for key, value in by_key.items()
        if (weekdays := weekdays_of(key))
        for period, place in _openings(value, queues)
        for weekday in weekdays
    ]
    spans.sort(key=_order)
    _check_overlaps(spans)
    return Hours(periods=tuple(period for period, _ in spans), lunch_duty=duty > 0)


def _openings(at: Place, queues: Collection[str]) -> list[Span]:
    """The openings of one key: spans of times, or `{times: ..., queues: [...]}` for some queues alone."""
    if not isinstance(at.node, Mapping):
        return _periods(at, ())
    found = fields(at, ("times",), ("queues",))
    some = found.choices("queues", queues, "queue")
    times = found.get("times")
    return _periods(times, some) if times else []


def _periods(at: Place, queues: tuple[str, ...]) -> list[Span]:
    return [
        (Period(weekday=0, opens_min=opens, closes_min=closes, queues=queues), place)
        for place, opens, closes in read_spans(at)
    ]


def _order(span: Span) -> tuple[int, int]:
    return span[0].weekday, span[0].opens_min


def _check_overlaps(spans: list[Span]) -> None:
    """Of two spans that overlap for any queue, the one further down the file is the mistake."""
    for index, (first, at) in enumerate(spans):
        for then, other in islice(spans, index + 1, None):
            if then.weekday != first.weekday or then.opens_min >= first.closes_min:
                break  # they are in order
            below = max(at, other, key=lambda place: (place.line, place.path))
            if _share_queues(first, then) and not below.log.has(below.path):
                day = WEEKDAYS[first.weekday]
                below.wrong(f"these hours overlap others on {day}", "let one span end before the next begins")


def _share_queues(one: Period, other: Period) -> bool:
    return not one.queues or not other.queues or bool(set(one.queues) & set(other.queues))


def _self_service(at: Place) -> None:
    if isinstance(at.node, Sequence):
        read_spans(at)
    else:
        at.choice((ROUND_THE_CLOCK,), "opening of the self-service area")


def read_spans(at: Place) -> list[tuple[Place, int, int]]:
    """A list of [opens, closes], or a single [opens, closes] without the outer brackets."""
    entries = at.entries()
    flat = bool(entries) and all(isinstance(entry.node, Scalar) for entry in entries)
    found = [_span(place) for place in ((at,) if flat else entries)]
    return [span for span in found if span]


def _span(at: Place) -> tuple[Place, int, int] | None:
    ends = at.entries()
    if len(ends) != 2:
        if isinstance(at.node, Sequence):
            at.wrong("two times are expected here", 'write ["08:30", "12:00"]: opens, closes')
        return None
    opens, closes = ends[0].clock(), ends[1].clock()
    if opens is None or closes is None:
        return None
    if opens >= closes:
        ends[1].wrong("it closes before it opens", f"write a time later than {ends[0].written}")
        return None
    return ends[0], opens, closes
