"""Finding a service by what a visitor types: a name in any of its languages, pinyin, its initials, or the item's id."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from queue_server.domain.hall import Hall, Service
from queue_server.domain.rules import Names

_NO_WORD = re.compile(r"[\W_]+")
_BETWEEN_SYLLABLES = re.compile(r"[\s'’-]+")

_WRITTEN_SOLID = ("zh", "ja", "ko")
"""Languages in which a word may stand anywhere in a name: what is found inside is as good as at a word's start."""

_VOICED = "\u3099\u309a"
"""The marks that make another kana, where those of other scripts are often left out by who types."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@cache
def _korean_keys() -> dict[int, str]:
    """Each Korean letter as the keys it is typed with, so that a syllable half typed is in every one it may become.

    A final consonant is the first one of the same name, and a double vowel is two; Unicode itself keeps them apart.
    """
    finals = {at: unicodedata.name(chr(at)).removeprefix("HANGUL JONGSEONG ") for at in range(0x11A8, 0x11C3)}
    vowels = {"WA": "O A", "WAE": "O AE", "OE": "O I", "WEO": "U EO", "WE": "U E", "WI": "U I", "YI": "EU I"}
    return {
        at: "".join(unicodedata.lookup(f"HANGUL CHOSEONG {part}") for part in name.split("-"))
        for at, name in finals.items()
    } | {
        ord(unicodedata.lookup(f"HANGUL JUNGSEONG {one}")): "".join(
            unicodedata.lookup(f"HANGUL JUNGSEONG {part}") for part in two.split()
        )
        for one, two in vowels.items()
    }


# How well a text fits what was typed, best first. Initials stand before pinyin because who types two or three
# letters at a kiosk means initials; a match inside an English word is the least that one may have meant.
_NAME_STARTS = 0
_NAME_HOLDS = 1
_INITIALS_START = 2
_INITIALS_HOLD = 3
_PINYIN_STARTS = 4
_PINYIN_AT_SYLLABLE = 5
_PINYIN_HOLDS = 6
_INSIDE_WORD = 7

_EXACT_ID = -1
_ID_STARTS = 8
_DEPARTMENT = 10
_WORDS_APART = 30


class _Typed(Struct, frozen=True, kw_only=True):
    """What was typed, in the forms in which it is looked for."""

    text: str
    """Folded, as names are."""
    letters: str
    """Without spaces and apostrophes: the pinyin `she bao`, `she'bao` and `shebao` are one."""


class _Query(Struct, frozen=True, kw_only=True):
    """All that was typed, and each of its words where they are several."""

    whole: _Typed
    words: tuple[_Typed, ...]


class _Text(Struct, frozen=True, kw_only=True):
    """The names of one thing in all forms that may be typed."""

    solid: tuple[str, ...]
    others: tuple[str, ...]
    worded: tuple[str, ...]
    """The other names as words, each after one space, so that a word's start can be found."""
    everything: str
    """All of the above: what is not in here is in none of them, which is known at one look."""
    initials: str
    pinyin: str
    syllable_starts: frozenset[int]


class _Entry(Struct, frozen=True, kw_only=True):
    service: Service
    id: str
    own: _Text
    department: _Text


class ServiceIndex:
    """All services of a hall, ready to be searched; built once per hall."""

    def __init__(self, hall: Hall) -> None:
        departments = {department.id: _text(department.names) for department in hall.departments}
        self._entries = [
            _Entry(
                service=service,
                id=_plain(service.id),
                own=_text(service.names),
                department=departments[service.department],
            )
            for service in sorted(hall.services, key=lambda service: (-service.visits, service.id))
        ]

    def find(self, q: str, department: str | None = None, limit: int = 20) -> list[Service]:
        """At most `limit` services, best match first and among equals the most used first.

        An empty `q` matches all. `department` is a department's id and narrows the search.
        """
        entries = [entry for entry in self._entries if department in (None, entry.service.department)]
        text = _plain(q)
        if text:
            query = _query(text)
            ranked = [(rank, entry) for entry in entries if (rank := _rank(entry, query)) is not None]
            # Sorting is stable, so equals stay in the order of their use.
            entries = [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]
        return [entry.service for entry in entries[: max(limit, 0)]]


def _plain(text: str) -> str:
    """Lower case, full-width letters made narrow, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _folded(text: str) -> str:
    """Plain text without the marks over letters. Korean falls apart into its keys: a half-typed one is found too."""
    apart = unicodedata.normalize("NFKD", text).translate(_korean_keys())
    return "".join(char for char in apart if char in _VOICED or not unicodedata.combining(char))


def _query(text: str) -> _Query:
    words = text.split(" ")
    return _Query(whole=_typed(text), words=tuple(_typed(word) for word in words) if len(words) > 1 else ())


def _typed(text: str) -> _Typed:
    return _Typed(text=_folded(text), letters=_BETWEEN_SYLLABLES.sub("", text).replace("ü", "v"))


def _text(names: Names) -> _Text:
    plain = {language: _plain(name) for language, name in names.items()}
    syllables = _syllables(plain.get("zh", ""))
    solid = tuple(_folded(name) for language, name in plain.items() if language in _WRITTEN_SOLID)
    others = tuple(form for language, name in plain.items() if language not in _WRITTEN_SOLID for form in _forms(name))
    worded = tuple(" " + _NO_WORD.sub(" ", name) for name in others)
    return _Text(
        solid=solid,
        others=others,
        worded=worded,
        everything="\n".join((*solid, *others, *worded)),
        initials="".join(part if part in plain["zh"] else part[0] for part in syllables),
        pinyin="".join(syllables),
        syllable_starts=frozenset(_starts(syllables)),
    )


def _forms(name: str) -> Iterable[str]:
    """A name as it is typed without marks, and where that is another way, with `ue` for an umlaut."""
    return dict.fromkeys((_folded(name), _folded(name.translate(_UMLAUTS))))


def _syllables(chinese: str) -> list[str]:
    """One syllable a character, by phrases where a character has many; other words stay as they are."""
    from pypinyin import lazy_pinyin  # its dictionaries take a quarter of a second: who finds nothing never loads them

    runs = _NO_WORD.sub(" ", chinese).split()
    return [part for run in runs for part in lazy_pinyin(run) if part]


def _starts(syllables: Iterable[str]) -> Iterable[int]:
    at = 0
    for syllable in syllables:
        yield at
        at += len(syllable)


def _rank(entry: _Entry, query: _Query) -> int | None:
    """How well the entry fits the whole of what was typed, else each of its words; None for not at all."""
    whole = _rank_one(entry, query.whole)
    if whole is not None or not query.words:
        return whole
    ranks = [_rank_one(entry, word) for word in query.words]
    found = [rank for rank in ranks if rank is not None]
    return _WORDS_APART + max(found) if len(found) == len(ranks) else None


def _rank_one(entry: _Entry, typed: _Typed) -> int | None:
    if entry.id == typed.text:
        return _EXACT_ID
    own = _grade(entry.own, typed)
    if own is not None:
        return own
    if entry.id.startswith(typed.text):
        return _ID_STARTS
    if typed.text in entry.id:
        return _ID_STARTS + 1
    department = _grade(entry.department, typed)
    return None if department is None else _DEPARTMENT + department


def _grade(text: _Text, typed: _Typed) -> int | None:
    """How well one thing's names fit, or None."""
    written = typed.text in text.everything
    if written and any(name.startswith(typed.text) for name in (*text.solid, *text.others)):
        return _NAME_STARTS
    if written and _holds(text, typed.text):
        return _NAME_HOLDS
    by_sound = _grade_by_sound(text, typed.letters) if typed.letters else None
    if by_sound is not None:
        return by_sound
    return _INSIDE_WORD if written and any(typed.text in name for name in text.others) else None


def _holds(text: _Text, typed: str) -> bool:
    return any(typed in name for name in text.solid) or any(" " + typed in words for words in text.worded)


def _grade_by_sound(text: _Text, letters: str) -> int | None:
    if letters in text.initials:
        return _INITIALS_START if text.initials.startswith(letters) else _INITIALS_HOLD
    if letters not in text.pinyin:
        return None
    if text.pinyin.startswith(letters):
        return _PINYIN_STARTS
    at_syllable = any(text.pinyin.startswith(letters, start) for start in text.syllable_starts)
    return _PINYIN_AT_SYLLABLE if at_syllable else _PINYIN_HOLDS
