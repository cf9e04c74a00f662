"""Where things are: zones, departments, queues and windows."""

import re
from itertools import pairwise

from msgspec import Struct

from queue_server.contract.hall_file.fields import Fields, fields, named
from queue_server.contract.hall_file.hours import ROUND_THE_CLOCK, read_spans
from queue_server.contract.hall_file.nodes import Sequence
from queue_server.contract.hall_file.place import Place
from queue_server.domain.hall import SELF_SERVICE, Department, Queue, QueueShare, WindowPlan, Zone
from queue_server.domain.rules import Span

QUEUE_LETTERS = re.compile(r"[A-HJ-NP-Z]{1,4}")
MOST_WINDOWS = 999
MOST_PEOPLE = 99_999
LONGEST_HANDICAP_MIN = 480


class Known(Struct, frozen=True, kw_only=True):
    """The ids that a file declares: what others may refer to."""

    zones: frozenset[str]
    departments: frozenset[str]
    queues: frozenset[str]
    items: frozenset[str]
    papers: frozenset[str]

    @property
    def staffed(self) -> frozenset[str]:
        """Queues that have windows, which the self-service area has not."""
        return self.queues - {SELF_SERVICE}


def read_zone(at: Place) -> Zone:
    found = named(at, ("id",), ("floor", "volume", "quiet", "most_people", "hours"))
    return Zone(
        id=found.id(),
        names=found.names(),
        floor=found.whole("floor", -20, 200, 1),
        volume=found.whole("volume", 0, 100, 80),
        quiet=found.read("quiet", (), _quiet),
        most_people=found.whole("most_people", 0, MOST_PEOPLE),
        hours=found.read("hours", (), _own_hours),
    )


def _own_hours(at: Place) -> tuple[Span, ...]:
    """`24h`, or spans of every day in their order."""
    if not isinstance(at.node, Sequence):
        at.choice((ROUND_THE_CLOCK,), "opening of a zone")
        return (Span(from_min=0, to_min=1440),)
    spans = sorted(read_spans(at), key=lambda span: span[1])
    for (_, _, closes), (place, opens, _) in pairwise(spans):
        if opens < closes:
            place.wrong("these hours overlap others", "let one span end before the next begins")
    return tuple(Span(from_min=opens, to_min=closes) for _, opens, closes in spans)


def _quiet(at: Place) -> tuple[Span, ...]:
    return tuple(Span(from_min=begins, to_min=ends) for _, begins, ends in read_spans(at))


def read_department(at: Place, known: Known) -> Department:
    found = named(at, ("code", "home_queue"))
    queue = found.choice("home_queue", known.staffed, "queue")
    return Department(id=found.id("code"), names=found.names(), queue=queue)


def read_queue(at: Place, known: Known) -> Queue:
    found = named(at, ("id", "zone"), ("windows", "devices", "visits_day", "load_min_day"))
    for figure in ("visits_day", "load_min_day"):
        found.number(figure, 0, 10_000_000)
    queue = Queue(
        id=found.read("id", "", _queue_id),
        names=found.names(),
        zone=found.choice("zone", known.zones, "zone"),
        windows=found.whole("windows", 0, MOST_WINDOWS),
        devices=found.whole("devices", 0, MOST_WINDOWS),
    )
    windows = found.get("windows")
    if windows and queue.id == SELF_SERVICE and queue.windows:
        windows.wrong("the self-service area has devices, no windows", "write devices: instead of windows:")
    return queue


def _queue_id(at: Place) -> str:
    word = at.word()
    if word and word != SELF_SERVICE and not QUEUE_LETTERS.fullmatch(word):
        at.wrong("a queue's id begins its ticket numbers", "use one to four capitals A-Z without I and O, or SELF")
    return word


def usual_windows(queues: tuple[Queue, ...]) -> tuple[WindowPlan, ...]:
    """Each queue's own windows, numbered 1, 2, 3 ... in the order of the queues."""
    owners = [queue for queue in queues if queue.id != SELF_SERVICE for _ in range(queue.windows)]
    return tuple(
        WindowPlan(window=number, zone=queue.zone, queues=(QueueShare(queue=queue.id),))
        for number, queue in enumerate(owners, 1)
    )


def read_windows(at: Place, known: Known, queues: tuple[Queue, ...]) -> tuple[WindowPlan, ...]:
    """The windows as the file lists them; their numbers are 1 to N, each once."""
    zones = {queue.id: queue.zone for queue in queues}
    entries = at.entries()
    plans = tuple(_window(entry, known, zones, len(entries)) for entry in entries)
    first: dict[int, int] = {}
    for entry, plan in zip(entries, plans, strict=True):
        if plan.window in first and not at.log.has(f"{entry.path}.n"):
            _twice(entry, plan.window, first[plan.window])
        first.setdefault(plan.window, entry.line)
    return tuple(sorted(plans, key=lambda plan: plan.window))


def _twice(entry: Place, number: int, line: int) -> None:
    at = entry.pairs().get("n", entry)
    at.wrong(f"there is a window {number} already (line {line})", "give each window its own number")


def _window(at: Place, known: Known, zones: dict[str, str], count: int) -> WindowPlan:
    found = fields(at, ("n", "queue"), ("name", "queues", "may_learn", "bookable"))
    home = found.choice("queue", known.staffed, "queue")
    return WindowPlan(
        window=found.read("n", 0, lambda place: _number(place, count)),
        zone=zones.get(home, ""),
        queues=_shares(found, home, known),
        name=found.text("name"),
        may_learn=found.choices("may_learn", known.staffed, "queue"),
        bookable=found.truth("bookable"),
    )


def _number(at: Place, count: int) -> int:
    number = at.whole(1, MOST_WINDOWS)
    if number > count:
        at.wrong(f"the numbers of {count} windows are 1 to {count}", "number the windows 1, 2, 3 ... without a gap")
    return number


def _shares(found: Fields, home: str, known: Known) -> tuple[QueueShare, ...]:
    """The home queue first, then the others in their order, each once."""
    shares: dict[str, QueueShare] = {home: QueueShare(queue=home)}
    listed: set[str] = set()
    places = found.get("queues")
    for place in places.entries() if places else ():
        share = _share(place, known)
        if share.queue and share.queue in listed:
            place.wrong(f"queue {share.queue} stands here twice", "name each queue once")
        listed.add(share.queue)
        shares[share.queue] = share
    return tuple(shares.values())


def _share(at: Place, known: Known) -> QueueShare:
    found = fields(at, ("queue",), ("handicap_min",))
    minutes = found.number("handicap_min", 0, LONGEST_HANDICAP_MIN)
    return QueueShare(queue=found.choice("queue", known.staffed, "queue"), handicap_s=round(60 * minutes))
