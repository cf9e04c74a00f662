"""What a board tells besides calls and waits: whose wave may come in now, for those who have their number on paper."""

from collections.abc import Collection
from datetime import UTC, datetime

from queue_server.contract.boards import Notice
from queue_server.domain.hall import Hall, Zone
from queue_server.flows.running import RunningHall
from queue_server.languages import Words

MOST_NUMBERS = 12
"""So many numbers can be read at a door; the others are called in by their phones, or with the next notice."""


def notices(running: RunningHall, zones: Collection[str], at: int) -> list[Notice]:
    """For some zones, or for the whole hall: the numbers that a wave lets in now, the latest wave first."""
    hall, called = running.hall, dict[tuple[str, int], list[tuple[int, str]]]()
    for ticket in running.live.tickets.values():
        if ticket.let_in <= at or ticket.status != "waiting":
            continue
        zone = hall.zone_of(ticket.queue)
        if not zones or zone in zones:
            called.setdefault((zone, ticket.let_in), []).append((ticket.turn, ticket.number))
    latest = sorted(called.items(), key=lambda row: (-row[0][1], row[0][0]))
    return [_notice(hall, hall.zone_by_id[zone], until, sorted(rows)) for (zone, until), rows in latest]


def _notice(hall: Hall, zone: Zone, until: int, rows: list[tuple[int, str]]) -> Notice:
    moment = datetime.fromtimestamp(until / 1000, UTC)
    numbers = [number for _, number in rows[:MOST_NUMBERS]] + (["…"] if len(rows) > MOST_NUMBERS else [])
    texts = {}
    for language in hall.languages:
        words = Words(language)
        texts[language] = words.say(
            "places.board_in", place=words.pick(zone.names), at=words.time(moment, hall.timezone),
            numbers=words.say("common.list_comma").join(numbers),
        )  # fmt: skip
    return Notice(text=texts)
