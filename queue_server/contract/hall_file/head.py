"""The `hall:` section: who the hall is, where its clock stands, when it is open."""

from collections.abc import Set as AbstractSet
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

from queue_server.contract.hall_file.fields import Fields, named
from queue_server.contract.hall_file.hours import Hours, read_hours
from queue_server.contract.hall_file.mistakes import did_you_mean
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.words import LANGUAGES, NEEDED_LANGUAGES

MOST_VISITS = 1_000_000
FIGURES = ("departments", "items_full_platform")


class Head(Struct, frozen=True, kw_only=True):
    id: str
    names: dict[str, str]
    timezone: str
    languages: tuple[str, ...] = NEEDED_LANGUAGES
    hours: Hours = Hours()
    doors_open_min: int | None = None
    visits_per_day: int = 1000
    hotline: str = ""


def read_head(at: Place, queues: AbstractSet[str] = frozenset()) -> Head:
    """The section; `queues` are those with windows, which may have evenings of their own."""
    optional = ("visits_per_day", *FIGURES, "hours", "doors_open", "languages", "hotline")
    found = named(at, ("id", "timezone"), optional)
    for figure in FIGURES:
        found.whole(figure, 0, MOST_VISITS)
    hours = found.read("hours", Hours(), lambda place: read_hours(place, queues))
    return Head(
        id=found.id(),
        names=found.names(),
        timezone=found.read("timezone", "UTC", _timezone),
        languages=found.read("languages", NEEDED_LANGUAGES, _languages),
        hours=hours,
        doors_open_min=_doors(found, hours),
        visits_per_day=found.whole("visits_per_day", 0, MOST_VISITS, 1000),
        hotline=found.text("hotline"),
    )


def _timezone(at: Place) -> str:
    name = at.word()
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # not a name, not readable, not found
        if name:
            at.wrong("this time zone does not exist", _like_timezone(name))
    return name


def _like_timezone(name: str) -> str:
    close = did_you_mean(name, available_timezones(), "time zone")
    return close if close.startswith("did") else "use a name like Asia/Shanghai or Europe/Berlin"


def _languages(at: Place) -> tuple[str, ...]:
    found = at.choices(LANGUAGES, "language")
    for language in NEEDED_LANGUAGES:
        if language not in found:
            at.wrong(f"every hall speaks {language}", f"add {language} to the list")
    return found


def _doors(found: Fields, hours: Hours) -> int | None:
    """When the doors open: at the first opening of the day or before it."""
    at = found.get("doors_open")
    minute = at.clock() if at else None
    earliest = min((period.opens_min for period in hours.periods), default=1440)
    if at and minute is not None and minute > earliest:
        at.wrong("the doors open after the windows", "write a time no later than the first opening")
    return minute
