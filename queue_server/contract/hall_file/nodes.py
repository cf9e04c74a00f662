"""YAML text to a plain tree with line numbers. No object is constructed, no value is guessed.

The tree is built from the parser's events rather than by `yaml.compose`: the composer is recursive, so a
deeply nested file could exhaust the stack. Words stay words; YAML 1.1 reads `N` as false and 08:30 as 510.
"""

from collections.abc import Iterable
from typing import Any, TypeGuard

import yaml
from msgspec import Struct

MOST_NODES = 400_000
"""A hall of 10,000 items has fewer; more is a file whose aliases explode."""

DEEPEST = 12
"""The deepest value of a hall file stands six levels down."""


class Line(int):
    """A line of a file that others extend; as a text it says of which."""

    file: str

    def __new__(cls, number: int, file: str) -> "Line":
        """A line number that knows its file."""
        line = super().__new__(cls, number)
        line.file = file
        return line

    def __str__(self) -> str:
        return f"{int(self)} of {self.file}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class Scalar(Struct, frozen=True, kw_only=True):
    """A word as written; `plain` means without quotes, where YAML 1.2 gives it a type."""

    text: str
    plain: bool
    line: int
    start: int = 0
    end: int = 0
    size: int = 1


class Sequence(Struct, frozen=True, kw_only=True):
    items: tuple["Node", ...]
    line: int
    size: int


class Mapping(Struct, frozen=True, kw_only=True):
    pairs: tuple[tuple["Node", "Node"], ...]
    line: int
    size: int


Node = Scalar | Sequence | Mapping
Pair = tuple[Node, Node]


class NotYaml(Exception):
    """The text cannot be read as one YAML document."""

    def __init__(self, line: int, word: str, problem: str, suggestion: str) -> None:
        super().__init__(problem)
        self.line, self.word, self.problem, self.suggestion = line, word, problem, suggestion


class _Open:
    """A list or mapping whose end has not come yet."""

    def __init__(self, start: Any, line: int) -> None:
        self.line = line
        self.anchor: str | None = start.anchor
        self.is_mapping = isinstance(start, yaml.MappingStartEvent)
        self.children: list[Node] = []

    def closed(self, text: str) -> Node:
        size = 1 + sum(child.size for child in self.children)
        if not self.is_mapping:
            return Sequence(items=tuple(self.children), line=self.line, size=size)
        pairs = zip(self.children[::2], self.children[1::2], strict=True)
        return Mapping(pairs=_rejoined(pairs, text), line=self.line, size=size)


def _rejoined(pairs: Iterable[Pair], text: str) -> tuple[Pair, ...]:
    """Sentences without quotes made whole: to YAML, `{en: Tax, fees and funds}` ends at the comma.

    What follows the comma looks like a key that has neither colon nor value, which no hall file means.
    """
    whole: list[Pair] = []
    for key, value in pairs:
        before = whole[-1][1] if whole else None
        if isinstance(before, Scalar) and before.plain and _is_tail(key, value, text):
            written = " ".join(text[before.start : key.end].split())
            tail = Scalar(text=written, plain=True, line=before.line, start=before.start, end=key.end)
            whole[-1] = (whole[-1][0], tail)
        else:
            whole.append((key, value))
    return tuple(whole)


def _is_tail(key: Node, value: Node, text: str) -> TypeGuard[Scalar]:
    if not isinstance(key, Scalar) or not isinstance(value, Scalar):
        return False
    return key.plain and value.plain and not value.text and ":" not in text[key.end : value.end]


class _Tree:
    """Follows the parser's events and keeps the one root."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}

    def follow(self, event: Any) -> None:
        """One event further; raises NotYaml for what a hall file may not hold."""
        line = Line(event.start_mark.line + 1, self._file) if self._file else event.start_mark.line + 1
        _refuse_tag(event, line)
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise NotYaml(line, "---", "the file has a second document", "keep one hall per file")
        if isinstance(event, yaml.ScalarEvent):
            self._put(_scalar(event, line), event.anchor, line)
        elif isinstance(event, yaml.AliasEvent):
            self._put(self._meant(event, line), None, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._descend(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._open.pop()
            self._put(done.closed(self._text), done.anchor, line)

    def _descend(self, event: Any, line: int) -> None:
        if len(self._open) >= DEEPEST:
            raise NotYaml(line, "", "the file is nested too deep", "close the brackets or check the indentation")
        self._open.append(_Open(event, line))

    def _meant(self, event: Any, line: int) -> Node:
        if event.anchor not in self._anchors:
            raise NotYaml(line, f"*{event.anchor}", "this alias has no anchor before it", "write the value out")
        return self._anchors[event.anchor]

    def _put(self, node: Node, anchor: str | None, line: int) -> None:
        if node.size > MOST_NODES:
            raise NotYaml(line, "", "the file holds too many values", "write no aliases that multiply")
        if anchor:
            self._anchors[anchor] = node
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node


def _scalar(event: Any, line: int) -> Scalar:
    start, end = event.start_mark.index, event.end_mark.index
    return Scalar(text=event.value, plain=not event.style, line=line, start=start, end=end)


def _refuse_tag(event: Any, line: int) -> None:
    tag = getattr(event, "tag", None)
    if tag and tag != "!":
        raise NotYaml(line, tag, "tags are not read in a hall file", "remove the tag")


def read_tree(text: str, file: str = "") -> Node | None:
    """The document's root, or None for an empty text; raises NotYaml with a line. `file` is the name of a base file."""
    tree = _Tree(text, file)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            tree.follow(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error) from error
    except (yaml.YAMLError, UnicodeError) as error:
        advice = "save the file as UTF-8 without control characters"
        raise NotYaml(_line_of(text, error), "", "a character cannot be read", advice) from error
    return tree.root


def _syntax(error: yaml.MarkedYAMLError) -> NotYaml:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    problem = " ".join(part for part in (error.context, error.problem) if part)
    return NotYaml(line, "", f"not YAML: {problem}", "check indentation, quotes, colons and brackets near here")


def _line_of(text: str, error: Exception) -> int:
    position = getattr(error, "position", None) or getattr(error, "start", 0)
    return text.count("\n", 0, position if isinstance(position, int) else 0) + 1
