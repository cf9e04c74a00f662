"""The words of slips, in six languages."""

from babel import Locale

from kiosk.paper.slip import LANGUAGES
from queue_server.languages.texts import fill, section_of

SECTION = "slip"


def say(lang: str, key: str, /, n: int = 0, **facts: object) -> str:
    """The sentence with its facts, in the plural form that `n` needs."""
    found = section_of(lang, SECTION)[key]
    if isinstance(found, dict):
        form = Locale.parse(lang).plural_form(n)
        found = found.get(form, found["other"])
    return fill(str(found), {"n": n, **facts})


def wait(lang: str, low_s: float, high_s: float) -> str:
    """An honest range of minutes: rounded outwards."""
    low, high = int(low_s // 60), -int(-high_s // 60)
    if high <= 1:
        return say(lang, "under_a_minute")
    if not low or low >= high:
        return say(lang, "minutes_within", high=high)
    return say(lang, "minutes_range", low=low, high=high)


def second_of(language: str) -> str:
    """The language beside Chinese: none for those who read Chinese, English for languages that paper lacks."""
    if language == "zh":
        return ""
    return language if language in LANGUAGES else "en"


def ranges(windows: tuple[int, ...]) -> str:
    """`1, 2, 3, 7` as `1–3, 7`."""
    parts: list[list[int]] = []
    for window in sorted(set(windows)):
        if parts and window == parts[-1][-1] + 1:
            parts[-1].append(window)
        else:
            parts.append([window])
    return ", ".join(f"{part[0]}–{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
