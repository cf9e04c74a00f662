"""A strict reader of ESC/POS: it lists the commands and texts of a job, and knows only what our template uses.

Anything else is `Unknown`: this is how it is proved that data never becomes a command.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hardware.printer.encoding import HAN
from hardware.printer.profiles import PAGES

COMMANDS = {
    "init": rb"\x1b@",
    "spacing": rb"\x1b3([\s\S])",
    "align": rb"\x1ba([\x00-\x02])",
    "bold": rb"\x1bE([\x00\x01])",
    "page": rb"\x1bt([\s\S])",
    "feed": rb"\x1bJ([\s\S])",
    "feed_lines": rb"\x1bd([\s\S])",
    "size": rb"\x1d!([\s\S])",
    "kanji_on": rb"\x1c&",
    "kanji_off": rb"\x1c\.",
    "code": rb"\x1d\(k([\s\S]{2})",
    "picture": rb"\x1dv0\x00([\s\S]{4})",
    "cut": rb"\x1dV([AB])\x00",
    "end": rb"\n",
    "text": rb"([\x20-\x7e\x80-\xff]+)",
}
CARRIES = {name for name, pattern in COMMANDS.items() if re.compile(pattern).groups}
ITEM = re.compile(b"|".join(b"(?P<%s>%s)" % (name.encode(), pattern) for name, pattern in COMMANDS.items()))
LONGEST = 8
"""No command is longer, its data not counted: fewer bytes may be the beginning of one."""
TEXT_OF_PAGE = {number: codec for codec, number in PAGES}


class Unknown(Exception):
    """Something that is neither text nor one of the template's commands. `at` is where."""

    def __init__(self, at: int, data: bytes) -> None:
        super().__init__(f"byte {at}: {data[at : at + 8].hex(' ')}")
        self.at = at


class Unfinished(Exception):
    """The bytes end within a command or its data."""


@dataclass(frozen=True, slots=True)
class Item:
    """One command, one end of line, or a piece of text; `data` is what the command carries."""

    name: str
    data: bytes = b""


def parse(data: bytes) -> list[Item]:
    """Everything in a job, in order. Raises `Unknown` or `Unfinished`."""
    return list(_items(data))


def next_item(data: bytes, at: int) -> tuple[Item, int]:
    """The item at a place, and the place after it."""
    found = ITEM.match(data, at)
    if found is None:
        if len(data) - at < LONGEST and data[at] in b"\x1b\x1c\x1d":
            raise Unfinished
        raise Unknown(at, data)
    name = str(found.lastgroup)
    head = found[ITEM.groupindex[name] + 1] if name in CARRIES else b""
    more = _data_after(name, head)
    if len(data) < found.end() + more:
        raise Unfinished
    return Item(name, head + data[found.end() : found.end() + more]), found.end() + more


def _items(data: bytes) -> Iterator[Item]:
    at = 0
    while at < len(data):
        item, at = next_item(data, at)
        yield item


def _data_after(name: str, head: bytes) -> int:
    if name == "code":
        return int.from_bytes(head, "little")
    if name == "picture":
        return int.from_bytes(head[:2], "little") * int.from_bytes(head[2:], "little")
    return 0


def lines(items: list[Item]) -> list[str]:
    """The lines of text of a job, as they can be read on the paper."""
    done: list[str] = []
    codec, line = HAN, ""
    for item in items:
        codec = _codec_after(item, codec)
        if item.name == "text":
            line += item.data.decode(codec, "replace")
        elif item.name == "end":
            done.append(line)
            line = ""
    return done


def codes(items: list[Item]) -> list[str]:
    """What the QR codes say that the printer was told to draw itself."""
    return [
        item.data[5:].decode("utf-8", "replace") for item in items if item.name == "code" and item.data[3:4] == b"P"
    ]


def _codec_after(item: Item, codec: str) -> str:
    if item.name == "kanji_on":
        return HAN
    if item.name == "page":
        return TEXT_OF_PAGE.get(item.data[0], "cp437")
    return codec
