"""A place in a hall file: what stands there, read as this or that; what is wrong goes to the log.

Every reader returns a value even after a mistake, so that the reading goes on and finds the next one.
"""

import re
from collections.abc import Callable, Collection
from typing import TypeVar

from msgspec import Struct

from queue_server.contract.hall_file import scalars
from queue_server.contract.hall_file.mistakes import Log, did_you_mean
from queue_server.contract.hall_file.nodes import Mapping, Node, Scalar, Sequence

T = TypeVar("T")

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Ids stand in addresses, in topics and in the store's keys, so they are plain ASCII words."""

LONGEST_TEXT = 500


class Place(Struct, frozen=True, kw_only=True):
    node: Node
    path: str
    log: Log

    @property
    def line(self) -> int:
        return self.node.line

    @property
    def written(self) -> str:
        """The word that stands here, or the name of the place where it is no word."""
        word = self.node.text if isinstance(self.node, Scalar) else ""
        return word or self.path.rpartition(".")[2]

    def wrong(self, problem: str, suggestion: str) -> None:
        self.log.add(self.line, self.path, self.written, problem, suggestion)

    def inner(self, node: Node, name: str) -> "Place":
        path = name if not self.path else f"{self.path}{name if name.startswith('[') else '.' + name}"
        return Place(node=node, path=path, log=self.log)

    def entries(self) -> tuple["Place", ...]:
        """The places of a list."""
        if not isinstance(self.node, Sequence):
            self.wrong("a list is expected here", "write [..., ...] or one line with - for each entry")
            return ()
        return tuple(self.inner(node, f"[{index}]") for index, node in enumerate(self.node.items))

    def pairs(self) -> dict[str, "Place"]:
        """The places of a mapping by key; a key that comes twice is a mistake, the first one counts."""
        if not isinstance(self.node, Mapping):
            self.wrong("keys with values are expected here", "write key: value, one to a line")
            return {}
        found: dict[str, Place] = {}
        for key, value in self.node.pairs:
            if not isinstance(key, Scalar):
                self.log.add(key.line, self.path, "?", "a key must be one word", "write key: value")
            elif key.text in found:
                first = found[key.text].line
                self._about_key(key, f"this key stands here already (line {first})", "remove one of the two")
            else:
                found[key.text] = self.inner(value, key.text)
        return found

    def _about_key(self, key: Scalar, problem: str, suggestion: str) -> None:
        self.log.add(key.line, f"{self.path}.{key.text}".lstrip("."), key.text, problem, suggestion)

    def check_keys(self, known: Collection[str]) -> None:
        """Logs each key that means nothing here."""
        if not isinstance(self.node, Mapping):
            return
        for key, _ in self.node.pairs:
            if isinstance(key, Scalar) and key.text not in known:
                self._about_key(key, "this key is not known here", did_you_mean(key.text, known, "key"))

    def scalar(self, expected: str) -> Scalar | None:
        if not isinstance(self.node, Scalar):
            self.wrong(f"{expected} is expected here", f"write {expected} instead of a list or keys")
            return None
        if scalars.is_nothing(self.node):
            self.wrong("the value is missing", f"write {expected}, or remove the key")
            return None
        return self.node

    def text(self) -> str:
        """A sentence or name: not empty, and no bare number."""
        found = self.scalar("a text")
        if found is None:
            return ""
        if scalars.is_typed(found):
            self.wrong("a text is expected here", f'write it in quotes: "{found.text[:40]}"')
        elif not found.text.strip():
            self.wrong("the text is empty", "write a text between the quotes")
        elif len(found.text) > LONGEST_TEXT:
            self.wrong("the text is too long", f"use at most {LONGEST_TEXT} characters")
        return found.text.strip()

    def word(self) -> str:
        """Any one word, bare or in quotes; bare numbers count as words, so that ids need no quotes."""
        found = self.scalar("a word")
        return found.text if found else ""

    def id(self) -> str:
        word = self.word()
        if word and not _ID.fullmatch(word):
            self.wrong("this cannot be an id", "use letters A-Z a-z, digits, dot, dash and underscore, at most 64")
        return word

    def choice(self, known: Collection[str], kind: str) -> str:
        word = self.word()
        if word and word not in known:
            self.wrong(f"this is no {kind}", did_you_mean(word, known, kind))
        return word

    def choices(self, known: Collection[str], kind: str) -> tuple[str, ...]:
        """A list of known words, each once."""
        seen: list[str] = []
        for entry in self.entries():
            word = entry.choice(known, kind)
            if word in seen:
                entry.wrong(f"this {kind} stands in the list twice", "remove one of the two")
            seen.append(word)
        return tuple(seen)

    def truth(self) -> bool:
        found = self.scalar("true or false")
        value = scalars.truth_of(found) if found else False
        if value is None:
            self.wrong("true or false is expected here", "write true or false, without quotes")
        return bool(value)

    def number(self, low: float, high: float) -> float:
        """A finite number within the bounds."""
        found = self.scalar("a number")
        if found is None:
            return low
        number = scalars.number_of(found)
        if number is None:
            self.wrong("a number is expected here", f"write a number from {low:g} to {high:g}, without quotes")
        elif not scalars.is_finite(number):
            self.wrong("the number is not finite", f"write a number from {low:g} to {high:g}")
        elif not low <= number <= high:
            self.wrong("the number is out of range", f"write a number from {low:g} to {high:g}")
        else:
            return number
        return low

    def whole(self, low: int, high: int) -> int:
        """A whole number within the bounds."""
        number = self.number(low, high)
        if isinstance(self.node, Scalar) and scalars.number_of(self.node) and not scalars.is_whole(self.node):
            self.wrong("a whole number is expected here", f"write a whole number from {low} to {high}")
        return int(number)

    def percentage(self) -> float:
        return self.number(0, 100)

    def clock(self) -> int | None:
        """Minutes after midnight, or None after a mistake."""
        found = self.scalar("a time like 08:30")
        minute = scalars.minute_of(found.text) if found else None
        if found and minute is None:
            self.wrong("this is no time of day", "write hours and minutes with two digits each, like 08:30")
        return minute

    def each(self, read: Callable[["Place"], T]) -> tuple[T, ...]:
        return tuple(read(entry) for entry in self.entries())
