"""Real days of a call centre as days of a hall: a queue for each line, a window for each agent, a ticket for each call.

Nothing says which lines an agent can take, when agents log in, or why they pause. The file stays outside this project.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from ops.backtest.hall import LETTERS, HallFile, parsed
from queue_server.contract.times import rfc3339

Document = dict[str, Any]
GUESSED_MIN = 5.0
COMES_MS = 30_000
GOES_MS = 60_000
RANKS = {
    name: rank
    for rank, name in enumerate(
        ("WindowOpened", "ServiceFinished", "TicketIssued", "TicketCancelled", "TicketCalled", "ServiceStarted",
         "WindowClosed")
    )
}  # fmt: skip
"""The order of events of the same second."""


class Call(Struct, frozen=True, kw_only=True):
    line: str
    agent: str
    came: int
    answered: int
    """0 for a call that nobody took."""
    over: int
    """When the agent was free again, or the caller gave up. All in ms since the epoch."""


class CallDay(Struct, frozen=True, kw_only=True):
    on: str
    calls: list[Call]


class Centre(Struct, frozen=True, kw_only=True):
    """What is known of a call centre by earlier days."""

    file: HallFile
    queues: dict[str, str]
    windows: dict[str, int]
    skills: dict[str, list[str]]
    """Queues by agent, those most answered first."""
    told: bool
    """Whether a window says its queues when it opens."""


def read_days(path: Path) -> list[CallDay]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        by_day: dict[str, list[Call]] = {}
        for row in csv.DictReader(lines):
            by_day.setdefault(row["date_received"][:10], []).append(_call(row))
    return [CallDay(on=on, calls=sorted(calls, key=lambda call: call.came)) for on, calls in sorted(by_day.items())]


def _call(row: dict[str, str]) -> Call:
    came, over = _ms(row["date_received"]), _ms(row["hangup"])
    answered = _ms(row["answered"]) if row["answered"] and row["agent_number"] else 0
    if answered and row["transfer"]:
        over = max(answered, _ms(row["transfer"]))  # the agent is free once another one has the caller
    return Call(line=row["queue_name"], agent=row["agent_number"], came=came, answered=answered, over=over)


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def centre(days: list[CallDay], told: bool) -> Centre:
    """The centre as these earlier days show it."""
    lines = Counter(call.line for day in days for call in day.calls)
    queues = {line: LETTERS[index] for index, (line, _) in enumerate(lines.most_common())}
    taken: dict[str, Counter[str]] = {}
    for day in days:
        for call in day.calls:
            if call.answered:
                taken.setdefault(call.agent, Counter())[queues[call.line]] += 1
    skills = {agent: [queue for queue, _ in found.most_common()] for agent, found in sorted(taken.items())}
    windows = {agent: number for number, agent in enumerate(skills, 1)}
    file = parsed(_document(days, lines, queues, skills, told))
    return Centre(file=file, queues=queues, windows=windows, skills=skills, told=told)


def _document(
    days: list[CallDay], lines: Counter[str], queues: dict[str, str], skills: dict[str, list[str]], told: bool
) -> Document:
    """Where nobody tells the agents' queues, the file gives each line its share of windows and no more."""
    homes = Counter(found[0] for found in skills.values())
    document: Document = {
        "hall": {
            "id": "call-centre", "zh": "Call centre", "en": "Call centre", "timezone": "UTC",
            "visits_per_day": sum(lines.values()) // len(days), "hours": {"mon_fri": [_hours(days)]},
        },
        "zones": [{"id": "Z1", "zh": "Centre", "en": "Centre"}],
        "departments": [{"code": "CALL", "zh": "Calls", "en": "Calls", "home_queue": next(iter(queues.values()))}],
        "queues": [
            {"id": queue, "zone": "Z1", "zh": f"Line {line}", "en": f"Line {line}", "windows": homes[queue]}
            for line, queue in queues.items()
        ],
        "items": [
            {"id": f"L{line}", "dept": "CALL", "zh": f"Line {line}", "en": f"Line {line}", "mode": "window",
             "queue": queue, "min_mean": GUESSED_MIN, "min_p90": 2 * GUESSED_MIN,
             "visits": max(1, lines[line] // len(days))}
            for line, queue in queues.items()
        ],
    }  # fmt: skip
    if told:
        document["windows"] = [
            {"n": number, "queue": found[0], "queues": [{"queue": queue} for queue in found[1:]]}
            for number, found in enumerate(skills.values(), 1)
        ]
    return document


def _hours(days: list[CallDay]) -> list[str]:
    """From the first call's half hour to the last one's."""
    minutes = [call.came // 60_000 % 1440 for day in days for call in day.calls]
    ranked = sorted(minutes)
    opens, closes = ranked[len(ranked) // 1000], ranked[-len(ranked) // 1000]
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in (opens // 30 * 30, min(closes // 30 * 30 + 30, 1439))]


def events_of(day: CallDay, known: Centre) -> Iterator[Document]:
    """The day's events in time order. Agents and lines that are new that day get numbers and letters of their own."""
    found: list[tuple[int, int, int, Document]] = []
    numbers = dict(known.windows)

    def add(at: int, name: str, **facts: Any) -> None:
        found.append((at, RANKS[name], len(found), {"event": name, "at": rfc3339(at), "hall": "call-centre", **facts}))

    for index, call in enumerate(day.calls):
        queue = known.queues.get(call.line, "Z")
        own: Document = {"ticket": f"C{day.on}-{index}", "number": f"{queue}{index:04}", "queue": queue,
               "service": f"L{call.line}", "priority": "normal"}  # fmt: skip
        add(call.came, "TicketIssued", **own, channel="phone", turn=call.came, stop=1, stops=1)
        if not call.answered:
            add(max(call.over, call.came), "TicketCancelled", **own)
            continue
        own["window"] = numbers.setdefault(call.agent, len(numbers) + 1)
        add(call.answered, "TicketCalled", **own, times=1)
        add(call.answered, "ServiceStarted", **own)
        add(max(call.over, call.answered), "ServiceFinished", **own, outcome="done")
    for agent, (first, last) in _presence(day).items():
        told = known.skills.get(agent, []) if known.told else []
        queues = [{"queue": queue, "handicap_s": 0} for queue in told]
        add(first - COMES_MS, "WindowOpened", window=numbers[agent], queues=queues, staff=f"A{numbers[agent]}")
        add(last + GOES_MS, "WindowClosed", window=numbers[agent])
    for count, (_, _, _, document) in enumerate(sorted(found, key=lambda entry: entry[:3]), 1):
        yield {**document, "id": str(count)}


def _presence(day: CallDay) -> dict[str, tuple[int, int]]:
    """From an agent's first call to the end of the last."""
    found: dict[str, tuple[int, int]] = {}
    for call in day.calls:
        if call.answered:
            first, last = found.get(call.agent, (call.answered, call.over))
            found[call.agent] = min(first, call.answered), max(last, call.over)
    return found
