"""What is wrong with an input: the field, and what would be right, in the language of whoever asks."""

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

import msgspec

from queue_server.domain.refusals import Refusal
from queue_server.languages import Words

LONGEST_NAME = 64
WHERE = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")
UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
MISSING = re.compile(r"Object missing required field `(.*)`")

SAID = tuple(
    (re.compile(pattern, re.DOTALL), key)
    for pattern, key in (
        (r"[Ee]xpected one of (?P<allowed>.+)", "allowed"),
        (r"Object missing required field `.*`", "missing"),
        (r"unknown field; there are none", "no_fields"),
        (r"unknown field; there are (?P<fields>.+)", "unknown"),
        (r"Expected `(?P<expected>[^`]+)`, got `(?P<got>[^`]+)`", "kind"),
        (r"Expected `int(?: \| null)?` >= (?P<least>\d+)", "at_least"),
        (r"(?:Expected `int(?: \| null)?` <=|expected at most) (?P<most>\d+)", "at_most"),
        (r"Expected `str(?: \| null)?` of length >= (?P<least>\d+)", "text_at_least"),
        (r"Expected `str(?: \| null)?` of length <= (?P<most>\d+)", "text_at_most"),
        (r"expected at most (?P<most>\d+) characters", "text_at_most"),
        (r"Expected `array(?: \| null)?` of length >= (?P<least>\d+)", "list_at_least"),
        (r"Expected `array(?: \| null)?` of length <= (?P<most>\d+)", "list_at_most"),
        (r"(?:Number|Integer) (?:value )?out of range", "out_of_range"),
        (r"Expected `str` matching regex '\^20.*", "day_or_moment"),
        (r"Expected `str(?: \| null)?` matching regex .*\{5,20\}.*", "phone"),
        (r"Expected `str(?: \| null)?` matching regex .*\[0-9\]\{6\}.*", "six_digits"),
        (r"Expected `str(?: \| null)?` matching regex .*", "no_controls"),
        (r"twice", "twice"),
        (r"expected either `(?P<one>\w+)` or `(?P<other>\w+)`", "either"),
        (r"expected a whole number from (?P<least>\d+) to (?P<most>\d+)", "whole_from_to"),
        (r"expected the number of a window of this hall.*", "window_here"),
        (r"expected a day or a moment", "day_or_moment"),
        (r"expected no earlier than `(?P<other>\w+)`", "not_before"),
        (r"expected 1 to (?P<most>\d+) topics.*", "topics"),
        (r"`(?P<name>.*)` is no topic.*", "topic"),
    )
)
"""What the parser and the flows say, and the key of the sentence in `languages/*/invalid.toml`."""


def invalid(message: str, kind: type[msgspec.Struct]) -> Refusal:
    """`INVALID` for what the parser says about a body of this kind; the allowed values and fields are named."""
    where = WHERE.search(message)
    field, said = (where.group(1) if where else ""), WHERE.sub("", message)
    named = UNKNOWN.fullmatch(said) or MISSING.fullmatch(said)
    if named:
        field = f"{field}.{named[1]}".lstrip(".")
    facts: dict[str, Any] = {"field": field[:LONGEST_NAME] or "body", "problem": said}
    if UNKNOWN.fullmatch(said):
        there = _fields_at(kind, field.rpartition(".")[0])
        facts["problem"] = f"unknown field; there are {', '.join(there) or 'none'}"
    elif said.startswith("Invalid enum value"):
        facts["allowed"] = _allowed(kind, field)
        facts["problem"] = f"expected one of {', '.join(facts['allowed'])}"
    return Refusal("INVALID", facts)


def refuse_twice(raw: bytes) -> None:
    """Refuses a body in which one field stands twice: which of them was meant nobody can know."""
    json.loads(raw, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal("INVALID", {"field": twice[:LONGEST_NAME], "problem": "twice"})
    return found


def translated(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The facts of an `INVALID` with its problem as a sentence; one that nobody foresaw stays as it is."""
    said = str(facts.get("problem", ""))
    for pattern, key in SAID:
        found = pattern.fullmatch(said)
        if found:
            words = Words(language)
            said_with = found.groupdict()
            if key == "kind":
                said_with = {name: _kinds(words, value) for name, value in said_with.items()}
            return {**facts, "problem": words.say(f"invalid.{key}", **said_with)}
    return dict(facts)


def _kinds(words: Words, text: str) -> str:
    kinds: Any = words.section("invalid")["kinds"]
    return words.say("invalid.or").join(kinds.get(kind, kind) for kind in text.split(" | "))


def _fields_at(kind: type[msgspec.Struct], where: str) -> list[str]:
    """The names of the fields of the struct at a path such as `visitor`."""
    if not where:
        return [field.encode_name for field in msgspec.structs.fields(kind)]
    found = next((field for field in msgspec.structs.fields(kind) if field.encode_name == where), None)
    parts = (found.type, *get_args(found.type)) if found else ()
    structs = [part for part in parts if isinstance(part, type) and issubclass(part, msgspec.Struct)]
    return [field.encode_name for struct in structs for field in msgspec.structs.fields(struct)]


def _allowed(kind: type[msgspec.Struct], where: str) -> list[str]:
    """The values that the field at this path takes."""
    found = next((field for field in msgspec.structs.fields(kind) if field.encode_name == where), None)
    return [value for value in _values(found.type) if isinstance(value, str)] if found else []


def _values(kind: Any) -> list[Any]:
    """The values of the `Literal`s in a type, in the order in which they are written."""
    parts = get_args(kind)
    if get_origin(kind) is Literal:
        return list(parts)
    return [value for part in parts for value in _values(part)]
