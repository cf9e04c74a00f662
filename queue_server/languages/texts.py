"""The text files: read when first needed, then kept."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

Texts = dict[str, Any]
"""Texts by key; a value is a sentence, a table of plural forms, or a table of texts."""

FIRST = ("zh", "en")
PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})
PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@cache
def in_use() -> tuple[str, ...]:
    """The languages that have a folder, those that every hall file has first."""
    found = {entry.name for entry in Path(__file__).parent.iterdir() if (entry / "common.toml").is_file()}
    return FIRST + tuple(sorted(found - set(FIRST)))


@cache
def texts_of(lang: str) -> Texts:
    """All texts of one language by section."""
    if lang not in in_use():
        raise KeyError(lang)
    folder = Path(__file__).parent / lang
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}


def find(lang: str, key: str) -> str | Texts:
    """The value at a dotted key such as `kiosk.take_ticket`. KeyError for an unknown one."""
    here: Any = texts_of(lang)
    for part in key.split("."):
        if not isinstance(here, dict) or part not in here:
            raise KeyError(f"{lang}: {key}")
        here = here[part]
    found: str | Texts = here
    return found


def is_plural(value: object) -> bool:
    """Whether a table holds the plural forms of one sentence."""
    return isinstance(value, dict) and "other" in value and set(value) <= PLURAL_FORMS


def fill(sentence: str, facts: Mapping[str, object]) -> str:
    """The sentence with each `{fact}` in its place. KeyError for a fact that is missing."""
    return PLACE.sub(lambda match: str(facts[match[1]]), sentence)


@cache
def section_of(lang: str, name: str) -> Texts:
    """One section of a language, its pages in use or not: paper and voice speak more languages than pages."""
    return tomllib.loads((Path(__file__).parent / lang / f"{name}.toml").read_text("utf-8"))
