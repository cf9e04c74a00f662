"""A booking for the visitor's own calendar: where and when, and no word about who or with what code."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from queue_server.domain.booking import BOOKING_OPEN, BookingRecord
from queue_server.domain.hall import Hall
from queue_server.languages import Words

OVER = frozenset({"cancelled", "missed", "expired"})
ALARMS = (("alarm_day", timedelta(days=1)), ("alarm_hours", timedelta(hours=2)))


def calendar_entry(hall: Hall, uid: str, record: BookingRecord, words: Words) -> bytes:
    """The booking as a calendar file. A later one with the same `uid` changes the entry, or takes it away."""
    over = record.status in OVER
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//Greenwave//bookings//")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if over else "PUBLISH")
    event.add("uid", f"{uid}@{hall.id}.greenwave")
    event.add("sequence", record.revision)
    event.add("dtstamp", _utc(record.made_at))
    event.add("dtstart", _utc(record.start))
    event.add("dtend", _utc(record.end))
    event.add("status", "CANCELLED" if over else "TENTATIVE" if record.status == "held" else "CONFIRMED")
    for name, text in _texts(hall, record, words).items():
        event.add(name, text)
    if hall.remote.site:
        event.add("geo", (hall.remote.site.latitude, hall.remote.site.longitude))
    for key, before in ALARMS if record.status in BOOKING_OPEN else ():
        event.add_component(_alarm(words.say(f"ics.{key}", service=_service(hall, record, words)), before))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _texts(hall: Hall, record: BookingRecord, words: Words) -> Mapping[str, str]:
    zone = hall.zone_by_id.get(hall.zone_of(record.queue, record.window))
    name = words.pick(hall.names)
    rules, tz = hall.bookings, hall.timezone
    opens, late = _utc(record.start) - timedelta(minutes=rules.before_min), _utc(record.start)
    late += timedelta(minutes=rules.after_min)
    place = words.say("ics.place", hall=name, zone=words.pick(zone.names), floor=zone.floor) if zone else name
    return {
        "summary": words.say("ics.summary", service=_service(hall, record, words), hall=name),
        "location": place,
        "description": words.say("ics.note", opens=words.time(opens, tz), late=words.time(late, tz)),
    }


def _service(hall: Hall, record: BookingRecord, words: Words) -> str:
    known = hall.service_by_id.get(record.service)
    return words.pick(known.names) if known else record.service


def _alarm(text: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", -before)
    return alarm


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC)
