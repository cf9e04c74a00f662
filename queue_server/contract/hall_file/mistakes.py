"""What is wrong with a hall file, said as a good compiler would: where, which word, why, and what instead."""

from collections.abc import Collection
from difflib import get_close_matches

from msgspec import Struct

LONGEST_WORD = 60
"""A longer offending word is cut: it stands in one line on a terminal."""

MOST_LISTED = 24
"""Up to so many known words are listed where none is close; more would hide the sentence."""


class Mistake(Struct, frozen=True, kw_only=True):
    """One mistake; `line` counts from 1, `path` is like `items[3].queue`."""

    line: int
    path: str
    word: str
    problem: str
    suggestion: str
    file: str = ""
    """The base file in which it stands; empty for the hall file itself."""


class Log:
    """Gathers the mistakes of one reading; nothing stops at the first."""

    def __init__(self) -> None:
        self._found: list[Mistake] = []
        self._paths: set[str] = set()

    def add(self, line: int, path: str, word: str, problem: str, suggestion: str) -> None:
        short = word if len(word) <= LONGEST_WORD else word[: LONGEST_WORD - 1] + "…"
        self._paths.add(path)
        file = getattr(line, "file", "")
        found = Mistake(line=int(line), path=path, word=short, problem=problem, suggestion=suggestion, file=file)
        self._found.append(found)

    def has(self, path: str) -> bool:
        """Is something wrong at this path already? Then what follows from it need not be said."""
        return path in self._paths

    @property
    def count(self) -> int:
        return len(self._found)

    def in_order(self) -> tuple[Mistake, ...]:
        """Every different mistake once, by line."""
        return tuple(sorted(dict.fromkeys(self._found), key=lambda mistake: (mistake.file, mistake.line)))


def did_you_mean(word: str, known: Collection[str], kind: str) -> str:
    """The nearest known word as a question, else what would be right."""
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower()[:LONGEST_WORD], by_lower, n=1, cutoff=0.6)
    if close:
        return f'did you mean "{by_lower[close[0]]}"?'
    if not known:
        return f"this file has no {kind} yet; add it first"
    listed = ", ".join(sorted(known)[:MOST_LISTED])
    return f"use a {kind} out of: {listed}{', ...' if len(known) > MOST_LISTED else ''}"
