"""Days that go wrong on the wire: what a forecast must live through without a crash and without nonsense.

Each stream is lines as they would come in a pipe, made of one usual day of a small hall.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

from ops.backtest.day import plan_day
from ops.backtest.hall import HallFile, small_hall
from ops.backtest.nature import hall_nature
from ops.backtest.run import hall_of
from ops.backtest.scenarios import SCENARIOS
from ops.backtest.world import World

Document = dict[str, Any]
Lines = list[bytes]
LONGEST_S = 24 * 3600.0
"""No wait within a day is longer."""
SEED = 1

_encode = msgspec.json.Encoder().encode


def hall() -> HallFile:
    """The hall of all odd days."""
    return small_hall(SEED)


def usual(number: int = 0) -> list[Document]:
    """A day with nothing odd, ticks included."""
    file = hall()
    nature = hall_nature(file, SEED)
    day = plan_day(file, nature, number, "odd", SCENARIOS["normal"])
    return list(World(file, nature, day, SCENARIOS["normal"], ticks=True).events())


def lines(events: Iterable[Document]) -> Lines:
    return [_encode(event) + b"\n" for event in events]


def asked(stream: Lines) -> list[str]:
    """Which answers a stream asks for, in order: a ticket's id, or `Tick`."""
    found = []
    for line in stream:
        try:
            event = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        name = event.get("event") if isinstance(event, dict) else None
        if name == "Tick" or (name == "TicketIssued" and isinstance(event.get("ticket"), str)):
            found.append("Tick" if name == "Tick" else event["ticket"])
    return found


def is_sane(told: Document) -> bool:
    """Whether an answer to a ticket is one that a person could be told."""
    values = [value for key in ("p10_s", "p50_s", "p90_s") if isinstance(value := told.get(key), int | float)]
    return len(values) == 3 and 0 <= values[0] <= values[1] <= values[2] <= LONGEST_S


def windows_that_never_close() -> Lines:
    days = [*usual(0), *usual(1)]
    return lines(event for event in days if event["event"] not in ("WindowClosed", "WindowResumed"))


def windows_that_never_open() -> Lines:
    return lines(event for event in usual() if not event["event"].startswith("Window"))


def tickets_never_finished() -> Lines:
    """Of every other ticket nobody hears again once its service began."""
    return lines(
        event for event in usual() if not (event["event"] == "ServiceFinished" and int(event["ticket"][-1]) % 2)
    )


def a_clerk_who_starts_and_forgets() -> Lines:
    """A window starts a service in the morning and says nothing more all day."""
    events = usual()
    first = next(index for index, event in enumerate(events) if event["event"] == "ServiceStarted")
    window = events[first]["window"]
    return lines(event for index, event in enumerate(events) if index <= first or event.get("window") != window)


def a_clock_that_goes_back() -> Lines:
    """An hour back in the middle of the day for a while, then a month back for one event."""
    events = usual()
    middle = len(events) // 2
    for event in events[middle : middle + 40]:
        event["at"] = _moved(event["at"], timedelta(hours=-1))
    events[middle + 60]["at"] = _moved(events[middle + 60]["at"], timedelta(days=-30))
    return lines(events)


def a_clock_that_leaps() -> Lines:
    """One event comes from ten years ahead."""
    events = usual()
    event = events[len(events) // 2]
    event["at"] = _moved(event["at"], timedelta(days=3650))
    return lines(events)


def _moved(at: str, by: timedelta) -> str:
    return (datetime.fromisoformat(at) + by).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def queues_without_skills() -> Lines:
    """Windows open without saying what they serve."""
    return lines({**event, "queues": []} if event["event"] == "WindowOpened" else event for event in usual())


def a_queue_that_nobody_serves() -> Lines:
    events = usual()
    served = [event for event in events if event["event"] == "WindowOpened"]
    lost = served[0]["queues"][0]["queue"]
    for event in served:
        event["queues"] = [share for share in event["queues"] if share["queue"] != lost]
    return lines(events)


def services_nobody_has_seen() -> Lines:
    """Services, queues and windows that stand in no hall file."""
    strange = {"service": "NEW-99", "queue": "YY", "priority": "astronaut", "channel": "pigeon"}
    return lines(
        _renamed({**event, **strange}) if event.get("ticket", "").endswith("3") else _renamed(event)
        for event in usual()
    )


def _renamed(event: Document) -> Document:
    return {**event, "window": event["window"] + 5000} if event.get("window") == 1 else event


def events_nobody_knows() -> Lines:
    found = []
    for number, event in enumerate(usual()):
        if number % 5 == 0:
            found.append({"event": f"Moon{number}", "at": event["at"], "ticket": 7, "window": "seven"})
        found.append({**event, "weather": {"rain": [1, None]}})
    return lines(found)


def facts_left_out() -> Lines:
    """Events without facts that they should carry."""
    rng = Random(SEED)
    needed = {"event", "at", "ticket"}
    optional = {"id", "hall", "number", "service", "priority", "channel", "stop", "stops", "staff", "outcome", "times"}
    return lines(
        {key: value for key, value in event.items() if key in needed or key not in optional or rng.random() < 0.5}
        for event in usual()
    )


def acts_said_twice() -> Lines:
    return [line for line in lines(event for event in usual() if event["event"] != "TicketIssued") for _ in range(2)]


def acts_on_tickets_nobody_took() -> Lines:
    return lines(
        {**event, "ticket": f"GHOST-{event['ticket']}"}
        if "ticket" in event and event["event"] != "TicketIssued"
        else event
        for event in usual()
    )


GARBAGE = (
    b"\n", b"not json\n", b"[1, 2]\n", b"{}\n", b'{"event": 5}\n', b'{"event": "TicketCalled"}\n', b"\xff\xfe\x00\n",
    b'{"event": "TicketIssued", "at": "yesterday"}\n', b'{"event": "WindowOpened", "at": null, "queues": 3}\n',
    b'{"event": "TicketCalled", "at": "2026-03-02T01:00:00.000Z", "ticket": "x"\n', b'"' + b"a" * 100_000 + b'"\n',
    b'{"event": "BookingMade", "at": "2026-03-02T01:00:00.000Z", "start": "noon"}\n', b"null\n", b"1e999\n",
)  # fmt: skip


def lines_of_garbage() -> Lines:
    found = []
    for number, line in enumerate(lines(usual())):
        found += [GARBAGE[number // 7 % len(GARBAGE)], line] if number % 7 == 0 else [line]
    return found


def a_crowd_at_once(visitors: int = 2000) -> Lines:
    """Everybody comes in the same millisecond."""
    events = usual()
    first = next(index for index, event in enumerate(events) if event["event"] == "TicketIssued")
    crowd = [{**events[first], "ticket": f"CROWD-{number}"} for number in range(visitors)]
    return lines([*events[:first], *crowd, *events[first:]])


ODD: dict[str, Callable[[], Lines]] = {
    make.__name__.replace("_", " "): make
    for make in (
        windows_that_never_close, windows_that_never_open, tickets_never_finished, a_clerk_who_starts_and_forgets,
        a_clock_that_goes_back, a_clock_that_leaps, queues_without_skills, a_queue_that_nobody_serves,
        services_nobody_has_seen, events_nobody_knows, facts_left_out, acts_said_twice, acts_on_tickets_nobody_took,
        lines_of_garbage, a_crowd_at_once,
    )
}  # fmt: skip
"""Streams by what is odd about them."""


def odd_histories() -> Iterator[tuple[str, bytes]]:
    """Histories that help nobody, by what is odd about them."""
    other = hall_of("varied", 3)
    day = plan_day(other.file, other.nature, 0, "other", SCENARIOS["normal"])
    yield "empty", b""
    yield "another hall's", b"".join(lines(World(other.file, other.nature, day, SCENARIOS["normal"]).events()))
    yield "garbage", b"".join(lines_of_garbage())
    yield "cut off", b"".join(lines(usual()))[:-17]
    yield "later than today", b"".join(lines(usual(20)))
