"""How text becomes bytes of a printer: two-byte GB18030 in Kanji mode, one-byte code pages outside it.

Every byte of a character takes one column of the paper, in either mode. Control bytes never come of printable text.
"""

from dataclasses import dataclass
from functools import lru_cache

from hardware.printer.profiles import Profile

HAN = "gb18030"
ASCII = "ascii"
ALIKE = str.maketrans({"–": "-", "—": "-", "−": "-", "\u00a0": " ", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "..."})
"""For printers that lack the better sign."""


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes of one encoding: HAN, a code page, or ASCII, which all of them share."""

    codec: str
    data: bytes


def lacking(profile: Profile, text: str) -> set[str]:
    """The characters of a text that this printer cannot print as text."""
    ways = (profile.han, profile.code_pages)
    return {char for char in set(text) if not char.translate(ALIKE).isascii() and not _ways(char, *ways)}


def runs(profile: Profile, text: str) -> list[Run]:
    """A text as the fewest runs; what the printer lacks is replaced by a visible sign."""
    wide = any(map(_is_wide, text))
    done: list[Run] = []
    codec, data = ASCII, bytearray()
    for char in text:
        wanted, encoded = _choose(profile, char, wide, codec)
        if wanted != ASCII and wanted != codec:
            if codec != ASCII:
                done.append(Run(codec, bytes(data)))
                data.clear()
            codec = wanted
        data += encoded
    return [*done, Run(codec, bytes(data))] if text else []


def columns(profile: Profile, text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else sum(len(run.data) for run in runs(profile, text))


def _choose(profile: Profile, char: str, wide: bool, current: str) -> tuple[str, bytes]:
    if char < "\x80":
        return ASCII, char.encode("latin-1")
    found = _ways(char, profile.han, profile.code_pages)
    if not found:
        return ASCII, char.translate(ALIKE).encode("ascii", "replace")
    if wide and HAN in found:
        return HAN, found[HAN]
    codec = current if current in found and current != HAN else next(iter(found))
    return codec, found[codec]


@lru_cache(maxsize=8192)
def _ways(char: str, han: bool, code_pages: tuple[tuple[str, int], ...]) -> dict[str, bytes]:
    """Each way to print one character that is not ASCII, the narrow ones first. Rare four-byte forms are none."""
    found = {codec: data for codec, _ in code_pages if len(data := _bytes(char, codec)) == 1}
    if han and len(data := _bytes(char, HAN)) == 2:
        found[HAN] = data
    return found


def _bytes(char: str, codec: str) -> bytes:
    try:
        return char.encode(codec)
    except UnicodeEncodeError:
        return b""


def _is_wide(char: str) -> bool:
    """Chinese, kana, and their punctuation."""
    return "\u2e80" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef" or "\uf900" <= char <= "\ufaff"
