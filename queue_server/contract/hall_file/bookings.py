"""Bookings, tickets from afar, and the calendar: `bookings`, `remote`, `calendar`."""

from datetime import date

from msgspec import structs

from queue_server.contract.hall_file.fields import Fields, fields, named, unique
from queue_server.contract.hall_file.layout import Known
from queue_server.contract.hall_file.mistakes import did_you_mean
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.words import PROOFS
from queue_server.domain.rules import Bookings, Closure, Quota, Remote, Site, WorkCalendar
from queue_server.domain.workdays import CHINA, countries

DAY_MIN = 1440
MOST = 1_000_000
FARTHEST_M = 100_000

BOUNDS: dict[str, tuple[int, int]] = {
    "slot_min": (5, 480),
    "days_ahead": (0, 60),
    "walk_in_pct": (0, 100),
    "hold_min": (1, DAY_MIN),
    "offer_min": (1, DAY_MIN),
    "before_min": (0, 480),
    "after_min": (0, 480),
    "late_credit_min": (0, 480),
    "most_places": (1, 9),
    "most_moves": (0, 99),
    "no_shows": (0, 99),
    "no_show_days": (1, 365),
    "block_days": (0, 365),
    "per_person_day": (0, MOST),
    "per_address_hour": (0, MOST),
}
"""Each number that may stand in `bookings`, from and to."""


def read_bookings(at: Place) -> Bookings:
    """How the hall is booked; what the file leaves out keeps its default."""
    usual = Bookings()
    found = fields(at, (), (*BOUNDS, "bound", "confirm", "reopen_min"))
    numbers = {key: found.whole(key, *bounds, getattr(usual, key)) for key, bounds in BOUNDS.items()}
    return structs.replace(
        usual,
        **numbers,
        bound=found.truth("bound"),
        confirm=found.choice("confirm", PROOFS, "kind of confirmation", usual.confirm),
        reopen_min=found.read("reopen_min", usual.reopen_min, _reopen),
    )


def _reopen(at: Place) -> tuple[int, int]:
    ends = at.entries()
    if len(ends) != 2:
        if not at.log.has(at.path):
            at.wrong("two numbers are expected here", "write [10, 120]: minutes, from and to")
        return 0, 0
    least, most = ends[0].whole(0, 7 * DAY_MIN), ends[1].whole(0, 7 * DAY_MIN)
    if most < least and not at.log.has(ends[1].path):
        ends[1].wrong("the second number is less than the first", f"write a number of at least {least}")
    return least, most


def read_remote(at: Place, known: Known) -> Remote:
    """Who may take a ticket from afar; where the file says nothing, anybody from anywhere."""
    usual = Remote()
    keys = ("identity", "distance_m", "site", "quotas", "per_person_day", "per_address_hour")
    found = fields(at, (), keys)
    remote = Remote(
        identity=found.choice("identity", PROOFS, "kind of identity", usual.identity),
        distance_m=found.whole("distance_m", 0, FARTHEST_M),
        site=found.read("site", None, read_site),
        quotas=found.each("quotas", lambda place: _quota(place, known)),
        per_person_day=found.whole("per_person_day", 0, MOST),
        per_address_hour=found.whole("per_address_hour", 0, MOST),
    )
    distance = found.get("distance_m")
    if distance and remote.distance_m and remote.site is None:
        distance.wrong("nobody knows how far it is: the hall has no site", "add site: {latitude: ..., longitude: ...}")
    return remote


def read_site(at: Place) -> Site:
    """Where a hall stands."""
    found = fields(at, ("latitude", "longitude"))
    return Site(latitude=found.number("latitude", -90, 90), longitude=found.number("longitude", -180, 180))


def _quota(at: Place, known: Known) -> Quota:
    found = fields(at, ("most",), ("service", "queue", "from", "to"))
    _one_of(found, "service", "queue")
    quota = Quota(
        service=found.choice("service", known.items, "item"),
        queue=found.choice("queue", known.staffed, "queue"),
        from_min=_minute(found, "from", 0),
        to_min=_minute(found, "to", DAY_MIN),
        most=found.whole("most", 0, MOST),
    )
    ends = found.get("to") or found.get("from")
    if ends and quota.to_min <= quota.from_min and not at.log.has(ends.path):
        ends.wrong("it ends before it begins", "write a later time")
    return quota


def _minute(found: Fields, key: str, default: int) -> int:
    at = found.get(key)
    minute = at.clock() if at else None
    return default if minute is None else minute


def _one_of(found: Fields, one: str, other: str) -> None:
    first, second = found.get(one), found.get(other)
    if first and second:
        second.wrong(f"a quota counts an item or a queue, not both (line {first.line})", f"remove {one}: or {other}:")
    elif not first and not second:
        found.at.wrong("nobody knows what this quota counts", f"add {one}: ... or {other}: ...")


def read_calendar(at: Place) -> WorkCalendar:
    found = fields(at, (), ("country", "closures"))
    unique(found.get("closures"), "day", "day")
    return WorkCalendar(
        country=found.read("country", "", _country),
        closures=tuple(sorted(found.each("closures", _closure), key=lambda closure: closure.day)),
    )


def _country(at: Place) -> str:
    word = at.word()
    if word and word != CHINA and word not in (known := countries()):
        close = did_you_mean(word, known, "country")
        at.wrong("this is no country", close if close.startswith("did") else "write two letters, like CN, DE or DE-BY")
    return word


def _closure(at: Place) -> Closure:
    found = named(at, ("day",))
    return Closure(day=found.read("day", "", _day), names=found.names())


def _day(at: Place) -> str:
    word = at.word()
    if word and not _is_day(word):
        at.wrong("this is no day", "write year, month and day, like 2026-12-31")
    return word


def _is_day(word: str) -> bool:
    try:
        return date.fromisoformat(word).isoformat() == word
    except ValueError:
        return False
