"""The keys of one mapping of a hall file, each read by its name, with its default where it is left out."""

from collections.abc import Callable, Collection
from typing import TypeVar

from msgspec import Struct

from queue_server.contract.hall_file.nodes import Mapping, Scalar, Sequence
from queue_server.contract.hall_file.place import Place
from queue_server.contract.hall_file.words import LANGUAGES, NEEDED_LANGUAGES

T = TypeVar("T")

NAMES = NEEDED_LANGUAGES
MORE_NAMES = tuple(language for language in LANGUAGES if language not in NEEDED_LANGUAGES)


class Fields(Struct, frozen=True, kw_only=True):
    at: Place
    by_key: dict[str, Place]

    def get(self, key: str) -> Place | None:
        return self.by_key.get(key)

    def read(self, key: str, default: T, read: Callable[[Place], T]) -> T:
        """What `read` makes of the key's place, or the default without the key."""
        place = self.by_key.get(key)
        return default if place is None else read(place)

    def names(self) -> dict[str, str]:
        return {language: self.by_key[language].text() for language in LANGUAGES if language in self.by_key}

    def id(self, key: str = "id") -> str:
        return self.read(key, "", Place.id)

    def text(self, key: str, default: str = "") -> str:
        return self.read(key, default, Place.text)

    def truth(self, key: str, default: bool = False) -> bool:
        return self.read(key, default, Place.truth)

    def choice(self, key: str, known: Collection[str], kind: str, default: str = "") -> str:
        return self.read(key, default, lambda place: place.choice(known, kind))

    def choices(self, key: str, known: Collection[str], kind: str) -> tuple[str, ...]:
        nothing: tuple[str, ...] = ()
        return self.read(key, nothing, lambda place: place.choices(known, kind))

    def number(self, key: str, low: float, high: float, default: float = 0.0) -> float:
        return self.read(key, default, lambda place: place.number(low, high))

    def whole(self, key: str, low: int, high: int, default: int = 0) -> int:
        return self.read(key, default, lambda place: place.whole(low, high))

    def percentage(self, key: str) -> float:
        return self.read(key, 0.0, Place.percentage)

    def each(self, key: str, read: Callable[[Place], T]) -> tuple[T, ...]:
        nothing: tuple[T, ...] = ()
        return self.read(key, nothing, lambda place: place.each(read))


def fields(at: Place, needed: Collection[str], optional: Collection[str] = ()) -> Fields:
    """The mapping at this place; unknown, doubled and missing keys are logged."""
    at.check_keys((*needed, *optional))
    by_key = at.pairs()
    for key in needed:
        if key not in by_key and isinstance(at.node, Mapping):
            path = f"{at.path}.{key}".lstrip(".")
            at.log.add(at.line, path, key, f'the key "{key}" is missing', f"add {key}: ... here")
    return Fields(at=at, by_key=by_key)


def named(at: Place, needed: Collection[str], optional: Collection[str] = ()) -> Fields:
    """Like `fields`, for a mapping that also carries names: zh and en always, more languages if wished."""
    return fields(at, (*needed, *NAMES), (*optional, *MORE_NAMES))


def unique(section: Place | None, key: str, kind: str) -> frozenset[str]:
    """The ids that a section declares; each that comes twice is logged."""
    first_line: dict[str, int] = {}
    for entry in _ids(section, key):
        if entry.written in first_line:
            entry.wrong(f"this {kind} is there already (line {first_line[entry.written]})", "give it another id")
        first_line.setdefault(entry.written, entry.line)
    return frozenset(first_line)


def _ids(section: Place | None, key: str) -> list[Place]:
    """The places of the ids, quietly: what is wrong with them is said when they are read."""
    if section is None or not isinstance(section.node, Sequence):
        return []
    return [
        section.inner(entry, f"[{index}]").inner(value, key)
        for index, entry in enumerate(section.node.items)
        if isinstance(entry, Mapping)
        for name, value in entry.pairs
        if isinstance(name, Scalar) and name.text == key and isinstance(value, Scalar)
    ]
