"""How visitors come and behave, for rehearsals: `arrivals`, `channels`, `groups`, `behaviour`."""

from itertools import pairwise

from msgspec import Struct

from queue_server.contract.hall_file.fields import fields, named, unique
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.words import DAY_KINDS, WEEKDAYS
from queue_server.domain.rules import Crowd

TOLERATED_PCT = 0.5
"""Shares are typed with one decimal, so their sum may miss 100 by rounding."""

Arrivals = tuple[tuple[int, float], ...]

_PERCENTAGES = (
    "appointment_no_arrival_pct",
    "wrong_item_transfer_pct",
    "missing_papers_pct",
    "multi_item_visit_pct",
    "accepts_diversion_to_self_pct",
    "accepts_diversion_to_online_pct",
    "rating_rate_pct",
)


class Behaviour(Struct, frozen=True, kw_only=True):
    no_show_pct: dict[str, float] = {}
    transfer_pct: float = 0.0
    multi_item_pct: float = 0.0


def read_crowd(top: dict[str, Place], visits_per_day: int, priorities: frozenset[str]) -> Crowd:
    """The crowd out of the file's top-level sections; what is left out stays at its default."""
    channels = _shares(top.get("channels"), "channel", frozenset())
    groups = _shares(top.get("groups"), "group", priorities)
    at = top.get("behaviour")
    behaviour = _behaviour(at, frozenset(channels)) if at else Behaviour()
    arrivals = top.get("arrivals")
    return Crowd(
        visits_per_day=visits_per_day,
        arrivals=_arrivals(arrivals) if arrivals else (),
        channels=channels,
        groups=groups,
        no_show_pct=behaviour.no_show_pct,
        transfer_pct=behaviour.transfer_pct,
        multi_item_pct=behaviour.multi_item_pct,
    )


def _arrivals(at: Place) -> Arrivals:
    """The profile of a normal day; the others are checked alike."""
    found = fields(at, ("profiles",), ("day_factors", "day_profile", "peak_note"))
    found.text("peak_note")
    section = found.get("profiles")
    profiles = _profiles(section) if section else {}
    found.read("day_factors", None, _day_factors)
    found.read("day_profile", None, lambda place: _day_profile(place, frozenset(profiles)))
    return profiles.get("normal", ())


def _profiles(at: Place) -> dict[str, Arrivals]:
    found = at.pairs()
    if "normal" not in found:
        at.log.add(at.line, at.path, "normal", "the profile of a normal day is missing", "add normal: [...] here")
    return {name: _profile(place) for name, place in found.items()}


def _profile(at: Place) -> Arrivals:
    before = at.log.count
    bins = [found for found in at.each(_bin) if found]
    for earlier, later in pairwise(bins):
        if later[0] <= earlier[0]:
            at.wrong("the times of this profile do not rise", "write each half hour once, earliest first")
    if at.log.count == before:
        _check_sum(at, sum(share for _, share in bins))
    return tuple(bins)


def _bin(at: Place) -> tuple[int, float] | None:
    parts = at.entries()
    if len(parts) != 2:
        at.wrong("a time and a percentage are expected here", 'write ["08:30", 9.0]')
        return None
    minute, share = parts[0].clock(), parts[1].percentage()
    return None if minute is None else (minute, share)


def _check_sum(at: Place, total: float) -> None:
    if abs(total - 100) > TOLERATED_PCT:
        at.wrong(f"these shares add up to {total:g} per cent", "let them add up to 100")


def _day_factors(at: Place) -> None:
    at.check_keys(DAY_KINDS)
    for place in at.pairs().values():
        place.number(0, 100)


def _day_profile(at: Place, profiles: frozenset[str]) -> None:
    at.check_keys(WEEKDAYS)
    for place in at.pairs().values():
        place.choice(profiles, "profile")


def _shares(at: Place | None, kind: str, priorities: frozenset[str]) -> dict[str, float]:
    if at is None:
        return {}
    unique(at, "id", kind)
    before = at.log.count
    keys = ("priority",) if priorities else ("seconds",)
    shares = dict(at.each(lambda place: _share(place, keys, priorities)))
    if not priorities and at.log.count == before:
        # Groups overlap and leave most visitors out, so only the channels make up a whole.
        _check_sum(at, sum(shares.values()))
    return shares


def _share(at: Place, keys: tuple[str, ...], priorities: frozenset[str]) -> tuple[str, float]:
    found = named(at, ("id", "share_pct"), keys)
    found.number("seconds", 0, 3600)
    found.choice("priority", {"priority", *priorities}, "priority")
    return found.id(), found.percentage("share_pct")


def _behaviour(at: Place, channels: frozenset[str]) -> Behaviour:
    others = ("no_show_after_call_pct", "abandon_after_wait_min", "rating_bad_per_10000")
    found = fields(at, (), (*_PERCENTAGES, *others))
    shares = {key: found.percentage(key) for key in _PERCENTAGES}
    found.number("rating_bad_per_10000", 0, 10_000)
    found.read("abandon_after_wait_min", None, _abandon)
    return Behaviour(
        no_show_pct=found.read("no_show_after_call_pct", {}, lambda place: _no_shows(place, channels)),
        transfer_pct=shares["wrong_item_transfer_pct"],
        multi_item_pct=shares["multi_item_visit_pct"],
    )


def _no_shows(at: Place, channels: frozenset[str]) -> dict[str, float]:
    found = at.pairs()
    if channels:
        at.check_keys(channels)
    return {channel: place.percentage() for channel, place in found.items()}


def _abandon(at: Place) -> None:
    found = fields(at, ("p50", "p90"))
    half, most = found.number("p50", 0, 1440), found.number("p90", 0, 1440)
    slow = found.get("p90")
    if slow and most < half and not at.log.has(slow.path):
        slow.wrong("p90 is less than p50", f"write a number of at least {half:g}")
