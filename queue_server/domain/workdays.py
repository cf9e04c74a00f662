"""Which days are worked in a country: public holidays, and China's weekends that are worked instead (调休).

Two libraries know them as tables: chinese_calendar the days that the State Council moved, year by year as they are
announced; holidays the public holidays of every country, also of years to come. The second is slow to import, so it is
imported by who needs it.
"""

from datetime import date
from functools import lru_cache
from typing import Any

import chinese_calendar

from queue_server.domain.rules import Names

CHINA = "CN"
LANGUAGES = {
    "en": ("en_US", "en_GB", "en"),
    "zh": ("zh_CN",),
    "de": ("de",),
    "ja": ("ja",),
    "ko": ("ko",),
    "ru": ("ru",),
}


def knows_year(country: str, year: int) -> bool:
    """Whether the moved working days of a year are known. Where nothing is ever moved, every year is."""
    return country != CHINA or year in _moved_years()


def holiday(country: str, day: date) -> Names | None:
    """The public holiday of a day, by its names; None on every other day, weekends included."""
    if not country:
        return None
    if country == CHINA and knows_year(country, day.year):
        is_off, name = chinese_calendar.get_holiday_detail(day)
        return _chinese(name) if is_off and name else None
    return holidays_of(country, day.year).get(day)


def is_moved_workday(country: str, day: date) -> bool:
    """Whether a weekend day is worked in place of another (调休)."""
    if country != CHINA or not knows_year(country, day.year):
        return False
    is_off, name = chinese_calendar.get_holiday_detail(day)
    return not is_off and name is not None and day.weekday() > 4


def countries() -> frozenset[str]:
    """Every country, and part of one (`DE-BY`), whose holidays are known."""
    import holidays

    parts = holidays.list_supported_countries(include_aliases=False)
    return frozenset({*parts, *(f"{country}-{part}" for country, found in parts.items() for part in found)})


@lru_cache(maxsize=64)
def holidays_of(country: str, year: int) -> dict[date, Names]:
    """The public holidays of a year, named in Chinese, English and the country's own language."""
    import holidays

    whole, _, part = country.partition("-")
    named: dict[date, Names] = {}
    for language, spoken in _languages(holidays.country_holidays(whole, subdiv=part or None)).items():
        found = holidays.country_holidays(whole, subdiv=part or None, years=year, language=spoken)
        for day, name in found.items():
            if day.year == year:
                named.setdefault(day, {})[language] = name
    for names in named.values():
        any_name = names.get("en") or next(iter(names.values()))
        names.setdefault("en", any_name)
        names.setdefault("zh", any_name)
    return named


def _languages(country: Any) -> dict[str, str | None]:
    """Our languages in which a country's holidays have names, as the library calls them."""
    known = country.supported_languages
    found = {ours: next((code for code in codes if code in known), None) for ours, codes in LANGUAGES.items()}
    return {ours: code for ours, code in found.items() if code} or {"en": None}


def _chinese(name: str) -> Names:
    return {"zh": chinese_calendar.Holiday(name).chinese, "en": name}


@lru_cache(maxsize=1)
def _moved_years() -> frozenset[int]:
    return frozenset(day.year for day in chinese_calendar.constants.holidays)
