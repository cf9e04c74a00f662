"""Lines of text that fit, whatever measures them: columns of a printer, or dots of a font."""

import re
from collections.abc import Callable

Measure = Callable[[str], int]
PIECE = re.compile(r" |[^\s\u2e80-\ua4cf\uf900-\ufaff\uff00-\uffef]+|.", re.S)
"""A space, a word of letters, or a sign between which and the next a line may end."""
NOT_FIRST = frozenset("，。、；：！？）》」』】〕”’%…～\u30fc,.;:!?)")
"""Never at the beginning of a line."""
LEFT_OVER = 4
"""Fewer letters of a broken word never stand alone."""
MORE = "…"


def wrap(text: str, width: int, measure: Measure, most: int = 9) -> list[str]:
    """The text in at most so many lines, none wider than `width`. What does not fit is cut with an ellipsis."""
    done: list[str] = []
    line = ""
    for piece in _pieces(text, width, measure):
        if line and measure(line + piece.rstrip()) > width:
            done.append(line.rstrip())
            line = ""
        line += "" if not line and piece == " " else piece
    done.append(line.rstrip())
    return done if len(done) <= most else [*done[: most - 1], _shorten(done[most - 1], width, measure)]


def balanced(text: str, width: int, measure: Measure, most: int = 9) -> list[str]:
    """As few lines as `wrap` needs, but of like widths: for text in the middle."""
    lines = wrap(text, width, measure, most)
    if len(lines) == 1 or len(wrap(text, width, measure)) > most:
        return lines
    step = max(width // 48, 1)
    for narrower in range(width - step, width // 2, -step):
        tried = wrap(text, narrower, measure)
        if len(tried) > len(lines) or _breaks_words(tried, text):
            break
        lines = tried
    return lines


def _pieces(text: str, width: int, measure: Measure) -> list[str]:
    """Pieces that each fit a line; closing signs stay with what they close."""
    pieces: list[str] = []
    for piece in PIECE.findall(text):
        if pieces and piece[0] in NOT_FIRST and pieces[-1] != " " and measure(pieces[-1] + piece) <= width:
            pieces[-1] += piece
        else:
            pieces += _split(piece, width, measure)
    return pieces


def _split(word: str, width: int, measure: Measure) -> list[str]:
    """A word too long for any line in parts with hyphens."""
    parts = []
    while measure(word) > width and len(word) > 1:
        longest = len(word) - (LEFT_OVER if len(word) > 2 * LEFT_OVER else 1)
        fits = next((n for n in range(longest, 1, -1) if measure(word[:n] + "-") <= width), 1)
        parts.append(word[:fits] + ("-" if fits > 1 and word[fits - 1].isalpha() else ""))
        word = word[fits:]
    return [*parts, word]


def _shorten(line: str, width: int, measure: Measure) -> str:
    while line and measure(line + MORE) > width:
        line = line[:-1]
    return line + MORE


def _breaks_words(lines: list[str], text: str) -> bool:
    return any(line.endswith("-") and line not in text for line in lines)
