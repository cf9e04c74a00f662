"""Messages in words: title and text, in the visitor's language and on the hall's clock."""

from datetime import UTC, datetime

from queue_server.domain.hall import Hall
from queue_server.domain.messages import Message
from queue_server.languages import Words, in_use

MOMENTS = {"start": "start", "until_at": "until", "at": "now"}
"""A fact that is a moment (ms), and what its day and time are called in a sentence: `{start_day}`, `{start_time}`."""


def worded(hall: Hall, message: Message) -> tuple[str, str]:
    """Title and text of a message."""
    words = Words(message.language if message.language in in_use() else "en")
    facts = _said(hall, words, message.facts)
    return (
        words.say(f"messages.{message.template}.title", **facts),
        words.say(f"messages.{message.template}.body", **facts),
    )


def _said(hall: Hall, words: Words, facts: dict[str, str | int]) -> dict[str, object]:
    said: dict[str, object] = {**facts, "hall": words.pick(hall.names), "n": facts.get("ahead", 0)}
    for name, spoken in MOMENTS.items():
        moment = datetime.fromtimestamp(int(facts.get(name, 0)) / 1000, UTC)
        said[f"{spoken}_day"] = words.date(moment, hall.timezone)
        said[f"{spoken}_time"] = words.time(moment, hall.timezone)
    service = hall.service_by_id.get(str(facts.get("service", "")))
    said["service"] = words.pick(service.names) if service else words.pick(hall.names)
    locker = hall.locker_by_id.get(str(facts.get("locker", "")))
    said["locker"] = words.pick(locker.names) if locker else ""
    said["place"] = _place(hall, words, facts)
    return said


def _place(hall: Hall, words: Words, facts: dict[str, str | int]) -> str:
    """Where to go: the zone of the locker, of the window, else of the queue."""
    locker = hall.locker_by_id.get(str(facts.get("locker", "")))
    plan = hall.window_by_number.get(int(facts.get("window", 0) or 0))
    queue = hall.queue_by_id.get(str(facts.get("queue", "")))
    zone = hall.zone_by_id.get(locker.zone if locker else plan.zone if plan else queue.zone if queue else "")
    if zone is None:
        return words.pick(hall.names)
    return words.say("phone.place_at", floor=zone.floor, zone=words.pick(zone.names))
