"""What the product says in one language."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from msgspec import Struct

from queue_server.languages.texts import Texts, fill, find, is_plural, texts_of
from queue_server.languages.waits import phrase_of


class Words(Struct, frozen=True):
    """The words of one language in use; any other language is a KeyError when something is said."""

    lang: str

    def say(self, key: str, /, **facts: object) -> str:
        """The sentence at `section.key` with its facts. KeyError for an unknown key or a missing fact."""
        found = find(self.lang, key)
        if isinstance(found, dict):
            if not is_plural(found):
                raise KeyError(f"{self.lang}: {key} is a table")
            found = str(found.get(self._form(facts["n"]), found["other"]))
        return fill(found, facts)

    def section(self, name: str) -> Texts:
        """All texts of a section, for a page's script."""
        found: Texts = texts_of(self.lang)[name]
        return found

    def name(self, kind: str, value: str) -> str:
        """The word for a value of the wire, as in `name("status", "waiting")`; else the value."""
        words = texts_of(self.lang)["common"].get(kind, {})
        return str(words.get(value, value))

    def pick(self, names: Mapping[str, str]) -> str:
        """One of a thing's names: this language's, else English, else Chinese."""
        return names.get(self.lang) or names.get("en") or names.get("zh") or next(iter(names.values()), "")

    def minutes(self, seconds: float) -> str:
        """A wait in whole minutes, rounded up."""
        if seconds < 60:
            return self.say("common.under_a_minute")
        return self.say("common.minutes", n=-int(-seconds // 60))

    def minutes_range(self, low_s: float, high_s: float) -> str:
        """A wait as an honest range of minutes."""
        low, high = int(low_s // 60), -int(-high_s // 60)
        if high <= 1:
            return self.say("common.under_a_minute")
        if low == high:
            return self.minutes(high * 60)
        key = "common.minutes_range" if low else "common.minutes_within"
        return self.say(key, low=low, high=high)

    def wait(self, low_s: int, high_s: int) -> str:
        """A wait as a visitor is told it, from p10 to p90: about 20-35 minutes."""
        key, minutes = phrase_of(low_s, high_s)
        return self.say(f"waits.{key}", **minutes)

    def duration(self, seconds: float) -> str:
        """How long something took: hours and minutes, minutes, or seconds."""
        if seconds < 60:
            return self.say("common.seconds", n=int(seconds))
        if seconds < 3600:
            return self.say("common.minutes", n=int(seconds // 60))
        return self.say("common.hours_minutes", hours=int(seconds // 3600), minutes=int(seconds % 3600 // 60))

    def time(self, at: datetime, timezone: str) -> str:
        """Hour and minute on a hall's clock."""
        return _time(self.lang, timezone, int(at.timestamp() // 60))

    def date(self, at: datetime, timezone: str) -> str:
        """Day with its weekday on a hall's calendar."""
        return _date(self.lang, timezone, "full", int(at.timestamp() // 60))

    def refusal(self, code: str, facts: Mapping[str, object], timezone: str = "UTC") -> tuple[str, str]:
        """Title and detail of a refusal. Never raises: where a fact is missing the title stands for both."""
        table = texts_of(self.lang)["refusals"].get(code)
        if table is None:
            return code, code
        spoken = {name: self._spoken(code, name, value, timezone) for name, value in facts.items()}
        try:
            return table["title"], fill(table["detail"], spoken)
        except KeyError:
            return table["title"], table["title"]

    def _spoken(self, code: str, name: str, value: object, timezone: str) -> object:
        """A fact as a visitor would say it."""
        if name == "status":
            kind = (
                f"{code.split('_')[0].lower()}_status"
                if code in {"BOOKING_STATUS", "DIVERSION_STATUS", "CASE_STATUS"}
                else "status"
            )
            return self.name(kind, str(value))
        if name.endswith("_at"):
            return self._moment(str(value), timezone)
        return value

    def _moment(self, text: str, timezone: str) -> str:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        suffix = " UTC" if timezone == "UTC" else ""
        day = _date(self.lang, timezone, "medium", int(at.timestamp() // 60))
        return f"{day} {self.time(at, timezone)}{suffix}"

    def _form(self, count: object) -> str:
        if not isinstance(count, int | float):
            raise KeyError("n")
        return str(Locale.parse(self.lang).plural_form(count))


@lru_cache(maxsize=4096)
def _time(lang: str, timezone: str, minute: int) -> str:
    """A minute since the epoch on a clock. Slots and calls are said over and over."""
    return format_time(datetime.fromtimestamp(minute * 60, UTC), "HH:mm", tzinfo=ZoneInfo(timezone), locale=lang)


@lru_cache(maxsize=4096)
def _date(lang: str, timezone: str, form: Literal["full", "medium"], minute: int) -> str:
    return format_date(datetime.fromtimestamp(minute * 60, ZoneInfo(timezone)), form, locale=lang)
