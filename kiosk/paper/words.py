"""The words of slips, in six languages."""

from babel import Locale

from kiosk.paper.slip import LANGUAGES
from queue_server.languages.texts import fill, section_of
from queue_server.languages.waits import phrase_of

SECTION = "slip"
WAITS = "waits"
COMMON = "common"


def say(lang: str, key: str, /, n: int = 0, **facts: object) -> str:
    """The sentence with its facts, in the plural form that `n` needs."""
    found = section_of(lang, SECTION)[key]
    if isinstance(found, dict):
        form = Locale.parse(lang).plural_form(n)
        found = found.get(form, found["other"])
    return fill(str(found), {"n": n, **facts})


def common(lang: str, key: str) -> str:
    """A word that all pages share."""
    return str(section_of(lang, COMMON)[key])


def wait(lang: str, low_s: float, high_s: float) -> str:
    """An honest range of minutes, in the same words as on screens and phones."""
    key, minutes = phrase_of(int(low_s), int(high_s))
    return fill(str(section_of(lang, WAITS)[key]), minutes)


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
