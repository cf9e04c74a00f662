"""What a loudspeaker says when a number is called, in six languages.

Ticket numbers are spoken digit by digit, window numbers as people say numbers. Words are written as espeak-ng reads
them right: Japanese in kana (it does not read kanji), letters by their names (`A` alone is an article in English).
"""

import string
import tomllib
from functools import cache
from pathlib import Path

from queue_server.languages.texts import Texts, fill

SPOKEN = ("zh", "en", "de", "ja", "ko", "ru")
"""Languages that a call can be spoken in. Pages may have fewer."""
FIRST = "zh"
"""Everybody in the hall hears this one too."""
FULL, SHORT = "full", "short"
"""A whole sentence, and what is left of it when many wait to be announced."""


def languages_for(language: str) -> tuple[str, ...]:
    """The visitor's language first, then Chinese; Chinese alone for who speaks it, or speaks none of ours."""
    base = language.replace("_", "-").split("-")[0].lower()
    return tuple(dict.fromkeys((base, FIRST))) if base in SPOKEN else (FIRST,)


def announcement(lang: str, number: str, window: int, form: str = FULL) -> str:
    """The sentence that calls a number to a window, in words alone. KeyError for a language or form not spoken."""
    facts = {"number": digit_by_digit(lang, number), "window": number_word(lang, window)}
    return fill(_texts(lang)[form], facts)


def digit_by_digit(lang: str, number: str) -> str:
    """`A001` as `eigh zero zero one`. What is neither a Latin letter nor a digit is not spoken."""
    texts = _texts(lang)
    signs = string.digits + string.ascii_uppercase
    named = dict(zip(signs, _words(texts, "digits") + _words(texts, "letters"), strict=True))
    return " ".join(named[sign] for sign in number.upper() if sign in named)


def number_word(lang: str, n: int) -> str:
    """A whole number as people say it, as `twelve`; from 1000 on digit by digit, which nobody's windows reach."""
    if not 0 <= n < 1000:
        return digit_by_digit(lang, str(n))
    texts = _texts(lang)["numbers"]
    small = _words(texts, "small")
    if n < 100:
        return _below_hundred(texts, n, small)
    hundreds, rest = _words(texts, "hundreds")[n // 100 - 1], n % 100
    if not rest:
        return hundreds
    after = [small[0], *_words(texts, "after_hundred")]
    return fill(texts["hundreds_joined"], {"hundreds": hundreds, "rest": _below_hundred(texts, rest, after)})


def _below_hundred(texts: Texts, n: int, small: list[str]) -> str:
    if n < len(small):
        return small[n]
    tens, ones = _words(texts, "tens")[n // 10 - 2], n % 10
    if not ones:
        return tens
    return fill(texts["tens_joined"], {"tens": tens, "ones": _words(texts, "ones_joined")[ones - 1]})


def _words(texts: Texts, key: str) -> list[str]:
    words: str = texts[key]
    return words.split(", ")


@cache
def _texts(lang: str) -> Texts:
    if lang not in SPOKEN:
        raise KeyError(lang)
    return tomllib.loads((Path(__file__).parent / lang / "spoken.toml").read_text("utf-8"))
