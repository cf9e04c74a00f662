"""Central settings with local overrides: a hall file that `extends` another one says only what is different.

Keys stand over those of the base; entries of lists that have ids stand over the base's entries of the same id, and
`drop: true` leaves one out; `keep` names those of a list that alone are taken over. Other lists replace the base's.
"""

from collections.abc import Callable

from queue_server.contract.hall_file.mistakes import Log, did_you_mean
from queue_server.contract.hall_file.nodes import Mapping, Node, NotYaml, Scalar, Sequence, read_tree

EXTENDS, KEEP, DROP = "extends", "keep", "drop"
IDS = {
    "zones": "id", "departments": "code", "queues": "id", "items": "id", "papers": "id", "journeys": "id",
    "priorities": "id", "windows": "n", "interpreters": "id",
}  # fmt: skip
"""Lists whose entries have ids, and the key that has it."""
DEEPEST = 4
"""A base may have a base; longer chains are circles, or nobody can follow them."""

ReadFile = Callable[[str], bytes]
"""The bytes of a file by the path that stands in `extends`. Raises `OSError`."""


class Bases:
    """The base files of one folder, each read once however many halls extend it."""

    def __init__(self, read: ReadFile) -> None:
        self._read = read
        self._trees: dict[str, Mapping] = {}

    def whole(self, root: Node | None, log: Log) -> Node | None:
        """A hall file with what it extends; what is wrong with that goes to the log."""
        return self._extended(root, log, ())

    def _extended(self, root: Node | None, log: Log, above: tuple[str, ...]) -> Node | None:
        named = value_of(root, EXTENDS)
        if not isinstance(root, Mapping) or named is None:
            return root
        name = named.text if isinstance(named, Scalar) else ""
        if not name or name in above or len(above) >= DEEPEST:
            problem = "these files extend each other" if name in above else "the name of a file is expected here"
            problem = "too many files extend each other" if len(above) >= DEEPEST and name not in above else problem
            log.add(named.line, EXTENDS, name, problem, "write extends: base.yaml")
            return without(root, EXTENDS)
        base = self._tree(name, named.line, log, above)
        return merged(base, without(root, EXTENDS), log) if base is not None else None

    def _tree(self, name: str, line: int, log: Log, above: tuple[str, ...]) -> Mapping | None:
        known = self._trees.get(name)
        if known is not None:
            return known
        try:
            found = read_tree(self._read(name).decode("utf-8-sig"), name)
        except (OSError, UnicodeDecodeError):
            log.add(line, EXTENDS, name, "this file cannot be read", "name a file beside this one, in UTF-8")
            return None
        except NotYaml as error:
            log.add(error.line, "", error.word, error.problem, error.suggestion)
            return None
        before = log.count
        tree = self._extended(found, log, (*above, name))
        if not isinstance(tree, Mapping):
            if log.count == before:
                log.add(line, EXTENDS, name, "this file is no hall file", "it needs keys with values")
            return None
        if log.count == before:
            self._trees[name] = tree
        return tree


def value_of(node: Node | None, key: str) -> Node | None:
    """What stands under a key of a mapping; None for anything else."""
    if not isinstance(node, Mapping):
        return None
    return next((value for name, value in node.pairs if isinstance(name, Scalar) and name.text == key), None)


def without(node: Mapping, *keys: str) -> Mapping:
    """A mapping without some of its keys."""
    left = tuple(pair for pair in node.pairs if not (isinstance(pair[0], Scalar) and pair[0].text in keys))
    return Mapping(pairs=left, line=node.line, size=node.size)


def merged(base: Mapping, own: Mapping, log: Log) -> Mapping:
    """The file's own tree over its base's."""
    kept = _kept(base, value_of(own, KEEP), log)
    return _over(kept, without(own, KEEP), log, top=True)


def _over(base: Mapping, own: Mapping, log: Log, top: bool = False) -> Mapping:
    mine = {name.text: value for name, value in own.pairs if isinstance(name, Scalar)}
    pairs = [(name, _value(name, value, mine, log, top)) for name, value in base.pairs]
    known = {name.text for name, _ in base.pairs if isinstance(name, Scalar)}
    new = [(name, value) for name, value in own.pairs if not isinstance(name, Scalar) or name.text not in known]
    return Mapping(pairs=(*pairs, *new), line=own.line, size=base.size + own.size)


def _value(name: Node, value: Node, mine: dict[str, Node], log: Log, top: bool) -> Node:
    key = name.text if isinstance(name, Scalar) else ""
    over = mine.get(key)
    if over is None:
        return value
    if isinstance(value, Mapping) and isinstance(over, Mapping):
        return _over(value, over, log)
    if top and key in IDS and isinstance(value, Sequence) and isinstance(over, Sequence):
        return _entries(key, value, over, log)
    return over


def _entries(section: str, base: Sequence, own: Sequence, log: Log) -> Sequence:
    """The base's entries in their order with the file's own over them, then those that are new."""
    by_id = {_id(section, entry): entry for entry in own.items if _id(section, entry)}
    known = {_id(section, entry) for entry in base.items}
    found = [_entry(entry, by_id.get(_id(section, entry)), log) for entry in base.items]
    new = [entry for entry in own.items if _id(section, entry) not in known]
    for entry in new:
        if value_of(entry, DROP) is not None:
            word = _id(section, entry)
            close = did_you_mean(word, known, "entry of the base")
            log.add(entry.line, section, word, "the base has no such entry to drop", close)
    items = tuple(entry for entry in (*found, *new) if entry is not None)
    return Sequence(items=items, line=own.line, size=base.size + own.size)


def _entry(base: Node, own: Node | None, log: Log) -> Node | None:
    if own is None or not isinstance(base, Mapping) or not isinstance(own, Mapping):
        return base
    drop = value_of(own, DROP)
    if isinstance(drop, Scalar) and drop.text == "true":
        return None
    return _over(base, own, log)


def _id(section: str, entry: Node) -> str:
    found = value_of(entry, IDS[section])
    return found.text if isinstance(found, Scalar) else ""


def _kept(base: Mapping, keep: Node | None, log: Log) -> Mapping:
    """The base with no more of its lists than the file keeps."""
    if keep is None:
        return base
    if not isinstance(keep, Mapping):
        log.add(keep.line, KEEP, "", "keys with values are expected here", "write keep: {items: [id, id]}")
        return base
    wanted: dict[str, Sequence] = {}
    for name, value in keep.pairs:
        section = name.text if isinstance(name, Scalar) else ""
        if section not in IDS or not isinstance(value, Sequence):
            log.add(name.line, KEEP, section, "this cannot be kept in part", did_you_mean(section, IDS, "section"))
        else:
            wanted[section] = value
    pairs = tuple((name, _some(name, value, wanted, log)) for name, value in base.pairs)
    return Mapping(pairs=pairs, line=base.line, size=base.size)


def _some(name: Node, value: Node, wanted: dict[str, Sequence], log: Log) -> Node:
    section = name.text if isinstance(name, Scalar) else ""
    if section not in wanted or not isinstance(value, Sequence):
        return value
    known = {_id(section, entry) for entry in value.items}
    chosen = {entry.text for entry in wanted[section].items if isinstance(entry, Scalar)}
    for entry in wanted[section].items:
        word = entry.text if isinstance(entry, Scalar) else ""
        if word not in known:
            log.add(
                entry.line, f"{KEEP}.{section}", word, "the base has no such entry", did_you_mean(word, known, "id")
            )
    items = tuple(entry for entry in value.items if _id(section, entry) in chosen)
    return Sequence(items=items, line=value.line, size=value.size)
