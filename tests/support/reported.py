"""Busy days of a small hall, and what they come to by a script of its own: straight from the raw events, list by list.

The script knows nothing of legs, tallies or buckets. It follows each ticket from event to event and writes down, in
the end, plain lists of waits and handling times; every figure is counted from those.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.client import HallClient
from tests.support.clocks import HandClock

Line = dict[str, Any]
Story = dict[str, Any]
SERVICES = ("A-1", "A-2", "B-1", "C-1")


async def busy(hall: HallClient, clock: HandClock, rng: Random, acts: int) -> None:
    """So many acts at random; what the hall refuses did not happen. All windows are open."""
    for window in range(1, 6):
        await hall.open(window)
    tickets: list[str] = []
    for _ in range(acts):
        clock.forward(seconds=rng.randrange(5, 200))
        window = rng.randrange(1, 6)
        what = rng.choices(
            ("issue", "call", "start", "finish", "miss", "hold", "transfer", "cancel", "reinstate", "rate"),
            (9, 8, 8, 7, 1, 1, 1, 1, 1, 14),
        )[0]
        if what == "issue":
            tickets.append(await _issue(hall, rng))
        elif what in ("call", "start", "finish", "miss", "hold", "transfer"):
            await _at_window(hall, window, what, rng)
        elif tickets:
            await _to_ticket(hall, rng.choice(tickets), what, rng)


async def _issue(hall: HallClient, rng: Random) -> str:
    channel = rng.choice(("kiosk", "phone", "desk"))
    asked: Line = {"service": rng.choice(SERVICES)}
    if rng.random() < 0.35:
        asked = {"services": rng.sample(SERVICES[1:], 2)}
    return str((await hall.post("/tickets", {**asked, "channel": channel}))["id"])


async def _at_window(hall: HallClient, window: int, what: str, rng: Random) -> None:
    names = {"call": "call-next"}
    bodies = {"hold": {"reason": "papers", "minutes": 5}, "transfer": {"queue": rng.choice("ABC"), "place": "back"}}
    await hall.at(window, names.get(what, what), bodies.get(what))


async def _to_ticket(hall: HallClient, ticket: str, what: str, rng: Random) -> None:
    body = {"score": rng.randrange(1, 6)} if what == "rate" else None
    await hall.post(f"/tickets/{ticket}/{'rating' if what == 'rate' else what}", body)


# ---- the script ----


def ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def stories(lines: Iterable[Line]) -> list[Story]:
    """One for each time that a ticket waited: where, since when, and what became of it."""
    by_ticket: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.get("ticket"):
            by_ticket[line["ticket"]].append(line)
    return [story for told in by_ticket.values() for story in _of_ticket(told)]


def _of_ticket(told: list[Line]) -> list[Story]:
    found: list[Story] = []
    channel, stops = told[0].get("channel", ""), told[0].get("stops", 1)
    day = datetime.fromtimestamp(ms(told[0]["at"]) / 1000, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d")
    for line in told:
        name, at = line["event"], ms(line["at"])
        begins = name in ("TicketIssued", "TicketReinstated") or (
            name == "TicketTransferred" and line["was"] != "waiting"
        )
        if begins:
            stop = max(line.get("stop") or 1, found[-1]["stop"] if found else 1)
            told_once = {"channel": channel, "first": not found, "stops": stops, "day": day}
            found.append({"since": at, "stop": stop, "end": "", **told_once})
        story = found[-1]
        if name in ("TicketIssued", "TicketTransferred", "TicketReinstated", "TicketCalled"):
            story |= {"queue": line["queue"], "service": line["service"]}
        if name == "TicketCalled":
            story |= {"wait": at - story["since"], "window": str(line["window"])}
        if name == "ServiceStarted":
            story["started"] = at
        if name in ("ServiceFinished", "TicketHeld") or (name == "TicketTransferred" and line["was"] == "serving"):
            of = found[-2] if begins else story
            of["handled"] = at - of["started"]
        if name in ("TicketMissed", "TicketCancelled", "TicketExpired"):
            story["end"] = name.removeprefix("Ticket").lower()
            if "started" in story and "handled" not in story and name != "TicketExpired":  # when it ended is not known
                story["handled"] = at - story["started"]
        if name == "RatingGiven":
            served = [one for one in found if "started" in one and one["stop"] == line["stop"]]
            served[-1]["score"] = line["score"]
    return found


def keyed(told: list[Story], by: str) -> dict[str, list[Story]]:
    found: dict[str, list[Story]] = defaultdict(list)
    for story in told:
        found[story.get(by, "")].append(story)
    return found


def figures(told: list[Story]) -> dict[str, Any]:
    """What such stories come to."""
    waits = [story["wait"] for story in told if "wait" in story]
    handled = [story["handled"] for story in told if "handled" in story]
    scores = [story["score"] for story in told if "score" in story]
    next_stops = [story["wait"] for story in told if "wait" in story and story["stop"] > 1]
    ends = [story["end"] for story in told]
    return {
        "visits": sum(story["first"] for story in told),
        "waits": sorted(waits),
        "over_15": sum(wait > 900_000 for wait in waits),
        "over_30": sum(wait > 1_800_000 for wait in waits),
        "over_60": sum(wait > 3_600_000 for wait in waits),
        "handled": handled,
        "missed": ends.count("missed"),
        "cancelled": ends.count("cancelled"),
        "expired": ends.count("expired"),
        "scores": scores,
        "several": sum(story["first"] and story["stops"] > 1 for story in told),
        "next_stops": len(next_stops),
        "green": sum(wait < 120_000 for wait in next_stops),
    }
