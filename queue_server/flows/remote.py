"""Tickets from afar (线上取号): who may take one with a phone, from where, and how many."""

import math

from queue_server.contract import asks
from queue_server.domain.calendar import local
from queue_server.domain.hall import Hall
from queue_server.domain.rules import Quota, Site
from queue_server.flows.acting import Ask
from queue_server.flows.admission import Shut
from queue_server.flows.codes import HOUR_MS, VISITORS
from queue_server.flows.proofs import Origin

EARTH_M = 6_371_000
MOST_SLACK_M = 100
"""How far a phone that is not sure where it is may be off in its visitor's favour."""

Limits = tuple[tuple[str, int, str], ...]
NO_LIMITS: Limits = ()


def is_bound(ask: Ask, channel: str) -> bool:
    """Whether the hall's rules for phones hold: not for devices, nor for those who help at the desk."""
    return channel == "phone" and ask.caller.role in VISITORS


def not_here(hall: Hall, position: asks.Position | None) -> Shut:
    """The refusal of a phone that is too far from the hall, or does not say where it is."""
    most_m, site = hall.remote.distance_m, hall.remote.site
    if not most_m or site is None:
        return "", ()
    if position is None:
        return "POSITION_NEEDED", ()
    distance_m = round(max(distance(site, position) - min(position.accuracy_m, MOST_SLACK_M), 0))
    return ("TOO_FAR", ("distance_m", distance_m, "most_m", most_m)) if distance_m > most_m else ("", ())


def distance(site: Site, position: asks.Position) -> float:
    """Metres as the crow flies."""
    here, there = math.radians(site.latitude), math.radians(position.latitude)
    north, east = there - here, math.radians(position.longitude - site.longitude)
    part = math.sin(north / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(east / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(part, 1.0)))


def shut(hall: Hall, position: asks.Position | None, person: str, origin: Origin) -> Shut:
    """What the hall says to a phone that asks for a ticket; nothing when it may have one.

    Where persons are counted, nobody is nobody.
    """
    rules = hall.remote
    if not origin.person and (rules.identity != "none" or (rules.per_person_day and not person)):
        return "IDENTITY_NEEDED", ()
    return not_here(hall, position)


def limits(hall: Hall, stops: list[tuple[str, ...]], person: str, origin: Origin, at: int) -> Limits:
    """The counters of today in which a ticket from afar counts."""
    rules, now = hall.remote, local(hall, at)
    minute = now.hour * 60 + now.minute
    found = [
        (_name(quota), quota.most, "QUOTA_REACHED")
        for quota in rules.quotas
        if quota.from_min <= minute < quota.to_min and _covers(quota, stops)
    ]
    if rules.per_person_day and person:
        found.append((f"remote:{person}", rules.per_person_day, "QUOTA_REACHED"))
    if rules.per_address_hour:
        found.append((f"remote-from:{origin.address}:{at // HOUR_MS}", rules.per_address_hour, "TOO_MANY"))
    return tuple(found)


def _covers(quota: Quota, stops: list[tuple[str, ...]]) -> bool:
    """Whether a visit counts in a quota: one of no item and no queue is the whole hall's."""
    if quota.service:
        return any(quota.service in (row[0], *row[2:]) for row in stops)
    return not quota.queue or any(row[1] == quota.queue for row in stops)


def _name(quota: Quota) -> str:
    return f"quota:{quota.service}:{quota.queue}:{quota.from_min}-{quota.to_min}"
